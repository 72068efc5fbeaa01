import {
  broadcastTo,
  cast,
  logicalAnd,
  mul,
  normal,
  type Shape,
  sqrt,
  type Tensor,
  type TensorLike,
  tensor,
  unstack,
  where,
} from "@strata/core";
import { named } from "../../../schema/configurable.ts";
import type { Given, Values } from "../../../schema/option.ts";
import { option } from "../../../schema/option.ts";
import { drawBoxes, masksOfBoxes } from "./boxes-of-pixels.ts";
import { asBatch } from "./image-layer.ts";
import { type ByOptionalFactor, factor, randomImageOptions, valueRange } from "./image-options.ts";
import { flagPerImage, within } from "./pixels.ts";
import { RandomImageLayer } from "./random-image-layer.ts";

const fillValue = option<number | readonly number[]>({
  accepted: "a number, or an array of three",
  read: (given) => {
    if (typeof given === "number") return given;
    return Array.isArray(given) && given.length === 3 && given.every(Number.isFinite) ? given : undefined;
  },
  write: (value) => value,
});

const options = {
  ...randomImageOptions,
  /** The probability that an image loses a box; of a range, it is drawn from that first. */
  factor: factor(0, 1)(1),
  /** The share of the image that the box has: drawn from this range, or from 0 to the number. */
  scale: factor(0, 1)([0.02, 0.33]),
  /** The value that fills the box: a number, or three for the channels. Null: noise. */
  fillValue: fillValue().orNull(),
  /** The smallest and largest value of a pixel. */
  valueRange: valueRange([0, 255]),
};

/** Options of {@link RandomErasing}. */
export interface RandomErasingOptions extends Given<typeof options> {}

export interface RandomErasing extends Values<typeof options> {}

/** The random numbers of {@link RandomErasing}. */
export interface Erasing {
  /** Whether each image loses its box: [batch]. */
  readonly applyErasing: TensorLike;
  /** Which pixels are in the boxes, in the shape of the images. */
  readonly batchMasks: TensorLike;
  /** The values that fill them, in the shape of the images. */
  readonly fillValue: TensorLike;
}

/**
 * In training fills a box of each image, drawn for it, with noise or a value (Zhong et al. 2017).
 *
 * @example
 * ```ts
 * import { RandomErasing } from "@strata/layers";
 *
 * const layer = new RandomErasing([1, 1], { scale: [1, 1], fillValue: 7 });
 * console.log(layer.apply([[[1], [2]]]).arraySync()); // [[[7], [7]]]
 * ```
 */
export class RandomErasing extends RandomImageLayer<Erasing> {
  static override readonly className: string = "RandomErasing";
  static override readonly options = options;

  constructor(...given: ByOptionalFactor<RandomErasingOptions>) {
    super(named(new.target, given, "factor"));
  }

  protected override drawn(count: number, images: Tensor): Erasing {
    const size = this.sizeOf(images);
    const [widths, heights] = unstack(sqrt(this.between(this.scale, [count, 2])), -1);
    const boxes = drawBoxes(size, widths, heights, () => this.between([0, 1], [count]));
    const shape = this.toChannelsLast(asBatch(images)).shape;
    const inFormat = (x: Tensor): Tensor => this.fromChannelsLast(broadcastTo(x, shape));
    return {
      applyErasing: this.chosen(this.factor, count),
      batchMasks: inFormat(masksOfBoxes(boxes, size)),
      fillValue: inFormat(within(this.#filling(shape), this.valueRange)),
    };
  }

  protected override alter(
    images: Tensor,
    { applyErasing, batchMasks, fillValue: filling }: Erasing,
  ): Tensor {
    const isErased = logicalAnd(this.toChannelsLast(cast(batchMasks, "bool")), flagPerImage(applyErasing));
    return where(isErased, this.toChannelsLast(cast(filling, images.dtype)), images);
  }

  /** The values that fill boxes, in a shape that broadcasts to that of images whose channels are last. */
  #filling(shape: Shape): Tensor {
    const given = this.fillValue;
    return given === null ? mul(normal(shape, this.source), this.valueRange[1]) : tensor(given);
  }
}
