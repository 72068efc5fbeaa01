/** Rows that order elements, and search among ordered ones. Their results are positions. */
import { ShapeError } from "../errors.ts";
import type { Attributes } from "../graph/attributes.ts";
import { formatShape } from "../shape.ts";
import { foldExamples } from "./batching.ts";
import { anyDType, commonDType } from "./elementwise.ts";
import type { RoutinePrimitive } from "./primitive.ts";

export interface ArgsortAttributes extends Attributes {
  readonly descending: boolean;
}

export interface SearchAttributes extends Attributes {
  /** Whether equal elements come before the place that is found. */
  readonly afterEqual: boolean;
}

/** The positions of the elements of each row of [R, N] in order, as int32: equal ones as they lie, NaN last. */
const argsort: RoutinePrimitive<ArgsortAttributes> = {
  kind: "routine",
  name: "argsort",
  arity: 1,
  batch: foldExamples,
  infer([x]) {
    if (x.shape.length !== 2) throw new ShapeError(`argsort: takes rows [R, N], not ${formatShape(x.shape)}`);
    return { shape: x.shape, dtype: "int32" };
  },
  vjp: null,
  evaluate([x], { descending }, output) {
    const [rows, length] = x.shape;
    for (let row = 0; row < rows; row++) {
      const values = x.values.subarray(row * length, (row + 1) * length);
      const order = Array.from({ length }, (_, position) => position);
      order.sort((a, b) => compare(values[a], values[b], descending));
      output.values.set(order, row * length);
    }
  },
};

/** For each element of [R, K] how many of the row's ordered elements [R, N] come before it, as int32. */
const searchSorted: RoutinePrimitive<SearchAttributes> = {
  kind: "routine",
  name: "searchSorted",
  arity: 2,
  batch: foldExamples,
  infer(inputs) {
    const [sorted, values] = inputs;
    commonDType("searchSorted", inputs, anyDType);
    if (sorted.shape.length !== 2 || values.shape.length !== 2 || sorted.shape[0] !== values.shape[0]) {
      throw new ShapeError(
        `searchSorted: takes rows [R, N] and [R, K], not ${formatShape(sorted.shape)} and ${formatShape(values.shape)}`,
      );
    }
    return { shape: values.shape, dtype: "int32" };
  },
  vjp: null,
  evaluate([sorted, values], { afterEqual }, output) {
    const length = sorted.shape[1];
    const [rows, count] = values.shape;
    for (let row = 0; row < rows; row++) {
      for (let at = row * count; at < (row + 1) * count; at++) {
        let [low, high] = [0, length];
        while (low < high) {
          const middle = (low + high) >> 1;
          const order = compare(sorted.values[row * length + middle], values.values[at], false);
          if (order < 0 || (order === 0 && afterEqual)) low = middle + 1;
          else high = middle;
        }
        output.values[at] = low;
      }
    }
  },
};

export const sortingPrimitives = { argsort, searchSorted };

/** Below 0 where a comes before b. NaN comes after all numbers, in either direction. */
function compare(a: number, b: number, descending: boolean): number {
  if (Number.isNaN(a) || Number.isNaN(b)) return Number(Number.isNaN(a)) - Number(Number.isNaN(b));
  if (a === b) return 0;
  return a < b !== descending ? -1 : 1;
}
