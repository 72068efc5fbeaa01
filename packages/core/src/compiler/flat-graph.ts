/**
 * The compiler's own form of a graph: a list in which inputs precede their users, without values and without
 * references to a user's tensors, so that a cached program keeps nothing of a user's alive.
 */
import type { Attributes } from "../graph/attributes.ts";
import type { TensorType } from "../graph/node.ts";
import type { Primitive } from "../primitives/primitive.ts";

/** A value that comes from outside: handed over with each run, held by a Variable, or fixed at compile time. */
export interface Leaf extends TensorType {
  readonly kind: "input" | "cell" | "constant" | "scalar";
  /** Which of the inputs, cells, constants or scalars it is. */
  readonly slot: number;
}

export interface Application extends TensorType {
  readonly kind: "apply";
  readonly primitive: Primitive;
  readonly attributes: Attributes;
  /** Positions in the list. */
  readonly inputs: readonly number[];
  /** The regions of a control primitive: carries are cells there, and their next values updates. Else empty. */
  readonly regions?: readonly FlatGraph[];
}

export type Operation = Leaf | Application;

/** A Variable's cell and the position of the value that it is to hold afterwards. */
export interface CellUpdate {
  readonly cell: number;
  readonly value: number;
}

export interface FlatGraph {
  readonly operations: readonly Operation[];
  /** Positions of the results. */
  readonly outputs: readonly number[];
  readonly updates: readonly CellUpdate[];
  readonly scalarCount: number;
}

/** The sources of the operations: their inputs, or nothing for a leaf. */
export function inputsOf(operation: Operation): readonly number[] {
  return operation.kind === "apply" ? operation.inputs : [];
}
