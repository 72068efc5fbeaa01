/** Values at hand, in nested and typed arrays, as the elements of a tensor; and back. */
import { describeValue } from "./arguments.ts";
import { isOurs } from "./copies.ts";
import { allocateArray, type DType, isFloat, isHalf, isInteger, promote, type TypedArray } from "./dtype.ts";
import { DTypeError, ShapeError } from "./errors.ts";
import type { TensorType } from "./graph/node.ts";
import { convert } from "./primitives/selection.ts";
import { formatShape, type Shape, sizeOf } from "./shape.ts";
import { checkNumericArray, dtypeOfArray, isUint32Array, type NumericArray } from "./typed-arrays.ts";

/** Numbers or booleans in arrays, nested as deep as the tensor has dimensions; the innermost may be typed arrays. */
export type NestedArray = readonly (number | boolean | NestedArray | NumericArray)[];

/** The values of a tensor as nested arrays of JavaScript numbers or, for `bool`, booleans. */
export type ArrayValue = number | boolean | ArrayValue[];

/** The ranks for which the types know how deep arrays are nested. */
export type Rank = 0 | 1 | 2 | 3 | 4 | 5 | 6;

/** The values of a tensor of a rank as nested arrays: a number for 0, `number[]` for 1, `number[][]` for 2. */
export type NumbersOfRank<R extends Rank> = [
  number,
  number[],
  number[][],
  number[][][],
  number[][][][],
  number[][][][][],
  number[][][][][][],
][R];

/** Values at hand. */
export type Values = number | boolean | NestedArray | NumericArray;

/** Arrays that are nested deeper, as one that contains itself is, are no tensor. */
export const deepestNesting = 64;

/** Of eight bytes each: beyond some gigabyte of arrays the engine may end the process, which nothing can catch. */
const mostCells = 2 ** 27;
const cellsOfArray = 4;

/** The result of a walk through nested arrays. */
interface Found {
  /** The values, in order. */
  readonly flat: Float64Array;
  /** How many have been found. */
  count: number;
  hasBooleans: boolean;
  /** Whether there are numbers outside of typed arrays. */
  hasNumbers: boolean;
  /** The dtype in which the typed arrays meet. */
  rows: DType | null;
}

/**
 * The elements of a tensor of these values; `dtype` is for values that have none of their own.
 *
 * @throws ShapeError in `operation`'s name if arrays are ragged, DTypeError for values that are no numbers.
 */
export function readValues(
  operation: string,
  values: Values,
  dtype?: DType,
): { readonly data: TypedArray; readonly type: TensorType } {
  const shape = shapeOfNesting(operation, values);
  if (isView(values)) {
    const own = dtypeOfRow(operation, values, dtype);
    const type = { shape, dtype: dtype ?? own };
    return { data: converted(values, isUint32Array(values) ? "float64" : own, type.dtype), type };
  }
  const found: Found = {
    flat: new Float64Array(sizeOf(shape)),
    count: 0,
    hasBooleans: false,
    hasNumbers: false,
    rows: null,
  };
  collect(operation, values, shape, 0, dtype, found);
  const type = { shape, dtype: dtype ?? dtypeOf(found) };
  return { data: converted(found.flat, "float64", type.dtype), type };
}

/** Whether the dtype of values is their own, as that of typed arrays is, and not for other operands to decide. */
export function haveOwnDType(values: unknown): boolean {
  let level = values;
  for (let depth = 0; Array.isArray(level) && depth < deepestNesting; depth++) level = level[0];
  return ArrayBuffer.isView(level);
}

/** The values as nested arrays. */
export function nest(values: TypedArray, shape: Shape, asBooleans: boolean): ArrayValue {
  if (cellsOfNesting(shape) > mostCells) {
    throw new RangeError(
      `array: nested arrays of ${formatShape(shape)} are more than the heap is sure to hold; data gives the values as one typed array`,
    );
  }
  let position = 0;
  const at = (depth: number): ArrayValue => {
    if (depth === shape.length) {
      const value = values[position++];
      return asBooleans ? value !== 0 : value;
    }
    return Array.from({ length: shape[depth] }, () => at(depth + 1));
  };
  return at(0);
}

