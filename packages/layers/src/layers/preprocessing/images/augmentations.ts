/** The layers of images from which {@link RandAugment} and {@link AugMix} choose. */
import { cond, less, type Tensor } from "@strata/core";
import type { DTypePolicy } from "../../../layer/dtype-policy.ts";
import { AutoContrast } from "./auto-contrast.ts";
import { Equalization } from "./equalization.ts";
import type { ImageLayer } from "./image-layer.ts";
import type { Range } from "./image-options.ts";
import { RandomBrightness } from "./random-brightness.ts";
import { RandomColorDegeneration } from "./random-color-degeneration.ts";
import { RandomContrast } from "./random-contrast.ts";
import { RandomPosterization } from "./random-posterization.ts";
import { RandomRotation } from "./random-rotation.ts";
import { RandomSharpness } from "./random-sharpness.ts";
import { RandomShear } from "./random-shear.ts";
import { RandomTranslation } from "./random-translation.ts";
import { Solarization } from "./solarization.ts";

/** Options that all of the layers share. */
export interface AugmentationOptions {
  readonly factor: Range;
  readonly valueRange: Range;
  readonly interpolation: "bilinear" | "nearest";
  readonly seed: number | null;
  readonly dtype: DTypePolicy;
}

/** Layers of images by name. */
export type Augmentations = Readonly<Record<string, ImageLayer<unknown>>>;

/** The layers that move pixels and spread values. */
export function movingAugmentations(options: AugmentationOptions): Augmentations {
  const { factor, valueRange, interpolation, seed, dtype } = options;
  const common = { valueRange, seed, dtype };
  return {
    randomShear: new RandomShear({ xFactor: factor, yFactor: factor, interpolation, seed, dtype }),
    randomTranslation: new RandomTranslation({
      heightFactor: factor,
      widthFactor: factor,
      interpolation,
      seed,
      dtype,
    }),
    randomRotation: new RandomRotation({ factor, interpolation, seed, dtype }),
    randomPosterization: new RandomPosterization({
      factor: Math.max(1, Math.trunc(8 * factor[1])),
      ...common,
    }),
    solarization: new Solarization({ additionFactor: factor, thresholdFactor: factor, ...common }),
    autoContrast: new AutoContrast({ valueRange, dtype }),
    equalization: new Equalization({ valueRange, dtype }),
  };
}

/** The layers that change colours. */
export function colorAugmentations({ factor, valueRange, seed, dtype }: AugmentationOptions): Augmentations {
  const common = { factor, valueRange, seed, dtype };
  return {
    randomBrightness: new RandomBrightness(common),
    randomColorDegeneration: new RandomColorDegeneration(common),
    randomContrast: new RandomContrast(common),
    randomSharpness: new RandomSharpness(common),
  };
}

/** A transformation for each of the layers, by their names. */
export function drawEach(layers: Augmentations, images: Tensor): Readonly<Record<string, unknown>> {
  const drawn = Object.entries(layers).map(([name, layer]) => [name, layer.getRandomTransformation(images)]);
  return Object.fromEntries(drawn);
}

/** One of several results, chosen by a scalar index; only that one is computed. */
export function oneOf(index: Tensor, results: readonly (() => Tensor)[]): Tensor {
  const choose = (from: number, to: number): Tensor => {
    if (to - from === 1) return results[from]();
    const middle = Math.floor((from + to) / 2);
    return cond(
      less(index, middle),
      () => choose(from, middle),
      () => choose(middle, to),
    );
  };
  return choose(0, results.length);
}
