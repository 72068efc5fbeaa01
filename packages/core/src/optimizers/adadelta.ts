import { add, div, mul, sqrt, square, sub } from "../ops/arithmetic.ts";
import type { Tensor } from "../tensor.ts";
import { type OptionsWith, optimizerOptions } from "./optimizer-options.ts";
import { decayRate, notNegative, option } from "./option.ts";
import { PerVariableOptimizer } from "./per-variable-optimizer.ts";
import type { SlotDescription } from "./slots.ts";
import type { UpdateInputs, UpdateResult } from "./update.ts";

const options = {
  /** The decay rate of both averages, at least 0 and below 1. Default: 0.95. */
  rho: option(decayRate, 0.95),
  /** Keeps the roots from 0; it is added under them. Default: 1e-7. */
  epsilon: option(notNegative, 1e-7),
};

/** The options of {@link Adadelta}. */
export interface AdadeltaOptions extends Partial<OptionsWith<typeof options>> {}

/**
 * Adadelta: steps have the size of the last steps, a ← ρ·a + (1 − ρ)·g², δ = g·√(d + ε)/√(a + ε),
 * d ← ρ·d + (1 − ρ)·δ² and w ← w − η·δ (Zeiler 2012, "Adadelta: an adaptive learning rate method", where η is 1;
 * formulas and defaults of Keras 3).
 *
 * @example
 * ```ts
 * import { Adadelta, variable } from "@strata/core";
 *
 * const x = variable(10);
 * const optimizer = new Adadelta({ learningRate: 1 });
 * for (let step = 0; step < 10; step++) optimizer.minimize(() => x.square());
 * console.log(x.item() < 10); // true
 * ```
 */
export class Adadelta extends PerVariableOptimizer<OptionsWith<typeof options>> {
  static override readonly options = { ...optimizerOptions("adadelta", 0.001), ...options };

  protected override slotGroups(): readonly (readonly SlotDescription[])[] {
    return [[{ name: "accumulatedGrad" }, { name: "accumulatedDeltaVar" }]];
  }

  protected override update({
    gradient,
    value,
    slots,
    scalars: { learningRate },
  }: UpdateInputs): UpdateResult {
    const { rho, epsilon } = this.options;
    const average = (before: Tensor, x: Tensor): Tensor => add(mul(before, rho), mul(square(x), 1 - rho));
    const root = (meanSquare: Tensor): Tensor => sqrt(add(meanSquare, epsilon));
    const accumulatedGrad = average(slots.accumulatedGrad, gradient);
    const step = div(mul(root(slots.accumulatedDeltaVar), gradient), root(accumulatedGrad));
    return {
      value: sub(value, mul(learningRate, step)),
      slots: { accumulatedGrad, accumulatedDeltaVar: average(slots.accumulatedDeltaVar, step) },
    };
  }
}
