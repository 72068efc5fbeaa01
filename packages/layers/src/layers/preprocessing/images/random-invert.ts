import { sub, type Tensor, type TensorLike, where } from "@strata/core";
import { named } from "../../../schema/configurable.ts";
import type { Given, Values } from "../../../schema/option.ts";
import { type ByOptionalFactor, factor, randomImageOptions, valueRange } from "./image-options.ts";
import { flagPerImage } from "./pixels.ts";
import { RandomImageLayer } from "./random-image-layer.ts";

const options = {
  ...randomImageOptions,
  /** The probability that an image is inverted; of a range, it is drawn from that first. */
  factor: factor(0, 1)(1),
  /** The smallest and largest value of a pixel. */
  valueRange: valueRange([0, 255]),
};

/** Options of {@link RandomInvert}. */
export interface RandomInvertOptions extends Given<typeof options> {}

export interface RandomInvert extends Values<typeof options> {}

/** The random numbers of {@link RandomInvert}. */
export interface Inversion {
  /** Whether each image is inverted: [batch]. */
  readonly applyInversion: TensorLike;
}

/**
 * In training makes negatives of images, each with a probability: a pixel x becomes the largest value − x.
 *
 * @example
 * ```ts
 * import { RandomInvert } from "@strata/layers";
 *
 * const layer = new RandomInvert([1, 1]);
 * console.log(layer.apply([[[55], [200]]]).arraySync()); // [[[200], [55]]]
 * ```
 */
export class RandomInvert extends RandomImageLayer<Inversion> {
  static override readonly className: string = "RandomInvert";
  static override readonly options = options;

  constructor(...given: ByOptionalFactor<RandomInvertOptions>) {
    super(named(new.target, given, "factor"));
  }

  protected override drawn(count: number): Inversion {
    return { applyInversion: this.chosen(this.factor, count) };
  }

  protected override alter(images: Tensor, { applyInversion }: Inversion): Tensor {
    return where(flagPerImage(applyInversion), sub(this.valueRange[1], images), images);
  }
}
