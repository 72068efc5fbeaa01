import { add, div, greater, mul, sqrt, square, sub, where } from "../ops/arithmetic.ts";
import { sum } from "../ops/reductions.ts";
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

/** The options of {@link Lamb}. */
export interface LambOptions extends Partial<OptionsWith<typeof options>> {}

/**
 * LAMB, for large batches: the step u = m̂/(√v̂ + ε) of Adam, scaled to the weights, w ← w − η·(‖w‖/‖u‖)·u, where
 * the norms are of all elements of a Variable and the ratio is 1 if one of them is 0 (You et al. 2019, "Large batch
 * optimization for deep learning"; formulas and defaults of Keras 3).
 *
 * @example
 * ```ts
 * import { Lamb, variable } from "@strata/core";
 *
 * const x = variable([3, 4]);
 * new Lamb({ learningRate: 0.1 }).minimize(() => x.square().sum());
 * console.log(x.arraySync()); // [2.6464…, 3.6464…]
 * ```
 */
export class Lamb extends PerVariableOptimizer<OptionsWith<typeof options>> {
  static override readonly options = { ...optimizerOptions("lamb", 0.001), ...options };

  protected override slotGroups(): readonly (readonly SlotDescription[])[] {
    return [[{ name: "momentum" }, { name: "velocity" }]];
  }

  protected override scalars({ learningRate, step }: ScalarInputs): NamedTensors {
    const { beta1, beta2 } = this.options;
    return {
      learningRate,
      ofMomentum: biasCorrection(beta1, step),
      ofVelocity: biasCorrection(beta2, step),
    };
  }

  protected override update({ gradient, value, slots, scalars }: UpdateInputs): UpdateResult {
    const { beta1, beta2, epsilon } = this.options;
    const momentum = add(slots.momentum, mul(sub(gradient, slots.momentum), 1 - beta1));
    const velocity = add(slots.velocity, mul(sub(square(gradient), slots.velocity), 1 - beta2));
    const root = sqrt(div(velocity, scalars.ofVelocity));
    const step = div(div(momentum, scalars.ofMomentum), add(root, epsilon));
    const ratio = trustRatio(norm(value), norm(step));
    return {
      value: sub(value, mul(mul(ratio, scalars.learningRate), step)),
      slots: { momentum, velocity },
    };
  }
}

function norm(x: Tensor): Tensor {
  return sqrt(sum(square(x)));
}

function trustRatio(ofWeights: Tensor, ofStep: Tensor): Tensor {
  const ratio = where(greater(ofStep, 0), div(ofWeights, ofStep), 1);
  return where(greater(ofWeights, 0), ratio, 1);
}
