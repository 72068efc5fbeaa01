import { add, clip, div, mul, pow, square, sub } from "../ops/arithmetic.ts";
import type { Tensor } from "../tensor.ts";
import { type OptionsWith, optimizerOptions } from "./optimizer-options.ts";
import { notNegative, notPositive, option } from "./option.ts";
import { PerVariableOptimizer } from "./per-variable-optimizer.ts";
import type { SlotDescription } from "./slots.ts";
import type { UpdateInputs, UpdateResult } from "./update.ts";

const options = {
  /** The exponent p of the sums of squares, at most 0; with 0 the learning rate stays. Default: −0.5. */
  learningRatePower: option(notPositive, -0.5),
  /** The first value of the sums of squares, at least 0. Default: 0.1. */
  initialAccumulatorValue: option(notNegative, 0.1),
  /** The strength of the L1 penalty, at least 0: it makes weights 0. Default: 0. */
  l1RegularizationStrength: option(notNegative, 0),
  /** The strength of the L2 penalty that steadies the steps, at least 0. Default: 0. */
  l2RegularizationStrength: option(notNegative, 0),
  /** The strength of the L2 penalty on the size of the weights, at least 0. Default: 0. */
  l2ShrinkageRegularizationStrength: option(notNegative, 0),
  /** β of the paper: it lessens the first steps. Default: 0. */
  beta: option(notNegative, 0),
};

/** The options of {@link Ftrl}. */
export interface FtrlOptions extends Partial<OptionsWith<typeof options>> {}

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
export class Ftrl extends PerVariableOptimizer<OptionsWith<typeof options>> {
  static override readonly options = { ...optimizerOptions("ftrl", 0.001), ...options };

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
