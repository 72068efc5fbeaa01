import { toFloat } from "../dtype.ts";
import type { GraphNode } from "../graph/node.ts";
import { applyPrimitive, build } from "../primitives/apply.ts";
import { normalizeAxes, reducedShape, type Shape } from "../shape.ts";
import { nodeOf, Tensor, type TensorLike } from "../tensor.ts";
import type { Axis } from "../tensor-methods.ts";
import { abs, pow } from "./arithmetic.ts";
import { max, min, sum } from "./reductions.ts";

/** Mean and variance of the same elements. */
export interface Moments {
  /** The mean. */
  readonly mean: Tensor;
  /** The mean of the squared distances from it. */
  readonly variance: Tensor;
}

function momentNodes(operation: string, x: TensorLike, axis: Axis | undefined, correction: number) {
  const given = nodeOf(x);
  const node = build.cast(given, toFloat(given.dtype));
  const axes = normalizeAxes(operation, axis, node.shape.length);
  const count = axes.reduce((product, each) => product * node.shape[each], 1);
  const mean = build.div(build.sum(node, axes), count);
  const centred = build.sub(node, build.spread(mean, axes, node.shape));
  const variance = build.div(build.sum(build.mul(centred, centred), axes), Math.max(0, count - correction));
  return { mean, variance, axes, shape: node.shape };
}

function finish(node: GraphNode, shape: Shape, axes: readonly number[], keepDims: boolean): Tensor {
  return new Tensor(keepDims ? build.reshape(node, reducedShape(shape, axes, true)) : node);
}

/**
 * Mean and variance along one axis, several, or all, in two passes over the elements.
 *
 * @param axis The axes. Default: all.
 * @param keepDims Whether they stay as dimensions of size 1. Default: false.
 */
export function moments(x: TensorLike, axis?: Axis, keepDims = false): Moments {
  const { mean, variance, axes, shape } = momentNodes("moments", x, axis, 0);
  return { mean: finish(mean, shape, axes, keepDims), variance: finish(variance, shape, axes, keepDims) };
}

/**
 * The variance along one axis, several, or all: Σ (x − mean)² / (count − correction).
 *
 * @param axis The axes. Default: all.
 * @param keepDims Whether they stay as dimensions of size 1. Default: false.
 * @param correction What is taken off the count: 1 for the unbiased estimate. Default: 0, as in NumPy.
 */
export function variance(x: TensorLike, axis?: Axis, keepDims = false, correction = 0): Tensor {
  const found = momentNodes("variance", x, axis, correction);
  return finish(found.variance, found.shape, found.axes, keepDims);
}

/** The standard deviation, the root of {@link variance}, of which it takes the parameters. */
export function std(x: TensorLike, axis?: Axis, keepDims = false, correction = 0): Tensor {
  const found = momentNodes("std", x, axis, correction);
  return finish(rootOf(found.variance), found.shape, found.axes, keepDims);
}

/** √x with a gradient of 0 at 0, where the root has none. */
function rootOf(x: GraphNode): GraphNode {
  const isZero = build.equal(x, 0);
  return build.where(isZero, 0, build.sqrt(build.where(isZero, 1, x)));
}

/** Which norm {@link norm} computes: Σ|x|^p to the power 1/p for a number p; `"euclidean"` is p = 2. */
export type NormOrder = number | "euclidean" | "fro";

/**
 * The norm of the elements along one axis, several, or all, taken as one vector.
 *
 * @param order A number p for (Σ|x|ᵖ)^(1/p), ±Infinity for the largest or smallest |x|, 0 for the count of those that
 * are not 0, or `"euclidean"` (also `"fro"`) for p = 2. Default: `"euclidean"`. At 0 the Euclidean norm's gradient is 0.
 * @param axis The axes. Default: all.
 * @param keepDims Whether they stay as dimensions of size 1. Default: false.
 * @throws RangeError for another order.
 */
export function norm(x: TensorLike, order: NormOrder = "euclidean", axis?: Axis, keepDims = false): Tensor {
  const given = nodeOf(x);
  const t = new Tensor(build.cast(given, toFloat(given.dtype)));
  const axes = normalizeAxes("norm", axis, t.rank);
  if (order === "euclidean" || order === "fro" || order === 2) {
    const squares = build.sum(build.mul(t.node, t.node), axes);
    return finish(rootOf(squares), t.shape, axes, keepDims);
  }
  if (typeof order !== "number" || Number.isNaN(order)) {
    throw new RangeError(
      `norm: the order is ${JSON.stringify(order)}; accepted are numbers, "euclidean" or "fro"`,
    );
  }
  if (order === Number.POSITIVE_INFINITY) return max(abs(t), axes, keepDims);
  if (order === Number.NEGATIVE_INFINITY) return min(abs(t), axes, keepDims);
  if (order === 0) return countNonZero(t, axes, keepDims).cast(t.dtype);
  if (order === 1) return sum(abs(t), axes, keepDims);
  return pow(sum(pow(abs(t), order), axes, keepDims), 1 / order);
}

/**
 * How many elements are not 0, along one axis, several, or all, as int32. NaN is not 0.
 *
 * @param axis The axes. Default: all.
 * @param keepDims Whether they stay as dimensions of size 1. Default: false.
 */
export function countNonZero(x: TensorLike, axis?: Axis, keepDims = false): Tensor {
  const node = nodeOf(x);
  const zero = build.literal(0, node.dtype);
  const isOther = new Tensor(applyPrimitive("notEqual", [node, zero]));
  return sum(isOther, normalizeAxes("countNonZero", axis, node.shape.length), keepDims);
}
