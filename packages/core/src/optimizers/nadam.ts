import { add, div, mul, pow, sqrt, square, sub } from "../ops/arithmetic.ts";
import type { Tensor } from "../tensor.ts";
import { biasCorrection } from "./bias-correction.ts";
import { type OptionsWith, optimizerOptions } from "./optimizer-options.ts";
import { decayRate, notNegative, option } from "./option.ts";
import { PerVariableOptimizer } from "./per-variable-optimizer.ts";
import type { NamedTensors, SlotDescription } from "./slots.ts";
import type { ScalarInputs, UpdateInputs, UpdateResult } from "./update.ts";

const options = {
  /** The decay rate of the average of gradients, at least 0 and below 1. Default: 0.9. */
  beta1: option(decayRate, 0.9),
  /** The decay rate of the average of squared gradients, at least 0 and below 1. Default: 0.999. */
  beta2: option(decayRate, 0.999),
  /** Keeps the divisor from 0; it is added to the root. Default: 1e-7. */
  epsilon: option(notNegative, 1e-7),
};

/** The options of {@link Nadam}. */
export interface NadamOptions extends Partial<OptionsWith<typeof options>> {}

/**
 * Nadam, Adam with Nesterov's momentum: with μₜ = β₁(1 − 0.96ᵗ/2), m and v as in Adam,
 * m̂ = μₜ₊₁·m/(1 − μ₁⋯μₜ₊₁) + (1 − μₜ)·g/(1 − μ₁⋯μₜ), v̂ = v/(1 − β₂ᵗ), w ← w − η·m̂/(√v̂ + ε) (Dozat 2016,
 * "Incorporating Nesterov momentum into Adam"; formulas and defaults of Keras 3).
 *
 * @example
 * ```ts
 * import { Nadam, variable } from "@strata/core";
 *
 * const x = variable(10);
 * const optimizer = new Nadam({ learningRate: 0.5 });
 * for (let step = 0; step < 100; step++) optimizer.minimize(() => x.sub(3).square());
 * console.log(Math.abs(x.item() - 3) < 0.2); // true
 * ```
 */
export class Nadam extends PerVariableOptimizer<OptionsWith<typeof options>> {
  static override readonly options = { ...optimizerOptions("nadam", 0.001), ...options };

  protected override slotGroups(): readonly (readonly SlotDescription[])[] {
    return [[{ name: "momentum" }, { name: "velocity" }]];
  }

  protected override sharedSlots(): readonly SlotDescription[] {
    return [{ name: "decayProduct", initial: 1 }];
  }

  protected override scalars({ learningRate, step, shared }: ScalarInputs): NamedTensors {
    const { beta1, beta2 } = this.options;
    const decayAt = (t: Tensor): Tensor => mul(beta1, sub(1, mul(0.5, pow(0.96, t))));
    const decay = decayAt(step);
    const nextDecay = decayAt(add(step, 1));
    const decayProduct = mul(shared.decayProduct, decay);
    return {
      learningRate,
      decayProduct,
      ofMomentum: div(nextDecay, sub(1, mul(decayProduct, nextDecay))),
      ofGradient: div(sub(1, decay), sub(1, decayProduct)),
      ofVelocity: biasCorrection(beta2, step),
    };
  }

  protected override update({ gradient, value, slots, scalars }: UpdateInputs): UpdateResult {
    const { beta1, beta2, epsilon } = this.options;
    const momentum = add(slots.momentum, mul(sub(gradient, slots.momentum), 1 - beta1));
    const velocity = add(slots.velocity, mul(sub(square(gradient), slots.velocity), 1 - beta2));
    const ahead = add(mul(scalars.ofMomentum, momentum), mul(scalars.ofGradient, gradient));
    const root = sqrt(div(velocity, scalars.ofVelocity));
    return {
      value: sub(value, div(mul(ahead, scalars.learningRate), add(root, epsilon))),
      slots: { momentum, velocity },
    };
  }
}
