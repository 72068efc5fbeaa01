import { add, mul, sign, sub } from "../ops/arithmetic.ts";
import { Optimizer } from "./optimizer.ts";
import {
  checkDecayRate,
  checkOption,
  type OptimizerOptions,
  optimizerDefaults,
  resolveOptions,
} from "./options.ts";
import type { SlotDescription } from "./slots.ts";
import type { UpdateInputs, UpdateResult } from "./update.ts";

/** The options of {@link Lion}. */
export interface LionOptions extends OptimizerOptions {
  /** How much the average counts against the gradient in the step, above 0 and at most 1. Default: 0.9. */
  readonly beta1?: number;
  /** The decay rate of the average of gradients, at least 0 and below 1. Default: 0.99. */
  readonly beta2?: number;
}

const defaults: Required<LionOptions> = {
  ...optimizerDefaults,
  learningRate: 0.001,
  beta1: 0.9,
  beta2: 0.99,
  name: "lion",
};

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
export class Lion extends Optimizer<Required<LionOptions>> {
  /**
   * @param options Default: a learning rate of 0.001, beta1 0.9, beta2 0.99.
   * @throws RangeError if an option is out of its range, or not one.
   */
  constructor(options: LionOptions = {}) {
    const resolved = resolveOptions(options, defaults);
    const { name, beta1, beta2 } = resolved;
    checkOption(name, "beta1", beta1, "above 0 and at most 1", (each) => each > 0 && each <= 1);
    checkDecayRate(name, "beta2", beta2);
    super(resolved);
  }

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
