import {
  add,
  beta,
  cast,
  div,
  gamma,
  mul,
  randint,
  sub,
  sum,
  type Tensor,
  type TensorLike,
  unstack,
  zerosLike,
} from "@strata/core";
import { named } from "../../../schema/configurable.ts";
import type { Given, Rest, Values } from "../../../schema/option.ts";
import { boolean, choice, positiveInteger, positiveNumber } from "../../../schema/vocabulary.ts";
import { toCamelCase } from "../../../utilities/names.ts";
import {
  type Augmentations,
  colorAugmentations,
  drawEach,
  movingAugmentations,
  oneOf,
} from "./augmentations.ts";
import { asBatch } from "./image-layer.ts";
import { factor, type Range, randomImageOptions, valueRange } from "./image-options.ts";
import { within } from "./pixels.ts";
import { RandomImageLayer } from "./random-image-layer.ts";

const options = {
  ...randomImageOptions,
  /** The smallest and largest value of a pixel. */
  valueRange: valueRange([0, 255]),
  /** How many versions of an image are mixed. */
  numChains: positiveInteger(3),
  /** By how many layers, one after the other, each of them is made. */
  chainDepth: positiveInteger(3),
  /** How strong the layers are: a range from which they draw, or from 0 to the number. */
  factor: factor(0, 1)(0.3),
  /** The parameter of the distributions (Dirichlet and beta) of the shares of the mixture. */
  alpha: positiveNumber(1),
  /** Whether layers that change brightness, colours, contrast and sharpness are among those that are drawn. */
  allOps: boolean(true),
  /** How pixels between pixels are found where they move. */
  interpolation: choice(["bilinear", "nearest"])("bilinear"),
};

/** Options of {@link AugMix}. */
export interface AugMixOptions extends Given<typeof options> {}

export interface AugMix extends Values<typeof options> {}

/** One layer of a chain: a certain one, or that of an index among all, which is one more for none. */
export type AugMixStep =
  | { readonly layerName: string; readonly transformation: unknown }
  | { readonly layerIndex: Tensor; readonly transforms: Readonly<Record<string, unknown>> };

/** The random numbers of {@link AugMix}. */
export interface AugMixture {
  /** The share of each version: [numChains]. */
  readonly chainMixingWeights: TensorLike;
  /** The share that images keep: a number. */
  readonly weightSample: TensorLike;
  /** The layers by which each version is made, with what they do. */
  readonly chainTransforms: readonly (readonly AugMixStep[])[];
}

/**
 * In training mixes images with versions of them, each of which is made by a chain of layers that are drawn for the batch
 * (Hendrycks et al. 2020).
 *
 * @example
 * ```ts
 * import { AugMix } from "@strata/layers";
 *
 * const layer = new AugMix([0, 1], { numChains: 1, chainDepth: 1, seed: 3 });
 * console.log(layer.apply([[[0.5, 0.5, 0.5]]]).shape); // [1, 1, 3]
 * ```
 */
export class AugMix extends RandomImageLayer<AugMixture> {
  static override readonly className: string = "AugMix";
  static override readonly options = options;
  protected override readonly keepsPlaces = false;
  /** The layers that it chooses from. */
  readonly augmentations: Augmentations;

  constructor(
    ...given: [valueRange?: Range, options?: Rest<AugMixOptions, "valueRange">] | [options: AugMixOptions]
  ) {
    super(named(new.target, given, "valueRange"));
    const { factor: range, valueRange: values, interpolation, seed, dtypePolicy: dtype } = this;
    const common = { factor: range, valueRange: values, interpolation, seed, dtype };
    this.augmentations = {
      ...movingAugmentations(common),
      ...(this.allOps ? colorAugmentations(common) : {}),
    };
  }

  protected override drawn(_count: number, images: Tensor): AugMixture {
    const batch = this.toChannelsLast(asBatch(images));
    const shares = gamma([this.numChains], this.alpha, 1, this.source);
    // One more than there are layers: it stands for none of them.
    const choices = Object.keys(this.augmentations).length + 1;
    const step = (): AugMixStep => ({
      layerIndex: randint([], 0, choices, this.source),
      transforms: drawEach(this.augmentations, batch),
    });
    const chain = () => Array.from({ length: this.chainDepth }, step);
    return {
      chainMixingWeights: div(shares, sum(shares)),
      weightSample: beta([], this.alpha, this.alpha, this.source),
      chainTransforms: Array.from({ length: this.numChains }, chain),
    };
  }

  protected override alter(
    images: Tensor,
    { chainMixingWeights, weightSample, chainTransforms }: AugMixture,
  ): Tensor {
    const weights = unstack(cast(chainMixingWeights, images.dtype));
    const versions = chainTransforms.map((steps) =>
      steps.reduce((changed, step) => this.#changed(changed, step), images),
    );
    const mixture = versions.reduce(
      (total, each, index) => add(total, mul(each, weights[index])),
      zerosLike(images),
    );
    const kept = cast(weightSample, images.dtype);
    return within(add(mul(kept, images), mul(sub(1, kept), mixture)), this.valueRange);
  }

  #changed(images: Tensor, step: AugMixStep): Tensor {
    if ("layerName" in step) {
      return this.augmentations[toCamelCase(step.layerName)].transformImages(images, step.transformation);
    }
    const results = Object.entries(this.augmentations).map(
      ([name, layer]) =>
        () =>
          layer.transformImages(images, step.transforms[name]),
    );
    return oneOf(step.layerIndex, [...results, () => images]);
  }
}
