import { add, div, equal, floorDiv, lessEqual, minimum, mul, pow, sub, where } from "../ops/arithmetic.ts";
import { ceil } from "../ops/rounding.ts";
import type { Tensor, TensorLike } from "../tensor.ts";
import { checkNotNegative } from "./options.ts";
import { asFloat, checkSchedule } from "./schedule-steps.ts";

/**
 * A learning rate that depends on the number of steps done. Give one to an optimizer as its `learningRate`; to write
 * one, extend it.
 *
 * @example
 * ```ts
 * import { LearningRateSchedule, SGD, type Tensor, type TensorLike, tensor } from "@strata/core";
 *
 * class Halving extends LearningRateSchedule {
 *   at(step: TensorLike): Tensor {
 *     return tensor(0.5).pow(step);
 *   }
 * }
 * const optimizer = new SGD({ learningRate: new Halving() });
 * console.log(optimizer.learningRate, new Halving().at(3).item()); // 1 0.125
 * ```
 */
export abstract class LearningRateSchedule {
  /**
   * The learning rate after `step` steps, of the step's shape.
   *
   * @param step The number of steps done.
   */
  abstract at(step: TensorLike): Tensor;
}

/** The options of {@link ExponentialDecay} and {@link InverseTimeDecay}. */
export interface DecayOptions {
  /** The learning rate of the first step. */
  readonly initialLearningRate: number;
  /** The number of steps, above 0, after which it has decayed once. */
  readonly decaySteps: number;
  /** How strongly it decays. */
  readonly decayRate: number;
  /** Whether it decays only every `decaySteps` steps, then at once. Default: false. */
  readonly staircase?: boolean;
}

/**
 * η₀·rᵗᐟˢ for the decay rate r and the decay steps s.
 *
 * @example
 * ```ts
 * import { Adam, ExponentialDecay } from "@strata/core";
 *
 * const schedule = new ExponentialDecay({ initialLearningRate: 0.5, decaySteps: 100, decayRate: 0.5 });
 * console.log(schedule.at(200).item(), new Adam({ learningRate: schedule }).learningRate); // 0.125 0.5
 * ```
 */
export class ExponentialDecay extends LearningRateSchedule {
  /** The options, defaults filled in. */
  readonly options: Required<DecayOptions>;

  /**
   * @param options Initial learning rate, decay steps and rate, and whether by stairs.
   * @throws RangeError if the decay steps are not above 0, or the learning rate is negative.
   */
  constructor(options: DecayOptions) {
    super();
    checkSchedule("ExponentialDecay", options, "decaySteps", options.decaySteps);
    const { staircase = false } = options;
    this.options = { ...options, staircase };
  }

  override at(step: TensorLike): Tensor {
    const { initialLearningRate, decayRate } = this.options;
    return mul(pow(decayRate, decays(step, this.options)), initialLearningRate);
  }
}

/**
 * η₀/(1 + r·t/s) for the decay rate r and the decay steps s.
 *
 * @example
 * ```ts
 * import { InverseTimeDecay } from "@strata/core";
 *
 * const schedule = new InverseTimeDecay({ initialLearningRate: 1, decaySteps: 10, decayRate: 0.5 });
 * console.log(schedule.at(20).item()); // 0.5
 * ```
 */
export class InverseTimeDecay extends LearningRateSchedule {
  /** The options, defaults filled in. */
  readonly options: Required<DecayOptions>;

  /**
   * @param options Initial learning rate, decay steps and rate, and whether by stairs.
   * @throws RangeError if the decay steps are not above 0, or the learning rate is negative.
   */
  constructor(options: DecayOptions) {
    super();
    checkSchedule("InverseTimeDecay", options, "decaySteps", options.decaySteps);
    const { staircase = false } = options;
    this.options = { ...options, staircase };
  }

  override at(step: TensorLike): Tensor {
    const { initialLearningRate, decayRate } = this.options;
    return div(initialLearningRate, add(mul(decays(step, this.options), decayRate), 1));
  }
}

/** The options of {@link PiecewiseConstantDecay}. */
export interface PiecewiseConstantDecayOptions {
  /** The last steps of the pieces but the last, in ascending order. */
  readonly boundaries: readonly number[];
  /** The learning rates of the pieces: one more than boundaries. */
  readonly values: readonly number[];
}

