import { checkCount, checkFlag, describeValue } from "../arguments.ts";
import { arithmeticDType, toFloat } from "../dtype.ts";
import type { GraphNode, TensorType } from "../graph/node.ts";
import { applyPrimitive, build } from "../primitives/apply.ts";
import { checkCountable, normalizeAxes, reducedShape, sizeOf } from "../shape.ts";
import { Tensor, type TensorLike } from "../tensor.ts";
import type { Axis } from "../tensor-methods.ts";
import { operandNode } from "./operands.ts";
import { sum } from "./reductions.ts";
import { rootOf } from "./root.ts";

/** Mean and variance of the same elements. */
export interface Moments {
  /** The mean. */
  readonly mean: Tensor;
  /** The mean of the squared distances from it. */
  readonly variance: Tensor;
}

function momentNodes(operation: string, x: TensorLike, axis: Axis | undefined, correction: number) {
  const given = operandNode(operation, x);
  const dtype = toFloat(given.dtype);
  const node = build.cast(given, arithmeticDType(dtype));
  const axes = normalizeAxes(operation, axis, node.shape.length);
  if (typeof correction !== "number" || !(correction >= 0)) {
    throw new RangeError(
      `${operation}: the correction is ${describeValue(correction)}; it must be a number of at least 0`,
    );
  }
  const count = axes.reduce((product, each) => product * node.shape[each], 1);
  const mean = build.div(build.sum(node, axes), count);
  const centred = build.sub(node, build.spread(mean, axes, node.shape));
  const variance = build.div(build.sum(build.mul(centred, centred), axes), Math.max(0, count - correction));
  return { mean, variance, reduced: { axes, shape: node.shape, dtype } };
}

/** A reduction: its operand, its axes and the dtype of the result. */
interface Reduced extends TensorType {
  readonly axes: readonly number[];
}

function finish(node: GraphNode, { axes, shape, dtype }: Reduced, keepDims: boolean): Tensor {
  const result = build.cast(node, dtype);
  return new Tensor(keepDims ? build.reshape(result, reducedShape(shape, axes, true)) : result);
}

/**
 * Mean and variance along one axis, several, or all, in two passes over the elements.
 *
 * @param x The tensor.
 * @param axis The axes. Default: all.
 * @param keepDims Whether they stay as dimensions of size 1. Default: false.
 *
 * @example
 * ```ts
 * import { moments } from "@strata/core";
 *
 * console.log(moments([1, 2, 3, 4]).mean.item()); // 2.5
 * console.log(moments([1, 2, 3, 4]).variance.item()); // 1.25
 * ```
 */
export function moments(x: TensorLike, axis?: Axis, keepDims = false): Moments {
  checkCount("moments", arguments, 3);
  checkFlag("moments", "keepDims", keepDims);
  const { mean, variance, reduced } = momentNodes("moments", x, axis, 0);
  return { mean: finish(mean, reduced, keepDims), variance: finish(variance, reduced, keepDims) };
}

/**
 * The variance along one axis, several, or all: Σ (x − mean)² / (count − correction).
 *
 * @param x The tensor.
 * @param axis The axes. Default: all.
 * @param keepDims Whether they stay as dimensions of size 1. Default: false.
 * @param correction What is taken off the count: 1 for the unbiased estimate. Default: 0, as in NumPy.
 *
 * @example
 * ```ts
 * import { variance } from "@strata/core";
 *
 * console.log(variance([1, 2, 3, 4]).item()); // 1.25
 * ```
 */
export function variance(x: TensorLike, axis?: Axis, keepDims = false, correction = 0): Tensor {
  checkCount("variance", arguments, 4);
  checkFlag("variance", "keepDims", keepDims);
  const found = momentNodes("variance", x, axis, correction);
  return finish(found.variance, found.reduced, keepDims);
}

/**
 * The standard deviation, the root of {@link variance}, of which it takes the parameters.
 *
 * @param x The tensor.
 * @param axis The axis or axes to reduce, negative ones counted from the end; all of them by default.
 * @param keepDims Whether the reduced axes stay, with size 1. Default: false.
 *
 * @example
 * ```ts
 * import { std } from "@strata/core";
 *
 * console.log(std([1, 2, 3, 4]).item()); // 1.118034
 * ```
 */
export function std(x: TensorLike, axis?: Axis, keepDims = false, correction = 0): Tensor {
  checkCount("std", arguments, 4);
  checkFlag("std", "keepDims", keepDims);
  const found = momentNodes("std", x, axis, correction);
  return finish(rootOf(found.variance, 2), found.reduced, keepDims);
}

/**
 * How many elements are not 0, along one axis, several, or all, as int32. NaN is not 0.
 *
 * @param x The tensor.
 * @param axis The axes. Default: all.
 * @param keepDims Whether they stay as dimensions of size 1. Default: false.
 * @throws RangeError for more elements than int32 can count.
 *
 * @example
 * ```ts
 * import { countNonZero } from "@strata/core";
 *
 * console.log(countNonZero([0, 3, 0, 5]).item()); // 2
 * ```
 */
export function countNonZero(x: TensorLike, axis?: Axis, keepDims = false): Tensor {
  checkCount("countNonZero", arguments, 3);
  checkFlag("countNonZero", "keepDims", keepDims);
  const node = operandNode("countNonZero", x);
  const zero = build.literal(0, node.dtype);
  const isOther = new Tensor(applyPrimitive("notEqual", [node, zero]));
  const axes = normalizeAxes("countNonZero", axis, node.shape.length);
  checkCountable("countNonZero", sizeOf(axes.map((each) => node.shape[each])));
  return sum(isOther, axes, keepDims);
}
