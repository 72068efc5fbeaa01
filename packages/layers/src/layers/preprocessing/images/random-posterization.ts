import { cast, div, floor, mul, pow, randint, sub, type Tensor, type TensorLike } from "@strata/core";
import { named } from "../../../schema/configurable.ts";
import type { Given, Values } from "../../../schema/option.ts";
import { type ByFactor, factor, randomImageOptions, valueRange } from "./image-options.ts";
import { perImage, toRange } from "./pixels.ts";
import { RandomImageLayer } from "./random-image-layer.ts";

const options = {
  ...randomImageOptions,
  /** How many bits of a value are kept, of 8: drawn from the first to the second − 1, or from 1. */
  factor: factor(1, 8)(),
  /** The smallest and largest value of a pixel. */
  valueRange: valueRange([0, 255]),
};

/** Options of {@link RandomPosterization}. */
export interface RandomPosterizationOptions extends Given<typeof options> {}

export interface RandomPosterization extends Values<typeof options> {}

/** The random numbers of {@link RandomPosterization}. */
export interface Posterization {
  /** How many of the last bits each image loses: [batch]. */
  readonly shiftFactor: TensorLike;
}

/**
 * In training leaves fewer colours in each image: the values, as whole numbers from 0 to 255, lose their last bits, the
 * number of which is drawn for the image.
 *
 * @example
 * ```ts
 * import { RandomPosterization } from "@strata/layers";
 *
 * const layer = new RandomPosterization([1, 1]);
 * console.log(layer.apply([[[100], [200]]]).arraySync()); // [[[0], [128]]]
 * ```
 */
export class RandomPosterization extends RandomImageLayer<Posterization> {
  static override readonly className: string = "RandomPosterization";
  static override readonly options = options;

  constructor(...given: ByFactor<RandomPosterizationOptions>) {
    super(named(new.target, given, "factor"));
  }

  protected override drawn(count: number): Posterization {
    const [fewest, most] = this.factor;
    return { shiftFactor: sub(8, randint([count], fewest, Math.max(most, fewest + 1), this.source)) };
  }

  protected override alter(images: Tensor, { shiftFactor }: Posterization): Tensor {
    const bytes = cast(toRange(images, this.valueRange, [0, 255]), "uint8");
    const step = pow(2, perImage(shiftFactor, images));
    const kept = mul(floor(div(cast(bytes, images.dtype), step)), step);
    return toRange(kept, [0, 255], this.valueRange);
  }
}