/**
 * A constant learning rate up to each boundary, that step included, and another after it.
 *
 * @example
 * ```ts
 * import { PiecewiseConstantDecay } from "@strata/core";
 *
 * const schedule = new PiecewiseConstantDecay({ boundaries: [10, 20], values: [1, 0.5, 0.25] });
 * console.log(schedule.at([10, 11, 21]).arraySync()); // [1, 0.5, 0.25]
 * ```
 */
export class PiecewiseConstantDecay extends LearningRateSchedule {
  /** The options. */
  readonly options: PiecewiseConstantDecayOptions;

  /**
   * @param options Boundaries and values.
   * @throws RangeError if the boundaries do not ascend, or there is not one value more.
   */
  constructor(options: PiecewiseConstantDecayOptions) {
    super();
    const { boundaries, values } = options;
    if (values.length !== boundaries.length + 1) {
      throw new RangeError(
        `PiecewiseConstantDecay: there are ${boundaries.length} boundaries and ${values.length} values; there must be ` +
          "one value more than boundaries",
      );
    }
    if (boundaries.some((boundary, index) => index > 0 && !(boundary > boundaries[index - 1]))) {
      throw new RangeError(`PiecewiseConstantDecay: the boundaries [${boundaries.join(", ")}] must ascend`);
    }
    this.options = options;
  }

  override at(step: TensorLike): Tensor {
    const { boundaries, values } = this.options;
    const t = asFloat(step);
    const last = add(mul(t, 0), values[values.length - 1]);
    return boundaries.reduceRight(
      (later, boundary, index) => where(lessEqual(t, boundary), values[index], later),
      last,
    );
  }
}

/** The options of {@link PolynomialDecay}. */
export interface PolynomialDecayOptions {
  /** The learning rate of the first step. */
  readonly initialLearningRate: number;
  /** The number of steps, above 0, after which it is at its end. */
  readonly decaySteps: number;
  /** The last learning rate. Default: 1e-4. */
  readonly endLearningRate?: number;
  /** The power of the polynomial; 1 is a straight line. Default: 1. */
  readonly power?: number;
  /** Whether to begin anew, over twice, three times … the steps, when the end is reached. Default: false. */
  readonly cycle?: boolean;
}

/**
 * (η₀ − η₁)(1 − t/s)ᵖ + η₁ for the decay steps s, which for `cycle` is the next multiple of them.
 *
 * @example
 * ```ts
 * import { PolynomialDecay } from "@strata/core";
 *
 * const schedule = new PolynomialDecay({ initialLearningRate: 1, decaySteps: 10, endLearningRate: 0 });
 * console.log(schedule.at([0, 5, 15]).arraySync()); // [1, 0.5, 0]
 * ```
 */
export class PolynomialDecay extends LearningRateSchedule {
  /** The options, defaults filled in. */
  readonly options: Required<PolynomialDecayOptions>;

  /**
   * @param options Initial and last learning rate, decay steps, power, and whether to begin anew.
   * @throws RangeError if the decay steps are not above 0, or the learning rate is negative.
   */
  constructor(options: PolynomialDecayOptions) {
    super();
    const { endLearningRate = 1e-4, power = 1, cycle = false } = options;
    checkSchedule("PolynomialDecay", options, "decaySteps", options.decaySteps);
    checkNotNegative("PolynomialDecay", "endLearningRate", endLearningRate);
    checkNotNegative("PolynomialDecay", "power", power);
    this.options = { ...options, endLearningRate, power, cycle };
  }

  override at(step: TensorLike): Tensor {
    const { initialLearningRate, decaySteps, endLearningRate, power, cycle } = this.options;
    const t = asFloat(step);
    const multiple = where(equal(t, 0), 1, ceil(div(t, decaySteps)));
    const part = cycle ? div(t, mul(multiple, decaySteps)) : div(minimum(t, decaySteps), decaySteps);
    return add(mul(pow(sub(1, part), power), initialLearningRate - endLearningRate), endLearningRate);
  }
}

/** How many times the learning rate has decayed. */
function decays(step: TensorLike, { decaySteps, staircase }: Required<DecayOptions>): Tensor {
  const t = asFloat(step);
  return staircase ? floorDiv(t, decaySteps) : div(t, decaySteps);
}
