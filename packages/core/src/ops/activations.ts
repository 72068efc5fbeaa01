import { checkCount } from "../arguments.ts";
import { build } from "../primitives/apply.ts";
import { normalizeAxis } from "../shape.ts";
import { Tensor, type TensorLike } from "../tensor.ts";
import { add, greater, neg, where } from "./arithmetic.ts";
import { checkIsFloat } from "./checks.ts";
import { shiftedLogSum } from "./log-sum.ts";
import { applyToFloats, floatNode, operandNodes, roundedOnce } from "./operands.ts";
import { exp, log1p } from "./transcendental.ts";

/**
 * max(x, 0), with a gradient of 0 at 0.
 *
 * @param x The elements, in any shape.
 *
 * @example
 * ```ts
 * import { relu } from "@strata/core";
 *
 * console.log(relu([-1, 0, 2]).arraySync()); // [0, 0, 2]
 * ```
 */
export function relu(x: TensorLike): Tensor {
  checkCount("relu", arguments, 1);
  const [node] = operandNodes("relu", [x]);
  return new Tensor(build.where(build.lessEqual(node, 0), 0, node));
}

/**
 * 1 / (1 + e⁻ˣ).
 *
 * @param x The elements, in any shape.
 *
 * @example
 * ```ts
 * import { sigmoid } from "@strata/core";
 *
 * console.log(sigmoid([-1, 0, 1]).arraySync()); // [0.268941, 0.5, 0.731059]
 * ```
 */
export function sigmoid(x: TensorLike): Tensor {
  checkCount("sigmoid", arguments, 1);
  return applyToFloats("sigmoid", [x]);
}

/**
 * ln(1 + eˣ), computed so that nothing overflows.
 *
 * @param x The elements, in any shape.
 *
 * @example
 * ```ts
 * import { softplus } from "@strata/core";
 *
 * console.log(softplus([0, 1]).arraySync()); // [0.693147, 1.313262]
 * ```
 */
export function softplus(x: TensorLike): Tensor {
  checkCount("softplus", arguments, 1);
  const t = new Tensor(floatNode("softplus", x));
  const isPositive = greater(t, 0);
  // Choices in place of max(x, 0) and |x|, which have a kink at 0, where this function has derivatives of any order.
  return add(where(isPositive, t, 0), log1p(exp(where(isPositive, neg(t), t))));
}

/**
 * eˣ / Σ eˣ along an axis, computed so that nothing overflows.
 *
 * @param x The elements, in any shape.
 * @param axis The axis whose elements sum to 1. Default: the last.
 * @throws RangeError for an axis that `x` does not have.
 *
 * @example
 * ```ts
 * import { softmax } from "@strata/core";
 *
 * console.log(softmax([1, 2, 3]).arraySync()); // [0.090031, 0.244728, 0.665241]
 * ```
 */
export function softmax(x: TensorLike, axis = -1): Tensor {
  checkCount("softmax", arguments, 2);
  const node = checkIsFloat("softmax", x);
  const at = [normalizeAxis("softmax", axis, node.shape.length)];
  return new Tensor(
    roundedOnce(node, (wide) => {
      const highest = build.stopGradient(build.max(wide, at));
      const powers = build.exp(build.sub(wide, build.spread(highest, at, wide.shape)));
      return build.div(powers, build.spread(build.sum(powers, at), at, wide.shape));
    }),
  );
}

/**
 * The logarithm of {@link softmax}, exact also where that is near 0.
 *
 * @param x The elements, in any shape.
 * @param axis The axis that is normalized. Default: the last.
 * @throws RangeError for an axis that `x` does not have.
 *
 * @example
 * ```ts
 * import { logSoftmax } from "@strata/core";
 *
 * console.log(logSoftmax([1, 2, 3]).arraySync()); // [-2.407606, -1.407606, -0.407606]
 * ```
 */
export function logSoftmax(x: TensorLike, axis = -1): Tensor {
  checkCount("logSoftmax", arguments, 2);
  const node = checkIsFloat("logSoftmax", x);
  const axes = [normalizeAxis("logSoftmax", axis, node.shape.length)];
  const result = roundedOnce(node, (wide) => {
    const { shifted, logSum } = shiftedLogSum(wide, axes);
    return build.sub(shifted, build.spread(logSum, axes, wide.shape));
  });
  return new Tensor(result);
}
