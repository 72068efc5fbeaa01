import { normal, type Shape, type Tensor, truncatedNormal, uniform } from "@strata/core";
import type { Configuration } from "../schema/configurable.ts";
import type { Given, Values } from "../schema/option.ts";
import { choice, numbers, positiveNumber } from "../schema/vocabulary.ts";
import type { FloatDType } from "../utilities/tensors.ts";
import { generatorOption, Initializer, seedOptions } from "./initializer.ts";

const fanOptions = {
  ...seedOptions,
  /** The axes of the weight that stand for inputs. Null: the last but one. */
  inputAxes: numbers().orNull(),
  /** The axes of the weight that stand for outputs. Null: the last. */
  outputAxes: numbers().orNull(),
};

const scalingOptions = {
  ...fanOptions,
  /** The variance before it is divided. */
  scale: positiveNumber(1),
  /** The divisor: the number of inputs of a unit, of outputs, or their mean. */
  mode: choice(["fanIn", "fanOut", "fanAvg"])("fanIn"),
  /** The distribution that is drawn from. */
  distribution: choice(["truncatedNormal", "untruncatedNormal", "uniform"])("truncatedNormal"),
};

/** Options of {@link VarianceScaling}. */
export interface VarianceScalingOptions extends Given<typeof scalingOptions> {}

export interface VarianceScaling extends Values<typeof scalingOptions> {}

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
  static override readonly className: string = "VarianceScaling";
  static override readonly options = scalingOptions;

  constructor(options: VarianceScalingOptions = {}) {
    super(options);
  }

  override apply(shape: Shape, dtype: FloatDType = "float32"): Tensor {
    const { scale, distribution, seed } = this;
    const variance = scale / Math.max(1, this.chosenFan(shape));
    const options = { dtype, ...generatorOption(seed) };
    if (distribution === "uniform") {
      const limit = Math.sqrt(3 * variance);
      return uniform(shape, { minimum: -limit, maximum: limit, ...options });
    }
    const standardDeviation = Math.sqrt(variance);
    if (distribution === "untruncatedNormal") return normal(shape, { standardDeviation, ...options });
    return truncatedNormal(shape, { standardDeviation: standardDeviation / truncatedDeviation, ...options });
  }

  private chosenFan(shape: Shape): number {
    const { mode, inputAxes, outputAxes } = this;
    const { fanIn, fanOut } = fans(shape, inputAxes, outputAxes);
    if (mode === "fanIn") return fanIn;
    return mode === "fanOut" ? fanOut : (fanIn + fanOut) / 2;
  }
}

/** The numbers of inputs and outputs of a unit; the other axes are the receptive field of a convolution. */
function fans(
  shape: Shape,
  inputAxes: readonly number[] | null,
  outputAxes: readonly number[] | null,
): { readonly fanIn: number; readonly fanOut: number } {
  const rank = shape.length;
  if (rank === 0) return { fanIn: 1, fanOut: 1 };
  if (rank === 1) return { fanIn: shape[0], fanOut: shape[0] };
  const inputs = (inputAxes ?? [-2]).map((axis) => (axis < 0 ? axis + rank : axis));
  const outputs = (outputAxes ?? [-1]).map((axis) => (axis < 0 ? axis + rank : axis));
  const product = (holds: (axis: number) => boolean): number =>
    shape.reduce((result, size, axis) => (holds(axis) ? result * size : result), 1);
  return {
    fanIn: product((axis) => !outputs.includes(axis)),
    fanOut: product((axis) => !inputs.includes(axis)),
  };
}

/** Options of the initializers that are a {@link VarianceScaling} of one kind. */
export interface FanOptions extends Given<typeof fanOptions> {}

/** A {@link VarianceScaling} of which everything is fixed but the seed and the axes. */
abstract class FixedScaling extends VarianceScaling {
  constructor(fixed: VarianceScalingOptions, options: FanOptions) {
    super({ ...options, ...fixed });
  }

  /** The options that make an equal initializer. */
  override getConfig(): Configuration {
    const { seed, inputAxes, outputAxes } = this;
    return { seed, inputAxes, outputAxes };
  }
}

/**
 * Uniform on ±√(6 / (fanIn + fanOut)) (Glorot and Bengio 2010); also called Xavier uniform.
 *
 * @example
 * ```ts
 * import { initializers } from "@strata/layers";
 *
 * console.log(new initializers.GlorotUniform({ seed: 1 }).apply([3, 3]).shape); // [3, 3]
 * ```
 */
export class GlorotUniform extends FixedScaling {
  static override readonly className: string = "GlorotUniform";

  constructor(options: FanOptions = {}) {
    super({ scale: 1, mode: "fanAvg", distribution: "uniform" }, options);
  }
}

/**
 * Truncated normal of the standard deviation √(2 / (fanIn + fanOut)) (Glorot and Bengio 2010).
 *
 * @example
 * ```ts
 * import { initializers } from "@strata/layers";
 *
 * console.log(new initializers.GlorotNormal({ seed: 1 }).apply([3, 3]).shape); // [3, 3]
 * ```
 */
export class GlorotNormal extends FixedScaling {
  static override readonly className: string = "GlorotNormal";

  constructor(options: FanOptions = {}) {
    super({ scale: 1, mode: "fanAvg", distribution: "truncatedNormal" }, options);
  }
}

/**
 * Uniform on ±√(6 / fanIn) (He et al. 2015).
 *
 * @example
 * ```ts
 * import { initializers } from "@strata/layers";
 *
 * console.log(new initializers.HeUniform({ seed: 1 }).apply([3, 3]).shape); // [3, 3]
 * ```
 */
export class HeUniform extends FixedScaling {
  static override readonly className: string = "HeUniform";

  constructor(options: FanOptions = {}) {
    super({ scale: 2, mode: "fanIn", distribution: "uniform" }, options);
  }
}

/**
 * Truncated normal of the standard deviation √(2 / fanIn) (He et al. 2015).
 *
 * @example
 * ```ts
 * import { initializers } from "@strata/layers";
 *
 * console.log(new initializers.HeNormal({ seed: 1 }).apply([3, 3]).shape); // [3, 3]
 * ```
 */
export class HeNormal extends FixedScaling {
  static override readonly className: string = "HeNormal";

  constructor(options: FanOptions = {}) {
    super({ scale: 2, mode: "fanIn", distribution: "truncatedNormal" }, options);
  }
}

/**
 * Uniform on ±√(3 / fanIn) (LeCun et al. 1998).
 *
 * @example
 * ```ts
 * import { initializers } from "@strata/layers";
 *
 * console.log(new initializers.LecunUniform({ seed: 1 }).apply([3, 3]).shape); // [3, 3]
 * ```
 */
export class LecunUniform extends FixedScaling {
  static override readonly className: string = "LecunUniform";

  constructor(options: FanOptions = {}) {
    super({ scale: 1, mode: "fanIn", distribution: "uniform" }, options);
  }
}

/**
 * Truncated normal of the standard deviation √(1 / fanIn) (LeCun et al. 1998).
 *
 * @example
 * ```ts
 * import { initializers } from "@strata/layers";
 *
 * console.log(new initializers.LecunNormal({ seed: 1 }).apply([3, 3]).shape); // [3, 3]
 * ```
 */
export class LecunNormal extends FixedScaling {
  static override readonly className: string = "LecunNormal";

  constructor(options: FanOptions = {}) {
    super({ scale: 1, mode: "fanIn", distribution: "truncatedNormal" }, options);
  }
}
