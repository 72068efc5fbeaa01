import type { Tensor } from "@strata/core";
import { layerOptions } from "../../layer/any-layer.ts";
import type { InputRule } from "../../layer/input-rule.ts";
import { isPlainObject, named } from "../../schema/configurable.ts";
import type { Given, Json, Rest, Serialize, Values } from "../../schema/option.ts";
import { dataFormat, fraction, seed } from "../../schema/vocabulary.ts";
import { type DataFormat, imageAxes, spatialAxes } from "../channels.ts";
import { dropByShape } from "./dropout.ts";
import { NoiseLayer } from "./noise.ts";

const sequenceOptions = {
  ...layerOptions,
  /** The share of channels that is dropped. */
  rate: fraction(),
  /** An integer that gives the layer a stream of random numbers of its own; null continues that of `setSeed`. */
  seed: seed(),
};

const imageOptions = {
  ...sequenceOptions,
  /** The place of the channels in the shape. */
  dataFormat: dataFormat("channelsLast"),
};

/** Options of {@link SpatialDropout1D}. */
export interface SpatialDropout1DOptions extends Given<typeof sequenceOptions> {}

/** Options of {@link SpatialDropout2D} and {@link SpatialDropout3D}. */
export interface SpatialDropoutOptions extends Given<typeof imageOptions> {}

export interface SpatialDropout extends Values<typeof sequenceOptions> {
  /** The place of the channels in the shape; sequences have them last. */
  readonly dataFormat?: DataFormat;
}

/** Drops whole channels. */
export abstract class SpatialDropout extends NoiseLayer {
  /** The number of dimensions other than those of the batch and the channels. */
  protected abstract readonly spatialRank: number;

  constructor(
    ...given: [rate: number, options?: Rest<SpatialDropoutOptions, "rate">] | [options: SpatialDropoutOptions]
  ) {
    super(named(new.target, given, "rate"));
  }

  protected override get inputRule(): InputRule {
    return { axes: imageAxes(this.spatialRank) };
  }

  protected override disturb(inputs: Tensor): Tensor {
    const spatial = spatialAxes(this.dataFormat ?? "channelsLast", inputs.rank);
    const sizes = inputs.shape.map((size, axis) => (spatial.includes(axis) ? 1 : size));
    return dropByShape(inputs, this.rate, sizes, this.stream);
  }

  /** Keras writes the dtype of these layers by its name, and leaves `trainable` out. */
  override writeConfig(serialize: Serialize): Json {
    const written = super.writeConfig(serialize);
    if (!isPlainObject(written)) return written;
    const { trainable, ...config } = written;
    return { ...config, dtype: this.variableDType };
  }
}

/**
 * In training drops whole channels of sequences [batch, steps, channels], and scales the others by 1 / (1 − rate)
 * (Tompson et al. 2015). Keeps the shape.
 *
 * @example
 * ```ts
 * import { SpatialDropout1D } from "@strata/layers";
 *
 * console.log(new SpatialDropout1D(0.5).apply([[[1, 2]]]).arraySync()); // [[[1, 2]]]
 * ```
 */
export class SpatialDropout1D extends SpatialDropout {
  static override readonly className: string = "SpatialDropout1D";
  static override readonly options = sequenceOptions;
  protected override readonly spatialRank = 1;

  constructor(
    ...given:
      | [rate: number, options?: Rest<SpatialDropout1DOptions, "rate">]
      | [options: SpatialDropout1DOptions]
  ) {
    super(...given);
  }
}

/**
 * In training drops whole channels of images [batch, height, width, channels], and scales the others by 1 / (1 − rate)
 * (Tompson et al. 2015). Keeps the shape.
 *
 * @example
 * ```ts
 * import { SpatialDropout2D } from "@strata/layers";
 *
 * console.log(new SpatialDropout2D(0.5).computeOutputShape([null, 8, 8, 3])); // [null, 8, 8, 3]
 * ```
 */
export class SpatialDropout2D extends SpatialDropout {
  static override readonly className: string = "SpatialDropout2D";
  static override readonly options = imageOptions;
  protected override readonly spatialRank = 2;
}

/**
 * In training drops whole channels of volumes [batch, depth, height, width, channels], and scales the others by
 * 1 / (1 − rate) (Tompson et al. 2015). Keeps the shape.
 *
 * @example
 * ```ts
 * import { SpatialDropout3D } from "@strata/layers";
 *
 * console.log(new SpatialDropout3D(0.5).computeOutputShape([null, 8, 8, 8, 3])); // [null, 8, 8, 8, 3]
 * ```
 */
export class SpatialDropout3D extends SpatialDropout {
  static override readonly className: string = "SpatialDropout3D";
  static override readonly options = imageOptions;
  protected override readonly spatialRank = 3;
}
