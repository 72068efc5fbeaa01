import { add, cast, type Tensor, type TensorLike, where } from "@strata/core";
import { named } from "../../../schema/configurable.ts";
import type { Given, Values } from "../../../schema/option.ts";
import { option } from "../../../schema/option.ts";
import { blurred } from "./gaussian-blur.ts";
import { type ByOptionalFactor, factor, randomImageOptions, valueRange } from "./image-options.ts";
import { flagPerImage, within } from "./pixels.ts";
import { RandomImageLayer } from "./random-image-layer.ts";

const kernelSize = option<readonly number[], number | readonly number[]>({
  accepted: "an odd number, or an array of two",
  read: (given) => {
    const sizes = typeof given === "number" ? [given, given] : given;
    return Array.isArray(sizes) && sizes.length === 2 && sizes.every((each) => each > 0 && each % 2 === 1)
      ? sizes
      : undefined;
  },
  write: (value) => value,
});

const options = {
  ...randomImageOptions,
  /** The probability that an image is blurred; of a range, it is drawn from that first. */
  factor: factor(0, 1)(1),
  /** The width and height of the kernel, odd numbers; or one for both. */
  kernelSize: kernelSize(3),
  /** The standard deviation of the kernel in pixels: drawn from this range, or from 0 to the number. */
  sigma: factor(0, 1)(1),
  /** The smallest and largest value of a pixel. */
  valueRange: valueRange([0, 255]),
};

/** Options of {@link RandomGaussianBlur}. */
export interface RandomGaussianBlurOptions extends Given<typeof options> {}

export interface RandomGaussianBlur extends Values<typeof options> {}

/** The random numbers of {@link RandomGaussianBlur}. */
export interface Blur {
  /** Whether each image is blurred: [batch]. */
  readonly shouldApplyBlur: TensorLike;
  /** The standard deviations of the kernel, across and down: [2]. */
  readonly blurFactor: TensorLike;
}

/**
 * In training blurs images by a Gaussian kernel, whose width is drawn for the batch.
 *
 * @example
 * ```ts
 * import { RandomGaussianBlur } from "@strata/layers";
 *
 * const layer = new RandomGaussianBlur(0);
 * console.log(layer.apply([[[1], [2]]]).arraySync()); // [[[1], [2]]]
 * ```
 */
export class RandomGaussianBlur extends RandomImageLayer<Blur> {
  static override readonly className: string = "RandomGaussianBlur";
  static override readonly options = options;

  constructor(...given: ByOptionalFactor<RandomGaussianBlurOptions>) {
    super(named(new.target, given, "factor"));
  }

  protected override drawn(count: number): Blur {
    return {
      shouldApplyBlur: this.chosen(this.factor, count),
      blurFactor: add(this.between(this.sigma, [2]), 1e-6),
    };
  }

  protected override alter(images: Tensor, { shouldApplyBlur, blurFactor }: Blur): Tensor {
    const smooth = blurred(images, this.kernelSize, cast(blurFactor, images.dtype));
    return within(where(flagPerImage(shouldApplyBlur), smooth, images), this.valueRange);
  }
}
