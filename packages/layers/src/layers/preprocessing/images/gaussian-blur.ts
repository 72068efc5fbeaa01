import {
  arange,
  broadcastTo,
  cast,
  depthwiseConv2d,
  div,
  exp,
  mul,
  reshape,
  sub,
  type Tensor,
  unstack,
} from "@strata/core";

/**
 * Images, whose channels are last, smoothed by a Gaussian kernel; beyond the border they are 0.
 *
 * @param size How many pixels the kernel is wide and high, odd numbers.
 * @param sigma Its standard deviations across and down: [2].
 */
export function blurred(images: Tensor, size: readonly number[], sigma: Tensor): Tensor {
  const [across, down] = unstack(sigma).map((deviation, axis) => bell(size[axis], deviation));
  const kernel = mul(reshape(down, [-1, 1, 1, 1]), reshape(across, [1, -1, 1, 1]));
  const perChannel = broadcastTo(kernel, [size[1], size[0], images.shape[3], 1]);
  return depthwiseConv2d(images, perChannel, { padding: "same" });
}

/** The Gaussian function at so many pixels, which add up to 1. */
function bell(size: number, deviation: Tensor): Tensor {
  const distances = sub(cast(arange(size), deviation.dtype), (size - 1) / 2);
  const weights = exp(mul(div(distances, deviation).square(), -0.5));
  return div(weights, weights.sum());
}
