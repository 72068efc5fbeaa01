import { add, div, maximum, mul, sqrt, square, sub } from "../ops/arithmetic.ts";
import { biasCorrection } from "./bias-correction.ts";
import { Optimizer } from "./optimizer.ts";
import {
  checkDecayRate,
  checkNotNegative,
  checkOption,
  type OptimizerOptions,
  optimizerDefaults,
  resolveOptions,
} from "./options.ts";
import type { NamedTensors, SlotDescription } from "./slots.ts";
import type { ScalarInputs, UpdateInputs, UpdateResult } from "./update.ts";

/** The options of {@link Adam}. */
export interface AdamOptions extends OptimizerOptions {
  /** The decay rate of the average of gradients, at least 0 and below 1. Default: 0.9. */
  readonly beta1?: number;
  /** The decay rate of the average of squared gradients, at least 0 and below 1. Default: 0.999. */
  readonly beta2?: number;
  /** Keeps the divisor from 0; it is added to the root, outside of the bias correction. Default: 1e-7. */
  readonly epsilon?: number;
  /** Whether to divide by the largest average so far (AMSGrad). Default: false. */
  readonly amsgrad?: boolean;
}

const defaults: Required<AdamOptions> = {
  ...optimizerDefaults,
  learningRate: 0.001,
  beta1: 0.9,
  beta2: 0.999,
  epsilon: 1e-7,
  amsgrad: false,
  name: "adam",
};

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
export class Adam extends Optimizer<Required<AdamOptions>> {
  /**
   * @param options Default: a learning rate of 0.001, beta1 0.9, beta2 0.999, epsilon 1e-7.
   * @throws RangeError if an option is out of its range, or not one.
   */
  constructor(options: AdamOptions = {}) {
    const resolved = resolveOptions(options, defaults);
    const { name, beta1, beta2, epsilon } = resolved;
    checkDecayRate(name, "beta1", beta1);
    checkDecayRate(name, "beta2", beta2);
    checkNotNegative(name, "epsilon", epsilon);
    super(resolved);
  }

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

/** The options of {@link AdamW}. */
export interface AdamWOptions extends AdamOptions {
  /** Takes w·weightDecay·learningRate from each weight w before the step. Default: 0.004. */
  readonly weightDecay?: number;
}

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
 * const optimizer = new AdamW({ learningRate: 0.01, weightDecay: 0.1 });
 * optimizer.excludeFromWeightDecay({ names: ["bias"] });
 * optimizer.applyGradients([[0, 0], [0, 0]], [kernel, bias]);
 * console.log(kernel.arraySync()); // [0.999, 1.998]
 * ```
 */
export class AdamW extends Adam {
  /**
   * @param options Default: a weight decay of 0.004, the rest as Adam's.
   * @throws RangeError if an option is out of its range, or not one.
   */
  constructor(options: AdamWOptions = {}) {
    const resolved = resolveOptions<Required<AdamOptions>>(options, {
      ...defaults,
      weightDecay: 0.004,
      name: "adamw",
    });
    checkOption(
      resolved.name,
      "weightDecay",
      resolved.weightDecay,
      "a number of at least 0",
      (each) => each >= 0,
    );
    super(resolved);
  }
}
