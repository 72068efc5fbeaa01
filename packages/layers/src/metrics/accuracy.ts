import {
  any,
  argMax,
  cast,
  equal,
  expandDims,
  greater,
  less,
  lessEqual,
  logicalNot,
  slice,
  sum,
  type Tensor,
  type TensorLike,
  takeAlongAxis,
} from "@strata/core";
import { classLabels } from "../losses/sparse-categorical-crossentropy.ts";
import { readOptionTable } from "../schema/configurable.ts";
import type { Given } from "../schema/option.ts";
import { boolean, numberWhere, positiveInteger } from "../schema/vocabulary.ts";
import { comparable } from "../utilities/ranks.ts";
import { toTensor } from "../utilities/tensors.ts";
import { defineMetric } from "./define-metric.ts";

/**
 * 1 where targets and predictions are equal, else 0: [...] → [...].
 *
 * @param yTrue Targets.
 * @param yPred Predictions.
 *
 * @example
 * ```ts
 * import { metrics } from "@strata/layers";
 *
 * console.log(metrics.accuracy([[1], [2]], [[1], [3]]).arraySync()); // [[1], [0]]
 * ```
 */
export function accuracy(yTrue: TensorLike, yPred: TensorLike): Tensor {
  const [targets, prediction] = comparable(yTrue, yPred);
  return cast(equal(targets, prediction), "float32");
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
export class Accuracy extends defineMetric(accuracy, { direction: "up" }) {
  static override readonly className: string = "Accuracy";
}

const thresholdOptions = {
  /** Predictions above it mean 1. */
  threshold: numberWhere("a number above 0 and below 1", (value) => value > 0 && value < 1)(0.5),
};

/** Options of {@link binaryAccuracy}. */
export interface BinaryAccuracyOptions extends Given<typeof thresholdOptions> {}

/**
 * 1 where a prediction is on the side of the threshold that its target says, else 0: [...] → [...].
 *
 * @param yTrue Targets, 0 or 1.
 * @param yPred Predictions.
 * @param options The threshold.
 *
 * @example
 * ```ts
 * import { metrics } from "@strata/layers";
 *
 * console.log(metrics.binaryAccuracy([[1], [0]], [[0.9], [0.7]]).arraySync()); // [[1], [0]]
 * ```
 */
export function binaryAccuracy(
  yTrue: TensorLike,
  yPred: TensorLike,
  options: BinaryAccuracyOptions = {},
): Tensor {
  const { threshold } = readOptionTable("binaryAccuracy", thresholdOptions, options);
  const [targets, prediction] = comparable(yTrue, yPred);
  return cast(equal(targets, cast(greater(prediction, threshold), prediction.dtype)), "float32");
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
export class BinaryAccuracy extends defineMetric(binaryAccuracy, {
  options: thresholdOptions,
  direction: "up",
}) {
  static override readonly className: string = "BinaryAccuracy";
}

/**
 * 1 where the largest prediction is at the place of the largest target, else 0: [..., K] → [...].
 *
 * @param yTrue Targets, one-hot vectors most often.
 * @param yPred Predictions.
 *
 * @example
 * ```ts
 * import { metrics } from "@strata/layers";
 *
 * console.log(metrics.categoricalAccuracy([[0, 1], [1, 0]], [[0.2, 0.8], [0.4, 0.6]]).arraySync()); // [1, 0]
 * ```
 */
export function categoricalAccuracy(yTrue: TensorLike, yPred: TensorLike): Tensor {
  return cast(equal(argMax(toTensor(yTrue), -1), argMax(toTensor(yPred), -1)), "float32");
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
export class CategoricalAccuracy extends defineMetric(categoricalAccuracy, { direction: "up" }) {
  static override readonly className: string = "CategoricalAccuracy";
}

/**
 * 1 where the largest prediction is at the place that the label says, else 0: [...] and [..., K] → [...].
 *
 * @param yTrue Labels, of the shape of the predictions without the last axis, or with it of size 1.
 * @param yPred Predictions.
 * @throws ShapeError if the shapes do not fit.
 *
 * @example
 * ```ts
 * import { metrics } from "@strata/layers";
 *
 * console.log(metrics.sparseCategoricalAccuracy([1, 0], [[0.2, 0.8], [0.4, 0.6]]).arraySync()); // [1, 0]
 * ```
 */
export function sparseCategoricalAccuracy(yTrue: TensorLike, yPred: TensorLike): Tensor {
  const prediction = toTensor(yPred);
  const labels = classLabels(cast(toTensor(yTrue), "int32"), prediction);
  return cast(equal(labels, argMax(prediction, -1)), "float32");
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
export class SparseCategoricalAccuracy extends defineMetric(sparseCategoricalAccuracy, { direction: "up" }) {
  static override readonly className: string = "SparseCategoricalAccuracy";
}

const topKOptions = {
  /** How many of the largest predictions count. */
  k: positiveInteger(5),
};

/** Options of {@link topKCategoricalAccuracy}. */
export interface TopKCategoricalAccuracyOptions extends Given<typeof topKOptions> {}

/**
 * 1 where the place of the largest target is among those of the k largest predictions, else 0: [..., K] → [...]. Predictions that
 * equal the k-th largest count as among them.
 *
 * @param yTrue Targets, one-hot vectors most often.
 * @param yPred Predictions.
 * @param options `k`.
 *
 * @example
 * ```ts
 * import { metrics } from "@strata/layers";
 *
 * console.log(metrics.topKCategoricalAccuracy([[0, 0, 1]], [[0.5, 0.2, 0.3]], { k: 2 }).arraySync()); // [1]
 * ```
 */
export function topKCategoricalAccuracy(
  yTrue: TensorLike,
  yPred: TensorLike,
  options: TopKCategoricalAccuracyOptions = {},
): Tensor {
  const { k } = readOptionTable("topKCategoricalAccuracy", topKOptions, options);
  return isInTopK(argMax(toTensor(yTrue), -1), toTensor(yPred), k);
}

/** 1 where fewer than k predictions exceed that of the label. A prediction of NaN for the label is no hit. */
function isInTopK(labels: Tensor, prediction: Tensor, k: number): Tensor {
  const ofLabel = takeAlongAxis(prediction, expandDims(labels, -1), -1);
  const larger = sum(cast(logicalNot(lessEqual(prediction, ofLabel)), "int32"), -1);
  return cast(less(larger, k), "float32");
}

/**
 * How often the place of the largest target is among those of the k largest predictions: for one-hot targets.
 *
 * @example
 * ```ts
 * import { metrics } from "@strata/layers";
 *
 * const metric = new metrics.TopKCategoricalAccuracy(1);
 * metric.updateState([[0, 0, 1], [0, 1, 0]], [[0.1, 0.9, 0.8], [0.05, 0.95, 0]]);
 * console.log(metric.result().item()); // 0.5
 * ```
 */
export class TopKCategoricalAccuracy extends defineMetric(topKCategoricalAccuracy, {
  options: topKOptions,
  first: "k",
  direction: "up",
}) {
  static override readonly className: string = "TopKCategoricalAccuracy";
}

const sparseTopKOptions = {
  ...topKOptions,
  /** Whether the predictions are the labels themselves, the likeliest first, and not scores of each. */
  fromSortedIds: boolean(false).omitted("whenFalse"),
};

/** Options of {@link sparseTopKCategoricalAccuracy}. */
export interface SparseTopKCategoricalAccuracyOptions extends Given<typeof sparseTopKOptions> {}

/**
 * 1 where the label is among the places of the k largest predictions, else 0: [...] and [..., K] → [...].
 *
 * @param yTrue Labels, of the shape of the predictions without the last axis, or with it of size 1.
 * @param yPred Predictions; with `fromSortedIds` labels, the likeliest first.
 * @param options `k`, `fromSortedIds`.
 * @throws ShapeError if the shapes do not fit.
 *
 * @example
 * ```ts
 * import { metrics } from "@strata/layers";
 *
 * console.log(metrics.sparseTopKCategoricalAccuracy([2], [[0.5, 0.2, 0.3]], { k: 2 }).arraySync()); // [1]
 * ```
 */
export function sparseTopKCategoricalAccuracy(
  yTrue: TensorLike,
  yPred: TensorLike,
  options: SparseTopKCategoricalAccuracyOptions = {},
): Tensor {
  const { k, fromSortedIds } = readOptionTable("sparseTopKCategoricalAccuracy", sparseTopKOptions, options);
  const prediction = toTensor(yPred);
  const labels = classLabels(cast(toTensor(yTrue), "int32"), prediction);
  if (!fromSortedIds) return isInTopK(labels, prediction, k);
  const count = Math.min(k, prediction.shape[prediction.rank - 1]);
  const likeliest = cast(slice(prediction, ["...", [0, count]]), "int32");
  return cast(any(equal(expandDims(labels, -1), likeliest), -1), "float32");
}

/**
 * How often the label is among the places of the k largest predictions: for integer labels.
 *
 * @example
 * ```ts
 * import { metrics } from "@strata/layers";
 *
 * const metric = new metrics.SparseTopKCategoricalAccuracy(2);
 * metric.updateState([2, 0], [[0.1, 0.9, 0.8], [0.05, 0.95, 0.2]]);
 * console.log(metric.result().item()); // 0.5
 * ```
 */
export class SparseTopKCategoricalAccuracy extends defineMetric(sparseTopKCategoricalAccuracy, {
  options: sparseTopKOptions,
  first: "k",
  direction: "up",
}) {
  static override readonly className: string = "SparseTopKCategoricalAccuracy";
}
