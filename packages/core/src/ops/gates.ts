/** Activations that multiply x by a smooth function of it, and their relatives. */
import { checkCount, readOptions } from "../arguments.ts";
import { ShapeError } from "../errors.ts";
import { build } from "../primitives/apply.ts";
import { formatShape, normalizeAxis } from "../shape.ts";
import { Tensor, type TensorLike } from "../tensor.ts";
import { sigmoid, softplus } from "./activations.ts";
import { mul, neg } from "./arithmetic.ts";
import { applyToFloats, floatNode, operandNode } from "./operands.ts";
import { erfc, tanh } from "./transcendental.ts";

function float(operation: string, x: TensorLike): Tensor {
  return new Tensor(floatNode(operation, x));
}

/** Options of {@link gelu}. */
export interface GeluOptions {
  /** Whether to use the formula with tanh in place of the error function. Default: false, as in Keras and PyTorch. */
  readonly approximate?: boolean;
}

/**
 * x · Φ(x) with the normal distribution's Φ. D. Hendrycks, K. Gimpel, "Gaussian error linear units" (2016).
 * Approximate: x/2 · (1 + tanh(√(2/π) (x + 0.044715 x³))).
 *
 * @param x The elements, in any shape.
 *
 * @example
 * ```ts
 * import { gelu } from "@strata/core";
 *
 * console.log(gelu([-1, 0, 1]).arraySync()); // [-0.158655, 0, 0.841345]
 * ```
 */
export function gelu(x: TensorLike, options: GeluOptions = {}): Tensor {
  checkCount("gelu", arguments, 2);
  const { approximate = false } = readOptions("gelu", options, ["approximate"], ["approximate"]);
  const t = float("gelu", x);
  // erfc keeps the digits where Φ is near 0.
  if (!approximate) return mul(mul(t, 0.5), erfc(mul(t, -Math.SQRT1_2)));
  const cubed = mul(t, t.square().mul(0.044715).add(1));
  // (1 + tanh u)/2 = sigmoid(2u), which keeps the digits where it is near 0.
  return mul(t, sigmoid(mul(cubed, 2 * Math.sqrt(2 / Math.PI))));
}

/**
 * x · sigmoid(x), also called swish.
 *
 * @param x The elements, in any shape.
 *
 * @example
 * ```ts
 * import { silu } from "@strata/core";
 *
 * console.log(silu([-1, 0, 1]).arraySync()); // [-0.268941, 0, 0.731059]
 * ```
 */
export function silu(x: TensorLike): Tensor {
  checkCount("silu", arguments, 1);
  return mul(float("silu", x), sigmoid(x));
}

/**
 * ln sigmoid(x) = −ln(1 + e⁻ˣ), computed so that nothing overflows.
 *
 * @param x The elements, in any shape.
 *
 * @example
 * ```ts
 * import { logSigmoid } from "@strata/core";
 *
 * console.log(logSigmoid([0, 1]).arraySync()); // [-0.693147, -0.313262]
 * ```
 */
export function logSigmoid(x: TensorLike): Tensor {
  checkCount("logSigmoid", arguments, 1);
  return neg(softplus(neg(float("logSigmoid", x))));
}

/**
 * x / (1 + |x|).
 *
 * @param x The elements, in any shape.
 *
 * @example
 * ```ts
 * import { softsign } from "@strata/core";
 *
 * console.log(softsign([-1, 0, 3]).arraySync()); // [-0.5, 0, 0.75]
 * ```
 */
export function softsign(x: TensorLike): Tensor {
  checkCount("softsign", arguments, 1);
  return applyToFloats("softsign", [x]);
}

/**
 * x · tanh(ln(1 + eˣ)). D. Misra, "Mish: a self regularized non-monotonic activation function" (2020).
 *
 * @param x The elements, in any shape.
 *
 * @example
 * ```ts
 * import { mish } from "@strata/core";
 *
 * console.log(mish([-1, 0, 1]).arraySync()); // [-0.303401, 0, 0.865098]
 * ```
 */
export function mish(x: TensorLike): Tensor {
  checkCount("mish", arguments, 1);
  const t = float("mish", x);
  return mul(t, tanh(softplus(t)));
}

/**
 * The first half along an axis, gated by the sigmoid of the second: a · sigmoid(b). Y. N. Dauphin et al., "Language
 * modeling with gated convolutional networks" (2017).
 *
 * @param x The elements, in any shape.
 * @param axis The axis that is split. Default: the last.
 * @throws ShapeError if its size is odd.
 *
 * @example
 * ```ts
 * import { glu } from "@strata/core";
 *
 * console.log(glu([1, 2, 0, 0]).arraySync()); // [0.5, 1]
 * ```
 */
export function glu(x: TensorLike, axis = -1): Tensor {
  checkCount("glu", arguments, 2);
  const node = operandNode("glu", float("glu", x));
  const { shape } = node;
  const at = normalizeAxis("glu", axis, shape.length);
  if (shape[at] % 2 !== 0) {
    throw new ShapeError(
      `glu: axis ${axis} of ${formatShape(shape)} has the size ${shape[at]}; it must be even`,
    );
  }
  const half = shape.map((size, each) => (each === at ? size / 2 : size));
  const ones = shape.map(() => 1);
  const part = (begin: number): Tensor => {
    const first = shape.map((_, each) => (each === at ? begin : 0));
    return new Tensor(build.slice(node, first, half, ones));
  };
  return mul(part(0), sigmoid(part(half[at])));
}
