import { argMax, cast, equal, greater, type Tensor, type TensorLike } from "@strata/core";
import { describeValue } from "@strata/core/internal";
import { sparseLabels } from "../losses/functions.ts";
import { checkOptionNames } from "../utilities/options.ts";
import { matchRanks } from "../utilities/ranks.ts";
import { toFloatTensor, toTensor } from "../utilities/tensors.ts";
import { MeanMetricWrapper } from "./mean.ts";
import type { MetricOptions } from "./metric.ts";

/**
 * 1 where targets and predictions are equal, else 0: [...] → [...].
 *
 * @param yTrue Targets.
 * @param yPred Predictions.
 */
export function accuracy(yTrue: TensorLike, yPred: TensorLike): Tensor {
  const [targets, prediction] = comparable(yTrue, yPred);
  return cast(equal(targets, prediction), "float32");
}

/**
 * 1 where a prediction is on the side of the threshold that its target says, else 0: [...] → [...].
 *
 * @param yTrue Targets, 0 or 1.
 * @param yPred Predictions.
 * @param threshold Predictions above it mean 1. Default: 0.5.
 */
export function binaryAccuracy(yTrue: TensorLike, yPred: TensorLike, threshold = 0.5): Tensor {
  const [targets, prediction] = comparable(yTrue, yPred);
  return cast(equal(targets, cast(greater(prediction, threshold), prediction.dtype)), "float32");
}

/**
 * 1 where the largest prediction is at the place of the largest target, else 0: [..., K] → [...].
 *
 * @param yTrue Targets, one-hot vectors most often.
 * @param yPred Predictions.
 */
export function categoricalAccuracy(yTrue: TensorLike, yPred: TensorLike): Tensor {
  return cast(equal(argMax(toTensor(yTrue), -1), argMax(toTensor(yPred), -1)), "float32");
}

/**
 * 1 where the largest prediction is at the place that the label says, else 0: [...] and [..., K] → [...].
 *
 * @param yTrue Labels, of the shape of the predictions without the last axis, or with it of size 1.
 * @param yPred Predictions.
 * @throws ShapeError if the shapes do not fit.
 */
export function sparseCategoricalAccuracy(yTrue: TensorLike, yPred: TensorLike): Tensor {
  const prediction = toTensor(yPred);
  const labels = sparseLabels(cast(toTensor(yTrue), "int32"), prediction);
  return cast(equal(labels, argMax(prediction, -1)), "float32");
}

function comparable(yTrue: TensorLike, yPred: TensorLike): [Tensor, Tensor] {
  const prediction = toFloatTensor(yPred);
  return matchRanks(cast(toTensor(yTrue), prediction.dtype), prediction);
}

/**
 * How often predictions equal targets.
 *
 * @example
 * ```ts
 * import { metrics } from "@strata/layers";
 *
 * const metric = new metrics.Accuracy();
 * metric.updateState([1, 2, 3, 4], [0, 2, 3, 4]);
 * console.log(metric.result().item()); // 0.75
 * ```
 */
export class Accuracy extends MeanMetricWrapper {
  /** The name of the class, which minifiers leave alone. */
  static override readonly className: string = "Accuracy";

  /** @param options The name. Default: `"accuracy"`. */
  constructor(options: MetricOptions = {}) {
    checkOptionNames("Accuracy", options, ["name"]);
    super(accuracy, { name: "accuracy", ...options });
  }
}

/** Options of {@link BinaryAccuracy}. */
export interface BinaryAccuracyOptions extends MetricOptions {
  /** Predictions above it mean 1; above 0 and below 1. Default: 0.5. */
  readonly threshold?: number;
}

/**
 * How often predictions are on the side of a threshold that the targets, 0 or 1, say.
 *
 * @example
 * ```ts
 * import { metrics } from "@strata/layers";
 *
 * const metric = new metrics.BinaryAccuracy();
 * metric.updateState([[1], [1], [0], [0]], [[0.98], [1], [0], [0.6]]);
 * console.log(metric.result().item()); // 0.75
 * ```
 */
export class BinaryAccuracy extends MeanMetricWrapper {
  /** The name of the class, which minifiers leave alone. */
  static override readonly className: string = "BinaryAccuracy";
  /** Predictions above it mean 1. */
  readonly threshold: number;

  /**
   * @param options Name (default: `"binary_accuracy"`) and threshold.
   * @throws RangeError for a threshold that is not above 0 and below 1.
   */
  constructor(options: BinaryAccuracyOptions = {}) {
    checkOptionNames("BinaryAccuracy", options, ["name", "threshold"]);
    const { threshold = 0.5, name = "binary_accuracy" } = options;
    if (!(threshold > 0 && threshold < 1)) {
      throw new RangeError(
        `BinaryAccuracy: threshold is ${describeValue(threshold)}; it must be above 0 and below 1`,
      );
    }
    super((yTrue, yPred) => binaryAccuracy(yTrue, yPred, threshold), { name });
    this.threshold = threshold;
  }

  override getConfig(): BinaryAccuracyOptions {
    return { ...super.getConfig(), threshold: this.threshold };
  }
}

/**
 * How often the largest prediction is at the place of the largest target: for one-hot targets.
 *
 * @example
 * ```ts
 * import { metrics } from "@strata/layers";
 *
 * const metric = new metrics.CategoricalAccuracy();
 * metric.updateState([[0, 0, 1], [0, 1, 0]], [[0.1, 0.9, 0.8], [0.05, 0.95, 0]]);
 * console.log(metric.result().item()); // 0.5
 * ```
 */
export class CategoricalAccuracy extends MeanMetricWrapper {
  /** The name of the class, which minifiers leave alone. */
  static override readonly className: string = "CategoricalAccuracy";

  /** @param options The name. Default: `"categorical_accuracy"`. */
  constructor(options: MetricOptions = {}) {
    checkOptionNames("CategoricalAccuracy", options, ["name"]);
    super(categoricalAccuracy, { name: "categorical_accuracy", ...options });
  }
}

/**
 * How often the largest prediction is at the place that the label says: for integer labels.
 *
 * @example
 * ```ts
 * import { metrics } from "@strata/layers";
 *
 * const metric = new metrics.SparseCategoricalAccuracy();
 * metric.updateState([2, 1], [[0.1, 0.6, 0.3], [0.05, 0.95, 0]]);
 * console.log(metric.result().item()); // 0.5
 * ```
 */
export class SparseCategoricalAccuracy extends MeanMetricWrapper {
  /** The name of the class, which minifiers leave alone. */
  static override readonly className: string = "SparseCategoricalAccuracy";

  /** @param options The name. Default: `"sparse_categorical_accuracy"`. */
  constructor(options: MetricOptions = {}) {
    checkOptionNames("SparseCategoricalAccuracy", options, ["name"]);
    super(sparseCategoricalAccuracy, { name: "sparse_categorical_accuracy", ...options });
  }
}
