import { add, cast, mul, normal, stack, type Tensor, type TensorLike, unstack, where } from "@strata/core";
import { named } from "../../../schema/configurable.ts";
import type { Given, Values } from "../../../schema/option.ts";
import { choice } from "../../../schema/vocabulary.ts";
import { blurred } from "./gaussian-blur.ts";
import { type ByOptionalFactor, factor, samplingOptions, valueRange } from "./image-options.ts";
import { MovingLayer } from "./moving-layer.ts";
import { flagPerImage, within } from "./pixels.ts";
import { type FillMode, gridOf, type Sampling, sampleAt } from "./sample-images.ts";

const options = {
  ...samplingOptions,
  /** The probability that an image is distorted; of a range, it is drawn from that first. */
  factor: factor(0, 1)(1),
  /** How strong the distortion is: drawn from this range, or from 0 to the number. */
  scale: factor(0, 1)(1),
  /**
   * The continuation of the image beyond its border; `"mirror"` is as `"reflect"`, but the outermost pixels are not repeated.
   */
  fillMode: choice(["reflect", "wrap", "constant", "nearest", "mirror"])("reflect"),
  /** The smallest and largest value of a pixel. */
  valueRange: valueRange([0, 255]),
};

/** Options of {@link RandomElasticTransform}. */
export interface RandomElasticTransformOptions extends Given<typeof options> {}

export interface RandomElasticTransform extends Values<typeof options> {}

/** The random numbers of {@link RandomElasticTransform}. */
export interface ElasticChange {
  /** Whether each image is distorted: [batch]. */
  readonly applyTransform: TensorLike;
  /** How strong the distortions are: a number. */
  readonly distortionFactor: TensorLike;
  /** The noise that becomes the distances by which pixels move, down and across: [batch, height, width, 2]. */
  readonly noise: TensorLike;
}

/**
 * In training distorts images as if drawn on rubber: each pixel moves by smoothed noise (Simard et al. 2003).
 *
 * @example
 * ```ts
 * import { RandomElasticTransform } from "@strata/layers";
 *
 * const layer = new RandomElasticTransform(0);
 * console.log(layer.apply([[[1], [2]]]).arraySync()); // [[[1], [2]]]
 * ```
 */
export class RandomElasticTransform extends MovingLayer<ElasticChange, FillMode> {
  static override readonly className: string = "RandomElasticTransform";
  static override readonly options = options;

  constructor(...given: ByOptionalFactor<RandomElasticTransformOptions>) {
    super(named(new.target, given, "factor"));
  }

  protected override drawn(count: number, images: Tensor): ElasticChange {
    const { height, width } = this.sizeOf(images);
    return {
      applyTransform: this.chosen(this.factor, count),
      distortionFactor: this.between(this.scale, []),
      noise: normal([count, height, width, 2], this.source),
    };
  }

  protected override alter(images: Tensor, transformation: ElasticChange): Tensor {
    return within(super.alter(images, transformation), this.valueRange);
  }

  protected override moved(
    images: Tensor,
    { applyTransform, distortionFactor, noise }: ElasticChange,
    sampling: Sampling,
  ): Tensor {
    const [, height, width] = images.shape;
    const strength = cast(distortionFactor, images.dtype);
    const deviation = add(mul(strength, 0.05 * Math.min(height, width)), 1e-6);
    // The kernel is as wide as the largest deviation needs.
    const size = 2 * Math.floor(3 * 0.05 * Math.min(height, width) * this.scale[1]) + 1;
    const smooth = blurred(
      mul(cast(noise, images.dtype), deviation),
      [size, size],
      stack([deviation, deviation]),
    );
    const [down, across] = unstack(mul(smooth, mul(strength, 0.1 * Math.max(height, width))), -1);
    const { y, x } = gridOf(height, width, images.dtype);
    const distorted = sampleAt(images, { y: add(y, down), x: add(x, across) }, sampling);
    return where(flagPerImage(applyTransform), distorted, images);
  }
}
