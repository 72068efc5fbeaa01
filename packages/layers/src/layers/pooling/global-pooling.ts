import { cast, div, expandDims, max, mean, sum, type Tensor, where } from "@strata/core";
import { type CallArguments, type CallContext, layerOptions } from "../../layer/any-layer.ts";
import type { InputRule } from "../../layer/input-rule.ts";
import { Layer } from "../../layer/layer.ts";
import { singleMask } from "../../layer/masks.ts";
import type { Given, Values } from "../../schema/option.ts";
import { boolean, dataFormat } from "../../schema/vocabulary.ts";
import { channelAxis, imageAxes, spatialAxes } from "../channels.ts";

const options = {
  ...layerOptions,
  /** The place of the channels in the shape. */
  dataFormat: dataFormat("channelsLast"),
  /** Whether the spatial dimensions stay, with the size 1. */
  keepDims: boolean(false).as("keepdims"),
};

/** Options of {@link GlobalMaxPooling1D}, {@link GlobalAveragePooling1D} and their relatives. */
export interface GlobalPoolingOptions extends Given<typeof options> {}

export interface GlobalPooling extends Values<typeof options> {}

/** One number for each channel. */
export abstract class GlobalPooling extends Layer {
  static override readonly options = options;
  static override readonly recordsBuild: boolean = false;
  /** The number of spatial dimensions. */
  protected abstract readonly spatialRank: number;
  /** The maximum or the mean along axes. */
  protected abstract readonly reduce: typeof max;

  constructor(options: GlobalPoolingOptions = {}) {
    super(options);
  }

  protected override get inputRule(): InputRule {
    return { axes: imageAxes(this.spatialRank, this.dataFormat) };
  }

  override call(inputs: Tensor, _context?: CallContext, _given?: CallArguments): Tensor {
    return this.reduce(inputs, spatialAxes(this.dataFormat, inputs.rank), this.keepDims);
  }
}

/**
 * The largest value of each channel of sequences: [batch, steps, channels] → [batch, channels].
 *
 * @example
 * ```ts
 * import { GlobalMaxPooling1D } from "@strata/layers";
 *
 * console.log(new GlobalMaxPooling1D().apply([[[1, 6], [5, 2]]]).arraySync()); // [[5, 6]]
 * ```
 */
export class GlobalMaxPooling1D extends GlobalPooling {
  static override readonly className: string = "GlobalMaxPooling1D";
  protected override readonly spatialRank = 1;
  protected override readonly reduce = max;
}

/**
 * The largest value of each channel of images: [batch, height, width, channels] → [batch, channels].
 *
 * @example
 * ```ts
 * import { GlobalMaxPooling2D } from "@strata/layers";
 *
 * console.log(new GlobalMaxPooling2D().computeOutputShape([null, 7, 7, 512])); // [null, 512]
 * ```
 */
export class GlobalMaxPooling2D extends GlobalPooling {
  static override readonly className: string = "GlobalMaxPooling2D";
  protected override readonly spatialRank = 2;
  protected override readonly reduce = max;
}

/**
 * The largest value of each channel of volumes: [batch, depth, height, width, channels] → [batch, channels].
 *
 * @example
 * ```ts
 * import { GlobalMaxPooling3D } from "@strata/layers";
 *
 * console.log(new GlobalMaxPooling3D().computeOutputShape([null, 7, 7, 7, 16])); // [null, 16]
 * ```
 */
export class GlobalMaxPooling3D extends GlobalPooling {
  static override readonly className: string = "GlobalMaxPooling3D";
  protected override readonly spatialRank = 3;
  protected override readonly reduce = max;
}

/**
 * The mean of each channel of sequences: [batch, steps, channels] → [batch, channels]. With a mask [batch, steps], that of
 * the steps that count.
 *
 * @example
 * ```ts
 * import { GlobalAveragePooling1D } from "@strata/layers";
 *
 * const layer = new GlobalAveragePooling1D();
 * console.log(layer.apply([[[1, 6], [5, 2]]]).arraySync()); // [[3, 4]]
 * console.log(layer.apply([[[1, 6], [5, 2]]], { mask: [[true, false]] }).arraySync()); // [[1, 6]]
 * ```
 */
export class GlobalAveragePooling1D extends GlobalPooling {
  static override readonly className: string = "GlobalAveragePooling1D";
  override readonly supportsMasking = true;
  protected override readonly spatialRank = 1;
  protected override readonly reduce = mean;

  override call(inputs: Tensor, _context: CallContext, { mask: given }: CallArguments): Tensor {
    const mask = singleMask(given);
    if (mask === null) return super.call(inputs);
    const [steps] = spatialAxes(this.dataFormat, inputs.rank);
    const counts = expandDims(cast(mask, "bool"), channelAxis(this.dataFormat));
    const total = sum(where(counts, inputs, 0), steps, this.keepDims);
    return div(total, sum(cast(counts, inputs.dtype), steps, this.keepDims));
  }

  override computeMask(): null {
    return null;
  }
}

/**
 * The mean of each channel of images: [batch, height, width, channels] → [batch, channels].
 *
 * @example
 * ```ts
 * import { GlobalAveragePooling2D } from "@strata/layers";
 *
 * console.log(new GlobalAveragePooling2D().computeOutputShape([null, 7, 7, 512])); // [null, 512]
 * ```
 */
export class GlobalAveragePooling2D extends GlobalPooling {
  static override readonly className: string = "GlobalAveragePooling2D";
  protected override readonly spatialRank = 2;
  protected override readonly reduce = mean;
}

/**
 * The mean of each channel of volumes: [batch, depth, height, width, channels] → [batch, channels].
 *
 * @example
 * ```ts
 * import { GlobalAveragePooling3D } from "@strata/layers";
 *
 * console.log(new GlobalAveragePooling3D({ keepDims: true }).computeOutputShape([null, 7, 7, 7, 16])); // [null, 1, 1, 1, 16]
 * ```
 */
export class GlobalAveragePooling3D extends GlobalPooling {
  static override readonly className: string = "GlobalAveragePooling3D";
  protected override readonly spatialRank = 3;
  protected override readonly reduce = mean;
}
