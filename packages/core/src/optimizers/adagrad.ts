import { add, div, mul, sqrt, square, sub } from "../ops/arithmetic.ts";
import { Optimizer } from "./optimizer.ts";
import { checkNotNegative, type OptimizerOptions, optimizerDefaults, resolveOptions } from "./options.ts";
import type { SlotDescription } from "./slots.ts";
import type { UpdateInputs, UpdateResult } from "./update.ts";

/** The options of {@link Adagrad}. */
export interface AdagradOptions extends OptimizerOptions {
  /** What the sums of squares begin with, at least 0. Default: 0.1. */
  readonly initialAccumulatorValue?: number;
  /** Keeps the root from 0; it is added under it. Default: 1e-7. */
  readonly epsilon?: number;
}

const defaults: Required<AdagradOptions> = {
  ...optimizerDefaults,
  learningRate: 0.001,
  initialAccumulatorValue: 0.1,
  epsilon: 1e-7,
  name: "adagrad",
};

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
export class Adagrad extends Optimizer<Required<AdagradOptions>> {
  /**
   * @param options Default: a learning rate of 0.001, sums that begin with 0.1.
   * @throws RangeError if an option is out of its range, or not one.
   */
  constructor(options: AdagradOptions = {}) {
    const resolved = resolveOptions(options, defaults);
    checkNotNegative(resolved.name, "initialAccumulatorValue", resolved.initialAccumulatorValue);
    checkNotNegative(resolved.name, "epsilon", resolved.epsilon);
    super(resolved);
  }

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
