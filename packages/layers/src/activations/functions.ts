import {
  abs,
  add,
  clip,
  div,
  erf,
  exp,
  expm1,
  greater,
  logSoftmax as logSoftmaxOf,
  maximum,
  minimum,
  mul,
  neg,
  relu as reluOf,
  sigmoid as sigmoidOf,
  softmax as softmaxOf,
  softplus as softplusOf,
  sub,
  type Tensor,
  type TensorLike,
  tanh as tanhOf,
  where,
} from "@strata/core";
import { toTensor } from "../utilities/tensors.ts";

/** x. */
export function linear(x: TensorLike): Tensor {
  return toTensor(x);
}

/** max(x, 0). */
export function relu(x: TensorLike): Tensor {
  return reluOf(x);
}

/** min(max(x, 0), 6). */
export function relu6(x: TensorLike): Tensor {
  return clip(x, 0, 6);
}

/**
 * x where it is positive, `negativeSlope`·x elsewhere.
 *
 * @param negativeSlope Default: 0.2.
 */
export function leakyRelu(x: TensorLike, negativeSlope = 0.2): Tensor {
  return where(greater(x, 0), x, mul(x, negativeSlope));
}

/**
 * x where it is positive, alpha·(eˣ − 1) elsewhere (Clevert et al. 2016).
 *
 * @param alpha Default: 1.
 */
export function elu(x: TensorLike, alpha = 1): Tensor {
  const isPositive = greater(x, 0);
  // The exponential of what is not chosen could overflow, and its gradient be NaN.
  return where(isPositive, x, mul(alpha, expm1(where(isPositive, 0, x))));
}

/** 1.0507·elu(x, 1.6733): keeps mean and variance through the layers (Klambauer et al. 2017). */
export function selu(x: TensorLike): Tensor {
  return mul(1.0507009873554805, elu(x, 1.6732632423543772));
}

/**
 * max(x, 0) + min(alpha·(exp(x / alpha) − 1), 0) (Barron 2017).
 *
 * @param alpha Default: 1.
 */
export function celu(x: TensorLike, alpha = 1): Tensor {
  return add(maximum(x, 0), mul(alpha, expm1(div(minimum(x, 0), alpha))));
}

/** x·Φ(x), with the exact distribution function Φ of the normal distribution (Hendrycks and Gimpel 2016). */
export function gelu(x: TensorLike): Tensor {
  return mul(mul(x, 0.5), add(erf(mul(x, Math.SQRT1_2)), 1));
}

/** x·sigmoid(x), also called swish. */
export function silu(x: TensorLike): Tensor {
  return mul(x, sigmoidOf(x));
}

/** 1 / (1 + e⁻ˣ). */
export function sigmoid(x: TensorLike): Tensor {
  return sigmoidOf(x);
}

/** min(max(x + 3, 0), 6) / 6: straight lines near the sigmoid. */
export function hardSigmoid(x: TensorLike): Tensor {
  return div(clip(add(x, 3), 0, 6), 6);
}

/** The hyperbolic tangent. */
export function tanh(x: TensorLike): Tensor {
  return tanhOf(x);
}

/** eˣ / Σ eˣ along the last axis: scores become probabilities. */
export function softmax(x: TensorLike): Tensor {
  return softmaxOf(x);
}

/** The logarithm of {@link softmax}. */
export function logSoftmax(x: TensorLike): Tensor {
  return logSoftmaxOf(x);
}

/** ln(1 + eˣ). */
export function softplus(x: TensorLike): Tensor {
  return softplusOf(x);
}

/** x / (1 + |x|). */
export function softsign(x: TensorLike): Tensor {
  return div(x, add(abs(x), 1));
}

/** eˣ. */
export function exponential(x: TensorLike): Tensor {
  return exp(x);
}

/** x·tanh(ln(1 + eˣ)) (Misra 2019). */
export function mish(x: TensorLike): Tensor {
  return mul(x, tanhOf(softplusOf(x)));
}

/** x − tanh(x). */
export function tanhShrink(x: TensorLike): Tensor {
  return sub(x, tanhOf(x));
}

/** ln(1 / (1 + e⁻ˣ)). */
export function logSigmoid(x: TensorLike): Tensor {
  return neg(softplusOf(neg(x)));
}
