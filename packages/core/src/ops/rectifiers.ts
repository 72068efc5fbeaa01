/** Activations that are piecewise: linear parts, joined by others. */
import { checkCount, checkNumber } from "../arguments.ts";
import { broadcastShapes } from "../shape.ts";
import { Tensor, type TensorLike } from "../tensor.ts";
import { greater, greaterEqual, lessEqual, mul, where } from "./arithmetic.ts";
import { floatNode, floatNodes } from "./operands.ts";
import { expm1 } from "./transcendental.ts";

function float(operation: string, x: TensorLike): Tensor {
  return new Tensor(floatNode(operation, x));
}

/** min(x, 0), at 0 with the derivative of x and not with half of it. */
function notPositive(x: Tensor): Tensor {
  return where(greater(x, 0), 0, x);
}

/** `middle` where x lies between two bounds; beyond and at them a constant, whose derivative is 0. */
function within(
  x: Tensor,
  below: number,
  above: number,
  constants: readonly [number, number],
  middle: Tensor,
) {
  return where(lessEqual(x, below), constants[0], where(greaterEqual(x, above), constants[1], middle));
}

/**
 * min(max(x, 0), 6), with a gradient of 0 at 0 and at 6.
 *
 * @param x The elements, in any shape.
 *
 * @example
 * ```ts
 * import { relu6 } from "@strata/core";
 *
 * console.log(relu6([-1, 3, 9]).arraySync()); // [0, 3, 6]
 * ```
 */
export function relu6(x: TensorLike): Tensor {
  checkCount("relu6", arguments, 1);
  const t = float("relu6", x);
  return within(t, 0, 6, [0, 6], t);
}

/**
 * x where x > 0, else α·x; at 0 the gradient is α.
 *
 * @param x The elements, in any shape.
 * @param alpha The slope of the negative part. Default: 0.2, as in TensorFlow.js.
 *
 * @example
 * ```ts
 * import { leakyRelu } from "@strata/core";
 *
 * console.log(leakyRelu([-10, 10]).arraySync()); // [-2, 10]
 * ```
 */
export function leakyRelu(x: TensorLike, alpha = 0.2): Tensor {
  checkCount("leakyRelu", arguments, 2);
  checkNumber("leakyRelu", "alpha", alpha);
  return prelu(float("leakyRelu", x), alpha);
}

/**
 * x where x > 0, else α·x, with slopes that may be learned; at 0 the gradient by x is α.
 *
 * @param x The elements, in any shape.
 * @param alpha The slopes of the negative part; broadcast against `x`.
 *
 * @example
 * ```ts
 * import { prelu } from "@strata/core";
 *
 * console.log(prelu([-10, 10], 0.1).arraySync()); // [-1, 10]
 * ```
 */
export function prelu(x: TensorLike, alpha: TensorLike): Tensor {
  checkCount("prelu", arguments, 2);
  const [t, slope] = floatNodes("prelu", [x, alpha]).map((node) => new Tensor(node));
  broadcastShapes("prelu", t.shape, slope.shape);
  return where(greater(t, 0), t, mul(t, slope));
}

/**
 * x where x > 0, else α (eˣ − 1); at 0 the gradient is α. D.-A. Clevert et al., "Fast and accurate deep network learning by exponential
 * linear units (ELUs)" (2016).
 *
 * @param x The elements, in any shape.
 * @param alpha The distance of the lower bound from 0. Default: 1.
 *
 * @example
 * ```ts
 * import { elu } from "@strata/core";
 *
 * console.log(elu([-1, 1]).arraySync()); // [-0.632121, 1]
 * ```
 */
export function elu(x: TensorLike, alpha = 1): Tensor {
  checkCount("elu", arguments, 2);
  checkNumber("elu", "alpha", alpha);
  const t = float("elu", x);
  // The exponential of what is not chosen could overflow, and its gradient be NaN.
  return where(greater(t, 0), t, mul(expm1(notPositive(t)), alpha));
}

const seluAlpha = 1.6732632423543772;
const seluScale = 1.0507009873554805;

/**
 * The exponential linear unit that keeps mean and variance. G. Klambauer et al., "Self-normalizing neural networks"
 * (2017): 1.0507 · elu(x, 1.6733).
 *
 * @param x The elements, in any shape.
 *
 * @example
 * ```ts
 * import { selu } from "@strata/core";
 *
 * console.log(selu([-1, 1]).arraySync()); // [-1.111331, 1.050701]
 * ```
 */
export function selu(x: TensorLike): Tensor {
  checkCount("selu", arguments, 1);
  return mul(elu(float("selu", x), seluAlpha), seluScale);
}

/**
 * max(x, 0) + min(0, α (e^{x/α} − 1)). J. T. Barron, "Continuously differentiable exponential linear units" (2017).
 *
 * @param x The elements, in any shape.
 * @param alpha The distance of the lower bound from 0. Default: 1.
 * @throws RangeError for 0.
 *
 * @example
 * ```ts
 * import { celu } from "@strata/core";
 *
 * console.log(celu([-1, 1]).arraySync()); // [-0.632121, 1]
 * ```
 */
export function celu(x: TensorLike, alpha = 1): Tensor {
  checkCount("celu", arguments, 2);
  checkNumber("celu", "alpha", alpha);
  if (alpha === 0) throw new RangeError("celu: alpha is 0; it must be another number");
  const t = float("celu", x);
  return where(greater(t, 0), t, mul(expm1(mul(notPositive(t), 1 / alpha)), alpha));
}

/**
 * min(max(x/6 + 1/2, 0), 1), as in Keras 3 and PyTorch; with a gradient of 0 at −3 and at 3, as in PyTorch.
 *
 * @param x The elements, in any shape.
 *
 * @example
 * ```ts
 * import { hardSigmoid } from "@strata/core";
 *
 * console.log(hardSigmoid([-3, 0, 3]).arraySync()); // [0, 0.5, 1]
 * ```
 */
export function hardSigmoid(x: TensorLike): Tensor {
  checkCount("hardSigmoid", arguments, 1);
  const t = float("hardSigmoid", x);
  return within(t, -3, 3, [0, 1], t.mul(1 / 6).add(0.5));
}

/**
 * x · hardSigmoid(x), with a gradient of 0 at −3 and of 1 at 3. A. Howard et al., "Searching for MobileNetV3" (2019).
 *
 * @param x The elements, in any shape.
 *
 * @example
 * ```ts
 * import { hardSwish } from "@strata/core";
 *
 * console.log(hardSwish([-3, 0, 3]).arraySync()); // [0, 0, 3]
 * ```
 */
export function hardSwish(x: TensorLike): Tensor {
  checkCount("hardSwish", arguments, 1);
  const t = float("hardSwish", x);
  return mul(t, hardSigmoid(t));
}

/**
 * min(max(x, −1), 1), with a gradient of 0 at −1 and at 1.
 *
 * @param x The elements, in any shape.
 *
 * @example
 * ```ts
 * import { hardTanh } from "@strata/core";
 *
 * console.log(hardTanh([-3, 0.5, 3]).arraySync()); // [-1, 0.5, 1]
 * ```
 */
export function hardTanh(x: TensorLike): Tensor {
  checkCount("hardTanh", arguments, 1);
  const t = float("hardTanh", x);
  return within(t, -1, 1, [-1, 1], t);
}
