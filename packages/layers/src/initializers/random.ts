import { normal, type Shape, type Tensor, truncatedNormal, uniform } from "@strata/core";
import type { Given, Values } from "../schema/option.ts";
import { number } from "../schema/vocabulary.ts";
import type { FloatDType } from "../utilities/tensors.ts";
import { generatorOption, Initializer, seedOptions } from "./initializer.ts";

const uniformOptions = {
  ...seedOptions,
  /** The lower bound, included. */
  minval: number(-0.05),
  /** The upper bound, excluded. */
  maxval: number(0.05),
};

/** Options of {@link RandomUniform}. */
export interface RandomUniformOptions extends Given<typeof uniformOptions> {}

export interface RandomUniform extends Values<typeof uniformOptions> {}

/**
 * Numbers drawn evenly from [minval, maxval).
 *
 * @example
 * ```ts
 * import { initializers } from "@strata/layers";
 *
 * const values = new initializers.RandomUniform({ minval: 0, maxval: 1, seed: 7 }).apply([100]);
 * console.log(values.min().item() >= 0, values.max().item() < 1); // true true
 * ```
 */
export class RandomUniform extends Initializer {
  static override readonly className: string = "RandomUniform";
  static override readonly options = uniformOptions;

  constructor(options: RandomUniformOptions = {}) {
    super(options);
  }

  override apply(shape: Shape, dtype: FloatDType = "float32"): Tensor {
    const { minval: minimum, maxval: maximum, seed } = this;
    return uniform(shape, { minimum, maximum, dtype, ...generatorOption(seed) });
  }
}

const normalOptions = {
  ...seedOptions,
  /** The mean. */
  mean: number(0),
  /** The standard deviation; of the distribution before truncation. */
  stddev: number(0.05),
};

/** Options of {@link RandomNormal} and {@link TruncatedNormal}. */
export interface RandomNormalOptions extends Given<typeof normalOptions> {}

export interface RandomNormal extends Values<typeof normalOptions> {}

/**
 * Numbers drawn from a normal distribution.
 *
 * @example
 * ```ts
 * import { initializers } from "@strata/layers";
 *
 * console.log(new initializers.RandomNormal({ stddev: 1 }).apply([2, 3]).shape); // [2, 3]
 * ```
 */
export class RandomNormal extends Initializer {
  static override readonly className: string = "RandomNormal";
  static override readonly options = normalOptions;

  constructor(options: RandomNormalOptions = {}) {
    super(options);
  }

  override apply(shape: Shape, dtype: FloatDType = "float32"): Tensor {
    const { mean, stddev: standardDeviation, seed } = this;
    return normal(shape, { mean, standardDeviation, dtype, ...generatorOption(seed) });
  }
}

export interface TruncatedNormal extends Values<typeof normalOptions> {}

/**
 * Numbers drawn from the part of a normal distribution within two standard deviations of the mean.
 *
 * @example
 * ```ts
 * import { initializers } from "@strata/layers";
 *
 * const values = new initializers.TruncatedNormal({ stddev: 1 }).apply([1000]);
 * console.log(values.abs().max().item() <= 2); // true
 * ```
 */
export class TruncatedNormal extends Initializer {
  static override readonly className: string = "TruncatedNormal";
  static override readonly options = normalOptions;

  constructor(options: RandomNormalOptions = {}) {
    super(options);
  }

  override apply(shape: Shape, dtype: FloatDType = "float32"): Tensor {
    const { mean, stddev: standardDeviation, seed } = this;
    return truncatedNormal(shape, { mean, standardDeviation, dtype, ...generatorOption(seed) });
  }
}
