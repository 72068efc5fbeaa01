import { checkCount } from "../arguments.ts";
import { build } from "../primitives/apply.ts";
import { checkPolygammaOrder } from "../special/polygamma.ts";
import { Tensor, type TensorLike } from "../tensor.ts";
import { mul } from "./arithmetic.ts";
import { applyToFloats, floatNodes } from "./operands.ts";

/**
 * eˣ.
 *
 * @param x The elements, in any shape.
 *
 * @example
 * ```ts
 * import { exp } from "@strata/core";
 *
 * console.log(exp([0, 1, -1]).arraySync()); // [1, 2.718282, 0.367879]
 * ```
 */
export function exp(x: TensorLike): Tensor {
  checkCount("exp", arguments, 1);
  return applyToFloats("exp", [x]);
}

/**
 * eˣ − 1, exact to the last digits also for x near 0.
 *
 * @param x The elements, in any shape.
 *
 * @example
 * ```ts
 * import { expm1 } from "@strata/core";
 *
 * console.log(expm1([0, 1]).arraySync()); // [0, 1.718282]
 * ```
 */
export function expm1(x: TensorLike): Tensor {
  checkCount("expm1", arguments, 1);
  return applyToFloats("expm1", [x]);
}

/**
 * The natural logarithm; −∞ for 0, NaN for negative numbers.
 *
 * @param x The elements, in any shape.
 *
 * @example
 * ```ts
 * import { log } from "@strata/core";
 *
 * console.log(log([1, Math.E, 10]).arraySync()); // [0, 1, 2.302585]
 * ```
 */
export function log(x: TensorLike): Tensor {
  checkCount("log", arguments, 1);
  return applyToFloats("log", [x]);
}

/**
 * ln(1 + x), exact to the last digits also for x near 0.
 *
 * @param x The elements, in any shape.
 *
 * @example
 * ```ts
 * import { log1p } from "@strata/core";
 *
 * console.log(log1p([0, 1]).arraySync()); // [0, 0.693147]
 * ```
 */
export function log1p(x: TensorLike): Tensor {
  checkCount("log1p", arguments, 1);
  return applyToFloats("log1p", [x]);
}

/**
 * The logarithm to the base 2.
 *
 * @param x The elements, in any shape.
 *
 * @example
 * ```ts
 * import { log2 } from "@strata/core";
 *
 * console.log(log2([1, 2, 8]).arraySync()); // [0, 1, 3]
 * ```
 */
export function log2(x: TensorLike): Tensor {
  checkCount("log2", arguments, 1);
  return mul(applyToFloats("log", [x], "log2"), 1 / Math.LN2);
}

/**
 * The sine of x in radians.
 *
 * @param x The elements, in any shape.
 *
 * @example
 * ```ts
 * import { sin } from "@strata/core";
 *
 * console.log(sin([0, Math.PI / 2]).arraySync()); // [0, 1]
 * ```
 */
export function sin(x: TensorLike): Tensor {
  checkCount("sin", arguments, 1);
  return applyToFloats("sin", [x]);
}

/**
 * The cosine of x in radians.
 *
 * @param x The elements, in any shape.
 *
 * @example
 * ```ts
 * import { cos } from "@strata/core";
 *
 * console.log(cos([0, Math.PI]).arraySync()); // [1, -1]
 * ```
 */
export function cos(x: TensorLike): Tensor {
  checkCount("cos", arguments, 1);
  return applyToFloats("cos", [x]);
}

/**
 * The tangent of x in radians.
 *
 * @param x The elements, in any shape.
 *
 * @example
 * ```ts
 * import { tan } from "@strata/core";
 *
 * console.log(tan([0, Math.PI / 4]).arraySync()); // [0, 1]
 * ```
 */
export function tan(x: TensorLike): Tensor {
  checkCount("tan", arguments, 1);
  return applyToFloats("tan", [x]);
}