/** The heap that the nesting takes, in numbers of eight bytes. */
function cellsOfNesting(shape: Shape): number {
  let [arrays, cells] = [1, 0];
  for (const size of shape) {
    cells += arrays * (size + cellsOfArray);
    arrays *= size;
  }
  return cells;
}

function isView(values: unknown): values is NumericArray {
  return ArrayBuffer.isView(values);
}

/** Typed arrays keep their dtype, numbers among them make it a float; without them, all booleans are `bool`. */
function dtypeOf({ rows, hasNumbers, hasBooleans }: Found): DType {
  if (rows !== null) return hasNumbers ? promote(rows, "float32") : rows;
  return hasBooleans && !hasNumbers ? "bool" : "float32";
}

function dtypeOfRow(operation: string, row: NumericArray, dtype: DType | undefined): DType {
  checkNumericArray(operation, row);
  if (isUint32Array(row) && (dtype === undefined || isInteger(dtype))) checkFitsInt32(operation, row);
  return dtypeOfArray(row);
}

function checkFitsInt32(operation: string, values: Uint32Array): void {
  const large = values.find((value) => value >= 2 ** 31);
  if (large === undefined) return;
  throw new RangeError(
    `${operation}: a Uint32Array becomes int32, which does not hold its ${large}; give a float dtype, as in ` +
      'tensor(values, shape, "float64")',
  );
}

/** The values as elements of another dtype, as `cast` converts them. */
function converted(values: ArrayLike<number>, from: DType, to: DType): TypedArray {
  const data = allocateArray(to, values.length);
  const isConvertedByArray = from === to || (isFloat(to) && !isHalf(to));
  if (isConvertedByArray) data.set(values);
  else for (let at = 0; at < data.length; at++) data[at] = convert(values[at], from, to);
  return data;
}

function shapeOfNesting(operation: string, values: Values): number[] {
  const shape: number[] = [];
  let level: Values = values;
  while (Array.isArray(level) || isView(level)) {
    shape.push(level.length);
    if (shape.length > deepestNesting) {
      throw new ShapeError(
        `${operation}: the arrays are nested in more than ${deepestNesting} levels, or contain themselves`,
      );
    }
    if (level.length === 0 || isView(level)) break;
    level = level[0];
  }
  return shape;
}

/** Appends the values in order. */
function collect(
  operation: string,
  values: Values,
  shape: Shape,
  depth: number,
  dtype: DType | undefined,
  found: Found,
): void {
  if (typeof values === "number" || typeof values === "boolean") {
    if (depth !== shape.length) throw ragged(operation, shape);
    if (typeof values === "boolean") found.hasBooleans = true;
    else found.hasNumbers = true;
    found.flat[found.count++] = Number(values);
    return;
  }
  if (!Array.isArray(values) && !isView(values)) {
    const advice = isOurs(values) ? "; stack joins tensors" : "";
    throw new DTypeError(`${operation}: ${describeValue(values)} is neither a number nor a boolean${advice}`);
  }
  const isInnermost = depth === shape.length - 1;
  if (depth >= shape.length || values.length !== shape[depth]) throw ragged(operation, shape);
  if (!isView(values)) {
    for (const item of values) collect(operation, item, shape, depth + 1, dtype, found);
    return;
  }
  const own = dtypeOfRow(operation, values, dtype);
  if (!isInnermost) throw ragged(operation, shape);
  found.rows = found.rows === null ? own : promote(found.rows, own);
  found.flat.set(values, found.count);
  found.count += values.length;
}

function ragged(operation: string, shape: Shape): ShapeError {
  return new ShapeError(
    `${operation}: the nested arrays are ragged; the first elements say ${formatShape(shape)}, others differ`,
  );
}
