import { pad, type Tensor } from "@strata/core";
import { layerOptions } from "../../layer/any-layer.ts";
import type { InputRule } from "../../layer/input-rule.ts";
import { Layer } from "../../layer/layer.ts";
import { named } from "../../schema/configurable.ts";
import type { Given, Rest, Values } from "../../schema/option.ts";
import { dataFormat, type SidesLike, sides } from "../../schema/vocabulary.ts";
import { imageAxes, spatialAxes } from "../channels.ts";

const optionsFor = (rank: number) => ({
  ...layerOptions,
  /** How many zeros are added: a number on all sides; or for each dimension a number or [before, after]. */
  padding: sides(rank)(1),
  /** The place of the channels in the shape. */
  dataFormat: dataFormat("channelsLast"),
});

/** Options of {@link ZeroPadding1D}, {@link ZeroPadding2D} and {@link ZeroPadding3D}. */
export interface ZeroPaddingOptions extends Given<ReturnType<typeof optionsFor>> {}

export interface ZeroPadding extends Values<ReturnType<typeof optionsFor>> {}

/** Surrounds sequences, images or volumes with zeros. */
export abstract class ZeroPadding extends Layer {
  constructor(
    ...given:
      | [padding?: SidesLike, options?: Rest<ZeroPaddingOptions, "padding">]
      | [options: ZeroPaddingOptions]
  ) {
    super(named(new.target, given, "padding"));
  }

  protected override get inputRule(): InputRule {
    return { axes: imageAxes(this.padding.length, this.dataFormat) };
  }

  override call(inputs: Tensor): Tensor {
    const paddings = inputs.shape.map((): readonly [number, number] => [0, 0]);
    for (const [index, axis] of spatialAxes(this.dataFormat, inputs.rank).entries())
      paddings[axis] = this.padding[index];
    return pad(inputs, paddings);
  }
}

/**
 * Adds steps of zeros at both ends of sequences: [batch, steps, channels] → [batch, more steps, channels].
 *
 * @example
 * ```ts
 * import { ZeroPadding1D } from "@strata/layers";
 *
 * console.log(new ZeroPadding1D([0, 2]).apply([[[1]]]).arraySync()); // [[[1], [0], [0]]]
 * ```
 */
export class ZeroPadding1D extends ZeroPadding {
  static override readonly className: string = "ZeroPadding1D";
  static override readonly options = optionsFor(1);
}

/**
 * Surrounds images with zeros: [batch, height, width, channels] → [batch, more height, more width, channels].
 *
 * @example
 * ```ts
 * import { ZeroPadding2D } from "@strata/layers";
 *
 * console.log(new ZeroPadding2D([[1, 0], 2]).computeOutputShape([null, 8, 8, 3])); // [null, 9, 12, 3]
 * ```
 */
export class ZeroPadding2D extends ZeroPadding {
  static override readonly className: string = "ZeroPadding2D";
  static override readonly options = optionsFor(2);
}

/**
 * Surrounds volumes with zeros: [batch, depth, height, width, channels] → larger ones.
 *
 * @example
 * ```ts
 * import { ZeroPadding3D } from "@strata/layers";
 *
 * console.log(new ZeroPadding3D().computeOutputShape([null, 8, 8, 8, 3])); // [null, 10, 10, 10, 3]
 * ```
 */
export class ZeroPadding3D extends ZeroPadding {
  static override readonly className: string = "ZeroPadding3D";
  static override readonly options = optionsFor(3);
}
