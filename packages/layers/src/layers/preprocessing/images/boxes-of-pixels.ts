/** Upright boxes of pixels that are drawn for images. */
import { add, greaterEqual, less, logicalAnd, mul, reshape, sub, type Tensor } from "@strata/core";
import type { ImageSize } from "./bounding-boxes.ts";
import { gridOf } from "./sample-images.ts";

/** From where to where the box of each image reaches, in pixels: [batch] each. */
export interface PixelBoxes {
  readonly left: Tensor;
  readonly right: Tensor;
  readonly top: Tensor;
  readonly bottom: Tensor;
}

/** Boxes that are so wide and so high, as shares of the image's size, with their places drawn by `draw`: [batch] numbers. */
export function drawBoxes(
  { height, width }: ImageSize,
  widths: Tensor,
  heights: Tensor,
  draw: () => Tensor,
): PixelBoxes {
  const [boxWidth, boxHeight] = [mul(widths, width), mul(heights, height)];
  const left = mul(draw(), sub(width, boxWidth));
  const top = mul(draw(), sub(height, boxHeight));
  return { left, right: add(left, boxWidth), top, bottom: add(top, boxHeight) };
}

/** Which pixels of images, whose channels are last, are in their boxes: [batch, height, width, 1]. */
export function masksOfBoxes({ left, right, top, bottom }: PixelBoxes, { height, width }: ImageSize): Tensor {
  const { y, x } = gridOf(height, width);
  const [from, to, over, under] = [left, right, top, bottom].map((each) => reshape(each, [-1, 1, 1]));
  const isAcross = logicalAnd(greaterEqual(x, from), less(x, to));
  return logicalAnd(isAcross, logicalAnd(greaterEqual(y, over), less(y, under))).expandDims(-1);
}
