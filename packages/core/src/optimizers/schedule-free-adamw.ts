import { add, cast, div, minimum, mul, sqrt, square, sub } from "../ops/arithmetic.ts";
import type { Tensor } from "../tensor.ts";
import { biasCorrection } from "./bias-correction.ts";
import { type OptionsWith, optimizerOptions } from "./optimizer-options.ts";
import { decayRate, notNegative, option, positiveFraction } from "./option.ts";
import { PerVariableOptimizer } from "./per-variable-optimizer.ts";
import type { NamedTensors, SlotDescription } from "./slots.ts";
import type { ScalarInputs, UpdateInputs, UpdateResult } from "./update.ts";

const options = {
  /** How near the weights in training are to their average, above 0 and at most 1. Default: 0.9. */
  beta1: option(positiveFraction, 0.9),
  /** The decay rate of the average of squared gradients, at least 0 and below 1. Default: 0.999. */
  beta2: option(decayRate, 0.999),
  /** Keeps the divisor from 0; it is added to the root. Default: 1e-8. */
  epsilon: option(notNegative, 1e-8),
  /** The learning rate rises to its value over so many steps. Default: 0. */
  warmupSteps: option(notNegative, 0),
};

/** The options of {@link ScheduleFreeAdamW}. */
export interface ScheduleFreeAdamWOptions extends Partial<OptionsWith<typeof options>> {}

/**
 * Adam without a schedule: steps are taken by z, x is the average of all z, and the weights in training are
 * y = (1 − β₁)·z + β₁·x, with v ← v + (1 − β₂)(g² − v), z ← z − η·g/(√(v/(1 − β₂ᵗ)) + ε) and x ← x + (z − x)/t (Defazio
 * et al. 2024, "The road less scheduled"; formulas and defaults of Keras 3).
 *
 * The weights that predict best are x: call `swapToEval` before evaluating or saving, and `swapToTrain` before
 * training on.
 *
 * @example
 * ```ts
 * import { ScheduleFreeAdamW, variable } from "@strata/core";
 *
 * const x = variable(10);
 * const optimizer = new ScheduleFreeAdamW(0.5);
 * for (let step = 0; step < 300; step++) optimizer.minimize(() => x.sub(3).square());
 * optimizer.swapToEval();
 * console.log(Math.abs(x.item() - 3) < 0.5); // true
 * ```
 */
export class ScheduleFreeAdamW extends PerVariableOptimizer<OptionsWith<typeof options>> {
  static override readonly options = { ...optimizerOptions("schedule_free_adam_w", 0.0025), ...options };

  /** Puts the averages x in place of the weights y. */
  swapToEval(): void {
    this.swap((y, z) => averageOf(y, z, this.options.beta1));
  }

  /** Puts the weights y back in place of the averages x. */
  swapToTrain(): void {
    this.swap((x, z) => between(x, z, this.options.beta1));
  }

  protected override slotGroups(): readonly (readonly SlotDescription[])[] {
    return [[{ name: "momentum", initial: "value" }, { name: "velocity" }]];
  }

  protected override scalars({ learningRate, step }: ScalarInputs): NamedTensors {
    const { beta2, warmupSteps } = this.options;
    return {
      rate: warmupSteps > 0 ? mul(learningRate, minimum(div(step, warmupSteps), 1)) : learningRate,
      ofVelocity: biasCorrection(beta2, step),
      share: div(1, step),
    };
  }

  protected override update({ gradient, value, slots, scalars }: UpdateInputs): UpdateResult {
    const { beta1, beta2, epsilon } = this.options;
    const velocity = add(slots.velocity, mul(sub(square(gradient), slots.velocity), 1 - beta2));
    const root = sqrt(div(velocity, scalars.ofVelocity));
    const momentum = sub(slots.momentum, div(mul(gradient, scalars.rate), add(root, epsilon)));
    const before = averageOf(value, slots.momentum, beta1);
    const average = add(mul(before, sub(1, scalars.share)), mul(momentum, scalars.share));
    return { value: between(average, momentum, beta1), slots: { momentum, velocity } };
  }

  private swap(replaced: (weights: Tensor, momentum: Tensor) => Tensor): void {
    for (const owner of this.changed) {
      const momentum = this.slotOf(owner, "momentum");
      if (!momentum) continue;
      owner.assign(cast(replaced(cast(owner, momentum.dtype), momentum.value), owner.dtype));
    }
  }
}

/** x, of which y = (1 − β)·z + β·x was made. */
function averageOf(y: Tensor, z: Tensor, beta: number): Tensor {
  return div(sub(y, mul(z, 1 - beta)), beta);
}

/** y = (1 − β)·z + β·x. */
function between(x: Tensor, z: Tensor, beta: number): Tensor {
  return add(mul(z, 1 - beta), mul(x, beta));
}
