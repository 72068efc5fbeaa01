import { cast, randint, type Tensor, type TensorLike, unstack } from "@strata/core";
import { named } from "../../../schema/configurable.ts";
import type { Given, Rest, Values } from "../../../schema/option.ts";
import { choice, positiveInteger } from "../../../schema/vocabulary.ts";
import {
  type Augmentations,
  colorAugmentations,
  drawEach,
  movingAugmentations,
  oneOf,
} from "./augmentations.ts";
import { asBatch } from "./image-layer.ts";
import { factor, type Range, randomImageOptions, valueRange } from "./image-options.ts";
import { RandomImageLayer } from "./random-image-layer.ts";

const options = {
  ...randomImageOptions,
  /** The smallest and largest value of a pixel. */
  valueRange: valueRange([0, 255]),
  /** How many layers are applied, one after the other. */
  numOps: positiveInteger(2),
  /** How strong they are: a range from which they draw, or from 0 to the number. */
  factor: factor(0, 1)(0.5),
  /** How pixels between pixels are found where they move. */
  interpolation: choice(["bilinear", "nearest"])("bilinear"),
};

/** Options of {@link RandAugment}. */
export interface RandAugmentOptions extends Given<typeof options> {}

export interface RandAugment extends Values<typeof options> {}

/** The random numbers of {@link RandAugment}. */
export interface RandAugmentation {
  /** The transformation of each layer, by its name. */
  readonly transforms: Readonly<Record<string, unknown>>;
  /** Which of them are applied, counted in the order of {@link RandAugment.augmentations}: [numOps]. */
  readonly layerIdxes: TensorLike;
}

/**
 * In training applies layers that are drawn for the batch among eleven: shear, translation, rotation, brightness,
 * degeneration of colours, contrast, sharpness, posterization, solarization, contrast to the full range, equalization (Cubuk
 * et al. 2020).
 *
 * @example
 * ```ts
 * import { RandAugment } from "@strata/layers";
 *
 * const layer = new RandAugment([0, 1], { numOps: 1, seed: 3 });
 * console.log(layer.apply([[[0.5, 0.5, 0.5]]]).shape); // [1, 1, 3]
 * ```
 */
export class RandAugment extends RandomImageLayer<RandAugmentation> {
  static override readonly className: string = "RandAugment";
  static override readonly options = options;
  protected override readonly keepsPlaces = false;
  /** The layers that it chooses from. */
  readonly augmentations: Augmentations;

  constructor(
    ...given:
      | [valueRange?: Range, options?: Rest<RandAugmentOptions, "valueRange">]
      | [options: RandAugmentOptions]
  ) {
    super(named(new.target, given, "valueRange"));
    const { factor: range, valueRange: values, interpolation, seed, dtypePolicy: dtype } = this;
    const common = { factor: range, valueRange: values, interpolation, seed, dtype };
    const { randomShear, randomTranslation, randomRotation, ...spreading } = movingAugmentations(common);
    // In Keras's order, which the drawn indices count.
    this.augmentations = {
      randomShear,
      randomTranslation,
      randomRotation,
      ...colorAugmentations(common),
      ...spreading,
    };
  }

  protected override drawn(_count: number, images: Tensor): RandAugmentation {
    return {
      layerIdxes: randint([this.numOps], 0, Object.keys(this.augmentations).length, this.source),
      transforms: drawEach(this.augmentations, this.toChannelsLast(asBatch(images))),
    };
  }

  protected override alter(images: Tensor, { transforms, layerIdxes }: RandAugmentation): Tensor {
    return unstack(cast(layerIdxes, "int32")).reduce(
      (changed, index) =>
        oneOf(
          index,
          Object.entries(this.augmentations).map(
            ([name, layer]) =>
              () =>
                layer.transformImages(changed, transforms[name]),
          ),
        ),
      images,
    );
  }
}
