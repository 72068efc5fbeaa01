import { add, greaterEqual, mul, type Tensor, uniform, where } from "@strata/core";
import { layerOptions } from "../../layer/any-layer.ts";
import { named } from "../../schema/configurable.ts";
import type { Given, Rest, Values } from "../../schema/option.ts";
import { fractionBelowOne, seed } from "../../schema/vocabulary.ts";
import { NoiseLayer, noiseOptions, noiseSizes } from "./noise.ts";

const options = {
  ...layerOptions,
  /** The share of inputs that is dropped. */
  rate: fractionBelowOne(),
  /** An integer that gives the layer a stream of random numbers of its own; null continues that of `setSeed`. */
  seed: seed(),
  ...noiseOptions,
};

/** Options of {@link AlphaDropout}. */
export interface AlphaDropoutOptions extends Given<typeof options> {}

export interface AlphaDropout extends Values<typeof options> {}

/** The value that the self-normalizing unit selu tends to for very negative inputs. */
const seluMinimum = -1.6732632423543772 * 1.0507009873554805;

/**
 * Dropout for networks of selu units: in training sets inputs to selu's minimum at random, and scales and shifts all so
 * that mean and variance stay; otherwise does nothing (Klambauer et al. 2017). Keeps the shape.
 *
 * @example
 * ```ts
 * import { AlphaDropout } from "@strata/layers";
 *
 * console.log(new AlphaDropout(0.5).apply([[1, 2, 3]]).arraySync()); // [[1, 2, 3]]
 * ```
 */
export class AlphaDropout extends NoiseLayer {
  static override readonly className: string = "AlphaDropout";
  static override readonly options = options;

  constructor(
    ...given: [rate: number, options?: Rest<AlphaDropoutOptions, "rate">] | [options: AlphaDropoutOptions]
  ) {
    super(named(new.target, given, "rate"));
  }

  protected override disturb(inputs: Tensor): Tensor {
    const { rate } = this;
    const isKept = greaterEqual(uniform(noiseSizes(this.noiseShape, inputs), this.stream), rate);
    const scale = 1 / Math.sqrt((1 - rate) * (1 + rate * seluMinimum ** 2));
    return add(mul(where(isKept, inputs, seluMinimum), scale), -scale * seluMinimum * rate);
  }
}
