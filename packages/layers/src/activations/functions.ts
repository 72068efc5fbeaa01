/** The activations: core's functions under Keras's names, and those that core does not have. */
import {
  abs,
  add,
  arange,
  cast,
  clip,
  gelu as coreGelu,
  relu as coreRelu,
  cumsum,
  div,
  greater,
  less,
  maximum,
  mul,
  relu6,
  reshape,
  sign,
  sort,
  sqrt,
  square,
  sub,
  type Tensor,
  type TensorLike,
  tanh,
  where,
} from "@strata/core";
import { toTensor } from "../utilities/tensors.ts";

export {
  celu,
  elu,
  exp as exponential,
  glu,
  hardSigmoid,
  hardSwish as hardSilu,
  hardTanh,
  leakyRelu,
  logSigmoid,
  logSoftmax,
  mish,
  selu,
  sigmoid,
  silu,
  softmax,
  softplus,
  softsign,
} from "@strata/core";
export { relu6, tanh };

/**
 * x.
 *
 * @example
 * ```ts
 * import { activations } from "@strata/layers";
 *
 * console.log(activations.linear([-1, 1]).arraySync()); // [-1, 1]
 * ```
 */
export function linear(x: TensorLike): Tensor {
  return toTensor(x);
}

/**
 * x above a threshold, at most `maxValue`, and `negativeSlope`·(x − threshold) below; max(x, 0) by default.
 *
 * @param x The input.
 * @param negativeSlope The slope below the threshold. Default: 0.
 * @param maxValue The largest result; null for none, the default.
 * @param threshold Values up to it count as negative. Default: 0.
 *
 * @example
 * ```ts
 * import { activations } from "@strata/layers";
 *
 * console.log(activations.relu([-1, 0, 2]).arraySync()); // [0, 0, 2]
 * ```
 */
export function relu(
  x: TensorLike,
  negativeSlope = 0,
  maxValue: number | null = null,
  threshold = 0,
): Tensor {
  const given = toTensor(x);
  if (negativeSlope === 0 && threshold === 0) {
    if (maxValue === 6) return relu6(given);
    return maxValue === null ? coreRelu(given) : clip(given, 0, maxValue);
  }
  const positive =
    threshold === 0 ? coreRelu(given) : mul(given, cast(greater(given, threshold), given.dtype));
  const bounded = maxValue === null ? positive : clip(positive, 0, maxValue);
  if (negativeSlope === 0) return bounded;
  return sub(bounded, mul(negativeSlope, coreRelu(sub(threshold, given))));
}

/**
 * x·Φ(x), with the distribution function Φ of the normal distribution (Hendrycks and Gimpel 2016).
 *
 * @param x The input.
 * @param approximate Whether Φ is approximated by a hyperbolic tangent. Default: false.
 *
 * @example
 * ```ts
 * import { activations } from "@strata/layers";
 *
 * console.log(activations.gelu([-1, 0, 1]).arraySync()); // [-0.158655, 0, 0.841345]
 * ```
 */
export function gelu(x: TensorLike, approximate = false): Tensor {
  return coreGelu(x, { approximate });
}

/**
 * 0.2·x + 0.5, held between 0 and 1: the hard sigmoid of Keras before version 3, and of TensorFlow.js, which models from
 * there are given. Keras 3 has no name for it.
 */
export function legacyHardSigmoid(x: TensorLike): Tensor {
  return clip(add(mul(toTensor(x), 0.2), 0.5), 0, 1);
}

/**
 * x − tanh(x).
 *
 * @example
 * ```ts
 * import { activations } from "@strata/layers";
 *
 * console.log(activations.tanhShrink([0, 1]).arraySync()); // [0, 0.238406]
 * ```
 */
export function tanhShrink(x: TensorLike): Tensor {
  return sub(x, tanh(x));
}

