import { add, div, mul, sqrt, square, sub } from "../ops/arithmetic.ts";
import { type OptionsWith, optimizerOptions } from "./optimizer-options.ts";
import { notNegative, option } from "./option.ts";
import { PerVariableOptimizer } from "./per-variable-optimizer.ts";
import type { SlotDescription } from "./slots.ts";
import type { UpdateInputs, UpdateResult } from "./update.ts";

const options = {
  /** The first value of the sums of squares, at least 0. Default: 0.1. */
  initialAccumulatorValue: option(notNegative, 0.1),
  /** Keeps the root from 0; it is added under it. Default: 1e-7. */
  epsilon: option(notNegative, 1e-7),
};

/** The options of {@link Adagrad}. */
export interface AdagradOptions extends Partial<OptionsWith<typeof options>> {}

/**
 * Adagrad: gradients are divided by the root of the sum of all their squares so far, a ← a + g² and
 * w ← w − η·g/√(a + ε) (Duchi et al. 2011, "Adaptive subgradient methods"; formulas and defaults of Keras 3).
 *
 * @example
 * ```ts
 * import { Adagrad, variable } from "@strata/core";
 *
 * const x = variable(10);
 * new Adagrad({ learningRate: 1, initialAccumulatorValue: 0 }).minimize(() => x.square());
 * console.log(x.item()); // 9
 * ```
 */
export class Adagrad extends PerVariableOptimizer<OptionsWith<typeof options>> {
  static override readonly options = { ...optimizerOptions("adagrad", 0.001), ...options };

  protected override slotGroups(): readonly (readonly SlotDescription[])[] {
    return [[{ name: "accumulator", initial: this.options.initialAccumulatorValue }]];
  }

  protected override update({
    gradient,
    value,
    slots,
    scalars: { learningRate },
  }: UpdateInputs): UpdateResult {
    const accumulator = add(slots.accumulator, square(gradient));
    const step = div(mul(learningRate, gradient), sqrt(add(accumulator, this.options.epsilon)));
    return { value: sub(value, step), slots: { accumulator } };
  }
}
