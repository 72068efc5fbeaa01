import type { Tensor } from "@strata/core";
import { describeValue } from "@strata/core/internal";
import { isPlainObject, readOptionTable } from "../../schema/configurable.ts";
import { type Given, type OptionValues, option } from "../../schema/option.ts";
import { boolean, choice, positiveInteger, texts, textsWhere } from "../../schema/vocabulary.ts";
import { Dataset } from "../dataset.ts";
import {
  type CsvColumn,
  type CsvColumnType,
  columnMaker,
  type ElementMaker,
  pairMaker,
  recordMaker,
  vectorMaker,
} from "./csv-elements.ts";
import { compression, type DataFiles, openFiles } from "./files.ts";

const operation = "csvDataset";

const columnTypeNames = ["float32", "float64", "int32", "bool", "string"] as const;

const isText = (value: unknown): value is string => typeof value === "string";
const isTexts = (value: unknown): value is readonly string[] => Array.isArray(value) && value.every(isText);

/** One ASCII character. */
const character = option<string>({
  accepted: "one ASCII character that is no letter, digit, point, sign or line's end",
  read: (given) => (isText(given) && /^[^\w.+\-\r\n\u0080-\uffff]$/.test(given) ? given : undefined),
});

/** Some names of columns. */
const names = textsWhere("an array of strings", ({ length }) => length > 0);

/** Values by the names of columns. */
function byColumn<Value>(accepted: string, holds: (value: unknown) => value is Value) {
  return option<Readonly<Record<string, Value>>>({
    accepted: `an object that has ${accepted} by the names of columns`,
    read(given, owner) {
      if (!isPlainObject(given)) return undefined;
      const entries = Object.entries(given).map(([name, value]) => {
        if (holds(value)) return [name, value] as const;
        throw new RangeError(`${owner}.${name} is ${describeValue(value)}; it must be ${accepted}`);
      });
      return Object.fromEntries(entries);
    },
  });
}

const isColumnType = (value: unknown): value is CsvColumnType =>
  columnTypeNames.some((name) => name === value);

const isCell = (value: unknown): value is number | string | boolean =>
  typeof value === "number" || typeof value === "string" || typeof value === "boolean";

const options = {
  /** The column of the label, or the columns of several; the elements are then `[features, label]`. */
  labelName: option<string | readonly string[]>({
    accepted: "the name of a column, or an array of such names",
    read: (given) => (isText(given) || (isTexts(given) && given.length > 0) ? given : undefined),
  })().orNull(),
  /** The columns that are read, in this order, that of the label among them or not; null for all. */
  selectColumns: names().orNull(),
  /**
   * How features are given: `"byName"`, as an object; or `"vector"`, as one tensor of float32, for columns of numbers only, in their
   * order. Several labels are given alike.
   */
  features: choice(["byName", "vector"])("byName"),
  /** The number of rows that are given as one batch; null for rows one by one. Reading batches is faster by far. */
  batchSize: positiveInteger().orNull(),
  /** Whether a last batch that is not full is left out. */
  dropRemainder: boolean(false),
  /** Whether the first row of a file has the names of the columns. */
  hasHeader: boolean(true),
  /** The names of the columns, in place of the header's; null for the header's, or `"column0"`, `"column1"`…. */
  columnNames: names().orNull(),
  /**
   * Types by the names of columns: `"float32"`, `"float64"`, `"int32"`, `"bool"` or `"string"`. Those of others follow from the
   * first rows: `"float32"` where all values are numbers, `"bool"` where all are true or false, and else `"string"`.
   */
  columnTypes: byColumn(columnTypeNames.map((name) => JSON.stringify(name)).join(" or "), isColumnType)({}),
  /** What stands for a missing value, by the names of columns. Others have NaN for floats and "" for strings, and are an error else. */
  columnDefaults: byColumn("a number, a string or a boolean", isCell)({}),
  /** The texts that stand for a missing value. */
  naValues: texts([""]),
  /** The number of rows that the types of columns are taken from. */
  inferenceRows: positiveInteger(100),
  /** The character between two fields. */
  delimiter: character(","),
  /** The character around fields that hold delimiters, line's ends or, doubled, itself; null for none. */
  quote: character('"').nullable(),
  /** Whether the files are compressed: `"gzip"`, `"none"`, or `"auto"`, which looks at their first bytes. */
  compression: compression("auto"),
};

/** Options of {@link csvDataset}. */
export interface CsvOptions extends Given<typeof options> {}

/** The type of a value of a column, by its options. */
export type CsvValue<Options> = Options extends {
  /** The number of rows of a batch. */
  readonly batchSize: number;
}
  ? Tensor | readonly string[]
  : number | boolean | string | Tensor;

/** The type of the features of rows, by the options. */
export type CsvFeatures<Options> = Options extends {
  /** The form of the features. */
  readonly features: "vector";
}
  ? Tensor
  : Readonly<Record<string, CsvValue<Options>>>;

/** The type of the elements of {@link csvDataset}, by its options. */
export type CsvElement<Options> = Options extends {
  /** The columns of the labels. */
  readonly labelName: infer Label;
}
  ? Label extends string
    ? readonly [features: CsvFeatures<Options>, label: CsvValue<Options>]
    : Label extends readonly string[]
      ? readonly [features: CsvFeatures<Options>, labels: CsvFeatures<Options>]
      : CsvFeatures<Options>
  : CsvFeatures<Options>;

