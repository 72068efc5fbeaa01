import { add, div, maximum, minimum, mul, pow, rsqrt, sqrt, square, sub } from "../ops/arithmetic.ts";
import { mean } from "../ops/reductions.ts";
import { expandDims } from "../ops/shapes.ts";
import type { Shape } from "../shape.ts";
import type { Tensor } from "../tensor.ts";
import { type OptionsWith, optimizerOptions } from "./optimizer-options.ts";
import { flag, limit, negative, notNegative, option } from "./option.ts";
import { PerVariableOptimizer } from "./per-variable-optimizer.ts";
import type { NamedTensors, SlotDescription } from "./slots.ts";
import type { ScalarInputs, UpdateInputs, UpdateResult } from "./update.ts";

const options = {
  /** The exponent c of the decay rate 1 − tᶜ of the averages, below 0. Default: −0.8. */
  beta2Decay: option(negative, -0.8),
  /** Added to the squared gradients. Default: 1e-30. */
  epsilon1: option(notNegative, 1e-30),
  /** The least root mean square of the weights that steps are scaled to. Default: 1e-3. */
  epsilon2: option(notNegative, 1e-3),
  /** The largest root mean square of a step before it is scaled, above 0. Default: 1. */
  clipThreshold: option(limit, 1),
  /** Whether the learning rate is at most 1/√t in step t. Default: true. */
  relativeStep: option(flag, true),
};

/** The options of {@link Adafactor}. */
export interface AdafactorOptions extends Partial<OptionsWith<typeof options>> {}

/** For ranks that do not need a slot Keras has a scalar of int32 in its place. */
const dtype = (shape: Shape) => (isFactored(shape) ? null : "int32");
const slotDescriptions: readonly SlotDescription[] = [
  { name: "rowMean", shape: (shape) => (isFactored(shape) ? shape.slice(0, -1) : []), dtype },
  {
    name: "columnMean",
    shape: (shape) => (isFactored(shape) ? [...shape.slice(0, -2), ...shape.slice(-1)] : []),
    dtype,
  },
  { name: "velocity" },
];

/**
 * Adafactor: of the squared gradients of a matrix it averages the means r of the rows and c of the columns, and
 * v = r·c/mean(r). With η = min(learningRate, 1/√t) and u = g/√v,
 * w ← w − max(ε₂, rms(w))·η·u/max(1, rms(u)/clipThreshold) (Shazeer and Stern 2018, "Adafactor: adaptive learning
 * rates with sublinear memory cost"; formulas and defaults of Keras 3). Of tensors of a rank above 2 the last two
 * dimensions are the matrix; vectors keep v itself.
 *
 * As in Keras, v is kept beside r and c, so that its state can be exchanged; it differs in that `relativeStep: false`
 * has an effect.
 *
 * @example
 * ```ts
 * import { Adafactor, variable } from "@strata/core";
 *
 * const kernel = variable([[1, 2, 3], [4, 5, 6]]);
 * const optimizer = new Adafactor({ learningRate: 0.5 });
 * optimizer.minimize(() => kernel.square().sum());
 * console.log(optimizer.variables.map((each) => each.shape)); // [[], [], [2], [3], [2, 3]]
 * ```
 */
export class Adafactor extends PerVariableOptimizer<OptionsWith<typeof options>> {
  static override readonly options = { ...optimizerOptions("adafactor", 0.001), ...options };

  protected override slotGroups(): readonly (readonly SlotDescription[])[] {
    return [slotDescriptions];
  }

  protected override scalars({ learningRate, step }: ScalarInputs): NamedTensors {
    const { beta2Decay, relativeStep } = this.options;
    return {
      learningRate: relativeStep ? minimum(learningRate, rsqrt(step)) : learningRate,
      // 1 − beta2: how much the new squares count.
      share: pow(step, beta2Decay),
    };
  }

  protected override update({
    gradient,
    value,
    slots,
    scalars: { learningRate, share },
  }: UpdateInputs): UpdateResult {
    const { epsilon1, epsilon2, clipThreshold } = this.options;
    const squares = add(square(gradient), epsilon1);
    const average = (before: Tensor, now: Tensor): Tensor => add(mul(sub(1, share), before), mul(share, now));
    const means = isFactored(value.shape) && {
      rowMean: average(slots.rowMean, mean(squares, -1)),
      columnMean: average(slots.columnMean, mean(squares, -2)),
    };
    const velocity = means ? outerProduct(means) : average(slots.velocity, squares);
    const step = div(gradient, sqrt(velocity));
    const clipped = div(step, maximum(1, div(rootMeanSquare(step), clipThreshold)));
    const scale = mul(maximum(epsilon2, rootMeanSquare(value)), learningRate);
    return { value: sub(value, mul(scale, clipped)), slots: { ...means, velocity } };
  }
}

function isFactored(shape: Shape): boolean {
  return shape.length >= 2;
}

/** r·c/mean(r), of the shape that r and c are means of. */
function outerProduct({ rowMean, columnMean }: { rowMean: Tensor; columnMean: Tensor }): Tensor {
  return mul(expandDims(div(rowMean, mean(rowMean, -1, true)), -1), expandDims(columnMean, -2));
}

function rootMeanSquare(x: Tensor): Tensor {
  return sqrt(mean(square(x)));
}
