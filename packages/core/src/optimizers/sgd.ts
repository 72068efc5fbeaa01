import { add, mul, sub } from "../ops/arithmetic.ts";
import { type OptionsWith, optimizerOptions } from "./optimizer-options.ts";
import { flag, fraction, option } from "./option.ts";
import { PerVariableOptimizer } from "./per-variable-optimizer.ts";
import type { SlotDescription } from "./slots.ts";
import type { UpdateInputs, UpdateResult } from "./update.ts";

const options = {
  /** How much of the last step is added to the next, from 0 to 1. Default: 0. */
  momentum: option(fraction, 0),
  /** Whether the gradient counts as if taken after the momentum's step (Nesterov). Default: false. */
  nesterov: option(flag, false),
};

/** The options of {@link SGD}. */
export interface SGDOptions extends Partial<OptionsWith<typeof options>> {}

/**
 * Stochastic gradient descent, w ← w − η·g; with momentum μ the velocity v ← μ·v − η·g is added in place of −η·g,
 * or, after Nesterov, μ·v − η·g (Sutskever et al. 2013, "On the importance of initialization and momentum in deep
 * learning"; formulas and defaults of Keras 3).
 *
 * @example
 * ```ts
 * import { SGD, variable } from "@strata/core";
 *
 * const x = variable(10);
 * const optimizer = new SGD({ learningRate: 0.1 });
 * optimizer.minimize(() => x.square());
 * console.log(x.item()); // 8
 * ```
 */
export class SGD extends PerVariableOptimizer<OptionsWith<typeof options>> {
  static override readonly options = { ...optimizerOptions("sgd", 0.01), ...options };

  protected override slotGroups(): readonly (readonly SlotDescription[])[] {
    return this.options.momentum === 0 ? [] : [[{ name: "momentum" }]];
  }

  protected override update({
    gradient,
    value,
    slots,
    scalars: { learningRate },
  }: UpdateInputs): UpdateResult {
    const { momentum, nesterov } = this.options;
    const descent = mul(gradient, learningRate);
    if (momentum === 0) return { value: sub(value, descent), slots: {} };
    const velocity = sub(mul(slots.momentum, momentum), descent);
    const step = nesterov ? sub(mul(velocity, momentum), descent) : velocity;
    return { value: add(value, step), slots: { momentum: velocity } };
  }
}
