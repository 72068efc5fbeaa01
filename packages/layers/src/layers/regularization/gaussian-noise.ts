import { add, normal, type Tensor } from "@strata/core";
import { layerOptions } from "../../layer/any-layer.ts";
import { named } from "../../schema/configurable.ts";
import type { Given, Rest, Values } from "../../schema/option.ts";
import { fraction, seed } from "../../schema/vocabulary.ts";
import { NoiseLayer } from "./noise.ts";

const options = {
  ...layerOptions,
  /** The standard deviation of the noise, from 0 to 1. */
  stddev: fraction(),
  /** An integer that gives the layer a stream of random numbers of its own; null continues that of `setSeed`. */
  seed: seed(),
};

/** Options of {@link GaussianNoise}. */
export interface GaussianNoiseOptions extends Given<typeof options> {}

export interface GaussianNoise extends Values<typeof options> {}

/**
 * In training adds normal numbers of mean 0; otherwise does nothing. Keeps the shape.
 *
 * @example
 * ```ts
 * import { GaussianNoise } from "@strata/layers";
 *
 * console.log(new GaussianNoise(0.1).apply([[1, 2, 3]]).arraySync()); // [[1, 2, 3]]
 * ```
 */
export class GaussianNoise extends NoiseLayer {
  static override readonly className: string = "GaussianNoise";
  static override readonly options = options;

  constructor(
    ...given:
      | [stddev: number, options?: Rest<GaussianNoiseOptions, "stddev">]
      | [options: GaussianNoiseOptions]
  ) {
    super(named(new.target, given, "stddev"));
  }

  protected override disturb(inputs: Tensor): Tensor {
    const { dtype } = inputs;
    return add(inputs, normal(inputs.shape, { standardDeviation: this.stddev, dtype, ...this.stream }));
  }
}
