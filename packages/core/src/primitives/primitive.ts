import type { TypedArray } from "../dtype.ts";
import type { Attributes } from "../graph/attributes.ts";
import type { GraphNode, TensorType } from "../graph/node.ts";
import type { Shape } from "../shape.ts";
import type { Build } from "./build.ts";

/** Values with their type, contiguous and row-major, as the reference evaluation takes and fills them. */
export interface NdArray extends TensorType {
  /** Floats are held as float64 whatever their dtype, integers and bools as what they are. */
  readonly values: TypedArray;
}

/** All that a vjp rule may look at. */
export interface DifferentiatedCall<A extends Attributes> {
  readonly inputs: readonly GraphNode[];
  readonly output: GraphNode;
  readonly attributes: A;
  /** The gradient of the final result with respect to `output`; it has `output`'s shape. */
  readonly gradient: GraphNode;
  /** Makes the nodes of the answer, so that it can be differentiated in turn. */
  readonly build: Build;
}

/** The place of element [i0, i1, …] of a value in its buffer: `offset + Σ i·stride`, counted in elements. */
export interface Layout {
  readonly offset: number;
  readonly strides: readonly number[];
}

/** A gradient rule. Extracted from a method, so that rules for narrower attributes fit a `Primitive`. */
export type VectorJacobianProduct<A extends Attributes> = {
  rule(call: DifferentiatedCall<A>): readonly (GraphNode | null)[];
}["rule"];

/** All that a batching rule may look at: the row's call for each of some examples, which it makes at once. */
export interface BatchedCall<A extends Attributes> {
  /** An input that differs between the examples has them along a new first axis. */
  readonly inputs: readonly GraphNode[];
  /** For each input whether it has that axis. */
  readonly batched: readonly boolean[];
  readonly attributes: A;
  /** How many examples there are. */
  readonly count: number;
  /** Applies the same row. */
  apply(inputs: readonly GraphNode[], attributes: A): GraphNode;
  readonly build: Build;
}

/** A batching rule; a method, so that rules for narrower attributes fit a `Primitive`. */
export interface Batchable<A extends Attributes> {
  /** The results of all examples, along a new first axis. */
  batch(call: BatchedCall<A>): GraphNode;
}

interface CommonProperties<A extends Attributes> {
  readonly name: string;
  /** How many inputs it takes; null where any number will do. */
  readonly arity: number | null;
  /** The type of the result. Throws a ShapeError, DTypeError or RangeError that names the op and the rule. */
  infer(inputs: readonly TensorType[], attributes: A): TensorType;
  /**
   * The vector-Jacobian product: one gradient for each input, or null for an input that has none. The gradient of
   * an input that was broadcast may have the broadcast shape: the walker sums it.
   * `null` in place of the rule: the output does not change smoothly with any input.
   */
  readonly vjp: VectorJacobianProduct<A> | null;
}

/** Each element of the result depends on one element of each input; inputs are broadcast. */
export interface ElementwisePrimitive<A extends Attributes = Attributes>
  extends CommonProperties<A>,
    Batchable<A> {
  readonly kind: "elementwise";
  readonly arity: number;
  /** The function of one element in float64 arithmetic; results are rounded to the dtype by the caller. */
  scalar(a: number, b: number, c: number, attributes: A): number;
  /** Integer arithmetic where it is not the float one followed by a wrap (products, divisions by zero). */
  integerScalar?(a: number, b: number, c: number): number;
  /** The operand that changes nothing, exactly: `x + (−0)`, `x · 1`. */
  readonly neutral?: { readonly left?: number; readonly right?: number };
  /** Whether the sum of its results is its result of the operands' sums. */
  readonly additive?: boolean;
  /** Whether the result is the operand. */
  readonly changesNothing?: boolean;
  /** Whether the result has no more digits than the operands, so that there is nothing to round. */
  readonly keepsPrecision?: boolean;
  /** Whether it costs many instructions, so that computing it twice to save memory does not pay. */
  readonly expensive?: boolean;
}

/** How a reduction combines elements. */
export type Accumulation = "sum" | "product" | "maximum" | "minimum";

/** Static properties of a reduction: normalized axes. Reduced dimensions are dropped. */
export interface ReductionAttributes extends Attributes {
  readonly axes: readonly number[];
}

/** Combines the elements along some axes into one. */
export interface ReductionPrimitive<A extends Attributes = Attributes>
  extends CommonProperties<A>,
    Batchable<A> {
  readonly kind: "reduction";
  readonly arity: 1;
  readonly accumulation: Accumulation;
}

