import { abs, add, div, maximum, mul, sub } from "../ops/arithmetic.ts";
import { biasCorrection } from "./bias-correction.ts";
import { type OptionsWith, optimizerOptions } from "./optimizer-options.ts";
import { decayRate, notNegative, option } from "./option.ts";
import { PerVariableOptimizer } from "./per-variable-optimizer.ts";
import type { NamedTensors, SlotDescription } from "./slots.ts";
import type { ScalarInputs, UpdateInputs, UpdateResult } from "./update.ts";

const options = {
  /** The decay rate of the average of gradients, at least 0 and below 1. Default: 0.9. */
  beta1: option(decayRate, 0.9),
  /** The decay rate of the largest magnitude, at least 0 and below 1. Default: 0.999. */
  beta2: option(decayRate, 0.999),
  /** Keeps the divisor from 0. Default: 1e-7. */
  epsilon: option(notNegative, 1e-7),
};

/** The options of {@link Adamax}. */
export interface AdamaxOptions extends Partial<OptionsWith<typeof options>> {}

/**
 * Adamax, Adam with the infinity norm: m ← m + (1 − β₁)(g − m), u ← max(β₂·u, |g|), w ← w − η·m/((1 − β₁ᵗ)(u + ε))
 * (Kingma and Ba 2014, "Adam: a method for stochastic optimization", section 7.1; formulas and defaults of Keras 3).
 *
 * @example
 * ```ts
 * import { Adamax, variable } from "@strata/core";
 *
 * const x = variable(10);
 * new Adamax({ learningRate: 0.5 }).minimize(() => x.square());
 * console.log(x.item().toFixed(3)); // 9.500
 * ```
 */
export class Adamax extends PerVariableOptimizer<OptionsWith<typeof options>> {
  static override readonly options = { ...optimizerOptions("adamax", 0.001), ...options };

  protected override slotGroups(): readonly (readonly SlotDescription[])[] {
    return [[{ name: "momentum" }, { name: "norm" }]];
  }

  protected override scalars({ learningRate, step }: ScalarInputs): NamedTensors {
    return { corrected: div(learningRate, biasCorrection(this.options.beta1, step)) };
  }

  protected override update({ gradient, value, slots, scalars: { corrected } }: UpdateInputs): UpdateResult {
    const { beta1, beta2, epsilon } = this.options;
    const momentum = add(slots.momentum, mul(sub(gradient, slots.momentum), 1 - beta1));
    const norm = maximum(mul(slots.norm, beta2), abs(gradient));
    return {
      value: sub(value, div(mul(corrected, momentum), add(norm, epsilon))),
      slots: { momentum, norm },
    };
  }
}
