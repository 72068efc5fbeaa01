import { add, mul, sign, sub } from "../ops/arithmetic.ts";
import { type OptionsWith, optimizerOptions } from "./optimizer-options.ts";
import { decayRate, option, positiveFraction } from "./option.ts";
import { PerVariableOptimizer } from "./per-variable-optimizer.ts";
import type { SlotDescription } from "./slots.ts";
import type { UpdateInputs, UpdateResult } from "./update.ts";

const options = {
  /** How much the average counts against the gradient in the step, above 0 and at most 1. Default: 0.9. */
  beta1: option(positiveFraction, 0.9),
  /** The decay rate of the average of gradients, at least 0 and below 1. Default: 0.99. */
  beta2: option(decayRate, 0.99),
};

/** The options of {@link Lion}. */
export interface LionOptions extends Partial<OptionsWith<typeof options>> {}

/**
 * Lion: all steps have the size of the learning rate, w ← w − η·sign(β₁·m + (1 − β₁)·g) and m ← β₂·m + (1 − β₂)·g
 * (Chen et al. 2023, "Symbolic discovery of optimization algorithms"; formulas and defaults of Keras 3).
 *
 * @example
 * ```ts
 * import { Lion, variable } from "@strata/core";
 *
 * const x = variable([10, -10]);
 * new Lion({ learningRate: 0.5 }).minimize(() => x.square().sum());
 * console.log(x.arraySync()); // [9.5, -9.5]
 * ```
 */
export class Lion extends PerVariableOptimizer<OptionsWith<typeof options>> {
  static override readonly options = { ...optimizerOptions("lion", 0.001), ...options };

  protected override slotGroups(): readonly (readonly SlotDescription[])[] {
    return [[{ name: "momentum" }]];
  }

  protected override update({
    gradient,
    value,
    slots,
    scalars: { learningRate },
  }: UpdateInputs): UpdateResult {
    const { beta1, beta2 } = this.options;
    const direction = sign(add(mul(slots.momentum, beta1), mul(gradient, 1 - beta1)));
    const momentum = add(mul(slots.momentum, beta2), mul(gradient, 1 - beta2));
    return { value: sub(value, mul(learningRate, direction)), slots: { momentum } };
  }
}
