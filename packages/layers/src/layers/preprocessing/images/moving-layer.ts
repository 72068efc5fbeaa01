import type { Tensor, TensorLike } from "@strata/core";
import type { OptionTable } from "../../../schema/option.ts";
import { type BoundingBoxes, clipBoxes, type ImageSize } from "./bounding-boxes.ts";
import type { TransformOptions } from "./image-layer.ts";
import { samplingOptions } from "./image-options.ts";
import { RandomImageLayer } from "./random-image-layer.ts";
import { type FillMode, projectBoxes, projectImages, type Sampling } from "./sample-images.ts";

/** A random layer that moves pixels; the masks of images move with them, without any value between two classes. */
export abstract class MovingLayer<
  Transformation,
  Mode extends FillMode = Exclude<FillMode, "mirror">,
> extends RandomImageLayer<Transformation> {
  static override readonly options: OptionTable = samplingOptions;
  /** The continuation of the image beyond its border. */
  declare readonly fillMode: Mode;
  /** How pixels between pixels are found. */
  declare readonly interpolation: Sampling["interpolation"];
  /** The value that `"constant"` fills with. */
  declare readonly fillValue: number;
  protected override readonly keepsPlaces = false;

  /** A batch of images, whose channels are last, with its pixels moved. */
  protected abstract moved(images: Tensor, transformation: Transformation, sampling: Sampling): Tensor;

  protected override alter(images: Tensor, transformation: Transformation): Tensor {
    return this.moved(images, transformation, this);
  }

  override transformSegmentationMasks(
    masks: Tensor,
    transformation: Transformation | null,
    { training = true }: TransformOptions = {},
  ): Tensor {
    if (!training || transformation === null) return masks;
    const { fillMode, fillValue } = this;
    return this.onBatch(masks, (batch) =>
      this.moved(batch, transformation, { interpolation: "nearest", fillMode, fillValue }),
    );
  }
}

/** A moving layer whose pixels move as an affine or projective transform says. */
export abstract class ProjectingLayer<Transformation> extends MovingLayer<Transformation> {
  /** The eight numbers of each image's transform, as {@link projectImages} takes them: [batch, 8]. */
  protected abstract transforms(transformation: Transformation, size: ImageSize): TensorLike;

  protected override moved(images: Tensor, transformation: Transformation, sampling: Sampling): Tensor {
    const [, height, width] = images.shape;
    return projectImages(images, this.transforms(transformation, { height, width }), sampling);
  }

  override transformBoundingBoxes(
    boxes: BoundingBoxes,
    transformation: Transformation | null,
    size: ImageSize,
    { training = true }: TransformOptions = {},
  ): BoundingBoxes {
    if (!training || transformation === null) return boxes;
    const transforms = this.transforms(transformation, size);
    return this.onCorners(boxes, size, size, ({ boxes: corners, labels }) =>
      clipBoxes({ boxes: projectBoxes(corners, transforms), labels }, size),
    );
  }
}
