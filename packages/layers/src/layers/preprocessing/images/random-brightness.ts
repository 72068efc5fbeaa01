import { add, mul, type Tensor, type TensorLike } from "@strata/core";
import { named } from "../../../schema/configurable.ts";
import type { Given, Values } from "../../../schema/option.ts";
import { type ByFactor, factor, randomImageOptions, valueRange } from "./image-options.ts";
import { perImage, within } from "./pixels.ts";
import { RandomImageLayer } from "./random-image-layer.ts";

const options = {
  ...randomImageOptions,
  /** The number added, as a share of the range of values: drawn from this range, or from −factor to factor. */
  factor: factor(-1, 1)(),
  /** The smallest and largest value of a pixel. */
  valueRange: valueRange([0, 255]),
};

/** Options of {@link RandomBrightness}. */
export interface RandomBrightnessOptions extends Given<typeof options> {}

export interface RandomBrightness extends Values<typeof options> {}

/** The random numbers of {@link RandomBrightness}. */
export interface BrightnessChange {
  /** The number added to each image, [batch, 1, 1, 1]. */
  readonly rgbDelta: TensorLike;
}

/**
 * In training makes each image brighter or darker: a number drawn for it is added to all pixels, which stay in the range of
 * values.
 *
 * @example
 * ```ts
 * import { RandomBrightness } from "@strata/layers";
 *
 * const layer = new RandomBrightness([0.2, 0.2]);
 * console.log(layer.apply([[[10], [250]]]).arraySync()); // [[[61], [255]]]
 * ```
 */
export class RandomBrightness extends RandomImageLayer<BrightnessChange> {
  static override readonly className: string = "RandomBrightness";
  static override readonly options = options;

  constructor(...given: ByFactor<RandomBrightnessOptions>) {
    super(named(new.target, given, "factor"));
  }

  protected override drawn(count: number): BrightnessChange {
    const [low, high] = this.valueRange;
    return { rgbDelta: mul(this.between(this.factor, [count, 1, 1, 1]), high - low) };
  }

  protected override alter(images: Tensor, { rgbDelta }: BrightnessChange): Tensor {
    return within(add(images, perImage(rgbDelta, images)), this.valueRange);
  }
}
