import { checkCount, describeValue, textOrRefusal } from "./arguments.ts";
import { isOurs, markAsOurs } from "./copies.ts";
import { checkDType, type DType, isFloat, isInteger, roundTo, type TypedArray } from "./dtype.ts";
import { DTypeError, ShapeError } from "./errors.ts";
import { nextTurn } from "./evaluate/turn.ts";
import { compute, limitDepth, valuesOf } from "./evaluate.ts";
import { formatTensor } from "./format-values.ts";
import { dataNode, type GraphNode } from "./graph/node.ts";
import { inspect } from "./inspect.ts";
import {
  type ArrayValue,
  deepestNesting,
  haveOwnDType,
  type NestedArray,
  type NumbersOfRank,
  nest,
  type Rank,
  readValues,
} from "./nested-arrays.ts";
import { build, literal } from "./primitives/apply.ts";
import { convert } from "./primitives/selection.ts";
import { printedValues, type TensorJson, tensorJson } from "./printed-values.ts";
import { checkShape, formatShape, type Shape, sizeOf } from "./shape.ts";
import type { TensorMethods } from "./tensor-methods.ts";
import type { NumericArray } from "./typed-arrays.ts";
import type { Variable } from "./variable.ts";

/**
 * Accepted wherever an op takes a tensor. Numbers and arrays adopt the dtype of the tensor they meet; typed arrays have
 * one of their own.
 */
export type TensorLike = Tensor | Variable | number | boolean | NestedArray | NumericArray;

/** Anything that has a node in the graph: a Tensor, or a Variable, whose node is what it holds now. */
export interface GraphValue {
  /** @internal */
  readonly node: GraphNode;
}

// The methods are put on the prototype by ops/methods.ts: they are written with ops, which are written with Tensor.
export interface Tensor extends TensorMethods {}

/**
 * An n-dimensional array of numbers that is not there until it is asked for.
 *
 * A Tensor is a handle on a node of a lazy graph: its shape and dtype are known at once, its values are computed
 * when something reads them ({@link Tensor.data}, {@link Tensor.array}, {@link Tensor.item} and their synchronous
 * forms, or {@link evaluate} for several at once). It is immutable, and needs no disposal.
 *
 * @example
 * ```ts
 * import { tensor } from "@strata/core";
 *
 * const x = tensor([[1, 2], [3, 4]]);
 * console.log(x.shape, x.dtype); // [2, 2] "float32"
 * console.log(x.mul(10).add(1).arraySync()); // [[11, 21], [31, 41]]
 * ```
 */
// biome-ignore lint/suspicious/noUnsafeDeclarationMerging: ops/methods.ts is typed to define all of them
export class Tensor implements GraphValue {
  static {
    markAsOurs(Tensor);
  }

  /** @internal */
  readonly node: GraphNode;

  /** @internal */
  constructor(node: GraphNode) {
    this.node = node;
    // A chain that nobody reads must not grow for ever.
    limitDepth(node);
  }

  /** The sizes of the dimensions, outermost first; `[]` for a scalar. */
  get shape(): Shape {
    return this.node.frozenShape;
  }

  /** The type of the elements. */
  get dtype(): DType {
    return this.node.dtype;
  }

  /** The number of dimensions. */
  get rank(): number {
    return this.node.shape.length;
  }

  /** The number of elements. */
  get size(): number {
    return sizeOf(this.node.shape);
  }

  /**
   * The values, row-major, in a typed array of the caller's own: a Float32Array for `float16` and `bfloat16`. Computes
   * them if they are not there, and lets the event loop turn before the promise is kept: timers fire and pages are drawn.
   *
   * @throws EvaluationError inside a function that `jit` traces, where there are no values.
   */
  async data(): Promise<TypedArray> {
    const values = this.dataSync();
    await nextTurn();
    return values;
  }

  /** As {@link Tensor.data}, at once. */
  dataSync(): TypedArray {
    return valuesOf(this.node).slice();
  }

