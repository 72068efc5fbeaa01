import { add, clip, greater, less, mul, sub, type Tensor, type TensorLike, where } from "@strata/core";
import { named } from "../../../schema/configurable.ts";
import type { Given, Values } from "../../../schema/option.ts";
import { hsvToRgb, rgbToHsv } from "./hsv.ts";
import { type ByFactor, factor, randomImageOptions, valueRange } from "./image-options.ts";
import { perImage, toRange, withChannel } from "./pixels.ts";
import { RandomImageLayer } from "./random-image-layer.ts";

const options = {
  ...randomImageOptions,
  /** How far the hue turns, where 1 is half a circle: drawn from this range, or from 0 to factor, in either direction. */
  factor: factor(0, 1)(),
  /** The smallest and largest value of a pixel. */
  valueRange: valueRange([0, 255]),
};

/** Options of {@link RandomHue}. */
export interface RandomHueOptions extends Given<typeof options> {}

export interface RandomHue extends Values<typeof options> {}

/** The random numbers of {@link RandomHue}. */
export interface HueChange {
  /** The number added to the hue of each image, whose circle is 1 long: [batch]. */
  readonly factor: TensorLike;
}

/**
 * In training turns the hue of each image of red, green and blue by an angle drawn for it.
 *
 * @example
 * ```ts
 * import { RandomHue } from "@strata/layers";
 *
 * const layer = new RandomHue(0);
 * console.log(layer.apply([[[255, 0, 0]]]).arraySync()); // [[[255, 0, 0]]]
 * ```
 */
export class RandomHue extends RandomImageLayer<HueChange> {
  static override readonly className: string = "RandomHue";
  static override readonly options = options;

  constructor(...given: ByFactor<RandomHueOptions>) {
    super(named(new.target, given, "factor"));
  }

  protected override drawn(count: number): HueChange {
    const sign = where(greater(this.between([0, 1], [count]), 0.5), -1, 1);
    return { factor: mul(mul(this.between(this.factor, [count]), sign), 0.5) };
  }

  protected override alter(images: Tensor, { factor: turn }: HueChange): Tensor {
    const colours = rgbToHsv(toRange(images, this.valueRange, [0, 1]));
    const turned = withChannel(colours, 0, (hue) => {
      const moved = add(hue, perImage(turn, images).squeeze(-1));
      const lowered = where(greater(moved, 1), sub(moved, 1), moved);
      return where(less(lowered, 0), add(lowered, 1), lowered);
    });
    return toRange(clip(hsvToRgb(turned), 0, 1), [0, 1], this.valueRange);
  }
}
