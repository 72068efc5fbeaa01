/** The common part of all reductions, in the name of any op. */
import { checkFlag } from "../arguments.ts";
import type { GraphNode } from "../graph/node.ts";
import { applyPrimitive, build } from "../primitives/apply.ts";
import { formatShape, normalizeAxes, reducedShape, type Shape } from "../shape.ts";
import { Tensor, type TensorLike } from "../tensor.ts";
import type { Axis } from "../tensor-methods.ts";
import { operandNode } from "./operands.ts";

type ReductionName = "sum" | "prod" | "max" | "min";

export function reduce(
  name: ReductionName,
  x: GraphNode,
  axis: Axis | undefined,
  keepDims: boolean,
  operation: string = name,
): Tensor {
  checkFlag(operation, "keepDims", keepDims);
  const axes = normalizeAxes(operation, axis, x.shape.length);
  const reduced = axes.length === 0 ? x : applyPrimitive(name, [x], { axes });
  return new Tensor(keepDims ? build.reshape(reduced, reducedShape(x.shape, axes, true)) : reduced);
}

/** The largest or smallest element, of which there must be one. */
export function extremum(
  operation: string,
  name: "max" | "min",
  x: TensorLike,
  axis: Axis | undefined,
  keepDims: boolean,
): Tensor {
  const node = operandNode(operation, x);
  const axes = normalizeAxes(operation, axis, node.shape.length);
  for (const each of axes) checkNotEmpty(operation, each, node.shape);
  return reduce(name, node, axes, keepDims, operation);
}

/** Throws a RangeError for an axis without elements. */
export function checkNotEmpty(operation: string, axis: number, shape: Shape): void {
  if (shape[axis] > 0) return;
  throw new RangeError(
    `${operation}: axis ${axis} of ${formatShape(shape)} has no elements; it must have one at least`,
  );
}
