/** Rows of a CSV file as numbers and texts, by columns whose types are known. */
import { FileError } from "@strata/core/internal/files";
import { type ByteWindow, lineFeed } from "./byte-window.ts";
import { DecimalReader, largestExact, powersOfTen } from "./decimal.ts";
import { BrokenRule, carriageReturn, type Dialect, FieldReader } from "./fields.ts";

/** The type of a column: a dtype of tensors, or `"string"`. */
export type ColumnType = "float32" | "float64" | "int32" | "bool" | "string";

/** How a column is read. */
export interface ColumnPlan {
  readonly name: string;
  /** Null for a column that is passed over. */
  readonly type: ColumnType | null;
  /** Whether the type follows from the first rows. */
  readonly isInferred: boolean;
  /** The value where one is missing; null where none may be. */
  readonly fallback: number | string | null;
  /** The place among the numbers, or the texts, of a row. */
  readonly slot: number;
}

/** How a file is read. */
export interface RowPlan {
  readonly columns: readonly ColumnPlan[];
  readonly dialect: Dialect;
  /** The texts that stand for missing values. */
  readonly missing: ReadonlySet<string>;
}

const skipped = 0;
const float = 1;
const integer = 2;
const bool = 3;
const text = 4;
const kinds = { float32: float, float64: float, int32: integer, bool, string: text } as const;

/** Reads rows into memory that the next rows are read into again. */
export class RowParser {
  /** The numbers of the rows, a row after the other. */
  readonly numbers: Float64Array;
  /** The texts of the rows, a row after the other. */
  readonly texts: string[];
  /** How many numbers a row has. */
  readonly numberCount: number;
  /** How many texts a row has. */
  readonly textCount: number;
  /** The number of rows that were read. */
  count = 0;
  /** Of the file that is being read, for messages. */
  private file = "";
  private line = 1;
  private row = 0;
  private readonly plan: RowPlan;
  private readonly kinds: Uint8Array;
  private readonly slots: Int32Array;
  private readonly capacity: number;
  private readonly fields: FieldReader;
  private readonly decimals = new DecimalReader();

  /** @param capacity The number of rows that there is room for. */
  constructor(plan: RowPlan, capacity: number) {
    this.plan = plan;
    this.capacity = capacity;
    const { columns } = plan;
    this.kinds = Uint8Array.from(columns, ({ type }) => (type === null ? skipped : kinds[type]));
    this.slots = Int32Array.from(columns, ({ slot }) => slot);
    this.textCount = columns.filter(({ type }) => type === "string").length;
    this.numberCount = columns.filter(({ type }) => type !== null).length - this.textCount;
    this.numbers = new Float64Array(capacity * this.numberCount);
    this.texts = new Array<string>(capacity * this.textCount).fill("");
    this.fields = new FieldReader(plan.dialect);
  }

  /** Begins with the rows of a file, which has lines before them. */
  begin(file: string, line: number): void {
    this.file = file;
    this.line = line;
    this.row = 0;
  }

  /** Whether there is no room for another row. */
  get isFull(): boolean {
    return this.count === this.capacity;
  }

  /** Reads the whole rows in a window until there is no room for another. */
  read(window: ByteWindow): void {
    const { bytes, end } = window;
    while (this.count < this.capacity && window.start < end) {
      const start = window.start;
      const isReturn = bytes[start] === carriageReturn && bytes[start + 1] === lineFeed;
      if (bytes[start] === lineFeed || isReturn) {
        if (isReturn && start + 1 >= end) return;
        window.start += isReturn ? 2 : 1;
        this.line++;
        continue;
      }
      const next = this.readRow(bytes, start, end);
      if (next < 0) return;
      window.start = next;
      this.row++;
      this.count++;
    }
  }

