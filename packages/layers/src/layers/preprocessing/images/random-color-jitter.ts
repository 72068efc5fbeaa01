import type { Tensor } from "@strata/core";
import { named } from "../../../schema/configurable.ts";
import type { Given, Rest, Values } from "../../../schema/option.ts";
import type { ImageLayer } from "./image-layer.ts";
import { givenFactor, type Range, randomImageOptions, valueRange } from "./image-options.ts";
import { RandomBrightness } from "./random-brightness.ts";
import { RandomContrast } from "./random-contrast.ts";
import { RandomHue } from "./random-hue.ts";
import { RandomImageLayer } from "./random-image-layer.ts";
import { RandomSaturation } from "./random-saturation.ts";

const isShare = (value: number): boolean => Math.abs(value) <= 1;

const options = {
  ...randomImageOptions,
  /** The smallest and largest value of a pixel. */
  valueRange: valueRange([0, 255]),
  /** As the factor of {@link RandomBrightness}; null leaves brightness as it is. */
  brightnessFactor: givenFactor("a number from -1 to 1", isShare)().orNull(),
  /** As the factor of {@link RandomContrast}; null leaves contrast as it is. */
  contrastFactor: givenFactor("a number from 0 to 1", isShare)().orNull(),
  /** As the factor of {@link RandomSaturation}; null leaves saturation as it is. */
  saturationFactor: givenFactor("a number from 0 to 1", isShare)().orNull(),
  /** As the factor of {@link RandomHue}; null leaves hue as it is. */
  hueFactor: givenFactor("a number from 0 to 1", isShare)().orNull(),
};

/** Options of {@link RandomColorJitter}. */
export interface RandomColorJitterOptions extends Given<typeof options> {}

export interface RandomColorJitter extends Values<typeof options> {}

/**
 * In training changes brightness, contrast, saturation and hue of each image, those for which there is a factor, in this order.
 *
 * @example
 * ```ts
 * import { RandomColorJitter } from "@strata/layers";
 *
 * const layer = new RandomColorJitter({ brightnessFactor: [0.2, 0.2] });
 * console.log(layer.apply([[[10, 20, 30]]]).arraySync()); // [[[61, 71, 81]]]
 * ```
 */
export class RandomColorJitter extends RandomImageLayer<readonly unknown[]> {
  static override readonly className: string = "RandomColorJitter";
  static override readonly options = options;
  /** The layers that make the changes, one after the other. */
  readonly changes: readonly ImageLayer<unknown>[];

  constructor(
    ...given:
      | [valueRange?: Range, options?: Rest<RandomColorJitterOptions, "valueRange">]
      | [options: RandomColorJitterOptions]
  ) {
    super(named(new.target, given, "valueRange"));
    const {
      brightnessFactor,
      contrastFactor,
      saturationFactor,
      hueFactor,
      valueRange,
      seed,
      dtypePolicy: dtype,
    } = this;
    const common = { valueRange, seed, dtype };
    const changes: readonly (ImageLayer<unknown> | null)[] = [
      brightnessFactor === null ? null : new RandomBrightness({ factor: brightnessFactor, ...common }),
      contrastFactor === null ? null : new RandomContrast({ factor: contrastFactor, ...common }),
      saturationFactor === null ? null : new RandomSaturation({ factor: saturationFactor, ...common }),
      hueFactor === null ? null : new RandomHue({ factor: hueFactor, ...common }),
    ];
    this.changes = changes.filter((each) => each !== null);
  }

  protected override drawn(_count: number, images: Tensor): readonly unknown[] {
    return this.changes.map((each) => each.getRandomTransformation(images));
  }

  protected override alter(images: Tensor, transformations: readonly unknown[]): Tensor {
    return this.changes.reduce(
      (changed, each, index) => each.transformImages(changed, transformations[index]),
      images,
    );
  }
}
