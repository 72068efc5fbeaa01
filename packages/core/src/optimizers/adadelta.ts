import { add, div, mul, sqrt, square, sub } from "../ops/arithmetic.ts";
import type { Tensor } from "../tensor.ts";
import { Optimizer } from "./optimizer.ts";
import {
  checkDecayRate,
  checkNotNegative,
  type OptimizerOptions,
  optimizerDefaults,
  resolveOptions,
} from "./options.ts";
import type { SlotDescription } from "./slots.ts";
import type { UpdateInputs, UpdateResult } from "./update.ts";

/** The options of {@link Adadelta}. */
export interface AdadeltaOptions extends OptimizerOptions {
  /** The decay rate of both averages, at least 0 and below 1. Default: 0.95. */
  readonly rho?: number;
  /** Keeps the roots from 0; it is added under them. Default: 1e-7. */
  readonly epsilon?: number;
}

const defaults: Required<AdadeltaOptions> = {
  ...optimizerDefaults,
  learningRate: 0.001,
  rho: 0.95,
  epsilon: 1e-7,
  name: "adadelta",
};

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
export class Adadelta extends Optimizer<Required<AdadeltaOptions>> {
  /**
   * @param options Default: a learning rate of 0.001 and rho 0.95.
   * @throws RangeError if an option is out of its range, or not one.
   */
  constructor(options: AdadeltaOptions = {}) {
    const resolved = resolveOptions(options, defaults);
    checkDecayRate(resolved.name, "rho", resolved.rho);
    checkNotNegative(resolved.name, "epsilon", resolved.epsilon);
    super(resolved);
  }

  protected override slotGroups(): readonly (readonly SlotDescription[])[] {
    return [[{ name: "accumulatedGradient" }, { name: "accumulatedStep" }]];
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
    const accumulatedGradient = average(slots.accumulatedGradient, gradient);
    const step = div(mul(root(slots.accumulatedStep), gradient), root(accumulatedGradient));
    return {
      value: sub(value, mul(learningRate, step)),
      slots: { accumulatedGradient, accumulatedStep: average(slots.accumulatedStep, step) },
    };
  }
}
