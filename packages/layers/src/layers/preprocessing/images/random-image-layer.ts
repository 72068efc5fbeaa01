import { less, type RandomOptions, type Shape, type Tensor, uniform } from "@strata/core";
import type { OptionTable } from "../../../schema/option.ts";
import { ImageLayer } from "./image-layer.ts";
import { type Range, randomImageOptions } from "./image-options.ts";

/** A layer of images that draws, for each image of a batch, what it does in training; in inference it does nothing. */
export abstract class RandomImageLayer<Transformation> extends ImageLayer<Transformation> {
  static override readonly options: OptionTable = randomImageOptions;
  /** The seed of the layer's random numbers; null if they continue those of `setSeed`. */
  declare readonly seed: number | null;
  readonly #stream: Pick<RandomOptions, "generator">;

  constructor(options: object) {
    super(options);
    this.#stream = this.randomStream(this.seed);
  }

  /** Draws what is to be done to each of so many images. */
  protected abstract drawn(count: number, images: Tensor): Transformation;

  /** Does to a batch of images, whose channels are last, what was drawn. */
  protected abstract alter(images: Tensor, transformation: Transformation): Tensor;

  override getRandomTransformation(
    images: Tensor,
    { training = true }: { readonly training?: boolean } = {},
  ): Transformation | null {
    return training ? this.drawn(this.countOf(images), images) : null;
  }

  protected override transform(images: Tensor, transformation: Transformation | null): Tensor {
    return transformation === null ? images : this.alter(images, transformation);
  }

  /** The source of the layer's random numbers, as an option of random ops. */
  protected get source(): Pick<RandomOptions, "generator"> {
    return this.#stream;
  }

  /** Numbers drawn evenly from a range. */
  protected between([minimum, maximum]: Range, shape: Shape): Tensor {
    return uniform(shape, { minimum, maximum, ...this.source });
  }

  /** For each of so many images whether it is chosen, with a probability that is drawn from a range first: [count] bools. */
  protected chosen(probability: Range, count: number): Tensor {
    return less(this.between([0, 1], [count]), this.between(probability, [count]));
  }
}
