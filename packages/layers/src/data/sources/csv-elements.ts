/** The elements that rows of a CSV file become. */
import { type Tensor, type TypedArray, tensor } from "@strata/core";
import { allocateArray } from "@strata/core/internal";

/** The type of a column: a dtype of tensors, or `"string"`. */
export type CsvColumnType = "float32" | "float64" | "int32" | "bool" | "string";

/** Rows as they were read: numbers and texts, each a row after the other. */
export interface CsvRows {
  readonly count: number;
  readonly numbers: Float64Array;
  readonly numberCount: number;
  readonly texts: readonly string[];
  readonly textCount: number;
}

/** A column that is wanted. */
export interface CsvColumn {
  readonly name: string;
  readonly type: CsvColumnType;
  /** Its place among the numbers, or the texts, of a row. */
  readonly slot: number;
}

/** What makes elements, or a part of them, of rows. */
export interface ElementMaker {
  /** That of one row. */
  row(rows: CsvRows, index: number): unknown;
  /** That of all rows, as a batch. */
  batch(rows: CsvRows): unknown;
}

/** The value of one column. */
export function columnMaker({ type, slot }: CsvColumn): ElementMaker {
  if (type === "string") {
    return {
      row: ({ texts, textCount }, index) => texts[index * textCount + slot],
      batch: ({ texts, textCount, count }) =>
        Array.from({ length: count }, (_, index) => texts[index * textCount + slot]),
    };
  }
  return {
    row({ numbers, numberCount }, index) {
      const value = numbers[index * numberCount + slot];
      if (type === "bool") return value === 1;
      return type === "float32" ? value : tensor([value], [], type);
    },
    batch({ numbers, numberCount, count }): Tensor {
      const values: TypedArray = allocateArray(type, count);
      for (let index = 0; index < count; index++) values[index] = numbers[index * numberCount + slot];
      return tensor(values, [count], type);
    },
  };
}

/** The values of several columns by their names. */
export function recordMaker(columns: readonly CsvColumn[]): ElementMaker {
  const makers = columns.map((column) => [column.name, columnMaker(column)] as const);
  const recordOf = (give: (maker: ElementMaker) => unknown): Record<string, unknown> => {
    const record: Record<string, unknown> = {};
    for (const [name, maker] of makers) record[name] = give(maker);
    return record;
  };
  return {
    row: (rows, index) => recordOf((maker) => maker.row(rows, index)),
    batch: (rows) => recordOf((maker) => maker.batch(rows)),
  };
}

/** The numbers of several columns as one vector of float32, in their order. */
export function vectorMaker(columns: readonly CsvColumn[]): ElementMaker {
  const slots = Int32Array.from(columns, ({ slot }) => slot);
  const size = slots.length;
  return {
    row({ numbers, numberCount }, index) {
      const values = new Float32Array(size);
      for (let place = 0; place < size; place++) values[place] = numbers[index * numberCount + slots[place]];
      return tensor(values);
    },
    batch({ numbers, numberCount, count }) {
      const values = new Float32Array(count * size);
      for (let index = 0, at = 0; index < count; index++) {
        const first = index * numberCount;
        for (let place = 0; place < size; place++) values[at++] = numbers[first + slots[place]];
      }
      return tensor(values, [count, size]);
    },
  };
}

/** Two parts, as `[features, labels]`. */
export function pairMaker(features: ElementMaker, labels: ElementMaker): ElementMaker {
  return {
    row: (rows, index) => [features.row(rows, index), labels.row(rows, index)],
    batch: (rows) => [features.batch(rows), labels.batch(rows)],
  };
}