/**
 * The rows of CSV files, in UTF-8, read as a stream: memory holds a few of them. A row is an object of numbers, strings and
 * booleans by the names of the columns; with a label it is `[features, label]`; columns of the types int32 and float64 are
 * scalars, so that batches have these dtypes.
 *
 * Rows that are read in batches (`batchSize`) never become objects, and come at 100 MB/s and more; `batch` of single rows
 * gives the same.
 *
 * @param files A path, an address, a Blob or File, a stream, an answer of `fetch`, a text; several of them with the same
 *   columns; or a function that gives them for each pass.
 * @param options Columns, labels, batches, and how the files are written.
 * @throws RangeError for an option that is not accepted.
 * @throws FileError, when it is run, with the file, the line, the row and the column, for values that are not of the column's
 *   type, for rows of another length, and for files that cannot be read.
 *
 * @example
 * ```ts
 * import { csvDataset } from "@strata/layers";
 *
 * const text = 'name,horsepower,mpg\n"Beetle, 1970",46,26\nPinto,75,25\n';
 * for await (const [{ name, horsepower }, mpg] of csvDataset({ text }, { labelName: "mpg" })) {
 *   console.log(name, horsepower, mpg);
 * }
 * // "Beetle, 1970" 46 26
 * // "Pinto" 75 25
 *
 * const columns = { selectColumns: ["horsepower"], labelName: "mpg" } as const;
 * const batches = csvDataset({ text }, { ...columns, features: "vector", batchSize: 32 });
 * for await (const [x, y] of batches) console.log(x.shape, y); // [2, 1] Tensor float32 [2] [26, 25]
 * ```
 */
export function csvDataset<const Options extends CsvOptions = CsvOptions>(
  files: DataFiles,
  options?: Options,
): Dataset<CsvElement<Options>>;
export function csvDataset(files: DataFiles, given: CsvOptions = {}): Dataset<unknown> {
  const values = readOptionTable(operation, options, given);
  const { batchSize, dropRemainder } = values;
  if (values.delimiter === values.quote) {
    throw new RangeError(
      `${operation}: delimiter and quote are both ${JSON.stringify(values.quote)}; they must differ`,
    );
  }
  return new Dataset({
    async *pass() {
      const { readCsv } = await import("../../formats/csv/read-csv.ts");
      let maker: ElementMaker | null = null;
      for await (const { rows, plan } of readCsv(openFiles(operation, files, values), readingOf(values))) {
        maker ??= makerOf(plan.columns, values);
        if (batchSize === null) {
          for (let index = 0; index < rows.count; index++) yield maker.row(rows, index);
        } else if (rows.count === batchSize || !dropRemainder) yield maker.batch(rows);
      }
    },
  });
}

type CsvValues = OptionValues<typeof options>;

/** The number of rows that are read at once where they are given one by one. */
const rowsAtOnce = 256;

function readingOf(values: CsvValues): import("../../formats/csv/read-csv.ts").CsvReading {
  const { selectColumns, delimiter, quote } = values;
  return {
    dialect: { delimiter: delimiter.charCodeAt(0), quote: quote === null ? -1 : quote.charCodeAt(0) },
    hasHeader: values.hasHeader,
    columnNames: values.columnNames,
    selected: selectColumns === null ? null : [...new Set([...selectColumns, ...labelsOf(values)])],
    types: values.columnTypes,
    fallbacks: values.columnDefaults,
    missing: new Set(values.naValues),
    inferenceRows: values.inferenceRows,
    blockSize: values.batchSize ?? rowsAtOnce,
    isEager: values.batchSize === null,
  };
}

function labelsOf({ labelName }: CsvValues): readonly string[] {
  if (labelName === null) return [];
  return isText(labelName) ? [labelName] : labelName;
}

/** What makes elements of rows with the columns of a file. */
function makerOf(
  columns: readonly { readonly name: string; readonly type: CsvColumnType | null; readonly slot: number }[],
  values: CsvValues,
): ElementMaker {
  const read = columns.flatMap(({ name, type, slot }): CsvColumn[] =>
    type === null ? [] : [{ name, type, slot }],
  );
  const find = (name: string): CsvColumn => {
    const found = read.find((column) => column.name === name);
    if (found !== undefined) return found;
    throw new RangeError(
      `${operation}: labelName is ${JSON.stringify(name)}; the columns are ${columns.map((each) => each.name).join(", ")}`,
    );
  };
  const labels = labelsOf(values);
  const ordered = values.selectColumns?.map(find) ?? read;
  const features = together(
    ordered.filter(({ name }) => !labels.includes(name)),
    values,
  );
  if (values.labelName === null) return features;
  const targets = isText(values.labelName)
    ? columnMaker(find(values.labelName))
    : together(labels.map(find), values);
  return pairMaker(features, targets);
}

function together(columns: readonly CsvColumn[], { features }: CsvValues): ElementMaker {
  if (columns.length === 0) {
    throw new RangeError(
      `${operation}: no columns are left for the features; selectColumns and labelName name all`,
    );
  }
  if (features === "byName") return recordMaker(columns);
  const textual = columns.find(({ type }) => type === "string");
  if (textual === undefined) return vectorMaker(columns);
  throw new RangeError(
    `${operation}: features is "vector", and the column ${JSON.stringify(textual.name)} is of strings; selectColumns can leave ` +
      "it out",
  );
}