/** Only moves elements: where the result can be read in place, with other strides, nothing is computed. */
export interface MovementPrimitive<A extends Attributes = Attributes>
  extends CommonProperties<A>,
    Batchable<A> {
  readonly kind: "movement";
  readonly arity: 1;
  /**
   * For each dimension of the output the dimension of the input that it walks along, or null where it stays in
   * place (a broadcast or new dimension of any size, or a size of 1). Null where that does not describe it.
   */
  axes(input: Shape, attributes: A, output: Shape): readonly (number | null)[] | null;
  /** The output's layout over the input's buffer, or null where no strides describe it and a copy is needed. */
  view(layout: Layout, input: Shape, attributes: A, output: Shape): Layout | null;
  /** The attributes that do the same to `count` inputs, stacked along a new first axis. */
  stacked?(attributes: A, count: number): A;
}

/** One window of the output that an input is written to; what no window covers is `fill`. */
export interface Assembly {
  readonly fill: number | null;
  readonly windows: readonly Layout[];
}

/** Lays its inputs into a larger output: concat, pad. */
export interface AssemblyPrimitive<A extends Attributes = Attributes>
  extends CommonProperties<A>,
    Batchable<A> {
  readonly kind: "assembly";
  /** Layouts over the contiguous output, one for each input. */
  assemble(inputs: readonly Shape[], attributes: A, output: Shape): Assembly;
}

/** Makes values from nothing but their positions: literals and ranges. */
export interface GeneratorPrimitive<A extends Attributes = Attributes> extends CommonProperties<A> {
  readonly kind: "generator";
  readonly arity: 0;
  /** The element at index [i0, i1, …] is `start + Σ i·step`. */
  affine(attributes: A): { readonly start: number; readonly steps: readonly number[] };
}

/** Everything else: each backend has a routine for it, written by hand. */
export interface RoutinePrimitive<A extends Attributes = Attributes>
  extends CommonProperties<A>,
    Batchable<A> {
  readonly kind: "routine";
  /**
   * Whether it only moves elements, and does not look at them. The others never meet dtypes that no arithmetic is done
   * in: their operands are cast. Default: false.
   */
  movesElements?(attributes: A): boolean;
  /** Whether each example of a batch gets values of its own, though all have the same inputs. */
  readonly drawsForEach?: boolean;
  /** Which operands backends read with any strides, by their positions. Others are made contiguous before. */
  readonly acceptsStrides?: readonly number[];
  /**
   * The sum of the outputs of many calls, from their inputs, each stacked along a new first axis; null where these
   * inputs do not allow it.
   */
  sumOfCalls?(inputs: readonly GraphNode[], build: Build): GraphNode | null;
  /**
   * The outputs of many calls, stacked along a new first axis, from their first inputs, stacked, and the others, which
   * they share; null where that saves nothing.
   */
  sharedCalls?(first: GraphNode, others: readonly GraphNode[], build: Build): GraphNode | null;
  /** The reference evaluation, in float64 arithmetic. `output` is zero-filled. */
  evaluate(inputs: readonly NdArray[], attributes: A, output: NdArray): void;
}

/** Runs regions: graphs of their own with several results, each of which a result primitive picks. */
export interface ControlPrimitive<A extends Attributes = Attributes> extends CommonProperties<A> {
  readonly kind: "control";
  /** Whether it runs its first region many times, or one of its regions once. */
  readonly flow: "loop" | "branch";
  /** How many inputs there are before those that the regions' parameters stand for. */
  readonly leadingInputs: number;
  /** The use of an input: it is copied as a whole, read entry by entry along the first axis, or read at will. */
  inputUse(index: number, attributes: A): "copied" | "entries" | "read";
}

/** Picks one result of a control primitive. */
export interface ResultPrimitive<A extends Attributes = Attributes> extends CommonProperties<A> {
  readonly kind: "result";
  readonly arity: 1;
  resultIndex(attributes: A): number;
}

/**
 * One row of the table: all that the rest of the library knows of an operation. Passes ask the row for what they
 * need, and name no operation. Methods, not function properties, where the attributes appear: a row with
 * attributes of its own is then a `Primitive`.
 */
export type Primitive =
  | ElementwisePrimitive
  | ReductionPrimitive
  | MovementPrimitive
  | AssemblyPrimitive
  | GeneratorPrimitive
  | RoutinePrimitive
  | ControlPrimitive
  | ResultPrimitive;
