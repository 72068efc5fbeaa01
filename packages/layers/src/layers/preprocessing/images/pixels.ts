/** Arithmetic on the values of pixels, whose channels are the last axis. */
import {
  add,
  cast,
  clip,
  div,
  mean,
  mul,
  reshape,
  stack,
  sub,
  type Tensor,
  type TensorLike,
  unstack,
} from "@strata/core";
import type { Range } from "./image-options.ts";

/** Values of one range moved to another. */
export function toRange(images: Tensor, [from, to]: Range, [low, high]: Range): Tensor {
  if (from === low && to === high) return images;
  return add(mul(div(sub(images, from), to - from), high - low), low);
}

/** Values within a range. */
export function within(images: Tensor, [low, high]: Range): Tensor {
  return clip(images, low, high);
}

/** A number for each image, in a shape that broadcasts against [batch, height, width, channels]. */
export function perImage(values: TensorLike, images: Tensor): Tensor {
  return reshape(cast(values, images.dtype), [-1, 1, 1, 1]);
}

/** A bool for each image, in a shape that broadcasts against [batch, height, width, channels]. */
export function flagPerImage(values: TensorLike): Tensor {
  return reshape(cast(values, "bool"), [-1, 1, 1, 1]);
}

/** The brightness that the eye sees (ITU-R BT.601), [..., 3] → [..., 1]. */
export function luminance(images: Tensor): Tensor {
  const channels = images.shape.at(-1);
  if (channels === 1) return images;
  const [red, green, blue] = unstack(images, -1);
  return add(add(mul(red, 0.2989), mul(green, 0.587)), mul(blue, 0.114)).expandDims(-1);
}

/** The mean of each channel of each image, [batch, 1, 1, channels]. */
export function meanOfChannels(images: Tensor): Tensor {
  return mean(images, [1, 2], true);
}

/** The channels of images with one of them replaced. */
export function withChannel(images: Tensor, index: number, replace: (channel: Tensor) => Tensor): Tensor {
  const channels = unstack(images, -1);
  return stack(
    channels.map((each, at) => (at === index ? replace(each) : each)),
    -1,
  );
}
