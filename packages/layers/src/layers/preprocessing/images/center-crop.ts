import { resize, type Tensor } from "@strata/core";
import { named } from "../../../schema/configurable.ts";
import type { Given, Rest, Values } from "../../../schema/option.ts";
import { positiveInteger } from "../../../schema/vocabulary.ts";
import { type BoundingBoxes, clipBoxes, type ImageSize, movedBoxes } from "./bounding-boxes.ts";
import { centredPart, type Part, partOf } from "./crop-to-shape.ts";
import { ImageLayer } from "./image-layer.ts";
import { imageOptions } from "./image-options.ts";

const options = {
  ...imageOptions,
  /** The height of the part. */
  height: positiveInteger(),
  /** Its width. */
  width: positiveInteger(),
};

/** Options of {@link CenterCrop}. */
export interface CenterCropOptions extends Given<typeof options> {}

export interface CenterCrop extends Values<typeof options> {}

/**
 * The middle of images: [batch, height, width, channels]. Images that are smaller give the largest part of its shape, resized.
 *
 * @example
 * ```ts
 * import { CenterCrop } from "@strata/layers";
 *
 * console.log(new CenterCrop(1, 1).apply([[[1], [2], [3]]]).arraySync()); // [[[2]]]
 * ```
 */
export class CenterCrop extends ImageLayer {
  static override readonly className: string = "CenterCrop";
  static override readonly options = options;
  protected override readonly actsAlways = true;

  constructor(
    ...given:
      | [height: number, width: number, options?: Rest<CenterCropOptions, "height" | "width">]
      | [options: CenterCropOptions]
  ) {
    super(named(new.target, given, "height", "width"));
  }

  protected override transform(images: Tensor): Tensor {
    const [, height, width] = images.shape;
    const part = partOf(images, this.#part({ height, width }));
    const isCropped = part.shape[1] === this.height && part.shape[2] === this.width;
    return isCropped ? part : resize(part, [this.height, this.width]);
  }

  override transformSegmentationMasks(masks: Tensor): Tensor {
    return this.onBatch(masks, (batch) => this.transform(batch));
  }

  override transformBoundingBoxes(
    boxes: BoundingBoxes,
    _transformation: null,
    size: ImageSize,
  ): BoundingBoxes {
    const { top, left, height, width } = this.#part(size);
    const [down, across] = [this.height / height, this.width / width];
    return this.onCorners(boxes, size, this, ({ boxes: corners, labels }) =>
      clipBoxes({ boxes: movedBoxes(corners, [across, down], [-left * across, -top * down]), labels }, this),
    );
  }

  #part(size: ImageSize): Part {
    const { height, width } = this;
    const [rows, columns] = [size.height - height, size.width - width];
    if (rows < 0 || columns < 0) return centredPart(size, this);
    return { height, width, top: Math.floor(rows / 2), left: Math.floor(columns / 2) };
  }
}
