import { add, cast, mul, type Tensor, type TensorLike, tensor, tile, where } from "@strata/core";
import { named } from "../../../schema/configurable.ts";
import type { Given, Values } from "../../../schema/option.ts";
import { fraction } from "../../../schema/vocabulary.ts";
import { type ByOptionalFactor, factor, samplingOptions } from "./image-options.ts";
import { ProjectingLayer } from "./moving-layer.ts";
import { homography } from "./sample-images.ts";

const options = {
  ...samplingOptions,
  /** The probability that an image is transformed; of a range, it is drawn from that first. */
  factor: factor(0, 1)(1),
  /** How far the corners move at most, as a share of twice their distance from the first. */
  scale: fraction(1),
};

/** Options of {@link RandomPerspective}. */
export interface RandomPerspectiveOptions extends Given<typeof options> {}

export interface RandomPerspective extends Values<typeof options> {}

/** The random numbers of {@link RandomPerspective}. */
export interface PerspectiveChange {
  /** Whether each image is transformed: [batch]. */
  readonly applyPerspective: TensorLike;
  /** The corners, in pixels: [batch, 4, 2]. */
  readonly startPoints: TensorLike;
  /** The places that they are moved to: [batch, 4, 2]. */
  readonly endPoints: TensorLike;
}

/**
 * In training shows each image, with a probability, as if seen from aside: its corners move by distances drawn for it.
 *
 * @example
 * ```ts
 * import { RandomPerspective } from "@strata/layers";
 *
 * const layer = new RandomPerspective(0);
 * console.log(layer.apply([[[1], [2]], [[3], [4]]]).arraySync()); // [[[1], [2]], [[3], [4]]]
 * ```
 */
export class RandomPerspective extends ProjectingLayer<PerspectiveChange> {
  static override readonly className: string = "RandomPerspective";
  static override readonly options = options;
  override readonly fillMode = "constant";

  constructor(...given: ByOptionalFactor<RandomPerspectiveOptions>) {
    super(named(new.target, given, "factor"));
  }

  protected override drawn(count: number, images: Tensor): PerspectiveChange {
    const { height, width } = this.sizeOf(images);
    const [right, bottom] = [width - 1, height - 1];
    const startPoints = tile(
      tensor([
        [0, 0],
        [right, 0],
        [0, bottom],
        [right, bottom],
      ]).expandDims(0),
      [count, 1, 1],
    );
    const moves = this.between([-this.scale / 2, this.scale / 2], [count, 4, 2]);
    return {
      applyPerspective: this.chosen(this.factor, count),
      startPoints,
      endPoints: add(startPoints, mul(startPoints, moves)),
    };
  }

  protected override transforms({ startPoints, endPoints, applyPerspective }: PerspectiveChange): TensorLike {
    const found = homography(cast(startPoints, "float32"), cast(endPoints, "float32"));
    return where(cast(applyPerspective, "bool").expandDims(-1), found, [1, 0, 0, 0, 1, 0, 0, 0]);
  }
}
