import { add, div, mul, sqrt, square, sub } from "../ops/arithmetic.ts";
import { type OptionsWith, optimizerOptions } from "./optimizer-options.ts";
import { decayRate, flag, fraction, notNegative, option } from "./option.ts";
import { PerVariableOptimizer } from "./per-variable-optimizer.ts";
import type { SlotDescription } from "./slots.ts";
import type { UpdateInputs, UpdateResult } from "./update.ts";

const options = {
  /** The decay rate of the average of squared gradients, at least 0 and below 1. Default: 0.9. */
  rho: option(decayRate, 0.9),
  /** How much of the last step is added to the next, from 0 to 1. Default: 0. */
  momentum: option(fraction, 0),
  /** Keeps the root from 0; it is added under it. Default: 1e-7. */
  epsilon: option(notNegative, 1e-7),
  /** Whether to divide by the estimated standard deviation, and not by the root of the mean square. Default: false. */
  centered: option(flag, false),
};

/** The options of {@link RMSprop}. */
export interface RMSpropOptions extends Partial<OptionsWith<typeof options>> {}

/**
 * RMSprop: gradients are divided by the root of a moving average of their squares, v ← ρ·v + (1 − ρ)·g² and
 * w ← w − η·g/√(v + ε) (Hinton 2012, "Neural networks for machine learning", lecture 6; formulas and defaults of
 * Keras 3). Centered, v is lessened by the square of a moving average of g.
 *
 * @example
 * ```ts
 * import { RMSprop, variable } from "@strata/core";
 *
 * const x = variable(10);
 * new RMSprop({ learningRate: 0.1 }).minimize(() => x.square().div(2));
 * console.log(x.item().toFixed(4)); // 9.6838
 * ```
 */
export class RMSprop extends PerVariableOptimizer<OptionsWith<typeof options>> {
  static override readonly options = { ...optimizerOptions("rm_sprop", 0.001), ...options };

  protected override slotGroups(): readonly (readonly SlotDescription[])[] {
    const groups: SlotDescription[][] = [[{ name: "velocity" }]];
    if (this.options.momentum > 0) groups.push([{ name: "momentum" }]);
    if (this.options.centered) groups.push([{ name: "averageGradient" }]);
    return groups;
  }

  protected override update({
    gradient,
    value,
    slots,
    scalars: { learningRate },
  }: UpdateInputs): UpdateResult {
    const { rho, momentum, epsilon, centered } = this.options;
    const velocity = add(mul(slots.velocity, rho), mul(square(gradient), 1 - rho));
    const averageGradient = centered ? add(mul(slots.averageGradient, rho), mul(gradient, 1 - rho)) : null;
    const variance = averageGradient ? sub(velocity, square(averageGradient)) : velocity;
    const increment = div(mul(learningRate, gradient), sqrt(add(variance, epsilon)));
    const step = momentum > 0 ? add(mul(slots.momentum, momentum), increment) : increment;
    return {
      value: sub(value, step),
      slots: {
        velocity,
        ...(momentum > 0 && { momentum: step }),
        ...(averageGradient && { averageGradient }),
      },
    };
  }
}
