import {
  arange,
  cast,
  equal,
  expandDims,
  log,
  neg,
  notEqual,
  ShapeError,
  sparseSoftmaxCrossEntropy,
  squeeze,
  sum,
  type Tensor,
  type TensorLike,
  transpose,
  where,
} from "@strata/core";
import { normalizeAxis, sameShape } from "@strata/core/internal";
import { setMask } from "../layer/masks.ts";
import { defineMetric } from "../metrics/define-metric.ts";
import { readOptionTable } from "../schema/configurable.ts";
import type { Given } from "../schema/option.ts";
import { integer } from "../schema/vocabulary.ts";
import { formatShape } from "../utilities/shapes.ts";
import { toFloatTensor, toTensor } from "../utilities/tensors.ts";
import { classAxis, scoreOptions } from "./crossentropy-options.ts";
import { defineLoss } from "./define-loss.ts";
import { normalized } from "./probabilities.ts";
import { labelTargets } from "./targets.ts";

const options = {
  ...scoreOptions,
  /** A label whose loss is 0, and which does not count in means. Null: none. */
  ignoreClass: integer().orNull(),
  ...classAxis,
};

/** Options of {@link sparseCategoricalCrossentropy}. */
export interface SparseCategoricalCrossentropyOptions extends Given<typeof options> {}

/**
 * −ln q[label] over the axis of the classes, for integer labels: [...] and [..., K] → [...]. Probabilities are divided by
 * their sum and clipped to [1e-7, 1 − 1e-7]. A label outside of 0 … K − 1 gives NaN.
 *
 * @param yTrue Labels, of the shape of the predictions without the axis of the classes, or with it of size 1.
 * @param yPred Probabilities q of the K classes, or the scores whose softmax they are.
 * @param given `fromLogits`; `ignoreClass`; the axis.
 * @returns The losses. With `ignoreClass` they carry a mask of those that count.
 * @throws ShapeError if the shapes do not fit.
 *
 * @example
 * ```ts
 * import { losses } from "@strata/layers";
 *
 * console.log(losses.sparseCategoricalCrossentropy([1], [[0.2, 0.8]]).arraySync()); // [0.223144]
 * ```
 */
export function sparseCategoricalCrossentropy(
  yTrue: TensorLike,
  yPred: TensorLike,
  given: SparseCategoricalCrossentropyOptions = {},
): Tensor {
  const operation = "sparseCategoricalCrossentropy";
  const { fromLogits, ignoreClass, axis } = readOptionTable(operation, options, given);
  const prediction = classesLast(toFloatTensor(yPred), axis);
  const labels = classLabels(cast(toTensor(yTrue), "int32"), prediction, axis);
  const lossOf = fromLogits ? sparseSoftmaxCrossEntropy : negativeLogProbability;
  if (ignoreClass === null) return lossOf(labels, prediction);
  const isValid = notEqual(labels, ignoreClass);
  const loss = lossOf(where(isValid, labels, 0), where(expandDims(isValid, -1), prediction, 1));
  const result = where(isValid, loss, 0);
  setMask(result, isValid);
  return result;
}

function classesLast(prediction: Tensor, axis: number): Tensor {
  const at = normalizeAxis("sparseCategoricalCrossentropy", axis, prediction.rank);
  const others = prediction.shape.flatMap((_, index) => (index === at ? [] : [index]));
  return at === prediction.rank - 1 ? prediction : transpose(prediction, [...others, at]);
}

/**
 * Labels of predictions [..., K] without the axis of the classes, if it is there and of size 1.
 *
 * @throws ShapeError if the shapes do not fit.
 */
export function classLabels(labels: Tensor, prediction: Tensor, axis = -1): Tensor {
  const shape = prediction.shape.slice(0, -1);
  const hasAxis = labels.rank === prediction.rank && labels.shape.at(axis) === 1;
  const result = hasAxis ? squeeze(labels, axis) : labels;
  if (sameShape(result.shape, shape)) return result;
  throw new ShapeError(
    `sparse labels have the shape ${formatShape(labels.shape)}, the predictions ${formatShape(prediction.shape)}; ` +
      `the labels' must be ${formatShape(shape)} (one-hot vectors are for categoricalCrossentropy)`,
  );
}

function negativeLogProbability(labels: Tensor, prediction: Tensor): Tensor {
  const classes = prediction.shape[prediction.rank - 1];
  const isClass = equal(expandDims(labels, -1), arange(classes));
  const loss = neg(sum(where(isClass, log(normalized(prediction, -1)), 0), -1));
  const isValid = equal(sum(cast(isClass, "int32"), -1), 1);
  return where(isValid, loss, Number.NaN);
}

/**
 * The cross-entropy of one decision among K classes, for integer labels. Labels: [batch] or [batch, 1]; predictions:
 * [batch, K].
 *
 * @example
 * ```ts
 * import { losses } from "@strata/layers";
 *
 * const loss = new losses.SparseCategoricalCrossentropy();
 * console.log(loss.apply([1], [[0.5, 0.5]]).item().toFixed(4)); // 0.6931
 * ```
 */
export class SparseCategoricalCrossentropy extends defineLoss(sparseCategoricalCrossentropy, {
  options,
  first: "fromLogits",
  checkTargets: (check, { axis, ignoreClass }) => labelTargets(check, axis, ignoreClass),
}) {
  static override readonly className: string = "SparseCategoricalCrossentropy";
}

/**
 * The cross-entropy for integer labels, as a metric.
 *
 * @example
 * ```ts
 * import { metrics } from "@strata/layers";
 *
 * const metric = new metrics.SparseCategoricalCrossentropy();
 * metric.updateState([1], [[0.5, 0.5]]);
 * console.log(metric.result().item().toFixed(4)); // 0.6931
 * ```
 */
export class SparseCategoricalCrossentropyMetric extends defineMetric(sparseCategoricalCrossentropy, {
  options,
  direction: "down",
}) {
  static override readonly className: string = "SparseCategoricalCrossentropy";
}
