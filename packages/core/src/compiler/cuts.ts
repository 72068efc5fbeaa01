/** Parts of values from outside of a program, such as a batch that is cut from a set of examples. */
import type { TypedArray } from "../dtype.ts";
import type { GraphNode } from "../graph/node.ts";
import { contiguousStrides, type Shape, sizeOf } from "../shape.ts";

/** The place of a node's values among those of another, which is on the heap or in a Variable. */
export interface Cut {
  readonly from: GraphNode;
  readonly shape: Shape;
  /** Of the first element. */
  readonly offset: number;
  /** For each dimension, from one element to the next. */
  readonly strides: readonly number[];
  /** Whether they are one run of elements. */
  readonly isContiguous: boolean;
}

/** Longer chains of movements are left to the passes. */
const longestChain = 8;

/**
 * The place of the node's values, if they are only a part of the value it is cut from, in the same order. To hand over that
 * part costs no more than to hand over the whole, and where it begins is then no matter of the program. What lies in a
 * Variable has to be one run of elements for that.
 */
export function cutOf(node: GraphNode): Cut | null {
  // Every node is asked, and few move anything.
  if (!isMovement(node) || comesFromOutside(node)) return null;
  const chain: GraphNode[] = [];
  let from = node;
  while (!comesFromOutside(from)) {
    if (!isMovement(from) || chain.push(from) > longestChain) return null;
    from = from.inputs[0];
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
  const { offset, strides } = layout;
  if (isContiguous(strides, shape)) return { from, shape, offset, strides, isContiguous: true };
  const isInOrder = shape.every(
    (length, axis) => length === 1 || (strides[axis] > 0 && strides[axis] >= (strides[axis + 1] ?? 0)),
  );
  return isInOrder && from.value !== null ? { from, shape, offset, strides, isContiguous: false } : null;
}

/** The part of `values` that is cut: in place where it is one run, and else a copy. */
export function valuesOfCut({ shape, offset, strides, isContiguous }: Cut, values: TypedArray): TypedArray {
  const size = sizeOf(shape);
  if (isContiguous) return values.subarray(offset, offset + size);
  const result = values.slice(0, size);
  const last = shape.length - 1;
  let position = 0;
  const copy = (axis: number, begin: number): void => {
    const [length, stride] = [shape[axis], strides[axis]];
    if (axis === last && stride === 1) {
      result.set(values.subarray(begin, begin + length), position);
      position += length;
      return;
    }
    for (let index = 0; index < length; index++) {
      if (axis === last) result[position++] = values[begin + index * stride];
      else copy(axis + 1, begin + index * stride);
    }
  };
  copy(0, offset);
  return result;
}

function isMovement({ source }: GraphNode): boolean {
  return source.kind === "operation" && source.primitive.kind === "movement";
}

function comesFromOutside({ value, source }: GraphNode): boolean {
  return value !== null || source.kind === "cell";
}

function isContiguous(strides: readonly number[], shape: Shape): boolean {
  const expected = contiguousStrides(shape);
  return shape.every((size, axis) => size === 1 || strides[axis] === expected[axis]);
}
