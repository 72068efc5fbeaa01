/** How indices of every kind become those that the rows take. */
import { isInteger } from "../dtype.ts";
import { DTypeError, ShapeError } from "../errors.ts";
import type { GraphNode } from "../graph/node.ts";
import { build } from "../primitives/apply.ts";
import { broadcastShapes, checkCountable, formatShape, normalizeAxis, sizeOf } from "../shape.ts";
import { fitsDType, hasOwnDType, type TensorLike } from "../tensor.ts";
import { operandNode } from "./operands.ts";

/** Indices as int32; a DTypeError in `operation`'s name for floats, and for bools of a tensor's own. */
export function indexNode(operation: string, indices: TensorLike, what = "indices"): GraphNode {
  const node = operandNode(operation, indices, "int32");
  if (!hasOwnDType(indices) && !fitsDType(indices, "int32")) {
    throw new DTypeError(`${operation}: not all of the ${what} are integers of int32, as they must be`);
  }
  if (isInteger(node.dtype)) return build.cast(node, "int32");
  throw new DTypeError(`${operation}: the ${what} are ${node.dtype}; they must be int32 or uint8`);
}

/** Indices of the first axes of a shape as places in a list of what lies under them. */
export function flatIndices(operation: string, shape: readonly number[], indices: GraphNode) {
  const leading = indices.shape.slice(0, -1);
  const depth = indices.shape[indices.shape.length - 1];
  if (indices.shape.length === 0 || depth > shape.length) {
    throw new ShapeError(
      `${operation}: indices ${formatShape(indices.shape)} name ${depth ?? "no"} axes of ${formatShape(shape)}; ` +
        "their last axis must be at least 1 and at most the rank",
    );
  }
  const indexed = shape.slice(0, depth);
  const rest = shape.slice(depth);
  const count = sizeOf(indexed);
  checkCountable(operation, count);
  const ones = indices.shape.map(() => 1);
  let flat: GraphNode = build.broadcastTo(build.literal(0, "int32"), leading);
  let isInside: GraphNode = build.broadcastTo(build.literal(1, "bool"), leading);
  indexed.forEach((length, axis) => {
    const begin = indices.shape.map((_, at) => (at === leading.length ? axis : 0));
    const given = build.reshape(build.slice(indices, begin, [...leading, 1], ones), leading);
    const index = build.where(build.less(given, 0), build.add(given, length), given);
    const no = build.literal(0, "bool");
    isInside = build.where(build.less(index, 0), no, build.where(build.less(index, length), isInside, no));
    flat = build.add(build.mul(flat, length), index);
  });
  const safe = build.where(isInside, flat, count);
  return { flat: build.reshape(safe, [1, sizeOf(leading)]), leading, rest, count };
}

export interface Aligned {
  readonly table: GraphNode;
  readonly indices: GraphNode;
  /** Puts values of the indices' shape into rows, and rows back. */
  toRows(values: GraphNode): GraphNode;
  fromRows(rows: GraphNode): GraphNode;
}

/** Brings the axis last, and broadcasts the others, so that each row of x has its row of indices. */
export function alignAlong(operation: string, x: GraphNode, indices: GraphNode, axis: number): Aligned {
  const rank = x.shape.length;
  const at = normalizeAxis(operation, axis, rank);
  if (indices.shape.length !== rank) {
    throw new ShapeError(
      `${operation}: x ${formatShape(x.shape)} and the indices ${formatShape(indices.shape)} must have the same rank`,
    );
  }
  const others = (shape: readonly number[]): number[] =>
    shape.map((length, each) => (each === at ? 1 : length));
  const common = broadcastShapes(operation, others(x.shape), others(indices.shape));
  const count = indices.shape[at];
  const last = [...common.keys()].filter((each) => each !== at);
  const order = [...last, at];
  const inverse = order.map((_, each) => order.indexOf(each));
  const rows = sizeOf(common);
  const withAxis = (length: number): number[] => common.map((size, each) => (each === at ? length : size));
  const lines = (node: GraphNode, length: number): GraphNode =>
    build.reshape(build.transpose(build.broadcastTo(node, withAxis(length)), order), [rows, length]);
  const transposed = (length: number): number[] => order.map((each) => withAxis(length)[each]);
  return {
    table: build.reshape(lines(x, x.shape[at]), [rows, x.shape[at], 1]),
    indices: lines(indices, count),
    toRows: (values) => build.reshape(lines(values, count), [rows, count, 1]),
    fromRows: (found) => build.transpose(build.reshape(found, transposed(found.shape[1])), inverse),
  };
}
