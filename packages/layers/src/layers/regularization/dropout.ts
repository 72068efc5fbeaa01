import { dropout, mul, ones, type RandomOptions, type Tensor, zerosLike } from "@strata/core";
import { sameShape } from "@strata/core/internal";
import { layerOptions } from "../../layer/any-layer.ts";
import { named } from "../../schema/configurable.ts";
import type { Given, Rest, Values } from "../../schema/option.ts";
import { fraction, seed } from "../../schema/vocabulary.ts";
import { NoiseLayer, noiseOptions, noiseSizes } from "./noise.ts";

const options = {
  ...layerOptions,
  /** The share of inputs that is dropped. */
  rate: fraction(),
  /** An integer that gives the layer a stream of random numbers of its own; null continues that of `setSeed`. */
  seed: seed(),
  ...noiseOptions,
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
export class Dropout extends NoiseLayer {
  static override readonly className: string = "Dropout";
  static override readonly options = options;

  constructor(...given: [rate: number, options?: Rest<DropoutOptions, "rate">] | [options: DropoutOptions]) {
    super(named(new.target, given, "rate"));
  }

  protected override disturb(inputs: Tensor): Tensor {
    return dropByShape(inputs, this.rate, noiseSizes(this.noiseShape, inputs), this.stream);
  }
}

/** Drops inputs by random numbers of a shape, which broadcast. */
export function dropByShape(
  inputs: Tensor,
  rate: number,
  sizes: readonly number[],
  stream: Pick<RandomOptions, "generator">,
): Tensor {
  if (rate === 1) return zerosLike(inputs);
  if (sameShape(sizes, inputs.shape)) return dropout(inputs, rate, stream);
  return mul(inputs, dropout(ones(sizes, inputs.dtype), rate, stream));
}
