import { mul, normal, type Tensor } from "@strata/core";
import { layerOptions } from "../../layer/any-layer.ts";
import { named } from "../../schema/configurable.ts";
import type { Given, Rest, Values } from "../../schema/option.ts";
import { fractionBelowOne, seed } from "../../schema/vocabulary.ts";
import { NoiseLayer } from "./noise.ts";

const options = {
  ...layerOptions,
  /** The share that dropout with noise of the same variance would drop. */
  rate: fractionBelowOne(),
  /** An integer that gives the layer a stream of random numbers of its own; null continues that of `setSeed`. */
  seed: seed(),
};

/** Options of {@link GaussianDropout}. */
export interface GaussianDropoutOptions extends Given<typeof options> {}

export interface GaussianDropout extends Values<typeof options> {}

/**
 * In training multiplies inputs by normal numbers of mean 1 and variance rate / (1 − rate); otherwise does nothing
 * (Srivastava et al. 2014). Keeps the shape.
 *
 * @example
 * ```ts
 * import { GaussianDropout } from "@strata/layers";
 *
 * console.log(new GaussianDropout(0.5).apply([[1, 2, 3]]).arraySync()); // [[1, 2, 3]]
 * ```
 */
export class GaussianDropout extends NoiseLayer {
  static override readonly className: string = "GaussianDropout";
  static override readonly options = options;

  constructor(
    ...given:
      | [rate: number, options?: Rest<GaussianDropoutOptions, "rate">]
      | [options: GaussianDropoutOptions]
  ) {
    super(named(new.target, given, "rate"));
  }

  protected override disturb(inputs: Tensor): Tensor {
    const standardDeviation = Math.sqrt(this.rate / (1 - this.rate));
    const { dtype } = inputs;
    return mul(inputs, normal(inputs.shape, { mean: 1, standardDeviation, dtype, ...this.stream }));
  }
}
