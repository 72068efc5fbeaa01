import { dropout, Generator, type Tensor } from "@strata/core";
import { type CallContext, layerOptions } from "../../layer/any-layer.ts";
import { Layer } from "../../layer/layer.ts";
import { named } from "../../schema/configurable.ts";
import type { Given, Rest, Values } from "../../schema/option.ts";
import { fraction, seed, shape } from "../../schema/vocabulary.ts";

const options = {
  ...layerOptions,
  /** The share of inputs that is dropped. */
  rate: fraction(),
  /** An integer that gives the layer a stream of random numbers of its own; null continues that of `setSeed`. */
  seed: seed(),
  /** The shape of the mask of what is dropped, which is broadcast: 1 where an axis is dropped as a whole. Null: the input's. */
  noiseShape: shape().orNull(),
};

/** Options of {@link Dropout}. */
export interface DropoutOptions extends Given<typeof options> {}

export interface Dropout extends Values<typeof options> {}

/**
 * In training sets inputs to 0 at random, and scales the others by 1 / (1 − rate), so that the expected sum stays;
 * otherwise does nothing (Srivastava et al. 2014). Keeps the shape.
 *
 * @example
 * ```ts
 * import { Dropout } from "@strata/layers";
 *
 * const layer = new Dropout(0.5, { seed: 1 });
 * console.log(layer.apply([[1, 2, 3]]).arraySync()); // [[1, 2, 3]]
 * console.log(layer.apply([[1, 2, 3]], { training: true }).shape); // [1, 3]
 * ```
 */
export class Dropout extends Layer {
  static override readonly className: string = "Dropout";
  static override readonly options = options;
  static override readonly recordsBuild = false;
  override readonly supportsMasking = true;
  readonly #generator: Generator | null;

  constructor(...given: [rate: number, options?: Rest<DropoutOptions, "rate">] | [options: DropoutOptions]) {
    super(named(new.target, given, "rate"));
    this.#generator = this.seed === null ? null : new Generator(this.seed);
  }

  override call(inputs: Tensor, { training }: CallContext): Tensor {
    if (!training || this.rate === 0) return inputs;
    return dropout(inputs, this.rate, this.#generator === null ? {} : { generator: this.#generator });
  }
}
