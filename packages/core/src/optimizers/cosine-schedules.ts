import { add, cast, div, less, maximum, minimum, mul, pow, sub, where } from "../ops/arithmetic.ts";
import { floor } from "../ops/rounding.ts";
import { cos, log1p } from "../ops/transcendental.ts";
import type { Tensor, TensorLike } from "../tensor.ts";
import { checkNotNegative, checkOption } from "./options.ts";
import { asFloat, checkSchedule } from "./schedule-steps.ts";
import { LearningRateSchedule } from "./schedules.ts";

/** The options of {@link CosineDecay}. */
export interface CosineDecayOptions {
  /** The learning rate of the first step. */
  readonly initialLearningRate: number;
  /** The number of steps of the decay, above 0, not counting the warmup. */
  readonly decaySteps: number;
  /** The last learning rate, as a fraction of the one that the decay begins with. Default: 0. */
  readonly alpha?: number;
  /** The learning rate that the warmup rises to, and the decay begins with. Default: null, for no warmup. */
  readonly warmupTarget?: number | null;
  /** The number of steps of the warmup. Default: 0. */
  readonly warmupSteps?: number;
}

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
export class CosineDecay extends LearningRateSchedule {
  /** The options, defaults filled in. */
  readonly options: Required<CosineDecayOptions>;

  /**
   * @param options Initial learning rate, decay steps, the end, and the warmup.
   * @throws RangeError if the decay steps are not above 0, or there are warmup steps and no target.
   */
  constructor(options: CosineDecayOptions) {
    super();
    const { alpha = 0, warmupTarget = null, warmupSteps = 0 } = options;
    checkSchedule("CosineDecay", options, "decaySteps", options.decaySteps);
    checkNotNegative("CosineDecay", "warmupSteps", warmupSteps);
    if (warmupTarget !== null) checkNotNegative("CosineDecay", "warmupTarget", warmupTarget);
    else if (warmupSteps > 0) {
      throw new RangeError(
        `CosineDecay: warmupSteps is ${warmupSteps}, and there is no warmupTarget to rise to`,
      );
    }
    this.options = { ...options, alpha, warmupTarget, warmupSteps };
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

/** The options of {@link CosineDecayRestarts}. */
export interface CosineDecayRestartsOptions {
  /** The learning rate of the first step. */
  readonly initialLearningRate: number;
  /** The number of steps of the first decay, above 0. */
  readonly firstDecaySteps: number;
  /** Each decay takes so many times the steps of the one before; at least 1. Default: 2. */
  readonly tMul?: number;
  /** Each decay begins with so many times the learning rate of the one before. Default: 1. */
  readonly mMul?: number;
  /** The lowest learning rate, as a fraction of the initial one. Default: 0. */
  readonly alpha?: number;
}

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
export class CosineDecayRestarts extends LearningRateSchedule {
  /** The options, defaults filled in. */
  readonly options: Required<CosineDecayRestartsOptions>;

  /**
   * @param options Initial learning rate, first decay steps, what restarts change, and the lowest rate.
   * @throws RangeError if the first decay steps are not above 0, or tMul is below 1.
   */
  constructor(options: CosineDecayRestartsOptions) {
    super();
    const { tMul = 2, mMul = 1, alpha = 0 } = options;
    checkSchedule("CosineDecayRestarts", options, "firstDecaySteps", options.firstDecaySteps);
    checkOption(
      "CosineDecayRestarts",
      "tMul",
      tMul,
      "a finite number of at least 1",
      (t) => t >= 1 && t < Infinity,
    );
    checkNotNegative("CosineDecayRestarts", "mMul", mMul);
    this.options = { ...options, tMul, mMul, alpha };
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
