import { mark, thisCopy } from "../copies.ts";
import { add, div, equal, floorDiv, lessEqual, minimum, mul, pow, sub, where } from "../ops/arithmetic.ts";
import { ceil } from "../ops/rounding.ts";
import type { Tensor, TensorLike } from "../tensor.ts";
import {
  finiteNumber,
  flag,
  type GivenValues,
  listOf,
  notNegative,
  type OptionTable,
  type OptionValues,
  option,
  positive,
  resolveOptions,
  text,
} from "./option.ts";
import { asFloat } from "./schedule-steps.ts";

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
export abstract class LearningRateSchedule<Options extends object = object> {
  /** The options of the class: for each what it accepts, and its default. */
  static readonly options: OptionTable = {};

  /** The options, defaults filled in. */
  readonly options: Options;

  /** @internal */
  get [mark](): object {
    return thisCopy;
  }

  /**
   * @param positional The options that may stand by position before the object of the others, in order. Default: none.
   * @param given The arguments of the constructor. Default: none.
   * @throws RangeError if an option is unknown, missing, or not accepted.
   */
  constructor(positional: readonly string[] = [], given: readonly unknown[] = []) {
    const resolved: object = resolveOptions(new.target.name, new.target.options, positional, given);
    // Options is the type of the values that the class's table accepts, and each was checked by it.
    this.options = resolved as Options;
  }

  /**
   * The learning rate after `step` steps, of the step's shape.
   *
   * @param step The number of steps done.
   */
  abstract at(step: TensorLike): Tensor;

  /** The options with which an equal schedule can be made. */
  getConfig(): Options {
    return { ...this.options };
  }
}

const decayOptions = {
  /** The learning rate of the first step. */
  initialLearningRate: notNegative,
  /** The number of steps, above 0, after which it has decayed once. */
  decaySteps: positive,
  /** How strongly it decays. */
  decayRate: finiteNumber,
  /** Whether it decays only every `decaySteps` steps, then at once. Default: false. */
  staircase: option(flag, false),
};

/** The options of {@link ExponentialDecay} and {@link InverseTimeDecay}. */
export interface DecayOptions extends GivenValues<typeof decayOptions> {
  /** A name, on which nothing depends. Default: that of the class. */
  readonly name?: string;
}

/** The arguments of {@link ExponentialDecay} and {@link InverseTimeDecay}. */
export type DecayArguments =
  | [options: DecayOptions]
  | [initialLearningRate: number, decaySteps: number, decayRate: number, options?: Partial<DecayOptions>];

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
export class ExponentialDecay extends LearningRateSchedule<Required<DecayOptions>> {
  static override readonly options = {
    ...decayOptions,
    /** A name, on which nothing depends. */
    name: option(text, "ExponentialDecay"),
  };

  /**
   * @param given Initial learning rate, decay steps and rate, by position or as options.
   * @throws RangeError if the decay steps are not above 0, or the learning rate is negative.
   */
  constructor(...given: DecayArguments) {
    super(["initialLearningRate", "decaySteps", "decayRate"], given);
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
export class InverseTimeDecay extends LearningRateSchedule<Required<DecayOptions>> {
  static override readonly options = {
    ...decayOptions,
    /** A name, on which nothing depends. */
    name: option(text, "InverseTimeDecay"),
  };

  /**
   * @param given Initial learning rate, decay steps and rate, by position or as options.
   * @throws RangeError if the decay steps are not above 0, or the learning rate is negative.
   */
  constructor(...given: DecayArguments) {
    super(["initialLearningRate", "decaySteps", "decayRate"], given);
  }

  override at(step: TensorLike): Tensor {
    const { initialLearningRate, decayRate } = this.options;
    return div(initialLearningRate, add(mul(decays(step, this.options), decayRate), 1));
  }
}

const piecewiseOptions = {
  /** The last steps of the pieces but the last, in ascending order. */
  boundaries: listOf("finite numbers", finiteNumber),
  /** The learning rates of the pieces: one more than boundaries. */
  values: listOf("finite numbers of at least 0", notNegative),
  /** A name, on which nothing depends. Default: `"PiecewiseConstant"`. */
  name: option(text, "PiecewiseConstant"),
};

/** The options of {@link PiecewiseConstantDecay}. */
export interface PiecewiseConstantDecayOptions extends GivenValues<typeof piecewiseOptions> {}

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
export class PiecewiseConstantDecay extends LearningRateSchedule<OptionValues<typeof piecewiseOptions>> {
  static override readonly options = piecewiseOptions;

  /**
   * @param given Boundaries and values, by position or as options.
   * @throws RangeError if the boundaries do not ascend, or there is not one value more.
   */
  constructor(
    ...given:
      | [options: PiecewiseConstantDecayOptions]
      | [
          boundaries: readonly number[],
          values: readonly number[],
          options?: Partial<PiecewiseConstantDecayOptions>,
        ]
  ) {
    super(["boundaries", "values"], given);
    const { boundaries, values } = this.options;
    if (values.length !== boundaries.length + 1) {
      throw new RangeError(
        `PiecewiseConstantDecay: there are ${boundaries.length} boundaries and ${values.length} values; there must be ` +
          "one value more than boundaries",
      );
    }
    if (boundaries.some((boundary, index) => index > 0 && !(boundary > boundaries[index - 1]))) {
      throw new RangeError(`PiecewiseConstantDecay: the boundaries [${boundaries.join(", ")}] must ascend`);
    }
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

const polynomialOptions = {
  /** The learning rate of the first step. */
  initialLearningRate: notNegative,
  /** The number of steps, above 0, after which it is at its end. */
  decaySteps: positive,
  /** The last learning rate. Default: 1e-4. */
  endLearningRate: option(notNegative, 1e-4),
  /** The power of the polynomial; 1 is a straight line. Default: 1. */
  power: option(notNegative, 1),
  /** Whether to begin anew, over twice, three times … the steps, when the end is reached. Default: false. */
  cycle: option(flag, false),
  /** A name, on which nothing depends. Default: `"PolynomialDecay"`. */
  name: option(text, "PolynomialDecay"),
};

/** The options of {@link PolynomialDecay}. */
export interface PolynomialDecayOptions extends GivenValues<typeof polynomialOptions> {}

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
export class PolynomialDecay extends LearningRateSchedule<OptionValues<typeof polynomialOptions>> {
  static override readonly options = polynomialOptions;

  /**
   * @param given Initial learning rate and decay steps, by position or as options.
   * @throws RangeError if the decay steps are not above 0, or a learning rate is negative.
   */
  constructor(
    ...given:
      | [options: PolynomialDecayOptions]
      | [initialLearningRate: number, decaySteps: number, options?: Partial<PolynomialDecayOptions>]
  ) {
    super(["initialLearningRate", "decaySteps"], given);
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
