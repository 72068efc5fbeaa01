import { clip, div, equal, max, min, mul, sub, type Tensor, where } from "@strata/core";
import { named } from "../../../schema/configurable.ts";
import type { Given, Rest, Values } from "../../../schema/option.ts";
import { ImageLayer } from "./image-layer.ts";
import { imageOptions, type Range, valueRange } from "./image-options.ts";
import { toRange } from "./pixels.ts";

const options = {
  ...imageOptions,
  /** The smallest and largest value of a pixel. */
  valueRange: valueRange([0, 255]),
};

/** Options of {@link AutoContrast}. */
export interface AutoContrastOptions extends Given<typeof options> {}

export interface AutoContrast extends Values<typeof options> {}

/**
 * Stretches the values of each channel of each image, so that the darkest pixel has the smallest value and the brightest the
 * largest. What has one value only stays as it is.
 *
 * @example
 * ```ts
 * import { AutoContrast } from "@strata/layers";
 *
 * console.log(new AutoContrast().apply([[[100], [120], [110]]]).arraySync()); // [[[0], [255], [127.5]]]
 * ```
 */
export class AutoContrast extends ImageLayer {
  static override readonly className: string = "AutoContrast";
  static override readonly options = options;
  protected override readonly actsAlways = true;

  constructor(
    ...given:
      | [valueRange?: Range, options?: Rest<AutoContrastOptions, "valueRange">]
      | [options: AutoContrastOptions]
  ) {
    super(named(new.target, given, "valueRange"));
  }

  protected override transform(images: Tensor): Tensor {
    const values = toRange(images, this.valueRange, [0, 255]);
    const [low, high] = [min(values, [1, 2], true), max(values, [1, 2], true)];
    const isFlat = equal(high, low);
    const scale = div(255, where(isFlat, 1, sub(high, low)));
    const stretched = clip(sub(mul(values, scale), mul(low, scale)), 0, 255);
    return where(isFlat, images, toRange(stretched, [0, 255], this.valueRange));
  }
}
