import { normal, type Shape, type Tensor, truncatedNormal, uniform } from "@strata/core";
import { checkOptionNames } from "../utilities/options.ts";
import type { FloatDType } from "../utilities/tensors.ts";
import { generatorOption, Initializer, type InitializerConfig, type SeedOptions } from "./initializer.ts";

/** Options of {@link RandomUniform}. */
export interface RandomUniformOptions extends SeedOptions {
  /** The lower bound, included. Default: −0.05. */
  readonly minval?: number;
  /** The upper bound, excluded. Default: 0.05. */
  readonly maxval?: number;
}

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
  /** The name of the class, which minifiers leave alone. */
  static readonly className = "RandomUniform";
  private readonly options: RandomUniformOptions;

  /** @param options Bounds and seed. */
  constructor(options: RandomUniformOptions = {}) {
    super();
    checkOptionNames("RandomUniform", options, ["minval", "maxval", "seed"]);
    this.options = options;
  }

  override apply(shape: Shape, dtype: FloatDType = "float32"): Tensor {
    const { minval = -0.05, maxval = 0.05, seed } = this.options;
    return uniform(shape, { minimum: minval, maximum: maxval, dtype, ...generatorOption(seed) });
  }

  override getConfig(): InitializerConfig {
    return { minval: -0.05, maxval: 0.05, ...this.options };
  }
}

/** Options of {@link RandomNormal} and {@link TruncatedNormal}. */
export interface RandomNormalOptions extends SeedOptions {
  /** The mean. Default: 0. */
  readonly mean?: number;
  /** The standard deviation; of the distribution before truncation. Default: 0.05. */
  readonly stddev?: number;
}

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
  /** The name of the class, which minifiers leave alone. */
  static readonly className = "RandomNormal";
  private readonly options: RandomNormalOptions;

  /** @param options Mean, standard deviation and seed. */
  constructor(options: RandomNormalOptions = {}) {
    super();
    checkOptionNames("RandomNormal", options, ["mean", "stddev", "seed"]);
    this.options = options;
  }

  override apply(shape: Shape, dtype: FloatDType = "float32"): Tensor {
    const { mean = 0, stddev = 0.05, seed } = this.options;
    return normal(shape, { mean, standardDeviation: stddev, dtype, ...generatorOption(seed) });
  }

  override getConfig(): InitializerConfig {
    return { mean: 0, stddev: 0.05, ...this.options };
  }
}

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
  /** The name of the class, which minifiers leave alone. */
  static readonly className = "TruncatedNormal";
  private readonly options: RandomNormalOptions;

  /** @param options Mean, standard deviation and seed. */
  constructor(options: RandomNormalOptions = {}) {
    super();
    checkOptionNames("TruncatedNormal", options, ["mean", "stddev", "seed"]);
    this.options = options;
  }

  override apply(shape: Shape, dtype: FloatDType = "float32"): Tensor {
    const { mean = 0, stddev = 0.05, seed } = this.options;
    return truncatedNormal(shape, { mean, standardDeviation: stddev, dtype, ...generatorOption(seed) });
  }

  override getConfig(): InitializerConfig {
    return { mean: 0, stddev: 0.05, ...this.options };
  }
}
