import { broadcastTo, less, type Tensor, type TensorLike, where } from "@strata/core";
import { named } from "../../../schema/configurable.ts";
import type { Given, Values } from "../../../schema/option.ts";
import { fraction } from "../../../schema/vocabulary.ts";
import { type ByOptionalFactor, randomImageOptions } from "./image-options.ts";
import { flagPerImage, luminance } from "./pixels.ts";
import { RandomImageLayer } from "./random-image-layer.ts";

const options = {
  ...randomImageOptions,
  /** An integer that gives the layer a stream of random numbers of its own; null continues that of `setSeed`. */
  seed: randomImageOptions.seed.omitted("always"),
  /** The probability that an image becomes grey. */
  factor: fraction(0.5),
};

/** Options of {@link RandomGrayscale}. */
export interface RandomGrayscaleOptions extends Given<typeof options> {}

export interface RandomGrayscale extends Values<typeof options> {}

/**
 * In training makes images of red, green and blue grey, each with a probability; they keep their three channels.
 *
 * @example
 * ```ts
 * import { RandomGrayscale } from "@strata/layers";
 *
 * const layer = new RandomGrayscale(1);
 * console.log(layer.apply([[[100, 100, 100]]]).shape); // [1, 1, 3]
 * ```
 */
export class RandomGrayscale extends RandomImageLayer<TensorLike> {
  static override readonly className: string = "RandomGrayscale";
  static override readonly options = options;

  constructor(...given: ByOptionalFactor<RandomGrayscaleOptions>) {
    super(named(new.target, given, "factor"));
  }

  protected override drawn(count: number): TensorLike {
    return less(this.between([0, 1], [count, 1, 1, 1]), this.factor);
  }

  protected override alter(images: Tensor, isChosen: TensorLike): Tensor {
    return where(flagPerImage(isChosen), broadcastTo(luminance(images), images.shape), images);
  }
}
