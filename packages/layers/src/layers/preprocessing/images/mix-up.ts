import { beta, concat, gather, permutation, type Tensor } from "@strata/core";
import { named } from "../../../schema/configurable.ts";
import type { Given, Rest, Values } from "../../../schema/option.ts";
import { positiveNumber } from "../../../schema/vocabulary.ts";
import type { BoundingBoxes, ImageSize } from "./bounding-boxes.ts";
import type { TransformOptions } from "./image-layer.ts";
import { randomImageOptions } from "./image-options.ts";
import { type Mixture, mixed } from "./mixture.ts";
import { RandomImageLayer } from "./random-image-layer.ts";

const options = {
  ...randomImageOptions,
  /** Both parameters of the beta distribution of the share that an image keeps. */
  alpha: positiveNumber(0.2),
};

/** Options of {@link MixUp}. */
export interface MixUpOptions extends Given<typeof options> {}

export interface MixUp extends Values<typeof options> {}

/**
 * In training mixes each image with another one of the batch, pixel by pixel, and their labels by the same shares (Zhang et
 * al. 2017).
 *
 * @example
 * ```ts
 * import { MixUp } from "@strata/layers";
 *
 * const layer = new MixUp(0.4);
 * const mixture = { mixWeight: [0.75, 0.75], permutationOrder: [1, 0] };
 * console.log(layer.transformImages([[[[0]]], [[[4]]]], mixture).arraySync()); // [[[[1]]], [[[3]]]]
 * ```
 */
export class MixUp extends RandomImageLayer<Mixture> {
  static override readonly className: string = "MixUp";
  static override readonly options = options;

  constructor(...given: [alpha?: number, options?: Rest<MixUpOptions, "alpha">] | [options: MixUpOptions]) {
    super(named(new.target, given, "alpha"));
  }

  protected override drawn(count: number): Mixture {
    return {
      mixWeight: beta([count], this.alpha, this.alpha, this.source),
      permutationOrder: permutation(count, this.source),
    };
  }

  protected override alter(images: Tensor, mixture: Mixture): Tensor {
    return mixed(images, mixture);
  }

  override transformLabels(
    labels: Tensor,
    mixture: Mixture | null,
    { training = true }: TransformOptions = {},
  ): Tensor {
    return training && mixture !== null ? mixed(labels, mixture) : labels;
  }

  override transformSegmentationMasks(
    masks: Tensor,
    mixture: Mixture | null,
    { training = true }: TransformOptions = {},
  ): Tensor {
    return training && mixture !== null ? this.onBatch(masks, (batch) => mixed(batch, mixture)) : masks;
  }

  /** The boxes of both images. */
  override transformBoundingBoxes(
    { boxes, labels }: BoundingBoxes,
    mixture: Mixture | null,
    _size: ImageSize,
    { training = true }: TransformOptions = {},
  ): BoundingBoxes {
    if (!training || mixture === null) return { boxes, labels };
    const both = (x: Tensor): Tensor => concat([x, gather(x, mixture.permutationOrder)], 1);
    return { boxes: both(boxes), labels: both(labels) };
  }
}
