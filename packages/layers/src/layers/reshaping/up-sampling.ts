import { repeat, resize, type Tensor } from "@strata/core";
import { layerOptions } from "../../layer/any-layer.ts";
import type { InputRule } from "../../layer/input-rule.ts";
import { Layer } from "../../layer/layer.ts";
import { named } from "../../schema/configurable.ts";
import type { Given, Rest, Values } from "../../schema/option.ts";
import { choice, dataFormat, perDimension, positiveInteger } from "../../schema/vocabulary.ts";
import { type DataFormat, imageAxes, spatialAxes, withChannelsLast } from "../channels.ts";

const sequenceOptions = {
  ...layerOptions,
  /** How often each step is repeated. */
  size: positiveInteger(2),
};

/** Options of {@link UpSampling1D}. */
export interface UpSampling1DOptions extends Given<typeof sequenceOptions> {}

export interface UpSampling1D extends Values<typeof sequenceOptions> {}

/**
 * Repeats each step of sequences: [batch, steps, channels] → [batch, size · steps, channels].
 *
 * @example
 * ```ts
 * import { UpSampling1D } from "@strata/layers";
 *
 * console.log(new UpSampling1D(2).apply([[[1], [2]]]).arraySync()); // [[[1], [1], [2], [2]]]
 * ```
 */
export class UpSampling1D extends Layer {
  static override readonly className: string = "UpSampling1D";
  static override readonly options = sequenceOptions;

  constructor(
    ...given: [size?: number, options?: Rest<UpSampling1DOptions, "size">] | [options: UpSampling1DOptions]
  ) {
    super(named(new.target, given, "size"));
  }

  protected override get inputRule(): InputRule {
    return { axes: imageAxes(1) };
  }

  override call(inputs: Tensor): Tensor {
    return repeat(inputs, this.size, 1);
  }
}

const imageOptions = {
  ...layerOptions,
  /** How many times as large images become, for each dimension or all. */
  size: perDimension(2)(2),
  /** The place of the channels in the shape. */
  dataFormat: dataFormat("channelsLast"),
  /** How pixels between pixels are found; `"nearest"` repeats them. */
  interpolation: choice(["nearest", "bilinear", "bicubic", "lanczos3", "lanczos5"])("nearest"),
};

/** Options of {@link UpSampling2D}. */
export interface UpSampling2DOptions extends Given<typeof imageOptions> {}

export interface UpSampling2D extends Values<typeof imageOptions> {}

/**
 * Enlarges images: [batch, height, width, channels] → [batch, size · height, size · width, channels].
 *
 * @example
 * ```ts
 * import { UpSampling2D } from "@strata/layers";
 *
 * const layer = new UpSampling2D([1, 2], { interpolation: "bilinear" });
 * console.log(layer.apply([[[[0], [1]]]]).arraySync()); // [[[[0], [0.25], [0.75], [1]]]]
 * ```
 */
export class UpSampling2D extends Layer {
  static override readonly className: string = "UpSampling2D";
  static override readonly options = imageOptions;

  constructor(
    ...given:
      | [size?: number | readonly number[], options?: Rest<UpSampling2DOptions, "size">]
      | [options: UpSampling2DOptions]
  ) {
    super(named(new.target, given, "size"));
  }

  protected override get inputRule(): InputRule {
    return { axes: imageAxes(2) };
  }

  override call(inputs: Tensor): Tensor {
    const { size, dataFormat, interpolation } = this;
    if (interpolation === "nearest") return repeated(inputs, size, dataFormat);
    return withChannelsLast(dataFormat, inputs, (images) => {
      const [, height, width] = images.shape;
      return resize(images, [height * size[0], width * size[1]], { interpolation });
    });
  }
}

const volumeOptions = {
  ...layerOptions,
  /** How many times as large volumes become, for each dimension or all. */
  size: perDimension(3)(2),
  /** The place of the channels in the shape. */
  dataFormat: dataFormat("channelsLast"),
};

/** Options of {@link UpSampling3D}. */
export interface UpSampling3DOptions extends Given<typeof volumeOptions> {}

export interface UpSampling3D extends Values<typeof volumeOptions> {}

/**
 * Repeats the elements of volumes: [batch, depth, height, width, channels] → larger ones.
 *
 * @example
 * ```ts
 * import { UpSampling3D } from "@strata/layers";
 *
 * console.log(new UpSampling3D([1, 2, 3]).computeOutputShape([null, 4, 4, 4, 1])); // [null, 4, 8, 12, 1]
 * ```
 */
export class UpSampling3D extends Layer {
  static override readonly className: string = "UpSampling3D";
  static override readonly options = volumeOptions;

  constructor(
    ...given:
      | [size?: number | readonly number[], options?: Rest<UpSampling3DOptions, "size">]
      | [options: UpSampling3DOptions]
  ) {
    super(named(new.target, given, "size"));
  }

  protected override get inputRule(): InputRule {
    return { axes: imageAxes(3) };
  }

  override call(inputs: Tensor): Tensor {
    return repeated(inputs, this.size, this.dataFormat);
  }
}

/** Each element as often as its dimension says. */
function repeated(x: Tensor, size: readonly number[], format: DataFormat): Tensor {
  return spatialAxes(format, x.rank).reduce(
    (grown, axis, index) => (size[index] === 1 ? grown : repeat(grown, size[index], axis)),
    x,
  );
}
