import { checkCount, checkFlag } from "../arguments.ts";
import { isFloat, toFloat } from "../dtype.ts";
import type { GraphNode } from "../graph/node.ts";
import { applyPrimitive, build } from "../primitives/apply.ts";
import { checkCountable, normalizeAxes, normalizeAxis, reducedShape } from "../shape.ts";
import { Tensor, type TensorLike } from "../tensor.ts";
import type { Axis } from "../tensor-methods.ts";
import { shiftedLogSum } from "./log-sum.ts";
import { operandNode, roundedOnce } from "./operands.ts";
import { checkNotEmpty, extremum, reduce } from "./reduce.ts";

/** Bools and bytes are summed as int32. */
function summable(operation: string, x: TensorLike): GraphNode {
  const node = operandNode(operation, x);
  return isFloat(node.dtype) ? node : build.cast(node, "int32");
}

/**
 * The sum along one axis, several, or all. Bools and uint8 are summed as int32.
 *
 * @param x The tensor.
 * @param axis The axes to sum over, counted from the end where negative. Default: all.
 * @param keepDims Whether they stay as dimensions of size 1. Default: false.
 * @throws RangeError for an axis that `x` does not have.
 *
 * @example
 * ```ts
 * import { sum } from "@strata/core";
 *
 * console.log(sum([[1, 2], [3, 4]]).item()); // 10
 * console.log(sum([[1, 2], [3, 4]], 0).arraySync()); // [4, 6]
 * ```
 */
export function sum(x: TensorLike, axis?: Axis, keepDims = false): Tensor {
  checkCount("sum", arguments, 3);
  return reduce("sum", summable("sum", x), axis, keepDims);
}

/**
 * The product along one axis, several, or all. Parameters as for {@link sum}. Derivatives of any order are exact, also where
 * factors are 0.
 *
 * @param x The tensor.
 * @param axis The axis or axes to reduce, negative ones counted from the end; all of them by default.
 * @param keepDims Whether the reduced axes stay, with size 1. Default: false.
 *
 * @example
 * ```ts
 * import { prod } from "@strata/core";
 *
 * console.log(prod([[1, 2], [3, 4]], 1).arraySync()); // [2, 12]
 * ```
 */
export function prod(x: TensorLike, axis?: Axis, keepDims = false): Tensor {
  checkCount("prod", arguments, 3);
  return reduce("prod", summable("prod", x), axis, keepDims);
}

/**
 * The largest element along one axis, several, or all; NaN if any is. −0 is below +0. Parameters as for {@link sum}.
 *
 * @param x The tensor.
 * @param axis The axis or axes to reduce, negative ones counted from the end; all of them by default.
 * @param keepDims Whether the reduced axes stay, with size 1. Default: false.
 * @throws RangeError if an axis has no elements, of which none is the largest.
 *
 * @example
 * ```ts
 * import { max } from "@strata/core";
 *
 * console.log(max([[1, 9, 3], [7, 5, 6]], 1).arraySync()); // [9, 7]
 * ```
 */
export function max(x: TensorLike, axis?: Axis, keepDims = false): Tensor {
  checkCount("max", arguments, 3);
  return extremum("max", "max", x, axis, keepDims);
}

/**
 * The smallest element along one axis, several, or all; NaN if any is. Parameters and errors as for {@link max}.
 *
 * @param x The tensor.
 * @param axis The axis or axes to reduce, negative ones counted from the end; all of them by default.
 * @param keepDims Whether the reduced axes stay, with size 1. Default: false.
 *
 * @example
 * ```ts
 * import { min } from "@strata/core";
 *
 * console.log(min([[1, 9, 3], [7, 5, 6]], 1).arraySync()); // [1, 5]
 * ```
 */
export function min(x: TensorLike, axis?: Axis, keepDims = false): Tensor {
  checkCount("min", arguments, 3);
  return extremum("min", "min", x, axis, keepDims);
}

/**
 * The mean along one axis, several, or all; integers are averaged as float32. Parameters as for {@link sum}.
 *
 * @param x The tensor.
 * @param axis The axis or axes to reduce, negative ones counted from the end; all of them by default.
 * @param keepDims Whether the reduced axes stay, with size 1. Default: false.
 *
 * @example
 * ```ts
 * import { mean } from "@strata/core";
 *
 * console.log(mean([[1, 2], [3, 4]]).item()); // 2.5
 * console.log(mean([[1, 2], [3, 4]], 1).arraySync()); // [1.5, 3.5]
 * ```
 */
export function mean(x: TensorLike, axis?: Axis, keepDims = false): Tensor {
  checkCount("mean", arguments, 3);
  const node = operandNode("mean", x);
  const float = build.cast(node, toFloat(node.dtype));
  const axes = normalizeAxes("mean", axis, node.shape.length);
  const count = axes.reduce((product, each) => product * node.shape[each], 1);
  return new Tensor(
    roundedOnce(float, (wide) => build.div(reduce("sum", wide, axes, keepDims, "mean").node, count)),
  );
}

