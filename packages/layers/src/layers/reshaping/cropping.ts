import { ShapeError, type SliceSpec, slice, type Tensor } from "@strata/core";
import { layerOptions } from "../../layer/any-layer.ts";
import type { InputRule } from "../../layer/input-rule.ts";
import { Layer } from "../../layer/layer.ts";
import { named } from "../../schema/configurable.ts";
import type { Given, Rest, Values } from "../../schema/option.ts";
import { dataFormat, type SidesLike, sides } from "../../schema/vocabulary.ts";
import { formatShape } from "../../utilities/shapes.ts";
import { type DataFormat, imageAxes, spatialAxes } from "../channels.ts";

const sequenceOptions = {
  ...layerOptions,
  /** How many steps are cut off: a number at both ends, or [before, after]. */
  cropping: sides(1)([1, 1]),
};

const imageOptions = (rank: number) => ({
  ...layerOptions,
  /** How many rows are cut off: a number on all sides; or for each dimension a number or [before, after]. */
  cropping: sides(rank)(rank === 2 ? 0 : 1),
  /** The place of the channels in the shape. */
  dataFormat: dataFormat("channelsLast"),
});

/** Options of {@link Cropping1D}. */
export interface Cropping1DOptions extends Given<typeof sequenceOptions> {}

/** Options of {@link Cropping2D} and {@link Cropping3D}. */
export interface CroppingOptions extends Given<ReturnType<typeof imageOptions>> {}

export interface Cropping extends Values<typeof sequenceOptions> {
  /** The place of the channels in the shape; sequences have them last. */
  readonly dataFormat?: DataFormat;
}

/** Cuts off the borders of sequences, images or volumes. */
export abstract class Cropping extends Layer {
  constructor(
    ...given: [cropping?: SidesLike, options?: Rest<CroppingOptions, "cropping">] | [options: CroppingOptions]
  ) {
    super(named(new.target, given, "cropping"));
  }

  protected override get inputRule(): InputRule {
    return { axes: imageAxes(this.cropping.length) };
  }

  override call(inputs: Tensor): Tensor {
    const { cropping, dataFormat = "channelsLast" } = this;
    const specs: SliceSpec[] = inputs.shape.map(() => null);
    for (const [index, axis] of spatialAxes(dataFormat, inputs.rank).entries()) {
      const [before, after] = cropping[index];
      const end = inputs.shape[axis] - after;
      if (before >= end) {
        throw new ShapeError(
          `${this.name}: ${before} + ${after} are to be cut off axis ${axis} of the input ${formatShape(inputs.shape)}, which ` +
            "leaves nothing",
        );
      }
      specs[axis] = [before, end];
    }
    return slice(inputs, specs);
  }
}

/**
 * Cuts steps off both ends of sequences: [batch, steps, channels] → [batch, fewer steps, channels].
 *
 * @example
 * ```ts
 * import { Cropping1D } from "@strata/layers";
 *
 * console.log(new Cropping1D([0, 1]).apply([[[1], [2], [3]]]).arraySync()); // [[[1], [2]]]
 * ```
 */
export class Cropping1D extends Cropping {
  static override readonly className: string = "Cropping1D";
  static override readonly options = sequenceOptions;

  constructor(
    ...given:
      | [cropping?: SidesLike, options?: Rest<Cropping1DOptions, "cropping">]
      | [options: Cropping1DOptions]
  ) {
    super(...given);
  }
}

/**
 * Cuts rows and columns off images: [batch, height, width, channels] → [batch, less height, less width, channels].
 *
 * @example
 * ```ts
 * import { Cropping2D } from "@strata/layers";
 *
 * console.log(new Cropping2D([[1, 0], [0, 2]]).computeOutputShape([null, 8, 8, 3])); // [null, 7, 6, 3]
 * ```
 */
export class Cropping2D extends Cropping {
  static override readonly className: string = "Cropping2D";
  static override readonly options = imageOptions(2);
}

/**
 * Cuts the borders off volumes: [batch, depth, height, width, channels] → smaller ones.
 *
 * @example
 * ```ts
 * import { Cropping3D } from "@strata/layers";
 *
 * console.log(new Cropping3D().computeOutputShape([null, 8, 8, 8, 3])); // [null, 6, 6, 6, 3]
 * ```
 */
export class Cropping3D extends Cropping {
  static override readonly className: string = "Cropping3D";
  static override readonly options = imageOptions(3);
}
