import { add, cast, div, less, maximum, minimum, mul, pow, sub, where } from "../ops/arithmetic.ts";
import { floor } from "../ops/rounding.ts";
import { cos, log1p } from "../ops/transcendental.ts";
import type { Tensor, TensorLike } from "../tensor.ts";
import {
  atLeast,
  finiteNumber,
  type GivenValues,
  notNegative,
  type OptionValues,
  option,
  orNull,
  positive,
  text,
} from "./option.ts";
import { asFloat } from "./schedule-steps.ts";
import { LearningRateSchedule } from "./schedules.ts";

const cosineOptions = {
  /** The learning rate of the first step. */
  initialLearningRate: notNegative,
  /** The number of steps of the decay, above 0, not counting the warmup. */
  decaySteps: positive,
  /** The last learning rate, as a fraction of the one that the decay begins with. Default: 0. */
  alpha: option(finiteNumber, 0),
  /** The learning rate that the warmup rises to, and the decay begins with. Default: null, for no warmup. */
  warmupTarget: option(orNull(notNegative), null),
  /** The number of steps of the warmup. Default: 0. */
  warmupSteps: option(notNegative, 0),
  /** A name, on which nothing depends. Default: `"CosineDecay"`. */
  name: option(text, "CosineDecay"),
};

/** The options of {@link CosineDecay}. */
export interface CosineDecayOptions extends GivenValues<typeof cosineOptions> {}

/**
 * Half a cosine, η₀((1 − α)(1 + cos πt/s)/2 + α) for the decay steps s, if wished after a straight rise from η₀ to
 * the warmup's target, which then takes the place of η₀ (Loshchilov and Hutter 2016, "SGDR: stochastic gradient
 * descent with warm restarts"; formulas and defaults of Keras 3).
 *
 * @example
 * ```ts
 * import { CosineDecay } from "@strata/core";
 *
 * const schedule = new CosineDecay({ initialLearningRate: 0, decaySteps: 10, warmupTarget: 1, warmupSteps: 4 });
 * console.log(schedule.at([0, 2, 4, 9, 14]).arraySync()); // [0, 0.5, 1, 0.5, 0]
 * ```
 */
export class CosineDecay extends LearningRateSchedule<OptionValues<typeof cosineOptions>> {
  static override readonly options = cosineOptions;

  /**
   * @param given Initial learning rate and decay steps, by position or as options.
   * @throws RangeError if the decay steps are not above 0, or there are warmup steps and no target.
   */
  constructor(
    ...given:
      | [options: CosineDecayOptions]
      | [initialLearningRate: number, decaySteps: number, options?: Partial<CosineDecayOptions>]
  ) {
    super(["initialLearningRate", "decaySteps"], given);
    const { warmupTarget, warmupSteps } = this.options;
    if (warmupTarget === null && warmupSteps > 0) {
      throw new RangeError(
        `CosineDecay: warmupSteps is ${warmupSteps}, and there is no warmupTarget to rise to`,
      );
    }
  }

  override at(step: TensorLike): Tensor {
    const { initialLearningRate, warmupTarget, warmupSteps } = this.options;
    const t = asFloat(step);
    if (warmupTarget === null) return this.decayed(t, initialLearningRate);
    const decayed = this.decayed(sub(t, warmupSteps), warmupTarget);
    if (warmupSteps === 0) return decayed;
    const slope = (warmupTarget - initialLearningRate) / warmupSteps;
    return where(less(t, warmupSteps), add(mul(t, slope), initialLearningRate), decayed);
  }

  private decayed(step: Tensor, from: number): Tensor {
    const { decaySteps, alpha } = this.options;
    const part = div(minimum(step, decaySteps), decaySteps);
    return mul(add(mul(halfCosine(part), 1 - alpha), alpha), from);
  }
}

const restartOptions = {
  /** The learning rate of the first step. */
  initialLearningRate: notNegative,
  /** The number of steps of the first decay, above 0. */
  firstDecaySteps: positive,
  /** Each decay takes so many times the steps of the one before; at least 1. Default: 2. */
  tMul: option(atLeast(1), 2),
  /** Each decay begins with so many times the learning rate of the one before. Default: 1. */
  mMul: option(notNegative, 1),
  /** The lowest learning rate, as a fraction of the initial one. Default: 0. */
  alpha: option(finiteNumber, 0),
  /** A name, on which nothing depends. Default: `"SGDRDecay"`. */
  name: option(text, "SGDRDecay"),
};

/** The options of {@link CosineDecayRestarts}. */
export interface CosineDecayRestartsOptions extends GivenValues<typeof restartOptions> {}

/**
 * Half a cosine, as {@link CosineDecay}, again and again, each time over more steps or from a lower rate (Loshchilov
 * and Hutter 2016, "SGDR: stochastic gradient descent with warm restarts"; formulas and defaults of Keras 3).
 *
 * @example
 * ```ts
 * import { CosineDecayRestarts } from "@strata/core";
 *
 * const schedule = new CosineDecayRestarts({ initialLearningRate: 1, firstDecaySteps: 10, mMul: 0.5 });
 * console.log(schedule.at([0, 5, 10]).arraySync()); // [1, 0.5, 0.5]
 * ```
 */
export class CosineDecayRestarts extends LearningRateSchedule<OptionValues<typeof restartOptions>> {
  static override readonly options = restartOptions;

  /**
   * @param given Initial learning rate and first decay steps, by position or as options.
   * @throws RangeError if the first decay steps are not above 0, or tMul is below 1.
   */
  constructor(
    ...given:
      | [options: CosineDecayRestartsOptions]
      | [initialLearningRate: number, firstDecaySteps: number, options?: Partial<CosineDecayRestartsOptions>]
  ) {
    super(["initialLearningRate", "firstDecaySteps"], given);
  }

  override at(step: TensorLike): Tensor {
    const { initialLearningRate, firstDecaySteps, mMul, alpha } = this.options;
    // In float64, so that rounding does not put a restart into the decay before it.
    const { restarts, part } = this.position(div(cast(asFloat(step), "float64"), firstDecaySteps));
    const cosine = mul(halfCosine(part), pow(mMul, restarts));
    return cast(mul(add(mul(cosine, 1 - alpha), alpha), initialLearningRate), "float32");
  }

  /** How often it has begun anew, and how much of the decay is done, after so many of the first decay's lengths. */
  private position(lengths: Tensor): { readonly restarts: Tensor; readonly part: Tensor } {
    const { tMul } = this.options;
    if (tMul === 1) {
      const restarts = floor(add(lengths, roundingOfRestarts));
      return { restarts, part: maximum(sub(lengths, restarts), 0) };
    }
    // The decays before the i-th take (1 − tⁱ)/(1 − t) lengths, which solved for i gives the one that it is in.
    const position = div(log1p(mul(lengths, tMul - 1)), Math.log(tMul));
    const restarts = floor(add(position, roundingOfRestarts));
    const length = pow(tMul, restarts);
    const before = div(sub(length, 1), tMul - 1);
    return { restarts, part: maximum(div(sub(lengths, before), length), 0) };
  }
}

/** The part of a decay by which rounding may put a restart too late: more than the rounding, and less than any step. */
const roundingOfRestarts = 1e-9;

/** From 1 down to 0. */
function halfCosine(part: Tensor): Tensor {
  return mul(add(cos(mul(part, Math.PI)), 1), 0.5);
}
