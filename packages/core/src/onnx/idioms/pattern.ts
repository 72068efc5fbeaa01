/** How the nodes of a function that ONNX has an operator for are recognized. */
import type { PrimitiveName } from "../../primitives/table.ts";
import { type Size, SizeFormula, type SymbolicValue, sameSizes } from "../sizes.ts";
import type { TracedNode } from "../traced-graph.ts";
import type { Value } from "../value.ts";
import type { GraphWriter } from "../writer.ts";

/** A node, with what writes others. */
export interface Surroundings {
  readonly node: TracedNode;
  readonly writer: GraphWriter;
  /** The value written for a node that this one depends on. */
  valueOf(node: TracedNode): Value;
}

/** Writes the function whose last node it is given; null if it is not that function. */
export type Idiom = (surroundings: Surroundings) => Value | null;

/** The inputs of a node that applies a primitive; null if it does not. */
export function inputsOf(node: TracedNode, name: PrimitiveName): readonly TracedNode[] | null {
  const { source } = node;
  if (source.kind !== "operation" || node.node.value !== null) return null;
  return source.primitive.name === name ? node.inputs : null;
}

/** The node, without those that say something of it to the gradient. */
export function plain(node: TracedNode): TracedNode {
  const { source } = node;
  const isAnnotation =
    source.kind === "operation" &&
    node.node.value === null &&
    source.primitive.kind === "elementwise" &&
    source.primitive.changesNothing === true;
  return isAnnotation ? plain(node.inputs[0]) : node;
}

/** The number that all elements are; null where that is not known. */
export function numberOf(node: TracedNode): number | null {
  const [input] = inputsOf(node, "broadcastTo") ?? inputsOf(node, "reshape") ?? [];
  if (input !== undefined) return numberOf(input);
  if (inputsOf(node, "literal") === null) return null;
  const { value } = node.attributes;
  return typeof value === "number" ? value : null;
}

/** The value that a node spreads over axes of so many sizes, that were reduced; null if it does not. */
export function spreadOver(
  node: TracedNode,
  sizes: readonly Size[],
  axes: readonly number[],
): TracedNode | null {
  const aligned = inputsOf(node, "broadcastTo")?.[0] ?? node;
  if (!sameSizes(node.shape, sizes) || !sameSizes(aligned.shape, withOnes(sizes, axes))) return null;
  return inputsOf(aligned, "reshape")?.[0] ?? aligned;
}

/** The sizes in an attribute that is a list of them. */
export function sizesIn(attribute: SymbolicValue | undefined): readonly Size[] {
  if (!isList(attribute)) return [];
  return attribute.filter((each) => typeof each === "number" || each instanceof SizeFormula);
}

/** The numbers in an attribute that is a list of them. */
export function numbersIn(attribute: SymbolicValue | undefined): readonly number[] {
  return sizesIn(attribute).filter((each) => typeof each === "number");
}

function isList(attribute: SymbolicValue | undefined): attribute is readonly SymbolicValue[] {
  return Array.isArray(attribute);
}

/** The operand and the axes of a reduction; whether those stay, with a size of 1. */
export interface Reduction {
  readonly operand: TracedNode;
  readonly axes: readonly number[];
  readonly keepDims: boolean;
}

/** The reduction that a node is, by this primitive; null for another node. */
export function reductionOf(node: TracedNode, name: PrimitiveName): Reduction | null {
  const reduced = inputsOf(node, "reshape")?.[0] ?? node;
  const [operand] = inputsOf(reduced, name) ?? [];
  if (operand === undefined) return null;
  const along = numbersIn(reduced.attributes.axes);
  const keepDims = reduced !== node;
  if (keepDims && !sameSizes(node.shape, withOnes(operand.shape, along))) return null;
  return { operand, axes: along, keepDims };
}

/** The mean that a node is; null for another node. */
export function meanOf(node: TracedNode): Reduction | null {
  const [total, count] = inputsOf(node, "div") ?? [];
  const reduction = total === undefined ? null : reductionOf(total, "sum");
  if (reduction === null) return null;
  const sizes = reduction.axes.map((axis) => reduction.operand.shape[axis]);
  const elements = sizes.reduce<number>(
    (product, size) => (typeof size === "number" ? product * size : Number.NaN),
    1,
  );
  return numberOf(count) === elements ? reduction : null;
}

function withOnes(sizes: readonly Size[], axes: readonly number[]): readonly Size[] {
  return sizes.map((size, axis) => (axes.includes(axis) ? 1 : size));
}
