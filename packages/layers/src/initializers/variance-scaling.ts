import { normal, type Shape, type Tensor, truncatedNormal, uniform } from "@strata/core";
import { listNames } from "../utilities/names.ts";
import { checkOptionNames } from "../utilities/options.ts";
import type { FloatDType } from "../utilities/tensors.ts";
import { generatorOption, Initializer, type InitializerConfig, type SeedOptions } from "./initializer.ts";

const modes: readonly FanMode[] = ["fanIn", "fanOut", "fanAvg", "fan_in", "fan_out", "fan_avg"];
const distributions: readonly ScalingDistribution[] = [
  "truncatedNormal",
  "untruncatedNormal",
  "uniform",
  "truncated_normal",
  "untruncated_normal",
];

/**
 * What the variance is divided by: the number of inputs of a unit, of outputs, or their mean.
 */
export type FanMode = "fanIn" | "fanOut" | "fanAvg" | "fan_in" | "fan_out" | "fan_avg";

/**
 * The distribution that {@link VarianceScaling} draws from.
 */
export type ScalingDistribution =
  | "truncatedNormal"
  | "untruncatedNormal"
  | "uniform"
  | "truncated_normal"
  | "untruncated_normal";

/** Options of {@link VarianceScaling}. */
export interface VarianceScalingOptions extends SeedOptions {
  /** The variance before it is divided. Default: 1. */
  readonly scale?: number;
  /** What it is divided by. Default: `"fanIn"`. */
  readonly mode?: FanMode;
  /** What is drawn from. Default: `"truncatedNormal"`. */
  readonly distribution?: ScalingDistribution;
}

/** The standard deviation of the standard normal distribution, truncated at ±2. */
const truncatedDeviation = 0.87962566103423978;

/**
 * Random numbers whose variance is scale / fan, so that signals keep their size from layer to layer. The normal kind
 * is truncated at two standard deviations and widened to make up for it; the uniform kind draws from
 * ±√(3·scale / fan).
 *
 * @example
 * ```ts
 * import { initializers } from "@strata/layers";
 *
 * const initializer = new initializers.VarianceScaling({ scale: 2, mode: "fanOut", distribution: "uniform" });
 * console.log(initializer.apply([3, 4]).shape); // [3, 4]
 * ```
 */
export class VarianceScaling extends Initializer {
  /** The name of the class, which minifiers leave alone. */
  static readonly className: string = "VarianceScaling";
  private readonly options: Required<Omit<VarianceScalingOptions, "seed">> & SeedOptions;

  /**
   * @param options Scale, mode, distribution and seed.
   * @throws RangeError for a scale that is not positive, or an unknown mode or distribution.
   */
  constructor(options: VarianceScalingOptions = {}) {
    super();
    checkOptionNames("VarianceScaling", options, ["scale", "mode", "distribution", "seed"]);
    const { scale = 1, mode = "fanIn", distribution = "truncatedNormal", seed } = options;
    if (!(scale > 0)) throw new RangeError(`VarianceScaling: scale is ${scale}; it must be positive`);
    checkChoice("mode", mode, modes);
    checkChoice("distribution", distribution, distributions);
    this.options = { scale, mode, distribution, ...(seed === undefined ? {} : { seed }) };
  }

  override apply(shape: Shape, dtype: FloatDType = "float32"): Tensor {
    const { scale, mode, distribution, seed } = this.options;
    const variance = scale / Math.max(1, chosenFan(shape, mode));
    const options = { dtype, ...generatorOption(seed) };
    switch (distribution) {
      case "uniform": {
        const limit = Math.sqrt(3 * variance);
        return uniform(shape, { minimum: -limit, maximum: limit, ...options });
      }
      case "untruncatedNormal":
      case "untruncated_normal":
        return normal(shape, { standardDeviation: Math.sqrt(variance), ...options });
      default:
        return truncatedNormal(shape, {
          standardDeviation: Math.sqrt(variance) / truncatedDeviation,
          ...options,
        });
    }
  }

  override getConfig(): InitializerConfig {
    return { ...this.options };
  }
}

function checkChoice(name: string, value: string, accepted: readonly string[]): void {
  if (accepted.includes(value)) return;
  throw new RangeError(
    `VarianceScaling: there is no ${name} ${JSON.stringify(value)}; accepted are ${listNames(accepted)}`,
  );
}

function chosenFan(shape: Shape, mode: FanMode): number {
  const { fanIn, fanOut } = fans(shape);
  if (mode === "fanIn" || mode === "fan_in") return fanIn;
  if (mode === "fanOut" || mode === "fan_out") return fanOut;
  return (fanIn + fanOut) / 2;
}