  /** The values as nested arrays; a number for a scalar. Elements of a `bool` tensor are booleans. */
  async array(): Promise<ArrayValue>;
  /**
   * The values of a tensor whose rank is known, as arrays that the types know: `number[][]` for rank 2. Elements of a `bool`
   * tensor are 0 or 1, as in {@link Tensor.item}.
   *
   * @param rank The number of dimensions.
   * @throws ShapeError if the tensor has another rank.
   *
   * @example
   * ```ts
   * import { tensor } from "@strata/core";
   *
   * const rows = tensor([[1, 2], [3, 4]]).arraySync(2);
   * console.log(rows.map((row) => row.join("-"))); // ["1-2", "3-4"]
   * ```
   */
  async array<R extends Rank>(rank: R): Promise<NumbersOfRank<R>>;
  async array(rank?: Rank): Promise<ArrayValue> {
    const values = rank === undefined ? this.arraySync() : this.arraySync(rank);
    await nextTurn();
    return values;
  }

  /** As {@link Tensor.array}, at once. */
  arraySync(): ArrayValue;
  /** As {@link Tensor.array} with a rank, at once. */
  arraySync<R extends Rank>(rank: R): NumbersOfRank<R>;
  arraySync(rank?: Rank): ArrayValue {
    if (rank !== undefined && rank !== this.rank) {
      throw new ShapeError(
        `array: the tensor has the shape ${formatShape(this.shape)}; for rank ${rank} it must have as many dimensions`,
      );
    }
    return nest(valuesOf(this.node), this.shape, this.dtype === "bool" && rank === undefined);
  }

  /**
   * The one value of a tensor with one element, as a number (0 or 1 for `bool`).
   *
   * @throws ShapeError if there are more or fewer elements.
   */
  item(): number {
    if (this.size !== 1) {
      throw new ShapeError(
        `item: the tensor has the shape ${formatShape(this.shape)}; it must have one element`,
      );
    }
    return valuesOf(this.node)[0];
  }

  /**
   * Dtype, shape and values, as `Tensor float32 [2, 2] [[1, 2], [3, 4]]`; of more than 1,000 values the first and the last
   * along each axis, as NumPy prints them. `console.log` in Node shows this text, too. The values are computed if they are
   * not there, except while a function is traced.
   */
  toString(): string {
    return formatTensor("Tensor", this.node, printedValues(this.node));
  }

  /** @internal The text in templates; arithmetic and comparisons by JavaScript's operators are errors. */
  [Symbol.toPrimitive](hint: string): string {
    return textOrRefusal(() => this.toString(), hint);
  }

  /** Prints {@link Tensor.toString}. */
  print(): void {
    console.log(this.toString());
  }

  /** For `JSON.stringify`: the dtype, the shape and all values; NaN and infinities as strings, since JSON has none. */
  toJSON(): TensorJson {
    return tensorJson(this.node, valuesOf(this.node));
  }

  /** @internal */
  [inspect](): string {
    return this.toString();
  }
}

/**
 * Makes a tensor of values at hand, which are copied.
 *
 * @param values A number, a boolean, nested arrays of them, a typed array, or an array of typed arrays as rows; or a
 *   tensor, which is reshaped and cast.
 * @param shape The shape; that of the nesting by default, or one dimension for a typed array.
 * @param dtype The dtype; by default `bool` for booleans, that of a typed array (`int32` for Int8Array, Int16Array,
 *   Uint16Array and Uint32Array, `uint8` for Uint8ClampedArray, `float16` for Float16Array), and else `float32`.
 * @throws ShapeError if the arrays are ragged, or the shape has another number of elements.
 * @throws DTypeError for an unknown dtype, and for arrays of bigints.
 * @throws RangeError for a Uint32Array that holds more than `int32` does, unless `dtype` is a float.
 *
 * @example
 * ```ts
 * import { tensor } from "@strata/core";
 *
 * console.log(tensor([1, 2, 3, 4], [2, 2]).arraySync()); // [[1, 2], [3, 4]]
 * console.log(tensor([1, 2, 3], undefined, "int32").dtype); // "int32"
 * ```
 */
