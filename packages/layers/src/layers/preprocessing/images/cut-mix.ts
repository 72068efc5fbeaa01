import {
  add,
  beta,
  broadcastTo,
  cast,
  div,
  gather,
  mul,
  permutation,
  reshape,
  sqrt,
  sub,
  type Tensor,
  type TensorLike,
  where,
} from "@strata/core";
import { named } from "../../../schema/configurable.ts";
import type { Given, Values } from "../../../schema/option.ts";
import { drawBoxes, masksOfBoxes } from "./boxes-of-pixels.ts";
import type { TransformOptions } from "./image-layer.ts";
import { type ByOptionalFactor, factor, randomImageOptions } from "./image-options.ts";
import { mixed } from "./mixture.ts";
import { RandomImageLayer } from "./random-image-layer.ts";

const options = {
  ...randomImageOptions,
  /**
   * Both parameters of the beta distribution of the share that an image keeps: drawn from this range, or from 0 to factor.
   */
  factor: factor(0, 1)(1),
};

/** Options of {@link CutMix}. */
export interface CutMixOptions extends Given<typeof options> {}

export interface CutMix extends Values<typeof options> {}

/** The random numbers of {@link CutMix}. */
export interface Cuts {
  /** Which image of the batch each gets its box from: [batch]. */
  readonly permutationOrder: TensorLike;
  /** Which pixels are in the boxes, in the shape of the images. */
  readonly batchMasks: TensorLike;
  /** The share that each image keeps: [batch, 1, 1, 1]. */
  readonly mixWeight: TensorLike;
}

/**
 * In training replaces a box of each image by that of another one of the batch, and mixes their labels by the same shares
 * (Yun et al. 2019). One image alone stays as it is.
 *
 * @example
 * ```ts
 * import { CutMix } from "@strata/layers";
 *
 * const layer = new CutMix();
 * console.log(layer.apply([[[1], [2]]]).arraySync()); // [[[1], [2]]]
 * ```
 */
export class CutMix extends RandomImageLayer<Cuts> {
  static override readonly className: string = "CutMix";
  static override readonly options = options;
  protected override readonly keepsPlaces = false;

  constructor(...given: ByOptionalFactor<CutMixOptions>) {
    super(named(new.target, given, "factor"));
  }

  override getRandomTransformation(images: Tensor, options: TransformOptions = {}): Cuts | null {
    return images.rank === 3 ? null : super.getRandomTransformation(images, options);
  }

  protected override drawn(count: number, images: Tensor): Cuts {
    const size = this.sizeOf(images);
    const concentration = add(this.between(this.factor, []), 1e-6);
    const side = sqrt(sub(1, beta([count], concentration, concentration, this.source)));
    const boxes = drawBoxes(size, side, side, () => this.between([0, 1], [count]));
    const area = mul(sub(boxes.right, boxes.left), sub(boxes.bottom, boxes.top));
    return {
      permutationOrder: permutation(count, this.source),
      batchMasks: broadcastTo(this.fromChannelsLast(masksOfBoxes(boxes, size)), images.shape),
      mixWeight: reshape(sub(1, div(area, size.height * size.width)), [-1, 1, 1, 1]),
    };
  }

  protected override alter(images: Tensor, { permutationOrder, batchMasks }: Cuts): Tensor {
    const isCut = this.toChannelsLast(cast(batchMasks, "bool"));
    return where(isCut, gather(images, permutationOrder), images);
  }

  override transformLabels(
    labels: Tensor,
    transformation: Cuts | null,
    { training = true }: TransformOptions = {},
  ): Tensor {
    return training && transformation !== null ? mixed(labels, transformation) : labels;
  }

  override transformSegmentationMasks(
    masks: Tensor,
    transformation: Cuts | null,
    { training = true }: TransformOptions = {},
  ): Tensor {
    if (!training || transformation === null) return masks;
    const isCut = this.toChannelsLast(cast(transformation.batchMasks, "bool")).slice(["...", [0, 1]]);
    return this.onBatch(masks, (batch) =>
      where(isCut, gather(batch, transformation.permutationOrder), batch),
    );
  }
}