/**
 * x where |x| exceeds the threshold (default: 0.5), else 0.
 *
 * @example
 * ```ts
 * import { activations } from "@strata/layers";
 *
 * console.log(activations.hardShrink([-1, 0.2, 1]).arraySync()); // [-1, 0, 1]
 * ```
 */
export function hardShrink(x: TensorLike, threshold = 0.5): Tensor {
  return where(greater(abs(x), threshold), x, 0);
}

/**
 * x moved towards 0 by the threshold (default: 0.5), and 0 where that would pass it.
 *
 * @example
 * ```ts
 * import { activations } from "@strata/layers";
 *
 * console.log(activations.softShrink([-1, 0.2, 1]).arraySync()); // [-0.5, 0, 0.5]
 * ```
 */
export function softShrink(x: TensorLike, threshold = 0.5): Tensor {
  return mul(sign(x), coreRelu(sub(abs(x), threshold)));
}

/**
 * x where it exceeds the threshold, else `defaultValue`.
 *
 * @example
 * ```ts
 * import { activations } from "@strata/layers";
 *
 * console.log(activations.threshold([-1, 0.5, 2], 1, 0).arraySync()); // [0, 0, 2]
 * ```
 */
export function threshold(x: TensorLike, threshold: number, defaultValue: number): Tensor {
  return where(greater(x, threshold), x, defaultValue);
}

/**
 * (x + √(x² + b)) / 2: a smooth rectifier without an exponential (Barron 2021). Default of b: 4.
 *
 * @example
 * ```ts
 * import { activations } from "@strata/layers";
 *
 * console.log(activations.squareplus([0, 1]).arraySync()); // [1, 1.618034]
 * ```
 */
export function squareplus(x: TensorLike, b = 4): Tensor {
  return div(add(x, sqrt(add(square(x), b))), 2);
}

/**
 * 0 up to −1, (x + 1)² / 4 up to 1, and x above.
 *
 * @example
 * ```ts
 * import { activations } from "@strata/layers";
 *
 * console.log(activations.sparsePlus([-2, 0, 2]).arraySync()); // [0, 0.25, 2]
 * ```
 */
export function sparsePlus(x: TensorLike): Tensor {
  return where(less(x, 1), mul(0.25, square(maximum(add(x, 1), 0))), x);
}

/**
 * 0 up to −1, (x + 1) / 2 up to 1, and 1 above.
 *
 * @example
 * ```ts
 * import { activations } from "@strata/layers";
 *
 * console.log(activations.sparseSigmoid([-2, 0, 2]).arraySync()); // [0, 0.5, 1]
 * ```
 */
export function sparseSigmoid(x: TensorLike): Tensor {
  return clip(mul(0.5, add(x, 1)), 0, 1);
}

/**
 * A softmax with zeros, as Keras computes it: max(x − τ, 0) with τ = (Σⱼ Σᵢ≤ⱼ zᵢ − 1) / k, summed over the k largest
 * values z that make up the support. Unlike core's `sparsemax` (Martins and Astudillo 2016), whose τ has the last sum
 * alone, the results need not add up to 1 where the support has more than one value.
 *
 * @param x The input.
 * @param axis The axis of the classes. Default: −1.
 */
export function sparsemax(x: TensorLike, axis = -1): Tensor {
  const given = toTensor(x);
  const sorted = sort(given, axis, { descending: true });
  const sums = cumsum(sorted, axis);
  const count = given.shape.at(axis) ?? 1;
  const place = axis < 0 ? axis + given.rank : axis;
  const ranks = reshape(
    cast(arange(1, count + 1), given.dtype),
    given.shape.map((_, each) => (each === place ? count : 1)),
  );
  const isSupport = greater(sub(sorted, div(sub(sums, 1), ranks)), 0);
  const size = cast(isSupport, given.dtype).sum(axis, true);
  const threshold = div(sub(where(isSupport, sums, 0).sum(axis, true), 1), size);
  return maximum(sub(given, threshold), 0);
}