export function tensor(values: TensorLike, shape?: Shape, dtype?: DType): Tensor {
  checkCount("tensor", arguments, 3);
  if (dtype !== undefined) checkDType("tensor", dtype);
  if (shape !== undefined) checkShape("tensor", shape);
  checkTensorLike("tensor", values);
  if (isGraphValue(values)) {
    const node = build.cast(values.node, dtype ?? values.node.dtype);
    return new Tensor(build.reshape(node, filledShape(shape, node.shape)));
  }
  const { data, type } = readValues("tensor", values, dtype);
  return new Tensor(dataNode(data, { shape: filledShape(shape, type.shape), dtype: type.dtype }));
}

/** The shape that was asked for; a ShapeError unless it has as many elements as there are. */
function filledShape(shape: Shape | undefined, own: Shape): Shape {
  if (shape === undefined) return own;
  if (sizeOf(shape) === sizeOf(own)) return [...shape];
  throw new ShapeError(
    `tensor: ${sizeOf(own)} values do not fill the shape ${formatShape(shape)}, which has ${sizeOf(shape)}`,
  );
}

export function isGraphValue(value: unknown): value is GraphValue {
  return isOurs(value) && "node" in value;
}

/** Whether two tensors stand for one value, as those of a Variable that was not assigned in between. */
export function isSameValue(one: Tensor, other: Tensor): boolean {
  return one.node === other.node;
}

/** Throws a DTypeError in `operation`'s name for what has no node, as numbers and arrays. */
export function checkGraphValue(operation: string, name: string, value: unknown): void {
  if (isGraphValue(value)) return;
  throw new DTypeError(`${operation}: ${name} is ${describeValue(value)}; it must be a tensor or a Variable`);
}

/** The node of a tensor-like; `dtype` is for values that have none of their own. */
export function nodeOf(value: TensorLike, dtype?: DType, operation = "tensor"): GraphNode {
  checkTensorLike(operation, value);
  if (isGraphValue(value)) return value.node;
  if (typeof value === "number" || typeof value === "boolean") {
    const own = dtype ?? (typeof value === "boolean" ? "bool" : "float32");
    return literal(convert(Number(value), "float64", own), own);
  }
  const { data, type } = readValues(operation, value, dtype);
  return dataNode(data, type);
}

/** Throws a DTypeError in `operation`'s name for what no op takes as a tensor. */
export function checkTensorLike(operation: string, value: unknown): asserts value is TensorLike {
  const isKnown =
    typeof value === "number" ||
    typeof value === "boolean" ||
    Array.isArray(value) ||
    ArrayBuffer.isView(value) ||
    isGraphValue(value);
  if (isKnown) return;
  throw new DTypeError(
    `${operation}: takes tensors, Variables, numbers, booleans and arrays of them, not ${describeValue(value)}`,
  );
}

/** Whether the dtype of an operand is its own, and not for the others to decide. */
export function hasOwnDType(value: TensorLike): boolean {
  return isGraphValue(value) || haveOwnDType(value);
}

/**
 * Whether a number or an array can adopt the dtype: floats take all, integers and bools what they hold without loss. It is
 * for those who read the values to say what is wrong with them, as that they are nested in more than `levels`.
 */
export function fitsDType(value: TensorLike, dtype: DType, levels = deepestNesting): boolean {
  if (isFloat(dtype) && !hasOwnDType(value)) return true;
  if (typeof value === "number") return isInteger(dtype) && roundTo(dtype, value) === value;
  if (typeof value === "boolean") return true;
  if (isGraphValue(value)) return value.node.dtype === dtype;
  return !Array.isArray(value) || levels === 0 || value.every((item) => fitsDType(item, dtype, levels - 1));
}

/**
 * Computes several tensors in one program, so that what they share is computed once.
 *
 * @example
 * ```ts
 * import { evaluate, tensor } from "@strata/core";
 *
 * const x = tensor([1, 2, 3]).exp();
 * const [y, z] = [x.sum(), x.mean()];
 * evaluate(y, z);
 * console.log(y.item() / z.item()); // 3
 * ```
 */
export function evaluate(...tensors: readonly (Tensor | Variable)[]): void {
  for (const each of tensors) checkGraphValue("evaluate", "an argument", each);
  compute(tensors.map(({ node }) => node));
}
