/** CSV files as blocks of rows: the names of the columns, their types by the first rows, and then row by row. */
import { FileError } from "@strata/core/internal/files";
import { ByteWindow } from "./byte-window.ts";
import { BrokenRule, type Dialect, FieldReader, skipEmptyLines, splitRow } from "./fields.ts";
import { boolOf, type ColumnPlan, type ColumnType, numberOf, RowParser, type RowPlan } from "./row-parser.ts";

/** How CSV files are read. */
export interface CsvReading {
  readonly dialect: Dialect;
  readonly hasHeader: boolean;
  readonly columnNames: readonly string[] | null;
  /** The columns that are wanted, in the order in which they are wanted; null for all. */
  readonly selected: readonly string[] | null;
  readonly types: Readonly<Record<string, ColumnType>>;
  readonly fallbacks: Readonly<Record<string, number | string | boolean>>;
  readonly missing: ReadonlySet<string>;
  /** How many rows are looked at for the types. */
  readonly inferenceRows: number;
  /** The number of rows of a block. */
  readonly blockSize: number;
  /** Whether blocks are handed on as soon as the bytes at hand are read, before they are full. */
  readonly isEager: boolean;
}

/** A file to be read. */
export interface CsvFile {
  readonly name: string;
  readonly chunks: AsyncIterable<Uint8Array>;
}

/** In bytes: what is longer is no row, but one whose last quote is missing. */
const longestRow = 2 ** 26;

/** The rows of files as blocks, which are valid until the next is asked for. */
export async function* readCsv(
  files: AsyncIterable<CsvFile>,
  reading: CsvReading,
): AsyncGenerator<{ readonly rows: RowParser; readonly plan: RowPlan }> {
  let first: { readonly plan: RowPlan; readonly rows: RowParser; readonly file: string } | null = null;
  for await (const { name, chunks } of files) {
    const window = new ByteWindow(chunks);
    try {
      const header = await readHeader(name, window, reading);
      if (header === null) continue;
      if (first === null) {
        const plan = planOf(name, header, await sampleRows(name, window, reading, header), reading);
        first = { plan, rows: new RowParser(plan, reading.blockSize), file: name };
      } else checkSame(name, header.names, first.plan, first.file);
      const { plan, rows } = first;
      rows.begin(name, header.lines + 1);
      for (;;) {
        rows.read(window);
        if (rows.isFull || (reading.isEager && rows.count > 0)) {
          yield { rows, plan };
          rows.count = 0;
        } else if (window.isLast) break;
        else await growForRow(window, (rule) => rows.error(rule));
      }
      if (window.start < window.end) throw rows.error("its last quote is not closed");
    } finally {
      await window.close();
    }
  }
  if (first !== null && first.rows.count > 0) yield first;
}

async function growForRow(window: ByteWindow, error: (rule: string) => FileError): Promise<void> {
  if (window.end - window.start > longestRow) {
    throw error(`it has more than ${longestRow} bytes; is a quote not closed?`);
  }
  await window.grow();
}

interface Header {
  readonly names: readonly string[];
  /** The number of lines before the first row. */
  readonly lines: number;
}

/** The names of the columns; null for a file without any row. */
async function readHeader(file: string, window: ByteWindow, reading: CsvReading): Promise<Header | null> {
  await window.grow();
  while (!window.isLast && window.end - window.start < 3) await window.grow();
  const { bytes } = window;
  if ((bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0xfe && bytes[1] === 0xff)) {
    throw new FileError(file, "start", "it is UTF-16; accepted is UTF-8");
  }
  if (bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf && window.end >= 3) window.start = 3;
  const row = await peekRows(file, window, reading.dialect, 1);
  if (row.texts.length === 0) return null;
  const [texts] = row.texts;
  const { columnNames, hasHeader } = reading;
  if (hasHeader) window.start = row.next;
  const names = columnNames ?? (hasHeader ? texts : texts.map((_, index) => `column${index}`));
  if (names.length !== texts.length) {
    throw new FileError(
      file,
      "line 1",
      `it has ${texts.length} fields; columnNames has ${names.length}: ${names.join(", ")}`,
    );
  }
  checkNames(file, names);
  return { names, lines: hasHeader ? row.lines : 0 };
}

function checkNames(file: string, names: readonly string[]): void {
  names.forEach((name, index) => {
    if (name === "__proto__") {
      throw new FileError(file, "line 1", '"__proto__" cannot be the name of a column; give columnNames');
    }
    const before = names.indexOf(name);
    if (before === index) return;
    throw new FileError(
      file,
      "line 1",
      `the columns ${before + 1} and ${index + 1} have the same name, ${JSON.stringify(name)}; give columnNames`,
    );
  });
}

interface PeekedRows {
  readonly texts: readonly (readonly string[])[];
  /** The position behind them. */
  readonly next: number;
  /** The number of their lines, empty ones before and among them included. */
  readonly lines: number;
}

