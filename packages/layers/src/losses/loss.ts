import {
  broadcastTo,
  cast,
  divNoNan,
  mul,
  type Shape,
  sum,
  type Tensor,
  type TensorLike,
} from "@strata/core";
import { describeValue } from "@strata/core/internal";
import { classNameOf, listNames, toSnakeCase } from "../utilities/names.ts";
import { alignSampleWeight } from "../utilities/ranks.ts";
import { type SymbolicShape, sizeOf } from "../utilities/shapes.ts";
import { toFloatTensor, toTensor } from "../utilities/tensors.ts";

const reductions: readonly Exclude<Reduction, null>[] = [
  "sumOverBatchSize",
  "mean",
  "sum",
  "meanWithSampleWeight",
  "none",
  "sum_over_batch_size",
  "mean_with_sample_weight",
];

/**
 * What becomes of the values of the samples: `"sumOverBatchSize"` and `"mean"` divide their sum by their number,
 * `"meanWithSampleWeight"` by the sum of the weights, `"sum"` by nothing; `"none"` and null leave them as they are.
 */
export type Reduction =
  | "sumOverBatchSize"
  | "mean"
  | "sum"
  | "meanWithSampleWeight"
  | "none"
  | "sum_over_batch_size"
  | "mean_with_sample_weight"
  | null;

/** What every loss takes. */
export interface LossOptions {
  /** The name. Default: the class's in snake_case. */
  readonly name?: string;
  /** What becomes of the values of the samples. Default: `"sumOverBatchSize"`. */
  readonly reduction?: Reduction;
}

/** The names of the options that every loss takes. */
export const lossOptionNames = ["name", "reduction"] as const;

/** Targets at hand: what a loss can check before training begins. */
export interface Targets {
  /** Their values, row-major. */
  readonly values: ArrayLike<number>;
  /** Their shape, with the number of samples first. */
  readonly shape: Shape;
}

/**
 * What training makes small: a number that says how far predictions are from targets. Subclasses implement `call`.
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
export abstract class Loss {
  /** The name. */
  readonly name: string;
  /** What becomes of the values of the samples. */
  readonly reduction: Reduction;

  /**
   * @param options Name and reduction.
   * @throws RangeError for an unknown reduction.
   */
  constructor(options: LossOptions = {}) {
    const className = classNameOf(this);
    const { name = toSnakeCase(className), reduction = "sumOverBatchSize" } = options;
    if (reduction !== null && !reductions.includes(reduction)) {
      throw new RangeError(
        `${className}: the reduction is ${describeValue(reduction)}; accepted are ${listNames(reductions)}`,
      );
    }
    this.name = name;
    this.reduction = reduction;
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
   * @param yPred Predictions.
   * @param sampleWeight Factors of the samples' losses, [batch] or of the shape of what `call` gives.
   * @returns A scalar, or the values of the samples if the reduction is `"none"`.
   */
  apply(yTrue: TensorLike, yPred: TensorLike, sampleWeight?: TensorLike): Tensor {
    const prediction = toFloatTensor(yPred);
    const targets = cast(toTensor(yTrue), prediction.dtype);
    const values = this.call(targets, prediction);
    return this.reduce(values, sampleWeight, this.mask(targets, prediction));
  }

  /**
   * Throws if the loss cannot be computed of the targets; called before training changes anything.
   *
   * @param _operation Who asks, for the message.
   * @param _targets All targets.
   * @param _outputShape The shape of the model's output, with null for the batch dimension.
   */
  checkTargets(_operation: string, _targets: Targets, _outputShape: SymbolicShape): void {}

  /** The options that make an equal loss. */
  getConfig(): LossOptions {
    return { name: this.name, reduction: this.reduction };
  }

  /** Which of the values count, as 0 and 1; null if all do. */
  protected mask(_yTrue: Tensor, _yPred: Tensor): Tensor | null {
    return null;
  }

  private reduce(values: Tensor, sampleWeight: TensorLike | undefined, mask: Tensor | null): Tensor {
    const { reduction } = this;
    const weight =
      sampleWeight === undefined
        ? null
        : alignSampleWeight(cast(toTensor(sampleWeight), values.dtype), values.shape);
    let factor = weight;
    if (mask !== null) factor = weight === null ? mask : mul(weight, mask);
    const weighted = factor === null ? values : mul(values, factor);
    if (reduction === null || reduction === "none" || weighted.rank === 0) return weighted;
    const total = sum(weighted);
    if (reduction === "sum") return total;
    const dividesByWeight = reduction === "meanWithSampleWeight" || reduction === "mean_with_sample_weight";
    if (dividesByWeight && factor !== null) return divNoNan(total, sum(broadcastTo(factor, weighted.shape)));
    if (mask !== null) return divNoNan(total, sum(mask));
    return divNoNan(total, sizeOf(weighted.shape));
  }
}
