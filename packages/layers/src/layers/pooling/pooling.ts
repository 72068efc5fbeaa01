import {
  averagePool1d,
  averagePool2d,
  averagePool3d,
  maxPool1d,
  maxPool2d,
  maxPool3d,
  type Tensor,
} from "@strata/core";
import { layerOptions } from "../../layer/any-layer.ts";
import type { InputRule } from "../../layer/input-rule.ts";
import { Layer } from "../../layer/layer.ts";
import { named } from "../../schema/configurable.ts";
import type { Given, Rest, Values } from "../../schema/option.ts";
import { choice, dataFormat, perDimension } from "../../schema/vocabulary.ts";
import { imageAxes, withChannelsLast } from "../channels.ts";

const optionsFor = (rank: number) => ({
  ...layerOptions,
  /** The size of the windows, for each dimension or all. */
  poolSize: perDimension(rank)(2),
  /** The distances between windows, for each dimension or all. Null: the size of the windows. */
  strides: perDimension(rank)().orNull().kept(),
  /** `"valid"`: windows lie within the input; `"same"`: they may reach beyond it, and there are ⌈size / stride⌉. */
  padding: choice(["valid", "same"])("valid"),
  /** The place of the channels in the shape. */
  dataFormat: dataFormat("channelsLast"),
});

/** Options of {@link MaxPooling1D}, {@link AveragePooling1D} and their relatives. */
export interface PoolingOptions extends Given<ReturnType<typeof optionsFor>> {}

export interface Pooling extends Values<ReturnType<typeof optionsFor>> {}

const maxima = [maxPool1d, maxPool2d, maxPool3d];
const means = [averagePool1d, averagePool2d, averagePool3d];

/** One number for each window and channel. */
export abstract class Pooling extends Layer {
  static override readonly recordsBuild: boolean = false;
  /** Core's functions, for one, two and three dimensions. */
  protected abstract readonly functions: readonly (typeof maxPool1d)[];
  /** The distances between windows. */
  readonly strides: readonly number[];

  constructor(
    ...given:
      | [poolSize?: number | readonly number[], options?: Rest<PoolingOptions, "poolSize">]
      | [options: PoolingOptions]
  ) {
    super(named(new.target, given, "poolSize"));
    this.strides = this.valuesOf(optionsFor(1)).strides ?? this.poolSize;
  }

  protected override get inputRule(): InputRule {
    return { axes: imageAxes(this.poolSize.length, this.dataFormat) };
  }

  override call(inputs: Tensor): Tensor {
    const { poolSize, strides, padding, dataFormat } = this;
    const pool = this.functions[poolSize.length - 1];
    return withChannelsLast(dataFormat, inputs, (images) => pool(images, poolSize, { strides, padding }));
  }
}

/**
 * The largest value under each window of sequences: [batch, steps, channels] → [batch, steps', channels].
 *
 * @example
 * ```ts
 * import { MaxPooling1D } from "@strata/layers";
 *
 * console.log(new MaxPooling1D(2).apply([[[1], [5], [3], [2]]]).arraySync()); // [[[5], [3]]]
 * ```
 */
export class MaxPooling1D extends Pooling {
  static override readonly className: string = "MaxPooling1D";
  static override readonly options = optionsFor(1);
  protected override readonly functions = maxima;
}

/**
 * The largest value under each window of images: [batch, height, width, channels] → [batch, height', width', channels].
 *
 * @example
 * ```ts
 * import { MaxPooling2D } from "@strata/layers";
 *
 * console.log(new MaxPooling2D().computeOutputShape([null, 28, 28, 8])); // [null, 14, 14, 8]
 * ```
 */
export class MaxPooling2D extends Pooling {
  static override readonly className: string = "MaxPooling2D";
  static override readonly options = optionsFor(2);
  protected override readonly functions = maxima;
}

/**
 * The largest value under each window of volumes: [batch, depth, height, width, channels] → smaller ones.
 *
 * @example
 * ```ts
 * import { MaxPooling3D } from "@strata/layers";
 *
 * console.log(new MaxPooling3D([1, 2, 2]).computeOutputShape([null, 4, 8, 8, 1])); // [null, 4, 4, 4, 1]
 * ```
 */
export class MaxPooling3D extends Pooling {
  static override readonly className: string = "MaxPooling3D";
  static override readonly options = optionsFor(3);
  protected override readonly functions = maxima;
}

/**
 * The mean under each window of sequences: [batch, steps, channels] → [batch, steps', channels]. What lies beyond the
 * input does not count.
 *
 * @example
 * ```ts
 * import { AveragePooling1D } from "@strata/layers";
 *
 * console.log(new AveragePooling1D(2).apply([[[1], [5], [3], [2]]]).arraySync()); // [[[3], [2.5]]]
 * ```
 */
export class AveragePooling1D extends Pooling {
  static override readonly className: string = "AveragePooling1D";
  static override readonly options = optionsFor(1);
  protected override readonly functions = means;
}

/**
 * The mean under each window of images: [batch, height, width, channels] → [batch, height', width', channels]. What lies
 * beyond the input does not count.
 *
 * @example
 * ```ts
 * import { AveragePooling2D } from "@strata/layers";
 *
 * console.log(new AveragePooling2D().computeOutputShape([null, 28, 28, 8])); // [null, 14, 14, 8]
 * ```
 */
export class AveragePooling2D extends Pooling {
  static override readonly className: string = "AveragePooling2D";
  static override readonly options = optionsFor(2);
  protected override readonly functions = means;
}

/**
 * The mean under each window of volumes: [batch, depth, height, width, channels] → smaller ones. What lies beyond the
 * input does not count.
 *
 * @example
 * ```ts
 * import { AveragePooling3D } from "@strata/layers";
 *
 * console.log(new AveragePooling3D([1, 2, 2]).computeOutputShape([null, 4, 8, 8, 1])); // [null, 4, 4, 4, 1]
 * ```
 */
export class AveragePooling3D extends Pooling {
  static override readonly className: string = "AveragePooling3D";
  static override readonly options = optionsFor(3);
  protected override readonly functions = means;
}
