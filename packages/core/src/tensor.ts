import { describeValue } from "./arguments.ts";
import {
  allocateArray,
  checkDType,
  type DType,
  isFloat,
  isInteger,
  roundTo,
  type TypedArray,
} from "./dtype.ts";
import { DTypeError, ShapeError } from "./errors.ts";
import { compute, limitDepth, valuesOf } from "./evaluate.ts";
import { dataNode, type GraphNode } from "./graph/node.ts";
import { literal } from "./primitives/apply.ts";
import { convert } from "./primitives/selection.ts";
import { checkShape, formatShape, type Shape, sizeOf } from "./shape.ts";
import type { TensorMethods } from "./tensor-methods.ts";
import type { Variable } from "./variable.ts";

/** Numbers or booleans in arrays, nested as deep as the tensor has dimensions. */
export type NestedArray = readonly (number | boolean | NestedArray)[];

/** What an op takes where it takes a tensor. Numbers and arrays adopt the dtype of the tensor they meet. */
export type TensorLike = Tensor | Variable | number | boolean | NestedArray | TypedArray;

/** The values of a tensor as nested arrays of JavaScript numbers or, for `bool`, booleans. */
export type ArrayValue = number | boolean | ArrayValue[];

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
    return this.node.shape;
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
   * The values, row-major, in a typed array of the caller's own. Computes them if they are not there.
   *
   * @throws EvaluationError inside a function that `jit` traces, where there are no values.
   */
  async data(): Promise<TypedArray> {
    return this.dataSync();
  }

  /** As {@link Tensor.data}, at once. */
  dataSync(): TypedArray {
    return valuesOf(this.node).slice();
  }

  /** The values as nested arrays; a number for a scalar. Elements of a `bool` tensor are booleans. */
  async array(): Promise<ArrayValue> {
    return this.arraySync();
  }

  /** As {@link Tensor.array}, at once. */
  arraySync(): ArrayValue {
    return nest(valuesOf(this.node), this.shape, this.dtype === "bool");
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

  /** Shape and dtype, and the values where they are few and there. */
  toString(): string {
    const { value } = this.node;
    const values = value && value.length <= 16 ? ` ${JSON.stringify(this.arraySync())}` : "";
    return `Tensor ${this.dtype} ${formatShape(this.shape)}${values}`;
  }
}

/**
 * Makes a tensor of values at hand, which are copied.
 *
 * @param values A number, a boolean, nested arrays of them, or a typed array.
 * @param shape The shape; that of the nesting by default, or one dimension for a typed array.
 * @param dtype The dtype; by default `bool` for booleans, a typed array's own, and else `float32`.
 * @throws ShapeError if the arrays are ragged, or the shape has another number of elements.
 * @throws DTypeError for an unknown dtype.
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
  if (dtype !== undefined) checkDType("tensor", dtype);
  if (shape !== undefined) checkShape("tensor", shape);
  if (isGraphValue(values)) {
    throw new DTypeError(
      "tensor: takes numbers, booleans, arrays or typed arrays, not a Tensor; use cast or reshape",
    );
  }
  checkTensorLike("tensor", values);
  const node = nodeOfValues("tensor", values, dtype);
  if (shape === undefined) return new Tensor(node);
  if (sizeOf(shape) !== sizeOf(node.shape)) {
    throw new ShapeError(
      `tensor: ${sizeOf(node.shape)} values do not fill the shape ${formatShape(shape)}, which has ${sizeOf(shape)}`,
    );
  }
  return new Tensor(dataNode(valuesOf(node), { shape: [...shape], dtype: node.dtype }));
}

export function isGraphValue(value: unknown): value is GraphValue {
  return typeof value === "object" && value !== null && "node" in value && "shape" in value;
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
  return nodeOfValues(operation, value, dtype);
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
  return isGraphValue(value) || ArrayBuffer.isView(value);
}

/** Whether a number or an array fits an integer or bool dtype without loss. */
export function fitsDType(value: TensorLike, dtype: DType): boolean {
  if (typeof value === "number") return isInteger(dtype) && roundTo(dtype, value) === value;
  if (typeof value === "boolean") return true;
  if (isGraphValue(value)) return value.node.dtype === dtype;
  if (ArrayBuffer.isView(value)) return dtypeOfArray("tensor", value) === dtype;
  return Array.isArray(value) && value.every((item) => fitsDType(item, dtype));
}

function nodeOfValues(
  operation: string,
  values: Exclude<TensorLike, Tensor | Variable>,
  dtype?: DType,
): GraphNode {
  if (ArrayBuffer.isView(values)) {
    const own = dtypeOfArray(operation, values);
    const type = { shape: [values.length], dtype: dtype ?? own };
    return dataNode(converted(values, own, type.dtype), type);
  }
  const shape = shapeOfNesting(values);
  const flat: number[] = [];
  const containsOnlyBooleans = flatten(operation, values, shape, 0, flat);
  const chosen = dtype ?? (containsOnlyBooleans && flat.length > 0 ? "bool" : "float32");
  return dataNode(converted(flat, "float64", chosen), { shape, dtype: chosen });
}

/** The values as elements of another dtype, as `cast` converts them. */
function converted(values: ArrayLike<number>, from: DType, to: DType): TypedArray {
  const data = allocateArray(to, values.length);
  if (isFloat(to) || from === to) data.set(values);
  else for (let at = 0; at < data.length; at++) data[at] = convert(values[at], from, to);
  return data;
}

function dtypeOfArray(operation: string, values: ArrayBufferView): DType {
  if (values instanceof Float32Array) return "float32";
  if (values instanceof Float64Array) return "float64";
  if (values instanceof Int32Array) return "int32";
  if (values instanceof Uint8Array) return "uint8";
  throw new DTypeError(
    `${operation}: does not take a ${values.constructor.name}; accepted are Float32Array, Float64Array, Int32Array and Uint8Array`,
  );
}

function shapeOfNesting(values: number | boolean | NestedArray): number[] {
  const shape: number[] = [];
  let level: number | boolean | NestedArray = values;
  while (Array.isArray(level)) {
    shape.push(level.length);
    if (level.length === 0) break;
    level = level[0];
  }
  return shape;
}

/** Appends the values in order; true if all are booleans. */
function flatten(
  operation: string,
  values: number | boolean | NestedArray,
  shape: Shape,
  depth: number,
  flat: number[],
): boolean {
  if (!Array.isArray(values)) {
    if (typeof values !== "number" && typeof values !== "boolean") {
      throw new DTypeError(`${operation}: ${describeValue(values)} is neither a number nor a boolean`);
    }
    if (depth !== shape.length) throw ragged(operation, shape);
    flat.push(Number(values));
    return typeof values === "boolean";
  }
  if (depth >= shape.length || values.length !== shape[depth]) throw ragged(operation, shape);
  let onlyBooleans = true;
  for (const item of values) onlyBooleans = flatten(operation, item, shape, depth + 1, flat) && onlyBooleans;
  return onlyBooleans;
}

function ragged(operation: string, shape: Shape): ShapeError {
  return new ShapeError(
    `${operation}: the nested arrays are ragged; the first elements say ${formatShape(shape)}, others differ`,
  );
}

function nest(values: TypedArray, shape: Shape, asBooleans: boolean): ArrayValue {
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
