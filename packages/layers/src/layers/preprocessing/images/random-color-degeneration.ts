import { add, mul, sub, type Tensor, type TensorLike } from "@strata/core";
import { named } from "../../../schema/configurable.ts";
import type { Given, Values } from "../../../schema/option.ts";
import { type ByFactor, factor, randomImageOptions, valueRange } from "./image-options.ts";
import { luminance, perImage, within } from "./pixels.ts";
import { RandomImageLayer } from "./random-image-layer.ts";

const options = {
  ...randomImageOptions,
  /** The share of grey, drawn from this range, or from 0 to factor. */
  factor: factor(-1, 1)(),
  /** The smallest and largest value of a pixel. */
  valueRange: valueRange([0, 255]),
};

/** Options of {@link RandomColorDegeneration}. */
export interface RandomColorDegenerationOptions extends Given<typeof options> {}

export interface RandomColorDegeneration extends Values<typeof options> {}

/** The random numbers of {@link RandomColorDegeneration}. */
export interface ColorDegeneration {
  /** The share of grey in each image, [batch, 1, 1, 1]. */
  readonly factor: TensorLike;
}

/**
 * In training mixes each image of red, green and blue with the same in grey, by a share drawn for it: 0 leaves it as it is,
 * 1 leaves no colour.
 *
 * @example
 * ```ts
 * import { RandomColorDegeneration } from "@strata/layers";
 *
 * const layer = new RandomColorDegeneration([0, 0]);
 * console.log(layer.apply([[[255, 0, 0]]]).arraySync()); // [[[255, 0, 0]]]
 * ```
 */
export class RandomColorDegeneration extends RandomImageLayer<ColorDegeneration> {
  static override readonly className: string = "RandomColorDegeneration";
  static override readonly options = options;

  constructor(...given: ByFactor<RandomColorDegenerationOptions>) {
    super(named(new.target, given, "factor"));
  }

  protected override drawn(count: number): ColorDegeneration {
    return { factor: this.between(this.factor, [count, 1, 1, 1]) };
  }

  protected override alter(images: Tensor, { factor: share }: ColorDegeneration): Tensor {
    const mixed = add(images, mul(perImage(share, images), sub(luminance(images), images)));
    return within(mixed, this.valueRange);
  }
}
