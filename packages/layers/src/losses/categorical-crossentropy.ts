import {
  cast,
  div,
  log,
  logSoftmax,
  mul,
  neg,
  oneHot,
  pow,
  ShapeError,
  softmax,
  softmaxCrossEntropy,
  sub,
  sum,
  type Tensor,
  type TensorLike,
} from "@strata/core";
import { normalizeAxis } from "@strata/core/internal";
import { defineMetric } from "../metrics/define-metric.ts";
import { readOptionTable } from "../schema/configurable.ts";
import type { Given } from "../schema/option.ts";
import { number, numberWhere } from "../schema/vocabulary.ts";
import { formatShape } from "../utilities/shapes.ts";
import { toFloatTensor, toTensor } from "../utilities/tensors.ts";
import { classAxis, crossentropyOptions, smoothed } from "./crossentropy-options.ts";
import { defineLoss } from "./define-loss.ts";
import { normalized } from "./probabilities.ts";
import { classLabels } from "./sparse-categorical-crossentropy.ts";
import { labelTargets, oneHotTargets } from "./targets.ts";

const options = { ...crossentropyOptions, ...classAxis };

/** Options of {@link categoricalCrossentropy}. */
export interface CategoricalCrossentropyOptions extends Given<typeof options> {}

/**
 * −Σ p ln q over the axis of the classes, for targets p and predictions q: [..., K] → [...]. Probabilities are divided by
 * their sum and clipped to [1e-7, 1 − 1e-7].
 *
 * @param yTrue Probabilities p of the K classes; one-hot vectors most often.
 * @param yPred Probabilities q, or the scores whose softmax they are, of the same shape.
 * @param given `fromLogits`; `labelSmoothing` s: p becomes p·(1 − s) + s/K; the axis.
 * @throws ShapeError if the shapes differ.
 *
 * @example
 * ```ts
 * import { losses } from "@strata/layers";
 *
 * console.log(losses.categoricalCrossentropy([[0, 1]], [[0.2, 0.8]]).arraySync()); // [0.223144]
 * ```
 */
export function categoricalCrossentropy(
  yTrue: TensorLike,
  yPred: TensorLike,
  given: CategoricalCrossentropyOptions = {},
): Tensor {
  const { fromLogits, labelSmoothing, axis } = readOptionTable("categoricalCrossentropy", options, given);
  const [targets, prediction] = sameShapes("categoricalCrossentropy", yTrue, yPred);
  const at = normalizeAxis("categoricalCrossentropy", axis, prediction.rank);
  const p = smoothed(targets, labelSmoothing, prediction.shape[at]);
  if (fromLogits && at === prediction.rank - 1) return softmaxCrossEntropy(p, prediction);
  const logarithms = fromLogits ? logSoftmax(prediction, at) : log(normalized(prediction, at));
  return neg(sum(mul(p, logarithms), at));
}

function sameShapes(operation: string, yTrue: TensorLike, yPred: TensorLike): [Tensor, Tensor] {
  const prediction = toFloatTensor(yPred);
  const targets = cast(toTensor(yTrue), prediction.dtype);
  const { shape } = prediction;
  if (targets.rank === shape.length && targets.shape.every((size, axis) => size === shape[axis])) {
    return [targets, prediction];
  }
  throw new ShapeError(
    `${operation}: the targets have the shape ${formatShape(targets.shape)}, the predictions ` +
      `${formatShape(shape)}; they must be the same (integer labels are for sparseCategoricalCrossentropy)`,
  );
}

/**
 * The cross-entropy of one decision among K classes, for one-hot targets. Targets and predictions: [batch, K].
 *
 * @example
 * ```ts
 * import { losses } from "@strata/layers";
 *
 * const loss = new losses.CategoricalCrossentropy();
 * console.log(loss.apply([[0, 1]], [[0.5, 0.5]]).item().toFixed(4)); // 0.6931
 * ```
 */
export class CategoricalCrossentropy extends defineLoss(categoricalCrossentropy, {
  options,
  first: "fromLogits",
  checkTargets: oneHotTargets,
}) {
  static override readonly className: string = "CategoricalCrossentropy";
}

/**
 * The cross-entropy for one-hot targets, as a metric.
 *
 * @example
 * ```ts
 * import { metrics } from "@strata/layers";
 *
 * const metric = new metrics.CategoricalCrossentropy();
 * metric.updateState([[0, 1]], [[0.5, 0.5]]);
 * console.log(metric.result().item().toFixed(4)); // 0.6931
 * ```
 */
export class CategoricalCrossentropyMetric extends defineMetric(categoricalCrossentropy, {
  options,
  direction: "down",
}) {
  static override readonly className: string = "CategoricalCrossentropy";
}

const focalOptions = {
  /** A factor of all classes. */
  alpha: number(0.25),
  /** How much less classes count that are nearly right. */
  gamma: number(2),
  ...options,
};