/** How many inputs and outputs a unit has: the last two dimensions, times the receptive field of a convolution. */
function fans(shape: Shape): { readonly fanIn: number; readonly fanOut: number } {
  if (shape.length === 0) return { fanIn: 1, fanOut: 1 };
  if (shape.length === 1) return { fanIn: shape[0], fanOut: shape[0] };
  const field = shape.slice(0, -2).reduce((product, size) => product * size, 1);
  return { fanIn: shape[shape.length - 2] * field, fanOut: shape[shape.length - 1] * field };
}

function seedOnly(className: string, options: SeedOptions): SeedOptions {
  checkOptionNames(className, options, ["seed"]);
  return options;
}

/** What the subclasses below have in common: everything but the seed is fixed. */
abstract class FixedScaling extends VarianceScaling {
  private readonly seedOptions: SeedOptions;

  constructor(className: string, fixed: VarianceScalingOptions, options: SeedOptions) {
    super({ ...fixed, ...seedOnly(className, options) });
    this.seedOptions = options;
  }

  /** The options that make an equal initializer. */
  override getConfig(): InitializerConfig {
    return { ...this.seedOptions };
  }
}

/**
 * Uniform on ±√(6 / (fanIn + fanOut)) (Glorot and Bengio 2010); also called Xavier uniform.
 *
 * @example
 * ```ts
 * import { initializers } from "@strata/layers";
 *
 * const values = new initializers.GlorotUniform().apply([3, 3]);
 * console.log(values.abs().max().item() <= 1); // true
 * ```
 */
export class GlorotUniform extends FixedScaling {
  /** The name of the class, which minifiers leave alone. */
  static override readonly className = "GlorotUniform";

  /** @param options The seed. */
  constructor(options: SeedOptions = {}) {
    super("GlorotUniform", { scale: 1, mode: "fanAvg", distribution: "uniform" }, options);
  }
}

/**
 * Truncated normal of the standard deviation √(2 / (fanIn + fanOut)) (Glorot and Bengio 2010).
 *
 * @example
 * ```ts
 * import { initializers } from "@strata/layers";
 *
 * console.log(new initializers.GlorotNormal().apply([3, 3]).shape); // [3, 3]
 * ```
 */
export class GlorotNormal extends FixedScaling {
  /** The name of the class, which minifiers leave alone. */
  static override readonly className = "GlorotNormal";

  /** @param options The seed. */
  constructor(options: SeedOptions = {}) {
    super("GlorotNormal", { scale: 1, mode: "fanAvg", distribution: "truncatedNormal" }, options);
  }
}

/**
 * Uniform on ±√(6 / fanIn) (He et al. 2015).
 *
 * @example
 * ```ts
 * import { initializers } from "@strata/layers";
 *
 * console.log(new initializers.HeUniform().apply([3, 3]).shape); // [3, 3]
 * ```
 */
export class HeUniform extends FixedScaling {
  /** The name of the class, which minifiers leave alone. */
  static override readonly className = "HeUniform";

  /** @param options The seed. */
  constructor(options: SeedOptions = {}) {
    super("HeUniform", { scale: 2, mode: "fanIn", distribution: "uniform" }, options);
  }
}

/**
 * Truncated normal of the standard deviation √(2 / fanIn) (He et al. 2015).
 *
 * @example
 * ```ts
 * import { initializers } from "@strata/layers";
 *
 * console.log(new initializers.HeNormal().apply([3, 3]).shape); // [3, 3]
 * ```
 */
export class HeNormal extends FixedScaling {
  /** The name of the class, which minifiers leave alone. */
  static override readonly className = "HeNormal";

  /** @param options The seed. */
  constructor(options: SeedOptions = {}) {
    super("HeNormal", { scale: 2, mode: "fanIn", distribution: "truncatedNormal" }, options);
  }
}

/**
 * Uniform on ±√(3 / fanIn) (LeCun et al. 1998).
 *
 * @example
 * ```ts
 * import { initializers } from "@strata/layers";
 *
 * console.log(new initializers.LecunUniform().apply([3, 3]).shape); // [3, 3]
 * ```
 */
export class LecunUniform extends FixedScaling {
  /** The name of the class, which minifiers leave alone. */
  static override readonly className = "LecunUniform";

  /** @param options The seed. */
  constructor(options: SeedOptions = {}) {
    super("LecunUniform", { scale: 1, mode: "fanIn", distribution: "uniform" }, options);
  }
}

/**
 * Truncated normal of the standard deviation √(1 / fanIn) (LeCun et al. 1998).
 *
 * @example
 * ```ts
 * import { initializers } from "@strata/layers";
 *
 * console.log(new initializers.LecunNormal().apply([3, 3]).shape); // [3, 3]
 * ```
 */
export class LecunNormal extends FixedScaling {
  /** The name of the class, which minifiers leave alone. */
  static override readonly className = "LecunNormal";

  /** @param options The seed. */
  constructor(options: SeedOptions = {}) {
    super("LecunNormal", { scale: 1, mode: "fanIn", distribution: "truncatedNormal" }, options);
  }
}