  /** Reads the row at a position, and gives that of the next one; −1 if the row is not all there. */
  private readRow(bytes: Uint8Array, start: number, end: number): number {
    const { kinds, slots, numbers } = this;
    const { delimiter } = this.plan.dialect;
    const lastColumn = kinds.length - 1;
    const firstNumber = this.count * this.numberCount;
    let lines = 1;
    let at = start;
    for (let column = 0; ; column++) {
      let next = -1;
      if (kinds[column] === float) {
        // The common form, digits with a point, is read here: most of the time is spent on it.
        next = at;
        let byte = bytes[next];
        const isNegative = byte === 45;
        if (isNegative) byte = bytes[++next];
        let value = 0;
        const first = next;
        let digit = byte - 48;
        while (digit >= 0 && digit < 10) {
          value = value * 10 + digit;
          byte = bytes[++next];
          digit = byte - 48;
        }
        let digits = next - first;
        let decimals = 0;
        if (byte === 46) {
          const point = next;
          byte = bytes[++next];
          digit = byte - 48;
          while (digit >= 0 && digit < 10) {
            value = value * 10 + digit;
            byte = bytes[++next];
            digit = byte - 48;
          }
          decimals = next - point - 1;
          digits += decimals;
        }
        if (
          digits > 0 &&
          value <= largestExact &&
          decimals < 23 &&
          (byte === delimiter ||
            (byte === lineFeed && next < end) ||
            (byte === carriageReturn && bytes[next + 1] === lineFeed && next + 1 < end))
        ) {
          if (decimals > 0) value /= powersOfTen[decimals];
          numbers[firstNumber + slots[column]] = isNegative ? -value : value;
        } else next = -1;
      }
      if (next < 0) {
        next = this.readField(column, bytes, at, end);
        if (next < 0) return -1;
        lines += this.fields.lines;
      }
      const byte = bytes[next];
      if (byte === delimiter) {
        if (column === lastColumn) throw this.error(`it has more than the ${kinds.length} fields of a row`);
        at = next + 1;
      } else {
        if (column !== lastColumn) {
          throw this.error(`it has ${column + 1} fields; a row has ${kinds.length}`);
        }
        this.line += lines;
        return next + (byte === carriageReturn ? 2 : 1);
      }
    }
  }

  /** Reads a field in whatever form, and gives the position after it; −1 if it is not all there. */
  private readField(column: number, bytes: Uint8Array, at: number, end: number): number {
    const { fields, decimals } = this;
    const kind = this.kinds[column];
    try {
      if (!fields.find(bytes, at, end)) return -1;
      if (kind === skipped) return fields.end;
      if (kind === text) {
        const found = fields.text(bytes);
        const { fallback } = this.plan.columns[column];
        this.texts[this.count * this.textCount + this.slots[column]] = this.plan.missing.has(found)
          ? String(fallback ?? "")
          : found;
        return fields.end;
      }
      let value: number;
      if (kind !== bool && !fields.isQuoted && decimals.read(bytes, at) && decimals.end === fields.end) {
        value = decimals.value;
      } else value = this.valueOf(column, fields.text(bytes));
      if (kind === integer && value !== (value | 0)) {
        throw new BrokenRule(`${JSON.stringify(fields.text(bytes))} is no integer of 32 bits`);
      }
      this.numbers[this.count * this.numberCount + this.slots[column]] = value;
      return fields.end;
    } catch (error) {
      if (error instanceof BrokenRule) throw this.error(error.message, column);
      throw error;
    }
  }

  /** The number of a text. */
  private valueOf(column: number, found: string): number {
    const { type, fallback, isInferred } = this.plan.columns[column];
    if (this.plan.missing.has(found)) {
      if (typeof fallback === "number") return fallback;
      throw new BrokenRule("the value is missing; columnDefaults can say what stands for it");
    }
    const value = type === "bool" ? boolOf(found) : numberOf(found);
    if (value !== null) return value;
    const what = type === "bool" ? "neither true nor false" : "no number";
    const advice = isInferred ? `; the first rows are ${type}, and columnTypes can say otherwise` : "";
    throw new BrokenRule(`${JSON.stringify(found.slice(0, 60))} is ${what}${advice}`);
  }

  /** An error about the row that is being read. */
  error(rule: string, column?: number): FileError {
    const where = `line ${this.line} (row ${this.row})`;
    const name = column === undefined ? "" : `, column ${JSON.stringify(this.plan.columns[column].name)}`;
    return new FileError(this.file, `${where}${name}`, rule);
  }
}

/** The number that a text is, as JavaScript, C and Python write them; null for other texts. */
export function numberOf(found: string): number | null {
  const trimmed = found.trim();
  if (/^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(trimmed)) return Number(trimmed);
  if (/^[+-]?nan$/i.test(trimmed)) return Number.NaN;
  if (!/^[+-]?inf(inity)?$/i.test(trimmed)) return null;
  return trimmed.startsWith("-") ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
}

/** 1 for what stands for yes, 0 for no; null for other texts. */
export function boolOf(found: string): number | null {
  const lower = found.trim().toLowerCase();
  if (lower === "true" || lower === "1") return 1;
  return lower === "false" || lower === "0" ? 0 : null;
}