/**
 * Whether any element is true, along one axis, several, or all. Parameters as for {@link sum}.
 *
 * @param x The tensor.
 * @param axis The axis or axes to reduce, negative ones counted from the end; all of them by default.
 * @param keepDims Whether the reduced axes stay, with size 1. Default: false.
 *
 * @example
 * ```ts
 * import { any } from "@strata/core";
 *
 * console.log(any([[true, false], [false, false]], 1).arraySync()); // [true, false]
 * ```
 */
export function any(x: TensorLike, axis?: Axis, keepDims = false): Tensor {
  checkCount("any", arguments, 3);
  return reduce("max", build.cast(operandNode("any", x), "bool"), axis, keepDims, "any");
}

/**
 * Whether all elements are true, along one axis, several, or all. Parameters as for {@link sum}.
 *
 * @param x The tensor.
 * @param axis The axis or axes to reduce, negative ones counted from the end; all of them by default.
 * @param keepDims Whether the reduced axes stay, with size 1. Default: false.
 *
 * @example
 * ```ts
 * import { all } from "@strata/core";
 *
 * console.log(all([[true, true], [true, false]], 1).arraySync()); // [true, false]
 * ```
 */
export function all(x: TensorLike, axis?: Axis, keepDims = false): Tensor {
  checkCount("all", arguments, 3);
  return reduce("min", build.cast(operandNode("all", x), "bool"), axis, keepDims, "all");
}

/**
 * ln Σ eˣ along one axis, several, or all, computed so that nothing overflows; of nothing but −∞ it is −∞, with a gradient
 * of 0. Parameters as for {@link sum}.
 *
 * @param x The tensor.
 * @param axis The axis or axes to reduce, negative ones counted from the end; all of them by default.
 * @param keepDims Whether the reduced axes stay, with size 1. Default: false.
 *
 * @example
 * ```ts
 * import { logSumExp } from "@strata/core";
 *
 * console.log(logSumExp([0, 0]).item()); // 0.693147
 * ```
 */
export function logSumExp(x: TensorLike, axis?: Axis, keepDims = false): Tensor {
  checkCount("logSumExp", arguments, 3);
  checkFlag("logSumExp", "keepDims", keepDims);
  const node = operandNode("logSumExp", x);
  const axes = normalizeAxes("logSumExp", axis, node.shape.length);
  const float = build.cast(node, toFloat(node.dtype));
  return new Tensor(roundedOnce(float, (wide) => logOfSum(wide, axes, keepDims)));
}

function logOfSum(node: GraphNode, axes: readonly number[], keepDims: boolean): GraphNode {
  const { shift, logSum } = shiftedLogSum(node, axes);
  const result = build.add(logSum, shift);
  return keepDims ? build.reshape(result, reducedShape(node.shape, axes, true)) : result;
}

/**
 * The index of the largest element along an axis, as int32: the first of equal ones, and the first NaN if there is
 * one. Has no gradient.
 *
 * @param x The tensor.
 * @param axis The axis to search, which is dropped. Default: 0.
 * @throws RangeError for an axis that `x` does not have, that has no elements, or more than int32 can number.
 *
 * @example
 * ```ts
 * import { argMax } from "@strata/core";
 *
 * console.log(argMax([[1, 9, 3], [7, 5, 6]], 1).arraySync()); // [1, 0]
 * ```
 */
export function argMax(x: TensorLike, axis = 0): Tensor {
  checkCount("argMax", arguments, 2);
  return extremePosition("argMax", "max", x, axis);
}

/**
 * The index of the smallest element along an axis. Parameters as for {@link argMax}.
 *
 * @param x The tensor.
 * @param axis The axis to search along, a negative one counted from the end. Default: 0.
 *
 * @example
 * ```ts
 * import { argMin } from "@strata/core";
 *
 * console.log(argMin([[1, 9, 3], [7, 5, 6]], 1).arraySync()); // [0, 1]
 * ```
 */
export function argMin(x: TensorLike, axis = 0): Tensor {
  checkCount("argMin", arguments, 2);
  return extremePosition("argMin", "min", x, axis);
}

function extremePosition(operation: string, name: "max" | "min", x: TensorLike, axis: number): Tensor {
  const node = operandNode(operation, x);
  const at = normalizeAxis(operation, axis, node.shape.length);
  const length = node.shape[at];
  checkNotEmpty(operation, at, node.shape);
  checkCountable(operation, length);
  const extreme = build.spread(applyPrimitive(name, [node], { axes: [at] }), [at], node.shape);
  const positions = applyPrimitive("range", [], { start: 0, step: 1, length, dtype: "int32" });
  const along = build.reshape(
    positions,
    node.shape.map((_, each) => (each === at ? length : 1)),
  );
  // NaN is no one's equal, and comes before all others.
  const isOther = build.less(
    build.cast(build.equal(node, extreme), "int32"),
    build.cast(build.equal(node, node), "int32"),
  );
  const candidates = build.where(isOther, length, along);
  return new Tensor(applyPrimitive("min", [candidates], { axes: [at] }));
}
