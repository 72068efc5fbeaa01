/** Parts of values from outside of a program that lie in one run there: a batch cut from a set of examples. */
import type { GraphNode } from "../graph/node.ts";
import { contiguousStrides, type Shape, sizeOf } from "../shape.ts";

/** Where a node's values lie among those of another, which is on the heap or in a Variable. */
export interface Cut {
  readonly from: GraphNode;
  /** In elements. */
  readonly offset: number;
}

/** Longer chains of movements are left to the passes. */
const longestChain = 8;

/**
 * The run of elements in which all values of the node lie, in their order, if they are only a part of what it is cut
 * from. To hand over that part costs no more than to hand over the whole, and where it begins is then no matter of the
 * program.
 */
export function cutOf(node: GraphNode): Cut | null {
  const chain: GraphNode[] = [];
  let from = node;
  while (!comesFromOutside(from)) {
    if (from.source.kind !== "operation" || from.source.primitive.kind !== "movement") return null;
    if (chain.push(from) > longestChain) return null;
    [from] = from.inputs;
  }
  const size = sizeOf(node.shape);
  if (size === 0 || size >= sizeOf(from.shape)) return null;
  let { shape } = from;
  let layout = { offset: 0, strides: contiguousStrides(shape) };
  for (const { source, shape: moved } of chain.reverse()) {
    if (source.kind !== "operation" || source.primitive.kind !== "movement") return null;
    const view = source.primitive.view(layout, shape, source.attributes, moved);
    if (view === null) return null;
    layout = { offset: view.offset, strides: [...view.strides] };
    shape = moved;
  }
  return isContiguous(layout.strides, shape) ? { from, offset: layout.offset } : null;
}

function comesFromOutside({ value, source }: GraphNode): boolean {
  return value !== null || source.kind === "cell";
}

function isContiguous(strides: readonly number[], shape: Shape): boolean {
  const expected = contiguousStrides(shape);
  return shape.every((size, axis) => size === 1 || strides[axis] === expected[axis]);
}
