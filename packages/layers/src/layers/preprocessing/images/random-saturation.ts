import { add, div, mul, sub, type Tensor, type TensorLike } from "@strata/core";
import { named } from "../../../schema/configurable.ts";
import type { Given, Values } from "../../../schema/option.ts";
import { hsvToRgb, rgbToHsv } from "./hsv.ts";
import { type ByFactor, factor, randomImageOptions, valueRange } from "./image-options.ts";
import { perImage, withChannel, within } from "./pixels.ts";
import { RandomImageLayer } from "./random-image-layer.ts";

const options = {
  ...randomImageOptions,
  /** The change x of the saturation, which is multiplied by x / (1 − x): 0 leaves grey, 0.5 the image, 1 full colours. */
  factor: factor(-1, 1)(),
  /** The smallest and largest value of a pixel. */
  valueRange: valueRange([0, 255]),
};

/** Options of {@link RandomSaturation}. */
export interface RandomSaturationOptions extends Given<typeof options> {}

export interface RandomSaturation extends Values<typeof options> {}

/** The random numbers of {@link RandomSaturation}. */
export interface SaturationChange {
  /** The factor of the saturation of each image: [batch]. */
  readonly factor: TensorLike;
}

/**
 * In training multiplies the saturation of each image of red, green and blue by a number drawn for it.
 *
 * @example
 * ```ts
 * import { RandomSaturation } from "@strata/layers";
 *
 * const layer = new RandomSaturation([0, 0]);
 * console.log(layer.apply([[[200, 100, 100]]]).arraySync()); // [[[200, 200, 200]]]
 * ```
 */
export class RandomSaturation extends RandomImageLayer<SaturationChange> {
  static override readonly className: string = "RandomSaturation";
  static override readonly options = options;

  constructor(...given: ByFactor<RandomSaturationOptions>) {
    super(named(new.target, given, "factor"));
  }

  protected override drawn(count: number): SaturationChange {
    const x = this.between(this.factor, [count]);
    return { factor: div(x, add(sub(1, x), 1e-7)) };
  }

  protected override alter(images: Tensor, { factor: scale }: SaturationChange): Tensor {
    const scaled = withChannel(rgbToHsv(images), 1, (saturation) =>
      within(mul(saturation, perImage(scale, images).squeeze(-1)), this.valueRange),
    );
    return hsvToRgb(scaled);
  }
}
