import type { Tensor } from "@strata/core";
import type { ImageSize } from "./bounding-boxes.ts";

/** A part of an image, in pixels. */
export interface Part extends ImageSize {
  readonly top: number;
  readonly left: number;
}

/** The largest part of an image that has the proportions of a target, in the middle. */
export function centredPart({ height, width }: ImageSize, target: ImageSize): Part {
  const fitting = (size: number, wanted: number): number => Math.max(Math.min(size, Math.trunc(wanted)), 1);
  const partHeight = fitting(height, (width * target.height) / target.width);
  const partWidth = fitting(width, (height * target.width) / target.height);
  return {
    height: partHeight,
    width: partWidth,
    top: Math.trunc((height - partHeight) / 2),
    left: Math.trunc((width - partWidth) / 2),
  };
}

/** A part of images whose channels are last. */
export function partOf(images: Tensor, { top, left, height, width }: Part): Tensor {
  return images.slice([null, [top, top + height], [left, left + width]]);
}
