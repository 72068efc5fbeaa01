import { add, div, maximum, mul, sqrt, square, sub } from "../ops/arithmetic.ts";
import { biasCorrection } from "./bias-correction.ts";
import { type OptionsWith, optimizerOptions } from "./optimizer-options.ts";
import { decayRate, flag, notNegative, option, orNull } from "./option.ts";
import { PerVariableOptimizer } from "./per-variable-optimizer.ts";
import type { NamedTensors, SlotDescription } from "./slots.ts";
import type { ScalarInputs, UpdateInputs, UpdateResult } from "./update.ts";

const options = {
  /** The decay rate of the average of gradients, at least 0 and below 1. Default: 0.9. */
  beta1: option(decayRate, 0.9),
  /** The decay rate of the average of squared gradients, at least 0 and below 1. Default: 0.999. */
  beta2: option(decayRate, 0.999),
  /** Keeps the divisor from 0; it is added to the root, outside of the bias correction. Default: 1e-7. */
  epsilon: option(notNegative, 1e-7),
  /** Whether to divide by the largest average so far (AMSGrad). Default: false. */
  amsgrad: option(flag, false),
};

/** The options of {@link Adam}. */
export interface AdamOptions extends Partial<OptionsWith<typeof options>> {}

/**
 * Adam: m ← m + (1 − β₁)(g − m), v ← v + (1 − β₂)(g² − v), w ← w − η·√(1 − β₂ᵗ)/(1 − β₁ᵗ)·m/(√v + ε) (Kingma and Ba
 * 2014, "Adam: a method for stochastic optimization", in the form before section 2.1; formulas and defaults of
 * Keras 3). With `amsgrad`, √v is of the largest v so far (Reddi et al. 2018, "On the convergence of Adam and
 * beyond").
 *
 * @example
 * ```ts
 * import { Adam, variable } from "@strata/core";
 *
 * const x = variable(10);
 * const optimizer = new Adam({ learningRate: 0.5 });
 * for (let step = 0; step < 100; step++) optimizer.minimize(() => x.sub(3).square());
 * console.log(Math.abs(x.item() - 3) < 0.1); // true
 * ```
 */
export class Adam extends PerVariableOptimizer<OptionsWith<typeof options>> {
  static override readonly options = { ...optimizerOptions("adam", 0.001), ...options };

  protected override slotGroups(): readonly (readonly SlotDescription[])[] {
    const moments = [{ name: "momentum" }, { name: "velocity" }];
    return this.options.amsgrad ? [moments, [{ name: "velocityHat" }]] : [moments];
  }

  protected override scalars({ learningRate, step }: ScalarInputs): NamedTensors {
    const { beta1, beta2 } = this.options;
    const alpha = div(mul(learningRate, sqrt(biasCorrection(beta2, step))), biasCorrection(beta1, step));
    return { alpha };
  }

  protected override update({ gradient, value, slots, scalars: { alpha } }: UpdateInputs): UpdateResult {
    const { beta1, beta2, epsilon, amsgrad } = this.options;
    const momentum = add(slots.momentum, mul(sub(gradient, slots.momentum), 1 - beta1));
    const velocity = add(slots.velocity, mul(sub(square(gradient), slots.velocity), 1 - beta2));
    const velocityHat = amsgrad ? maximum(slots.velocityHat, velocity) : null;
    return {
      value: sub(value, div(mul(momentum, alpha), add(sqrt(velocityHat ?? velocity), epsilon))),
      slots: { momentum, velocity, ...(velocityHat && { velocityHat }) },
    };
  }
}

const optionsOfAdamW = {
  ...options,
  /** Takes w·weightDecay·learningRate from each weight w before the step; null for none. Default: 0.004. */
  weightDecay: option(orNull(notNegative), 0.004),
};

/** The options of {@link AdamW}. */
export interface AdamWOptions extends Partial<OptionsWith<typeof optionsOfAdamW>> {}

/**
 * {@link Adam} with weights that decay by themselves, not through the gradient: w ← w − w·weightDecay·η before each
 * step (Loshchilov and Hutter 2017, "Decoupled weight decay regularization"; formulas and defaults of Keras 3).
 *
 * @example
 * ```ts
 * import { AdamW, variable } from "@strata/core";
 *
 * const kernel = variable([1, 2], { name: "kernel" });
 * const bias = variable([0, 0], { name: "bias" });
 * const optimizer = new AdamW(0.01, { weightDecay: 0.1 });
 * optimizer.excludeFromWeightDecay({ names: ["bias"] });
 * optimizer.applyGradients([[0, 0], [0, 0]], [kernel, bias]);
 * console.log(kernel.arraySync()); // [0.999, 1.998]
 * ```
 */
export class AdamW extends Adam {
  static override readonly options = { ...optimizerOptions("adam_w", 0.001), ...optionsOfAdamW };
}
