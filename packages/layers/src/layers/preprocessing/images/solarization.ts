import { add, less, sub, type Tensor, type TensorLike, where } from "@strata/core";
import { named } from "../../../schema/configurable.ts";
import type { Given, Rest, Values } from "../../../schema/option.ts";
import { factorFromZero, randomImageOptions, valueRange } from "./image-options.ts";
import { perImage, toRange, within } from "./pixels.ts";
import { RandomImageLayer } from "./random-image-layer.ts";

const options = {
  ...randomImageOptions,
  /** The number added first, as a share of the range of values: drawn from this range, or from 0 to the number. */
  additionFactor: factorFromZero(0),
  /** From where on pixels are inverted, as a share of the range of values: drawn as the other. */
  thresholdFactor: factorFromZero(0),
  /** The smallest and largest value of a pixel. */
  valueRange: valueRange([0, 255]),
};

/** Options of {@link Solarization}. */
export interface SolarizationOptions extends Given<typeof options> {}

export interface Solarization extends Values<typeof options> {}

/** The random numbers of {@link Solarization}. */
export interface SolarizationChange {
  /** The number added to each image, whose values go to 255: [batch, 1, 1, 1]. */
  readonly additions: TensorLike;
  /** From where on its pixels are inverted: [batch, 1, 1, 1]. */
  readonly thresholds: TensorLike;
}

/**
 * In training adds a number to each image, and then makes negatives of those pixels that are not below a threshold; both are
 * drawn for the image.
 *
 * @example
 * ```ts
 * import { Solarization } from "@strata/layers";
 *
 * const layer = new Solarization();
 * console.log(layer.apply([[[55], [200]]]).arraySync()); // [[[200], [55]]]
 * ```
 */
export class Solarization extends RandomImageLayer<SolarizationChange> {
  static override readonly className: string = "Solarization";
  static override readonly options = options;

  constructor(
    ...given:
      | [
          additionFactor?: SolarizationOptions["additionFactor"],
          thresholdFactor?: SolarizationOptions["thresholdFactor"],
          options?: Rest<SolarizationOptions, "additionFactor" | "thresholdFactor">,
        ]
      | [options: SolarizationOptions]
  ) {
    super(named(new.target, given, "additionFactor", "thresholdFactor"));
  }

  protected override drawn(count: number): SolarizationChange {
    const between = ([low, high]: readonly [number, number]) =>
      this.between([low, high * 255], [count, 1, 1, 1]);
    return { additions: between(this.additionFactor), thresholds: between(this.thresholdFactor) };
  }

  protected override alter(images: Tensor, { additions, thresholds }: SolarizationChange): Tensor {
    const values = toRange(images, this.valueRange, [0, 255]);
    const brighter = within(add(values, perImage(additions, values)), [0, 255]);
    const inverted = where(less(brighter, perImage(thresholds, values)), brighter, sub(255, brighter));
    return toRange(inverted, [0, 255], this.valueRange);
  }
}