/**
 * The angle in [−π/2, π/2] whose sine is x.
 *
 * @param x The elements, in any shape.
 *
 * @example
 * ```ts
 * import { asin } from "@strata/core";
 *
 * console.log(asin([-1, 0, 1]).arraySync()); // [-1.570796, 0, 1.570796]
 * ```
 */
export function asin(x: TensorLike): Tensor {
  checkCount("asin", arguments, 1);
  return applyToFloats("asin", [x]);
}

/**
 * The angle in [0, π] whose cosine is x.
 *
 * @param x The elements, in any shape.
 *
 * @example
 * ```ts
 * import { acos } from "@strata/core";
 *
 * console.log(acos([-1, 0, 1]).arraySync()); // [3.141593, 1.570796, 0]
 * ```
 */
export function acos(x: TensorLike): Tensor {
  checkCount("acos", arguments, 1);
  return applyToFloats("acos", [x]);
}

/**
 * The angle in (−π/2, π/2) whose tangent is x.
 *
 * @param x The elements, in any shape.
 *
 * @example
 * ```ts
 * import { atan } from "@strata/core";
 *
 * console.log(atan([-1, 0, 1]).arraySync()); // [-0.785398, 0, 0.785398]
 * ```
 */
export function atan(x: TensorLike): Tensor {
  checkCount("atan", arguments, 1);
  return applyToFloats("atan", [x]);
}

/**
 * The angle in (−π, π] of the point (x, y); the shapes broadcast.
 *
 * @param y The right operand; the two shapes broadcast.
 * @param x The left operand.
 *
 * @example
 * ```ts
 * import { atan2 } from "@strata/core";
 *
 * console.log(atan2([1, 1, -1], [1, -1, 0]).arraySync()); // [0.785398, 2.356194, -1.570796]
 * ```
 */
export function atan2(y: TensorLike, x: TensorLike): Tensor {
  checkCount("atan2", arguments, 2);
  return applyToFloats("atan2", [y, x]);
}

/**
 * The hyperbolic sine.
 *
 * @param x The elements, in any shape.
 *
 * @example
 * ```ts
 * import { sinh } from "@strata/core";
 *
 * console.log(sinh([0, 1]).arraySync()); // [0, 1.175201]
 * ```
 */
export function sinh(x: TensorLike): Tensor {
  checkCount("sinh", arguments, 1);
  return applyToFloats("sinh", [x]);
}

/**
 * The hyperbolic cosine.
 *
 * @param x The elements, in any shape.
 *
 * @example
 * ```ts
 * import { cosh } from "@strata/core";
 *
 * console.log(cosh([0, 1]).arraySync()); // [1, 1.543081]
 * ```
 */
export function cosh(x: TensorLike): Tensor {
  checkCount("cosh", arguments, 1);
  return applyToFloats("cosh", [x]);
}

/**
 * The hyperbolic tangent.
 *
 * @param x The elements, in any shape.
 *
 * @example
 * ```ts
 * import { tanh } from "@strata/core";
 *
 * console.log(tanh([-1, 0, 1]).arraySync()); // [-0.761594, 0, 0.761594]
 * ```
 */
export function tanh(x: TensorLike): Tensor {
  checkCount("tanh", arguments, 1);
  return applyToFloats("tanh", [x]);
}

/**
 * The inverse of the hyperbolic sine.
 *
 * @param x The elements, in any shape.
 *
 * @example
 * ```ts
 * import { asinh } from "@strata/core";
 *
 * console.log(asinh([0, 1]).arraySync()); // [0, 0.881374]
 * ```
 */
export function asinh(x: TensorLike): Tensor {
  checkCount("asinh", arguments, 1);
  return applyToFloats("asinh", [x]);
}

/**
 * The inverse of the hyperbolic cosine; NaN below 1.
 *
 * @param x The elements, in any shape.
 *
 * @example
 * ```ts
 * import { acosh } from "@strata/core";
 *
 * console.log(acosh([1, 2]).arraySync()); // [0, 1.316958]
 * ```
 */
