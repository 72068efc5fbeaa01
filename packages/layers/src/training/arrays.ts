import {
  type DType,
  DTypeError,
  type NestedArray,
  type Shape,
  ShapeError,
  Tensor,
  type TypedArray,
  tensor,
  Variable,
} from "@strata/core";
import { describeValue, filledTensor, isHalf, sizeOf, valuesInPlace } from "@strata/core/internal";
import { formatShape, type SymbolicShape, symbolicSize } from "../utilities/shapes.ts";
import { isFloat } from "../utilities/tensors.ts";

/**
 * Data to train on, samples first: a tensor, nested arrays, an array with a typed array for each sample, or a flat
 * typed array, which is cut into samples by the shape that the model takes.
 */
export type DataLike = Tensor | Variable | TypedArray | NestedArray | readonly TypedArray[];

/** Data at hand, samples first. */
export class ArrayData {
  /** The values, row-major. */
  readonly values: TypedArray;
  /** Their shape, [samples, ...]. */
  readonly shape: Shape;
  /** The type of the elements. */
  readonly dtype: DType;

  constructor(values: TypedArray, shape: Shape, dtype: DType) {
    this.values = values;
    this.shape = shape;
    this.dtype = dtype;
  }

  /** The samples from `start` to `end`, on the same memory. */
  slice(start: number, end: number): ArrayData {
    const rowSize = sizeOf(this.shape.slice(1));
    const values = this.values.subarray(start * rowSize, end * rowSize);
    return new ArrayData(values, [end - start, ...this.shape.slice(1)], this.dtype);
  }
}

/** Knowledge about the data before it is looked at. */
interface Expectation {
  /** Who asks, for messages. */
  readonly operation: string;
  /** The name of the data there: `"x"`, `"y"`… */
  readonly name: string;
  /** The dtype that floats are to have; whole numbers in arrays have it where it is one of whole numbers. */
  readonly dtype: DType;
  /** The shape of one sample; null where it is not known. */
  readonly sampleShape: SymbolicShape | null;
}

/** The data as one typed array with a shape; floats converted. Throws if it is no data, or empty. */
export function toArrayData(data: unknown, expected: Expectation): ArrayData {
  const read = readData(data, expected);
  const { operation, name } = expected;
  if (read.shape.length === 0) {
    throw new ShapeError(
      `${operation}: ${name} is a scalar; it must have the samples as its first dimension`,
    );
  }
  if (read.shape[0] === 0)
    throw new RangeError(`${operation}: ${name} is empty; it must have one sample at least`);
  return read;
}

/** The tensor of some samples, in the order of the indices; of those from `start` to `end` in order without them. */
export class RowReader {
  private readonly data: ArrayData;
  private readonly rowSize: number;

  constructor(data: ArrayData) {
    this.data = data;
    this.rowSize = sizeOf(data.shape.slice(1));
  }

  rows(order: Int32Array | null, start: number, end: number): Tensor {
    const { values, shape, dtype } = this.data;
    const { rowSize } = this;
    const batchShape = [end - start, ...shape.slice(1)];
    if (order === null) return tensor(values.subarray(start * rowSize, end * rowSize), batchShape, dtype);
    const rows = order.subarray(start, end);
    const stored = isHalf(dtype) ? "float32" : dtype;
    const gathered = filledTensor(batchShape, stored, rows.length * rowSize, (into) =>
      gather(values, rows, rowSize, into),
    );
    return gathered.cast(dtype);
  }
}

function gather(values: TypedArray, rows: Int32Array, rowSize: number, into: TypedArray): void {
  const isShort = rowSize <= 16;
  for (let row = 0; row < rows.length; row++) {
    const from = rows[row] * rowSize;
    const to = row * rowSize;
    if (isShort) for (let column = 0; column < rowSize; column++) into[to + column] = values[from + column];
    else into.set(values.subarray(from, from + rowSize), to);
  }
}

function readData(data: unknown, expected: Expectation): ArrayData {
  if (data instanceof Tensor || data instanceof Variable) {
    return withFloats(valuesInPlace(data), data.shape, data.dtype, expected.dtype);
  }
  if (isTypedArray(data)) return readFlat(data, expected);
  if (!Array.isArray(data)) {
    throw new RangeError(
      `${expected.operation}: ${expected.name} is ${describeValue(data)}; accepted are tensors, arrays and typed arrays`,
    );
  }
  if (data.length > 0 && data.every(isTypedArray)) return readRows(data, expected);
  return readNested(data, expected);
}

