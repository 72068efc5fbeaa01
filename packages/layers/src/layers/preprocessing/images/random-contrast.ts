import { add, mul, sub, type Tensor, type TensorLike } from "@strata/core";
import { named } from "../../../schema/configurable.ts";
import type { Given, Values } from "../../../schema/option.ts";
import { type ByFactor, factor, randomImageOptions, valueRange } from "./image-options.ts";
import { meanOfChannels, perImage, within } from "./pixels.ts";
import { RandomImageLayer } from "./random-image-layer.ts";

const options = {
  ...randomImageOptions,
  /** How much the contrast changes: from 1 − the first to 1 + the second, or 1 to 1 + factor. */
  factor: factor(0, 1)(),
  /** The smallest and largest value of a pixel. */
  valueRange: valueRange([0, 255]),
};

/** Options of {@link RandomContrast}. */
export interface RandomContrastOptions extends Given<typeof options> {}

export interface RandomContrast extends Values<typeof options> {}

/** The random numbers of {@link RandomContrast}. */
export interface ContrastChange {
  /** The factor of each image's distances from its mean, [batch, 1, 1, 1]. */
  readonly contrastFactor: TensorLike;
}

/**
 * In training changes the contrast of each image: the distance of its pixels from the mean of their channel is multiplied
 * by a number drawn for the image.
 *
 * @example
 * ```ts
 * import { RandomContrast } from "@strata/layers";
 *
 * const layer = new RandomContrast(0);
 * console.log(layer.apply([[[100], [200]]]).arraySync()); // [[[100], [200]]]
 * ```
 */
export class RandomContrast extends RandomImageLayer<ContrastChange> {
  static override readonly className: string = "RandomContrast";
  static override readonly options = options;

  constructor(...given: ByFactor<RandomContrastOptions>) {
    super(named(new.target, given, "factor"));
  }

  protected override drawn(count: number): ContrastChange {
    const [lower, upper] = this.factor;
    return { contrastFactor: this.between([1 - lower, 1 + upper], [count, 1, 1, 1]) };
  }

  protected override alter(images: Tensor, { contrastFactor }: ContrastChange): Tensor {
    const middle = meanOfChannels(images);
    const stretched = add(mul(sub(images, middle), perImage(contrastFactor, images)), middle);
    return within(stretched, this.valueRange);
  }
}
