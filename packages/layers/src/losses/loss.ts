import { cast, type DType, div, divNoNan, mul, type Shape, sum, Tensor, type TensorLike } from "@strata/core";
import { sizeOf } from "@strata/core/internal";
import { maskOf } from "../layer/masks.ts";
import { Configurable } from "../schema/configurable.ts";
import type { Given, OptionTable } from "../schema/option.ts";
import { choice, dtype, text } from "../schema/vocabulary.ts";
import { classNameOf, type SnakeCase, toSnakeCase } from "../utilities/names.ts";
import { alignSampleWeight, matchRanks } from "../utilities/ranks.ts";
import type { SymbolicShape } from "../utilities/shapes.ts";
import { toFloatTensor, toTensor } from "../utilities/tensors.ts";
import type { Targets } from "./targets.ts";

const reductions = ["sumOverBatchSize", "mean", "sum", "meanWithSampleWeight", "none"] as const;

/**
 * The reduction of the samples' values to a number: `"sumOverBatchSize"` and `"mean"` divide their sum by their number,
 * `"meanWithSampleWeight"` by the sum of the weights, `"sum"` by nothing; `"none"` and null leave them as they are.
 */
export type Reduction = (typeof reductions)[number] | SnakeCase<(typeof reductions)[number]> | null;

/** The options that every loss takes. */
export const lossOptions = {
  /** The reduction of the samples' values to a number. */
  reduction: choice(reductions)("sumOverBatchSize").nullable(),
  /** The name. Null: that of the class in snake_case. */
  name: text().orNull().kept(),
  /** The dtype of what is compared and of the result. Null: float64 for predictions of float64, else float32. */
  dtype: dtype().orNull().omitted("always"),
};

/** The options that every loss takes. */
export interface LossOptions extends Given<typeof lossOptions> {}

/**
 * The quantity that training minimizes: a number that says how far predictions are from targets. Subclasses implement `call`.
 *
 * A mask that the predictions carry, or the values, leaves out what does not count: means divide by the number of what is
 * left.
 *
 * @example
 * ```ts
 * import { abs, sub, type Tensor } from "@strata/core";
 * import { losses } from "@strata/layers";
 *
 * class MeanError extends losses.Loss {
 *   override call(yTrue: Tensor, yPred: Tensor): Tensor {
 *     return abs(sub(yTrue, yPred)).mean(-1);
 *   }
 * }
 *
 * console.log(new MeanError().apply([[1, 2]], [[2, 4]]).item()); // 1.5
 * ```
 */
export abstract class Loss extends Configurable {
  static override readonly options: OptionTable = lossOptions;
  static override readonly kerasModule: string | null = "keras.losses";
  /** The name of objects that are given none; empty for that of the class in snake_case. */
  static readonly defaultName: string = "";

  /** The name. */
  readonly name: string;
  /** The reduction of the samples' values to a number. */
  declare readonly reduction: (typeof reductions)[number] | null;
  /** The dtype of what is compared and of the result; null for that of the predictions, float32 at least. */
  declare readonly dtype: DType | null;

  /**
   * @param options Reduction, name, dtype, and the options of the class.
   * @throws RangeError for values that are not accepted.
   */
  constructor(options: object = {}) {
    super(options);
    const { name } = this.valuesOf(lossOptions);
    this.name = name ?? (new.target.defaultName || toSnakeCase(classNameOf(this)));
  }

  /**
   * The loss of each sample, or of each place within one: the last axis is averaged or summed over.
   *
   * @param yTrue Targets, of the dtype of the predictions.
   * @param yPred Predictions.
   */
  abstract call(yTrue: Tensor, yPred: Tensor): Tensor;

  /**
   * The loss of a batch, reduced.
   *
   * @param yTrue Targets.
   * @param yPred Predictions. What a mask that they carry leaves out does not count.
   * @param sampleWeight Factors of the samples' losses, [batch] or of the shape of what `call` gives.
   * @returns A scalar, or the values of the samples if the reduction is `"none"`.
   */
  apply(yTrue: TensorLike, yPred: TensorLike, sampleWeight?: TensorLike | null): Tensor {
    const prediction = this.dtype === null ? toFloatTensor(yPred) : cast(yPred, this.dtype);
    const computed = this.call(cast(toTensor(yTrue), prediction.dtype), prediction);
    const values = cast(computed, prediction.dtype);
    const masks = [yPred instanceof Tensor ? maskOf(yPred) : null, maskOf(computed)];
    const found = masks.flatMap((mask) => (mask === null ? [] : [cast(mask, values.dtype)]));
    const mask = found.length === 0 ? null : found.reduce((left, right) => mul(left, right));
    const weight = sampleWeight == null ? null : cast(toTensor(sampleWeight), values.dtype);
    return this.reduce(values, this.maskedWeight(weight, mask, values.shape));
  }

  /**
   * Throws if the loss cannot be computed of the targets; called before training changes anything.
   *
   * @param _operation Who asks, for the message.
   * @param _targets All targets.
   * @param _outputShape The shape of the model's output, with null for the batch dimension.
   */
  checkTargets(_operation: string, _targets: Targets, _outputShape: SymbolicShape): void {}

  /** Factors of the values. A mean is divided by the number of all of them, so what the mask leaves counts the more. */
  private maskedWeight(weight: Tensor | null, mask: Tensor | null, shape: Shape): Tensor | null {
    if (mask === null) return weight;
    const isMean = this.reduction === "mean" || this.reduction === "sumOverBatchSize";
    const factor = isMean ? mul(mask, divNoNan(sizeOf(mask.shape), sum(mask))) : mask;
    if (weight === null) return factor;
    const [left, right] = matchRanks(factor, weight);
    return mul(left, alignSampleWeight(right, left.rank === 0 ? shape : left.shape));
  }

  private reduce(values: Tensor, weight: Tensor | null): Tensor {
    const { reduction } = this;
    const weighted = weight === null ? values : weightedValues(values, weight);
    if (reduction === null || reduction === "none" || weighted.rank === 0) return weighted;
    const total = sum(weighted);
    if (reduction === "sum") return total;
    if (reduction === "meanWithSampleWeight" && weight !== null) return divNoNan(total, sum(weight));
    return div(total, Math.max(sizeOf(weighted.shape), 1));
  }
}

function weightedValues(values: Tensor, weight: Tensor): Tensor {
  const [aligned, factor] = matchRanks(values, weight);
  return mul(aligned, alignSampleWeight(factor, aligned.shape));
}
