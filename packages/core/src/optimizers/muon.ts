import { add, div, mul, sqrt, square, sub } from "../ops/arithmetic.ts";
import { matmul } from "../ops/contractions.ts";
import { norm } from "../ops/norms.ts";
import { transpose } from "../ops/shapes.ts";
import type { Tensor } from "../tensor.ts";
import type { Variable } from "../variable.ts";
import { biasCorrection } from "./bias-correction.ts";
import { type OptionsWith, optimizerOptions } from "./optimizer-options.ts";
import {
  decayRate,
  finiteNumber,
  flag,
  fraction,
  integerFrom,
  listOf,
  notNegative,
  option,
  orNull,
  pattern,
} from "./option.ts";
import { PerVariableOptimizer } from "./per-variable-optimizer.ts";
import type { NamedTensors, SlotDescription } from "./slots.ts";
import type { ScalarInputs, UpdateInputs, UpdateResult } from "./update.ts";

const options = {
  /** Of Adam's steps: the decay rate of the average of gradients, at least 0 and below 1. Default: 0.9. */
  adamBeta1: option(decayRate, 0.9),
  /** Of Adam's steps: the decay rate of the average of squared gradients, at least 0 and below 1. Default: 0.999. */
  adamBeta2: option(decayRate, 0.999),
  /** The weight decay of Variables that take Adam's steps; null for none. Default: 0.004. */
  adamWeightDecay: option(orNull(notNegative), 0.004),
  /** Of Adam's steps: keeps the divisor from 0. Default: 1e-7. */
  epsilon: option(notNegative, 1e-7),
  /** The weight decay of Variables that take Muon's steps; null for none. Default: 0.004. */
  weightDecay: option(orNull(notNegative), 0.004),
  /** Variables in whose names one of these regular expressions is found take Adam's steps. Default: none. */
  excludeLayers: option(listOf("regular expressions", pattern), []),
  /** Whether Variables with "embedding" in their names take Adam's steps. Default: true. */
  excludeEmbeddings: option(flag, true),
  /** The coefficient of X in the iteration. Default: 3.4445. */
  muonA: option(finiteNumber, 3.4445),
  /** The coefficient of XXᵀX in the iteration. Default: −4.775. */
  muonB: option(finiteNumber, -4.775),
  /** The coefficient of (XXᵀ)²X in the iteration. Default: 2.0315. */
  muonC: option(finiteNumber, 2.0315),
  /** The learning rate of Adam's steps, in units of `learningRate`. Default: 1. */
  adamLrRatio: option(notNegative, 1),
  /** How much of the sum of gradients stays in each step, from 0 to 1. Default: 0.95. */
  momentum: option(fraction, 0.95),
  /** The number of iterations. Default: 5. */
  nsSteps: option(integerFrom(0), 5),
  /** Whether the gradient counts once more on top of the momentum (Nesterov). Default: true. */
  nesterov: option(flag, true),
  /** Steps are multiplied by it and the root of the longer side; null for steps as they are. Default: 0.2. */
  rmsRate: option(orNull(notNegative), 0.2),
};

/** The options of {@link Muon}. */
export interface MuonOptions extends Partial<OptionsWith<typeof options>> {}

/**
 * Muon, for matrices: the sum of gradients m ← μ·m + g is made nearly orthogonal by Newton and Schulz's iteration
 * X ← a·X + b·XXᵀX + c·(XXᵀ)²X, and w ← w − η·r·√max(rows, columns)·X (Jordan et al. 2024, "Muon: an optimizer for
 * hidden layers in neural networks"; the factor of Liu et al. 2025, "Muon is scalable for LLM training"; formulas and
 * defaults of Keras 3). All Variables but matrices, and those that are excluded, take the steps of AdamW; the kernel
 * of the output layer should be one of them.
 *
 * @example
 * ```ts
 * import { Muon, variable } from "@strata/core";
 *
 * const kernel = variable([[3, 0], [0, 1]]);
 * const optimizer = new Muon(0.1, { weightDecay: null });
 * for (let step = 0; step < 200; step++) optimizer.minimize(() => kernel.square().sum());
 * console.log(kernel.square().sum().item() < 0.1); // true
 * ```
 */
export class Muon extends PerVariableOptimizer<OptionsWith<typeof options>> {
  static override readonly options = { ...optimizerOptions("muon", 0.001), ...options };

  protected override slotGroups(owner: Variable): readonly (readonly SlotDescription[])[] {
    return [this.usesAdam(owner) ? [{ name: "momentum" }, { name: "velocity" }] : [{ name: "momentum" }]];
  }

  protected override weightDecayOf(decaying: Variable): number | null {
    return this.usesAdam(decaying) ? this.options.adamWeightDecay : this.options.weightDecay;
  }

  protected override scalars({ learningRate, step }: ScalarInputs): NamedTensors {
    const { adamBeta1, adamBeta2, adamLrRatio } = this.options;
    const rate = mul(learningRate, adamLrRatio);
    const alpha = div(mul(rate, sqrt(biasCorrection(adamBeta2, step))), biasCorrection(adamBeta1, step));
    return { learningRate, alpha };
  }

  protected override update(inputs: UpdateInputs): UpdateResult {
    return this.usesAdam(inputs.variable) ? this.adamStep(inputs) : this.muonStep(inputs);
  }

  private usesAdam({ rank, name }: Variable): boolean {
    const { excludeEmbeddings, excludeLayers } = this.options;
    if (rank !== 2 || (excludeEmbeddings && name.toLowerCase().includes("embedding"))) return true;
    return excludeLayers.some((pattern) => new RegExp(pattern).test(name));
  }

  private adamStep({ gradient, value, slots, scalars: { alpha } }: UpdateInputs): UpdateResult {
    const { adamBeta1, adamBeta2, epsilon } = this.options;
    const momentum = add(slots.momentum, mul(sub(gradient, slots.momentum), 1 - adamBeta1));
    const velocity = add(slots.velocity, mul(sub(square(gradient), slots.velocity), 1 - adamBeta2));
    return {
      value: sub(value, div(mul(momentum, alpha), add(sqrt(velocity), epsilon))),
      slots: { momentum, velocity },
    };
  }

  private muonStep({ gradient, value, slots, scalars: { learningRate } }: UpdateInputs): UpdateResult {
    const { momentum: kept, nesterov, rmsRate } = this.options;
    const momentum = add(mul(slots.momentum, kept), gradient);
    const direction = this.orthogonalized(nesterov ? add(gradient, mul(momentum, kept)) : momentum);
    const scale = rmsRate === null ? 1 : Math.sqrt(Math.max(...value.shape)) * rmsRate;
    return { value: sub(value, mul(mul(direction, learningRate), scale)), slots: { momentum } };
  }

  /** Nearly U·Vᵀ of the singular value decomposition U·S·Vᵀ of the matrix. */
  private orthogonalized(matrix: Tensor): Tensor {
    const { muonA, muonB, muonC, nsSteps } = this.options;
    const [rows, columns] = matrix.shape;
    let x = rows > columns ? transpose(matrix) : matrix;
    x = div(x, add(norm(x), 1e-7));
    for (let step = 0; step < nsSteps; step++) {
      const squared = matmul(x, transpose(x));
      const factor = add(mul(squared, muonB), mul(matmul(squared, squared), muonC));
      x = add(mul(x, muonA), matmul(factor, x));
    }
    return rows > columns ? transpose(x) : x;
  }
}
