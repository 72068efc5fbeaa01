import { adaptiveAveragePool, adaptiveMaxPool, type Tensor } from "@strata/core";
import { layerOptions } from "../../layer/any-layer.ts";
import type { InputRule } from "../../layer/input-rule.ts";
import { Layer } from "../../layer/layer.ts";
import { named } from "../../schema/configurable.ts";
import type { Given, Rest, Values } from "../../schema/option.ts";
import { dataFormat, perDimension } from "../../schema/vocabulary.ts";
import { imageAxes, withChannelsLast } from "../channels.ts";

const optionsFor = (rank: number) => ({
  ...layerOptions,
  /** How many parts the input is divided into, for each dimension or all. */
  outputSize: perDimension(rank)(),
  /** The place of the channels in the shape. */
  dataFormat: dataFormat("channelsLast"),
});

/** Options of {@link AdaptiveMaxPooling1D}, {@link AdaptiveAveragePooling1D} and their relatives. */
export interface AdaptivePoolingOptions extends Given<ReturnType<typeof optionsFor>> {}

export interface AdaptivePooling extends Values<ReturnType<typeof optionsFor>> {}

/** One number for each of so many parts of the input, which are as even as they can be. */
export abstract class AdaptivePooling extends Layer {
  /** Core's function. */
  protected abstract readonly pool: typeof adaptiveMaxPool;

  constructor(
    ...given:
      | [outputSize: number | readonly number[], options?: Rest<AdaptivePoolingOptions, "outputSize">]
      | [options: AdaptivePoolingOptions]
  ) {
    super(named(new.target, given, "outputSize"));
  }

  protected override get inputRule(): InputRule {
    return { axes: imageAxes(this.outputSize.length, this.dataFormat) };
  }

  override call(inputs: Tensor): Tensor {
    return withChannelsLast(this.dataFormat, inputs, (images) => this.pool(images, this.outputSize));
  }
}

/**
 * The largest value of each of so many parts of sequences: [batch, steps, channels] → [batch, outputSize, channels].
 *
 * @example
 * ```ts
 * import { AdaptiveMaxPooling1D } from "@strata/layers";
 *
 * console.log(new AdaptiveMaxPooling1D(3).computeOutputShape([null, 10, 4])); // [null, 3, 4]
 * ```
 */
export class AdaptiveMaxPooling1D extends AdaptivePooling {
  static override readonly className: string = "AdaptiveMaxPooling1D";
  static override readonly options = optionsFor(1);
  protected override readonly pool = adaptiveMaxPool;
}

/**
 * The largest value of each of so many parts of images: [batch, height, width, channels] → [batch, ...outputSize, channels].
 *
 * @example
 * ```ts
 * import { AdaptiveMaxPooling2D } from "@strata/layers";
 *
 * console.log(new AdaptiveMaxPooling2D([3, 2]).computeOutputShape([null, 9, 7, 4])); // [null, 3, 2, 4]
 * ```
 */
export class AdaptiveMaxPooling2D extends AdaptivePooling {
  static override readonly className: string = "AdaptiveMaxPooling2D";
  static override readonly options = optionsFor(2);
  protected override readonly pool = adaptiveMaxPool;
}

/**
 * The largest value of each of so many parts of volumes: [batch, depth, height, width, channels] → [batch, ...outputSize,
 * channels].
 *
 * @example
 * ```ts
 * import { AdaptiveMaxPooling3D } from "@strata/layers";
 *
 * console.log(new AdaptiveMaxPooling3D(2).computeOutputShape([null, 8, 9, 7, 1])); // [null, 2, 2, 2, 1]
 * ```
 */
export class AdaptiveMaxPooling3D extends AdaptivePooling {
  static override readonly className: string = "AdaptiveMaxPooling3D";
  static override readonly options = optionsFor(3);
  protected override readonly pool = adaptiveMaxPool;
}

/**
 * The mean of each of so many parts of sequences: [batch, steps, channels] → [batch, outputSize, channels].
 *
 * @example
 * ```ts
 * import { AdaptiveAveragePooling1D } from "@strata/layers";
 *
 * console.log(new AdaptiveAveragePooling1D(3).computeOutputShape([null, 10, 4])); // [null, 3, 4]
 * ```
 */
export class AdaptiveAveragePooling1D extends AdaptivePooling {
  static override readonly className: string = "AdaptiveAveragePooling1D";
  static override readonly options = optionsFor(1);
  protected override readonly pool = adaptiveAveragePool;
}

/**
 * The mean of each of so many parts of images: [batch, height, width, channels] → [batch, ...outputSize, channels].
 *
 * @example
 * ```ts
 * import { AdaptiveAveragePooling2D } from "@strata/layers";
 *
 * console.log(new AdaptiveAveragePooling2D([3, 2]).computeOutputShape([null, 9, 7, 4])); // [null, 3, 2, 4]
 * ```
 */
export class AdaptiveAveragePooling2D extends AdaptivePooling {
  static override readonly className: string = "AdaptiveAveragePooling2D";
  static override readonly options = optionsFor(2);
  protected override readonly pool = adaptiveAveragePool;
}

/**
 * The mean of each of so many parts of volumes: [batch, depth, height, width, channels] → [batch, ...outputSize, channels].
 *
 * @example
 * ```ts
 * import { AdaptiveAveragePooling3D } from "@strata/layers";
 *
 * console.log(new AdaptiveAveragePooling3D(2).computeOutputShape([null, 8, 9, 7, 1])); // [null, 2, 2, 2, 1]
 * ```
 */
export class AdaptiveAveragePooling3D extends AdaptivePooling {
  static override readonly className: string = "AdaptiveAveragePooling3D";
  static override readonly options = optionsFor(3);
  protected override readonly pool = adaptiveAveragePool;
}