/** The texts of the first rows of a window, at most `count`, which are left where they are. */
async function peekRows(
  file: string,
  window: ByteWindow,
  dialect: Dialect,
  count: number,
  linesBefore = 0,
): Promise<PeekedRows> {
  const fields = new FieldReader(dialect);
  for (;;) {
    const texts: (readonly string[])[] = [];
    const { bytes, end } = window;
    let at = window.start;
    let lines = 0;
    while (texts.length < count) {
      const begin = skipEmptyLines(bytes, at, end);
      lines += linesIn(bytes, at, begin);
      at = begin;
      if (at >= end) break;
      const row = splitAt(file, fields, window, at, linesBefore + lines + 1, dialect.delimiter);
      if (row === null) break;
      texts.push(row.texts);
      at = row.next;
      lines += row.lines;
    }
    if (texts.length === count || window.isLast) return { texts, next: at, lines };
    // What was peeked at stays in memory, so that a limit holds for all of it.
    if (end - window.start > longestRow) {
      if (texts.length > 0) return { texts, next: at, lines };
      throw new FileError(file, "line 1", `it has more than ${longestRow} bytes; is a quote not closed?`);
    }
    await window.grow();
  }
}

function splitAt(
  file: string,
  fields: FieldReader,
  window: ByteWindow,
  at: number,
  line: number,
  delimiter: number,
): ReturnType<typeof splitRow> {
  try {
    return splitRow(fields, window.bytes, at, window.end, delimiter);
  } catch (error) {
    if (error instanceof BrokenRule) throw new FileError(file, `line ${line}`, error.message);
    throw error;
  }
}

function linesIn(bytes: Uint8Array, start: number, end: number): number {
  let count = 0;
  for (let at = start; at < end; at++) if (bytes[at] === 10) count++;
  return count;
}

/** The first rows, where a type is to be found by them. */
async function sampleRows(
  file: string,
  window: ByteWindow,
  reading: CsvReading,
  { names, lines }: Header,
): Promise<readonly (readonly string[])[]> {
  const wanted = reading.selected ?? names;
  if (wanted.every((name) => Object.hasOwn(reading.types, name))) return [];
  return (await peekRows(file, window, reading.dialect, reading.inferenceRows, lines)).texts;
}

function planOf(
  file: string,
  { names }: Header,
  sample: readonly (readonly string[])[],
  { dialect, selected, types, fallbacks, missing }: CsvReading,
): RowPlan {
  for (const name of [...(selected ?? []), ...Object.keys(types), ...Object.keys(fallbacks)]) {
    if (names.includes(name)) continue;
    throw new FileError(
      file,
      "line 1",
      `there is no column ${JSON.stringify(name)}; the columns are ${names.join(", ")}`,
    );
  }
  const wanted = selected ?? names;
  const typed = names.map((name, index) => {
    if (!wanted.includes(name)) return null;
    return Object.hasOwn(types, name) ? types[name] : inferType(sample, index, missing);
  });
  const slotOf = (name: string): number => {
    const isText = typed[names.indexOf(name)] === "string";
    return wanted
      .slice(0, wanted.indexOf(name))
      .filter((each) => (typed[names.indexOf(each)] === "string") === isText).length;
  };
  const columns = names.map((name, index): ColumnPlan => {
    const type = typed[index];
    return {
      name,
      type,
      isInferred: !Object.hasOwn(types, name),
      slot: type === null ? 0 : slotOf(name),
      fallback: type === null ? null : fallbackOf(file, name, type, fallbacks),
    };
  });
  return { columns, dialect, missing };
}

function fallbackOf(
  file: string,
  name: string,
  type: ColumnType,
  fallbacks: CsvReading["fallbacks"],
): number | string | null {
  if (!Object.hasOwn(fallbacks, name)) {
    if (type === "string") return "";
    return type === "float32" || type === "float64" ? Number.NaN : null;
  }
  const given = fallbacks[name];
  const value = type === "bool" && typeof given === "boolean" ? Number(given) : given;
  const fits = type === "string" ? typeof value === "string" : typeof value === "number";
  if (fits && typeof value !== "boolean" && (type !== "int32" || Number.isInteger(value))) return value;
  throw new FileError(
    file,
    `column ${JSON.stringify(name)}`,
    `columnDefaults has ${JSON.stringify(given)} for it; it is of type ${type}`,
  );
}

/** The type of a column by its first values; of one without values that of numbers. */
function inferType(
  sample: readonly (readonly string[])[],
  column: number,
  missing: ReadonlySet<string>,
): ColumnType {
  const values = sample.flatMap((row) => {
    const value = row[column];
    return value === undefined || missing.has(value) ? [] : [value];
  });
  if (values.every((value) => numberOf(value) !== null)) return "float32";
  const areBools = values.every((value) => boolOf(value) !== null && numberOf(value) === null);
  return areBools ? "bool" : "string";
}

function checkSame(file: string, names: readonly string[], { columns }: RowPlan, first: string): void {
  const expected = columns.map(({ name }) => name);
  if (names.length === expected.length && names.every((name, index) => name === expected[index])) return;
  throw new FileError(
    file,
    "line 1",
    `its columns are ${names.join(", ")}; those of ${first} are ${expected.join(", ")}`,
  );
}