export function acosh(x: TensorLike): Tensor {
  checkCount("acosh", arguments, 1);
  return applyToFloats("acosh", [x]);
}

/**
 * The inverse of the hyperbolic tangent; NaN outside of [−1, 1].
 *
 * @param x The elements, in any shape.
 *
 * @example
 * ```ts
 * import { atanh } from "@strata/core";
 *
 * console.log(atanh([0, 0.5]).arraySync()); // [0, 0.549306]
 * ```
 */
export function atanh(x: TensorLike): Tensor {
  checkCount("atanh", arguments, 1);
  return applyToFloats("atanh", [x]);
}

/**
 * The error function, 2/√π ∫₀ˣ exp(−t²) dt.
 *
 * @param x The elements, in any shape.
 *
 * @example
 * ```ts
 * import { erf } from "@strata/core";
 *
 * console.log(erf([0, 1, -1]).arraySync()); // [0, 0.842701, -0.842701]
 * ```
 */
export function erf(x: TensorLike): Tensor {
  checkCount("erf", arguments, 1);
  return applyToFloats("erf", [x]);
}

/**
 * 1 − erf(x), exact to the last digits also where erf is near 1.
 *
 * @param x The elements, in any shape.
 *
 * @example
 * ```ts
 * import { erfc } from "@strata/core";
 *
 * console.log(erfc([0, 1]).arraySync()); // [1, 0.157299]
 * ```
 */
export function erfc(x: TensorLike): Tensor {
  checkCount("erfc", arguments, 1);
  return applyToFloats("erfc", [x]);
}

/**
 * The inverse of the error function; ±∞ at ±1, NaN outside.
 *
 * @param x The elements, in any shape.
 *
 * @example
 * ```ts
 * import { erfinv } from "@strata/core";
 *
 * console.log(erfinv([0, 0.5]).arraySync()); // [0, 0.476936]
 * ```
 */
export function erfinv(x: TensorLike): Tensor {
  checkCount("erfinv", arguments, 1);
  return applyToFloats("erfinv", [x]);
}

/**
 * ln |Γ(x)|.
 *
 * @param x The elements, in any shape.
 *
 * @example
 * ```ts
 * import { lgamma } from "@strata/core";
 *
 * console.log(lgamma([1, 5]).arraySync()); // [0, 3.178054]
 * ```
 */
export function lgamma(x: TensorLike): Tensor {
  checkCount("lgamma", arguments, 1);
  return applyToFloats("lgamma", [x]);
}

/**
 * The derivative of ln Γ(x).
 *
 * @param x The elements, in any shape.
 *
 * @example
 * ```ts
 * import { digamma } from "@strata/core";
 *
 * console.log(digamma([1, 2]).arraySync()); // [-0.577216, 0.422784]
 * ```
 */
export function digamma(x: TensorLike): Tensor {
  checkCount("digamma", arguments, 1);
  return applyToFloats("digamma", [x]);
}

/**
 * The polygamma function ψ⁽ⁿ⁾(x): the derivative number n of digamma, which is that of order 0; of order 1 it is
 * trigamma. At the poles 0, −1, −2… it is +∞ for odd orders and −∞ for even ones.
 *
 * @param order n, an integer from 0 to 100.
 * @param x Where it is taken.
 * @throws RangeError for another order.
 *
 * @example
 * ```ts
 * import { polygamma } from "@strata/core";
 *
 * console.log(polygamma(1, 1).mul(6).sqrt().item().toFixed(5)); // 3.14159
 * ```
 */
export function polygamma(order: number, x: TensorLike): Tensor {
  checkCount("polygamma", arguments, 2);
  checkPolygammaOrder(order);
  if (order === 0) return digamma(x);
  const [node] = floatNodes("polygamma", [x]);
  return new Tensor(build.polygamma(order, node));
}
