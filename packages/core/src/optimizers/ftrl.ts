import { add, clip, div, mul, pow, square, sub } from "../ops/arithmetic.ts";
import type { Tensor } from "../tensor.ts";
import { Optimizer } from "./optimizer.ts";
import {
  checkNotNegative,
  checkOption,
  type OptimizerOptions,
  optimizerDefaults,
  resolveOptions,
} from "./options.ts";
import type { SlotDescription } from "./slots.ts";
import type { UpdateInputs, UpdateResult } from "./update.ts";

/** The options of {@link Ftrl}. */
export interface FtrlOptions extends OptimizerOptions {
  /** The exponent p of the sums of squares, at most 0; with 0 the learning rate stays. Default: −0.5. */
  readonly learningRatePower?: number;
  /** What the sums of squares begin with, at least 0. Default: 0.1. */
  readonly initialAccumulatorValue?: number;
  /** The strength of the L1 penalty, at least 0: it makes weights 0. Default: 0. */
  readonly l1RegularizationStrength?: number;
  /** The strength of the L2 penalty that steadies the steps, at least 0. Default: 0. */
  readonly l2RegularizationStrength?: number;
  /** The strength of the L2 penalty on the size of the weights, at least 0. Default: 0. */
  readonly l2ShrinkageRegularizationStrength?: number;
  /** β of the paper: it lessens the first steps. Default: 0. */
  readonly beta?: number;
}

const defaults: Required<FtrlOptions> = {
  ...optimizerDefaults,
  learningRate: 0.001,
  learningRatePower: -0.5,
  initialAccumulatorValue: 0.1,
  l1RegularizationStrength: 0,
  l2RegularizationStrength: 0,
  l2ShrinkageRegularizationStrength: 0,
  beta: 0,
  name: "ftrl",
};

/**
 * FTRL, "follow the regularized leader", for sparse linear models: n ← n + g², z ← z + g + 2λₛ·w − σ·w with
 * σ = (n₊⁻ᵖ − n₋⁻ᵖ)/η of the sums after and before, and w ← (clip(z, −λ₁, λ₁) − z)/(n⁻ᵖ/η + 2λ₂ + β/η) (McMahan et
 * al. 2013, "Ad click prediction: a view from the trenches"; formulas and defaults of Keras 3).
 *
 * @example
 * ```ts
 * import { Ftrl, variable } from "@strata/core";
 *
 * const x = variable(0.01);
 * new Ftrl({ learningRate: 0.1, l1RegularizationStrength: 1 }).minimize(() => x.square());
 * console.log(x.item() === 0); // true
 * ```
 */
export class Ftrl extends Optimizer<Required<FtrlOptions>> {
  /**
   * @param options Default: a learning rate of 0.001 and no penalties.
   * @throws RangeError if an option is out of its range, or not one.
   */
  constructor(options: FtrlOptions = {}) {
    const resolved = resolveOptions(options, defaults);
    const { name, learningRatePower, initialAccumulatorValue, beta } = resolved;
    checkOption(name, "learningRatePower", learningRatePower, "at most 0", (each) => each <= 0);
    checkNotNegative(name, "initialAccumulatorValue", initialAccumulatorValue);
    checkNotNegative(name, "l1RegularizationStrength", resolved.l1RegularizationStrength);
    checkNotNegative(name, "l2RegularizationStrength", resolved.l2RegularizationStrength);
    checkNotNegative(name, "l2ShrinkageRegularizationStrength", resolved.l2ShrinkageRegularizationStrength);
    checkNotNegative(name, "beta", beta);
    super(resolved);
  }

  protected override slotGroups(): readonly (readonly SlotDescription[])[] {
    return [[{ name: "accumulator", initial: this.options.initialAccumulatorValue }, { name: "linear" }]];
  }

  protected override update({
    gradient,
    value,
    slots,
    scalars: { learningRate },
  }: UpdateInputs): UpdateResult {
    const {
      learningRatePower,
      beta,
      l1RegularizationStrength: l1,
      l2RegularizationStrength: l2,
    } = this.options;
    const shrinkage = 2 * this.options.l2ShrinkageRegularizationStrength;
    const power = (sum: Tensor): Tensor => pow(sum, -learningRatePower);
    const accumulator = add(slots.accumulator, square(gradient));
    const sigma = div(sub(power(accumulator), power(slots.accumulator)), learningRate);
    const change = sub(add(gradient, mul(value, shrinkage)), mul(sigma, value));
    const linear = add(slots.linear, change);
    const quadratic = add(div(add(power(accumulator), beta), learningRate), 2 * l2);
    return { value: div(sub(clip(linear, -l1, l1), linear), quadratic), slots: { accumulator, linear } };
  }
}