function readFlat(data: TypedArray, { dtype, sampleShape }: Expectation): ArrayData {
  const own = dtypeOf(data);
  const size = sampleShape === null ? null : symbolicSize(sampleShape);
  const known = sampleShape?.every((dimension) => dimension !== null)
    ? sampleShape.map((each) => each ?? 1)
    : [];
  const isCut = size !== null && size > 0 && known.length > 0 && data.length > 0 && data.length % size === 0;
  return withFloats(data, isCut ? [data.length / size, ...known] : [data.length], own, dtype);
}

function readRows(rows: readonly TypedArray[], { operation, name, dtype }: Expectation): ArrayData {
  const { length } = rows[0];
  const values = rows[0].slice(0, 0);
  const joined = withLength(values, rows.length * length);
  rows.forEach((row, index) => {
    if (row.length !== length) {
      throw new ShapeError(
        `${operation}: ${name} is ragged: sample 0 has ${length} values, sample ${index} has ${row.length}`,
      );
    }
    joined.set(row, index * length);
  });
  return withFloats(joined, [rows.length, length], dtypeOf(joined), dtype);
}

function readNested(data: readonly unknown[], { operation, name, dtype }: Expectation): ArrayData {
  const shape: number[] = [];
  for (let level: unknown = data; Array.isArray(level); level = level[0]) shape.push(level.length);
  const values = emptyValues(dtype, sizeOf(shape));
  let position = 0;
  const fill = (level: unknown, depth: number): void => {
    if (depth === shape.length) {
      if (typeof level !== "number" && typeof level !== "boolean") {
        if (Array.isArray(level)) {
          throw new ShapeError(
            `${operation}: ${name} is ragged: it holds an array where the first samples have a number; the samples must all ` +
              `have the shape ${formatShape(shape.slice(1))}`,
          );
        }
        throw new DTypeError(`${operation}: ${name} holds ${describeValue(level)}; ${adviceFor(level)}`);
      }
      values[position++] = Number(level);
      return;
    }
    if (!Array.isArray(level) || level.length !== shape[depth]) {
      const found = Array.isArray(level) ? `an array of ${level.length}` : describeValue(level);
      throw new ShapeError(
        `${operation}: ${name} is ragged: it holds ${found} where the first samples have an array of ` +
          `${shape[depth]}; the samples must all have the shape ${formatShape(shape.slice(1))}`,
      );
    }
    for (const item of level) fill(item, depth + 1);
  };
  fill(data, 0);
  return new ArrayData(values, shape, isFloat(dtype) || dtype === "int32" ? dtype : "float32");
}

function emptyValues(dtype: DType, length: number): TypedArray {
  if (dtype === "float64") return new Float64Array(length);
  return dtype === "int32" ? new Int32Array(length) : new Float32Array(length);
}

function withFloats(values: TypedArray, shape: Shape, own: DType, wanted: DType): ArrayData {
  if (!isFloat(own) || !isFloat(wanted) || own === wanted) return new ArrayData(values, shape, own);
  const converted = wanted === "float64" ? Float64Array.from(values) : Float32Array.from(values);
  return new ArrayData(converted, shape, wanted);
}

function withLength(like: TypedArray, length: number): TypedArray {
  if (like instanceof Float32Array) return new Float32Array(length);
  if (like instanceof Float64Array) return new Float64Array(length);
  if (like instanceof Int32Array) return new Int32Array(length);
  return new Uint8Array(length);
}

/** The dtype whose values an array holds. */
export function dtypeOf(values: TypedArray): DType {
  if (values instanceof Float32Array) return "float32";
  if (values instanceof Float64Array) return "float64";
  if (values instanceof Int32Array) return "int32";
  return "uint8";
}

/** Whether a value is a typed array of a kind that tensors are made of. */
export function isTypedArray(value: unknown): value is TypedArray {
  return (
    value instanceof Float32Array ||
    value instanceof Float64Array ||
    value instanceof Int32Array ||
    value instanceof Uint8Array
  );
}

/** Advice on a value that is neither a number nor a boolean. */
function adviceFor(value: unknown): string {
  const isText = typeof value === "string";
  if (isText && value.trim() !== "" && Number.isFinite(Number(value)))
    return "texts of numbers become numbers by Number";
  if (isText) return "data are numbers: StringLookup and TextVectorization make numbers of texts";
  return value === undefined || value === null
    ? "a value that is missing must be given one, or its sample be left out"
    : "data are numbers and booleans";
}