/** Options of {@link categoricalFocalCrossentropy}. */
export interface CategoricalFocalCrossentropyOptions extends Given<typeof focalOptions> {}

/**
 * −Σ α (1 − q)^γ p ln q over the axis of the classes, for targets p and predictions q: [..., K] → [...]. T.-Y. Lin et al., "Focal
 * loss for dense object detection" (2017).
 *
 * @param yTrue Probabilities p of the K classes; one-hot vectors most often.
 * @param yPred Probabilities q, or the scores whose softmax they are, of the same shape.
 * @param given `alpha`, `gamma`, and the options of the cross-entropy.
 * @throws ShapeError if the shapes differ.
 *
 * @example
 * ```ts
 * import { losses } from "@strata/layers";
 *
 * console.log(losses.categoricalFocalCrossentropy([[0, 1]], [[0.2, 0.8]]).arraySync()); // [0.002231]
 * ```
 */
export function categoricalFocalCrossentropy(
  yTrue: TensorLike,
  yPred: TensorLike,
  given: CategoricalFocalCrossentropyOptions = {},
): Tensor {
  const operation = "categoricalFocalCrossentropy";
  const { alpha, gamma, fromLogits, labelSmoothing, axis } = readOptionTable(operation, focalOptions, given);
  const [targets, prediction] = sameShapes(operation, yTrue, yPred);
  const at = normalizeAxis(operation, axis, prediction.rank);
  const p = smoothed(targets, labelSmoothing, prediction.shape[at]);
  const q = normalized(fromLogits ? softmax(prediction, at) : prediction, at);
  const factor = mul(pow(sub(1, q), gamma), alpha);
  return neg(sum(mul(factor, mul(p, log(q))), at));
}

/**
 * The cross-entropy of one decision among K classes, in which hard ones count more, for one-hot targets. Targets and
 * predictions: [batch, K].
 *
 * @example
 * ```ts
 * import { losses } from "@strata/layers";
 *
 * console.log(new losses.CategoricalFocalCrossentropy().apply([[0, 1]], [[0.5, 0.5]]).item().toFixed(4)); // 0.0433
 * ```
 */
export class CategoricalFocalCrossentropy extends defineLoss(categoricalFocalCrossentropy, {
  options: focalOptions,
  first: "alpha",
  checkTargets: oneHotTargets,
}) {
  static override readonly className: string = "CategoricalFocalCrossentropy";
}

const generalizedOptions = {
  /** Between the cross-entropy, towards 0, and the mean absolute error, towards 1. */
  q: numberWhere("a number above 0 and below 1", (value) => value > 0 && value < 1)(0.5),
};

/** Options of {@link categoricalGeneralizedCrossEntropy}. */
export interface CategoricalGeneralizedCrossEntropyOptions extends Given<typeof generalizedOptions> {}

/**
 * (1 − p^q) / q for the probability p of the labelled class: labels [...] and predictions [..., K] → [...]. It bears wrong labels
 * better than the cross-entropy. Z. Zhang and M. Sabuncu, "Generalized cross entropy loss for training deep neural networks
 * with noisy labels" (2018).
 *
 * @param yTrue Labels, of the shape of the predictions without the last axis, or with it of size 1.
 * @param yPred Probabilities of the K classes.
 * @param given `q`.
 * @throws ShapeError if the shapes do not fit.
 *
 * @example
 * ```ts
 * import { losses } from "@strata/layers";
 *
 * console.log(losses.categoricalGeneralizedCrossEntropy([1], [[0.2, 0.8]]).arraySync()); // [0.211146]
 * ```
 */
export function categoricalGeneralizedCrossEntropy(
  yTrue: TensorLike,
  yPred: TensorLike,
  given: CategoricalGeneralizedCrossEntropyOptions = {},
): Tensor {
  const { q } = readOptionTable("categoricalGeneralizedCrossEntropy", generalizedOptions, given);
  const prediction = toFloatTensor(yPred);
  const { shape, dtype, rank } = prediction;
  const labels = classLabels(cast(toTensor(yTrue), "int32"), prediction);
  const p = sum(mul(prediction, oneHot(labels, shape[rank - 1], dtype)), -1);
  return div(sub(1, pow(p, q)), q);
}

/**
 * A cross-entropy for labels of which some are wrong. Labels: [batch] or [batch, 1]; predictions: [batch, K].
 *
 * @example
 * ```ts
 * import { losses } from "@strata/layers";
 *
 * const loss = new losses.CategoricalGeneralizedCrossEntropy(0.5);
 * console.log(loss.apply([1], [[0.75, 0.25]]).item()); // 1
 * ```
 */
export class CategoricalGeneralizedCrossEntropy extends defineLoss(categoricalGeneralizedCrossEntropy, {
  options: generalizedOptions,
  first: "q",
  checkTargets: (check) => labelTargets(check, -1, null),
}) {
  static override readonly className: string = "CategoricalGeneralizedCrossEntropy";
}
