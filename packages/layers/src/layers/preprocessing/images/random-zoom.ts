import { cast, mul, reshape, stack, sub, type Tensor, type TensorLike } from "@strata/core";
import { named } from "../../../schema/configurable.ts";
import type { Given, Rest, Values } from "../../../schema/option.ts";
import type { ImageSize } from "./bounding-boxes.ts";
import { givenFactor, movingOptions, type Range, rangeAround } from "./image-options.ts";
import { ProjectingLayer } from "./moving-layer.ts";

const isZoom = (value: number): boolean => value > -1 && value <= 1;

const options = {
  ...movingOptions,
  /**
   * The height seen is 1 + factor times the image's, the factor drawn from this range, or from −factor to factor. Above 0 it
   * zooms out.
   */
  heightFactor: givenFactor("a number above -1, to 1", isZoom)(),
  /** The same of the width. Null: that which was drawn for the height, so that shapes stay. */
  widthFactor: givenFactor("a number above -1, to 1", isZoom)().orNull(),
};

/** Options of {@link RandomZoom}. */
export interface RandomZoomOptions extends Given<typeof options> {}

export interface RandomZoom extends Values<typeof options> {}

/** The random numbers of {@link RandomZoom}. */
export interface Zoom {
  /** How many times the height of each image is seen: [batch, 1]. */
  readonly heightZoom: TensorLike;
  /** How many times its width is seen: [batch, 1]. */
  readonly widthZoom: TensorLike;
}

/**
 * In training zooms each image around its centre, in (factors below 0) or out, by factors drawn for it.
 *
 * @example
 * ```ts
 * import { RandomZoom } from "@strata/layers";
 *
 * const layer = new RandomZoom([1, 1], { fillMode: "constant", interpolation: "nearest" });
 * console.log(layer.apply([[[7]]]).arraySync()); // [[[7]]]
 * ```
 */
export class RandomZoom extends ProjectingLayer<Zoom> {
  static override readonly className: string = "RandomZoom";
  static override readonly options = options;

  constructor(
    ...given:
      | [heightFactor: RandomZoomOptions["heightFactor"], options?: Rest<RandomZoomOptions, "heightFactor">]
      | [options: RandomZoomOptions]
  ) {
    super(named(new.target, given, "heightFactor"));
  }

  protected override drawn(count: number): Zoom {
    const zoom = (given: number | Range) => {
      const [lower, upper] = rangeAround(given);
      return this.between([1 + lower, 1 + upper], [count, 1]);
    };
    const heightZoom = zoom(this.heightFactor);
    return { heightZoom, widthZoom: this.widthFactor === null ? heightZoom : zoom(this.widthFactor) };
  }

  protected override transforms({ heightZoom, widthZoom }: Zoom, { height, width }: ImageSize): TensorLike {
    const [x, y] = [widthZoom, heightZoom].map((zoom) => reshape(cast(zoom, "float32"), [-1]));
    const zero = mul(x, 0);
    const offset = (zoom: Tensor, size: number): Tensor => mul(sub(1, zoom), (size - 1) / 2);
    return stack([x, zero, offset(x, width), zero, y, offset(y, height), zero, zero], -1);
  }
}
