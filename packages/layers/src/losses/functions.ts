import {
  add,
  arange,
  cast,
  clip,
  div,
  equal,
  expandDims,
  log,
  mean,
  mul,
  neg,
  ShapeError,
  sigmoidCrossEntropy,
  softmaxCrossEntropy,
  sparseSoftmaxCrossEntropy,
  squaredDifference,
  squeeze,
  sub,
  sum,
  type Tensor,
  type TensorLike,
  where,
} from "@strata/core";
import { matchRanks } from "../utilities/ranks.ts";
import { formatShape } from "../utilities/shapes.ts";
import { toFloatTensor, toTensor } from "../utilities/tensors.ts";

/** How far probabilities are kept from 0 and 1: Keras's `epsilon`. */
const epsilon = 1e-7;

/** Options of the cross-entropies. */
export interface CrossentropyOptions {
  /** Whether predictions are unscaled scores and not probabilities. Default: false. */
  readonly fromLogits?: boolean;
  /** How far targets are moved towards equal probabilities, in [0, 1]. Default: 0. */
  readonly labelSmoothing?: number;
}

/**
 * The mean of (yTrue − yPred)² over the last axis: [..., d] → [...].
 *
 * @param yTrue Targets.
 * @param yPred Predictions.
 */
export function meanSquaredError(yTrue: TensorLike, yPred: TensorLike): Tensor {
  const [targets, prediction] = prepare(yTrue, yPred);
  return mean(squaredDifference(prediction, targets), -1);
}

/**
 * The mean over the last axis of −p ln q − (1 − p) ln(1 − q), for targets p and predictions q: [..., d] → [...].
 * Probabilities are clipped to [1e-7, 1 − 1e-7].
 *
 * @param yTrue Probabilities p of yes.
 * @param yPred Probabilities q, or the scores whose sigmoid they are.
 * @param options `fromLogits`, and `labelSmoothing` s: p becomes p·(1 − s) + s/2.
 */
export function binaryCrossentropy(
  yTrue: TensorLike,
  yPred: TensorLike,
  { fromLogits = false, labelSmoothing = 0 }: CrossentropyOptions = {},
): Tensor {
  const [given, prediction] = prepare(yTrue, yPred);
  const targets = smooth(given, labelSmoothing, 2);
  if (fromLogits) return mean(sigmoidCrossEntropy(targets, prediction), -1);
  const clipped = clip(prediction, epsilon, 1 - epsilon);
  const yes = mul(targets, log(clipped));
  const no = mul(sub(1, targets), log(sub(1, clipped)));
  return mean(neg(add(yes, no)), -1);
}

/**
 * −Σ p ln q over the last axis, for targets p and predictions q: [..., K] → [...]. Probabilities are divided by
 * their sum and clipped to [1e-7, 1 − 1e-7].
 *
 * @param yTrue Probabilities p of the K classes; one-hot vectors most often.
 * @param yPred Probabilities q, or the scores whose softmax they are, of the same shape.
 * @param options `fromLogits`, and `labelSmoothing` s: p becomes p·(1 − s) + s/K.
 * @throws ShapeError if the shapes differ.
 */
export function categoricalCrossentropy(
  yTrue: TensorLike,
  yPred: TensorLike,
  { fromLogits = false, labelSmoothing = 0 }: CrossentropyOptions = {},
): Tensor {
  const prediction = toFloatTensor(yPred);
  const given = cast(toTensor(yTrue), prediction.dtype);
  const { shape } = prediction;
  if (given.rank !== shape.length || given.shape.some((size, axis) => size !== shape[axis])) {
    throw new ShapeError(
      `categoricalCrossentropy: the targets have the shape ${formatShape(given.shape)}, the predictions ` +
        `${formatShape(shape)}; they must be the same (integer labels are for sparseCategoricalCrossentropy)`,
    );
  }
  const targets = smooth(given, labelSmoothing, shape[shape.length - 1]);
  if (fromLogits) return softmaxCrossEntropy(targets, prediction);
  return neg(sum(mul(targets, logProbabilities(prediction)), -1));
}

/**
 * −ln q[label] over the last axis, for integer labels: [...] and [..., K] → [...]. Probabilities are divided by
 * their sum and clipped to [1e-7, 1 − 1e-7]. A label outside of 0 … K − 1 gives NaN.
 *
 * @param yTrue Labels, of the shape of the predictions without the last axis, or with it of size 1.
 * @param yPred Probabilities q of the K classes, or the scores whose softmax they are.
 * @param options `fromLogits`; `ignoreClass`, a label whose loss is 0.
 * @throws ShapeError if the shapes do not fit.
 */
export function sparseCategoricalCrossentropy(
  yTrue: TensorLike,
  yPred: TensorLike,
  { fromLogits = false, ignoreClass }: SparseCrossentropyOptions = {},
): Tensor {
  const prediction = toFloatTensor(yPred);
  const given = sparseLabels(cast(toTensor(yTrue), "int32"), prediction);
  const isIgnored = ignoreClass === undefined ? null : equal(given, ignoreClass);
  const labels = isIgnored === null ? given : where(isIgnored, 0, given);
  const loss = fromLogits
    ? sparseSoftmaxCrossEntropy(labels, prediction)
    : negativeLogProbability(labels, prediction);
  return isIgnored === null ? loss : where(isIgnored, 0, loss);
}

/** Options of {@link sparseCategoricalCrossentropy}. */
export interface SparseCrossentropyOptions {
  /** Whether predictions are unscaled scores and not probabilities. Default: false. */
  readonly fromLogits?: boolean;
  /** A label that does not count. Default: none. */
  readonly ignoreClass?: number;
}

/** Labels without the last axis, if it is there and of size 1. */
export function sparseLabels(labels: Tensor, prediction: Tensor): Tensor {
  const shape = prediction.shape.slice(0, -1);
  const hasColumn = labels.rank === prediction.rank && labels.shape[labels.rank - 1] === 1;
  const result = hasColumn ? squeeze(labels, -1) : labels;
  if (result.rank === shape.length && result.shape.every((size, axis) => size === shape[axis])) return result;
  throw new ShapeError(
    `sparse labels have the shape ${formatShape(labels.shape)}, the predictions ${formatShape(prediction.shape)}; ` +
      `the labels' must be ${formatShape(shape)} (one-hot vectors are for categoricalCrossentropy)`,
  );
}

function prepare(yTrue: TensorLike, yPred: TensorLike): [Tensor, Tensor] {
  const prediction = toFloatTensor(yPred);
  return matchRanks(cast(toTensor(yTrue), prediction.dtype), prediction);
}

function smooth(targets: Tensor, amount: number, classes: number): Tensor {
  return amount === 0 ? targets : add(mul(targets, 1 - amount), amount / classes);
}

function logProbabilities(prediction: Tensor): Tensor {
  const normalized = div(prediction, sum(prediction, -1, true));
  return log(clip(normalized, epsilon, 1 - epsilon));
}

function negativeLogProbability(labels: Tensor, prediction: Tensor): Tensor {
  const classes = prediction.shape[prediction.rank - 1];
  const isClass = equal(expandDims(labels, -1), arange(classes));
  const loss = neg(sum(where(isClass, logProbabilities(prediction), 0), -1));
  const isValid = equal(sum(cast(isClass, "int32"), -1), 1);
  return where(isValid, loss, Number.NaN);
}
