import {
  abs,
  add,
  div,
  log1p,
  maximum,
  mean,
  mul,
  neg,
  rsqrt,
  softplus,
  square,
  squaredDifference,
  sub,
  sum,
  type Tensor,
  type TensorLike,
  where,
} from "@strata/core";
import { defineMetric } from "../metrics/define-metric.ts";
import { readOptionTable } from "../schema/configurable.ts";
import type { Given } from "../schema/option.ts";
import { integer, positiveNumber } from "../schema/vocabulary.ts";
import { comparable } from "../utilities/ranks.ts";
import { defineLoss } from "./define-loss.ts";
import { epsilon } from "./probabilities.ts";

/**
 * The mean of (yTrue − yPred)² over the last axis: [..., d] → [...].
 *
 * @param yTrue Targets.
 * @param yPred Predictions.
 *
 * @example
 * ```ts
 * import { losses } from "@strata/layers";
 *
 * console.log(losses.meanSquaredError([[0, 1]], [[2, 1]]).arraySync()); // [2]
 * ```
 */
export function meanSquaredError(yTrue: TensorLike, yPred: TensorLike): Tensor {
  const [targets, prediction] = comparable(yTrue, yPred);
  return mean(squaredDifference(prediction, targets), -1);
}

/**
 * The mean of the squared differences. Targets and predictions: [batch, ...].
 *
 * @example
 * ```ts
 * import { losses } from "@strata/layers";
 *
 * console.log(new losses.MeanSquaredError().apply([[0, 2]], [[1, 4]]).item()); // 2.5
 * ```
 */
export class MeanSquaredError extends defineLoss(meanSquaredError, { aliases: ["mse"] }) {
  static override readonly className: string = "MeanSquaredError";
}

/**
 * The mean of the squared differences, as a metric.
 *
 * @example
 * ```ts
 * import { metrics } from "@strata/layers";
 *
 * const metric = new metrics.MeanSquaredError();
 * metric.updateState([[0, 2]], [[1, 4]]);
 * console.log(metric.result().item()); // 2.5
 * ```
 */
export class MeanSquaredErrorMetric extends defineMetric(meanSquaredError, {
  aliases: ["mse"],
  direction: "down",
}) {
  static override readonly className: string = "MeanSquaredError";
}

/**
 * The mean of |yTrue − yPred| over the last axis: [..., d] → [...].
 *
 * @param yTrue Targets.
 * @param yPred Predictions.
 *
 * @example
 * ```ts
 * import { losses } from "@strata/layers";
 *
 * console.log(losses.meanAbsoluteError([[0, 1]], [[2, 1]]).arraySync()); // [1]
 * ```
 */
export function meanAbsoluteError(yTrue: TensorLike, yPred: TensorLike): Tensor {
  const [targets, prediction] = comparable(yTrue, yPred);
  return mean(abs(sub(targets, prediction)), -1);
}

/**
 * The mean of the absolute differences. Targets and predictions: [batch, ...].
 *
 * @example
 * ```ts
 * import { losses } from "@strata/layers";
 *
 * console.log(new losses.MeanAbsoluteError().apply([[0, 2]], [[1, 4]]).item()); // 1.5
 * ```
 */
export class MeanAbsoluteError extends defineLoss(meanAbsoluteError, { aliases: ["mae"] }) {
  static override readonly className: string = "MeanAbsoluteError";
}

/**
 * The mean of the absolute differences, as a metric.
 *
 * @example
 * ```ts
 * import { metrics } from "@strata/layers";
 *
 * const metric = new metrics.MeanAbsoluteError();
 * metric.updateState([[0, 2]], [[1, 4]]);
 * console.log(metric.result().item()); // 1.5
 * ```
 */
export class MeanAbsoluteErrorMetric extends defineMetric(meanAbsoluteError, {
  aliases: ["mae"],
  direction: "down",
}) {
  static override readonly className: string = "MeanAbsoluteError";
}

/**
 * 100 times the mean of |(yTrue − yPred) / yTrue| over the last axis: [..., d] → [...]. Targets count as 1e-7 from 0 at
 * least.
 *
 * @param yTrue Targets.
 * @param yPred Predictions.
 *
 * @example
 * ```ts
 * import { losses } from "@strata/layers";
 *
 * console.log(losses.meanAbsolutePercentageError([[10, 20]], [[11, 20]]).arraySync()); // [5]
 * ```
 */
export function meanAbsolutePercentageError(yTrue: TensorLike, yPred: TensorLike): Tensor {
  const [targets, prediction] = comparable(yTrue, yPred);
  const relative = div(sub(targets, prediction), maximum(abs(targets), epsilon));
  return mul(mean(abs(relative), -1), 100);
}

/**
 * The mean of the absolute differences in percent of the targets. Targets and predictions: [batch, ...].
 *
 * @example
 * ```ts
 * import { losses } from "@strata/layers";
 *
 * console.log(new losses.MeanAbsolutePercentageError().apply([[2, 4]], [[1, 4]]).item()); // 25
 * ```
 */
export class MeanAbsolutePercentageError extends defineLoss(meanAbsolutePercentageError, {
  aliases: ["mape"],
}) {
  static override readonly className: string = "MeanAbsolutePercentageError";
}

/**
 * The mean of the absolute differences in percent of the targets, as a metric.
 *
 * @example
 * ```ts
 * import { metrics } from "@strata/layers";
 *
 * const metric = new metrics.MeanAbsolutePercentageError();
 * metric.updateState([[2, 4]], [[1, 4]]);
 * console.log(metric.result().item()); // 25
 * ```
 */
export class MeanAbsolutePercentageErrorMetric extends defineMetric(meanAbsolutePercentageError, {
  aliases: ["mape"],
  direction: "down",
}) {
  static override readonly className: string = "MeanAbsolutePercentageError";
}

/**
 * The mean of (ln(yTrue + 1) − ln(yPred + 1))² over the last axis: [..., d] → [...]. What is below 1e-7 counts as that.
 *
 * @param yTrue Targets.
 * @param yPred Predictions.
 *
 * @example
 * ```ts
 * import { losses } from "@strata/layers";
 *
 * console.log(losses.meanSquaredLogarithmicError([[0, 1]], [[1, 1]]).arraySync()); // [0.240226]
 * ```
 */
export function meanSquaredLogarithmicError(yTrue: TensorLike, yPred: TensorLike): Tensor {
  const [targets, prediction] = comparable(yTrue, yPred);
  const [first, second] = [prediction, targets].map((each) => log1p(maximum(each, epsilon)));
  return mean(squaredDifference(first, second), -1);
}

/**
 * The mean of the squared differences of logarithms. Targets and predictions: [batch, ...].
 *
 * @example
 * ```ts
 * import { losses } from "@strata/layers";
 *
 * const loss = new losses.MeanSquaredLogarithmicError().apply([[0]], [[Math.E - 1]]);
 * console.log(loss.item().toFixed(3)); // 1.000
 * ```
 */
export class MeanSquaredLogarithmicError extends defineLoss(meanSquaredLogarithmicError, {
  aliases: ["msle"],
}) {
  static override readonly className: string = "MeanSquaredLogarithmicError";
}

/**
 * The mean of the squared differences of logarithms, as a metric.
 *
 * @example
 * ```ts
 * import { metrics } from "@strata/layers";
 *
 * const metric = new metrics.MeanSquaredLogarithmicError();
 * metric.updateState([[0]], [[Math.E - 1]]);
 * console.log(metric.result().item().toFixed(3)); // 1.000
 * ```
 */
export class MeanSquaredLogarithmicErrorMetric extends defineMetric(meanSquaredLogarithmicError, {
  aliases: ["msle"],
  direction: "down",
}) {
  static override readonly className: string = "MeanSquaredLogarithmicError";
}

/**
 * The mean of ln cosh(yPred − yTrue) over the last axis: [..., d] → [...]. Near 0 it is half the square, far from 0 the
 * absolute difference less ln 2.
 *
 * @param yTrue Targets.
 * @param yPred Predictions.
 *
 * @example
 * ```ts
 * import { losses } from "@strata/layers";
 *
 * console.log(losses.logCosh([[0, 0]], [[1, 2]]).arraySync()); // [0.879392]
 * ```
 */
export function logCosh(yTrue: TensorLike, yPred: TensorLike): Tensor {
  const [targets, prediction] = comparable(yTrue, yPred);
  const error = sub(prediction, targets);
  return mean(sub(add(error, softplus(mul(error, -2))), Math.LN2), -1);
}

/**
 * The logarithm of the hyperbolic cosine of the differences. Targets and predictions: [batch, ...].
 *
 * @example
 * ```ts
 * import { losses } from "@strata/layers";
 *
 * console.log(new losses.LogCosh().apply([[0]], [[1]]).item().toFixed(4)); // 0.4338
 * ```
 */
export class LogCosh extends defineLoss(logCosh) {
  static override readonly className: string = "LogCosh";
}

/**
 * The logarithm of the hyperbolic cosine of the differences, as a metric.
 *
 * @example
 * ```ts
 * import { metrics } from "@strata/layers";
 *
 * const metric = new metrics.LogCoshError();
 * metric.updateState([[0]], [[1]]);
 * console.log(metric.result().item().toFixed(4)); // 0.4338
 * ```
 */
export class LogCoshError extends defineMetric(logCosh, {
  name: "logcosh",
  aliases: ["logcosh"],
  direction: "down",
}) {
  static override readonly className: string = "LogCoshError";
}

const huberOptions = {
  /** The absolute difference up to which the loss is a square, and beyond which it is a line. */
  delta: positiveNumber(1),
};

/** Options of {@link huber}. */
export interface HuberOptions extends Given<typeof huberOptions> {}

/**
 * The mean over the last axis of e²/2 where |e| ≤ δ, else δ|e| − δ²/2, for e = yPred − yTrue: [..., d] → [...]. P. J. Huber,
 * "Robust estimation of a location parameter" (1964).
 *
 * @param yTrue Targets.
 * @param yPred Predictions.
 * @param options `delta`, the δ.
 *
 * @example
 * ```ts
 * import { losses } from "@strata/layers";
 *
 * console.log(losses.huber([[0, 0]], [[0.5, 3]]).arraySync()); // [1.3125]
 * ```
 */
export function huber(yTrue: TensorLike, yPred: TensorLike, options: HuberOptions = {}): Tensor {
  const { delta } = readOptionTable("huber", huberOptions, options);
  const [targets, prediction] = comparable(yTrue, yPred);
  const error = sub(prediction, targets);
  const size = abs(error);
  const line = sub(mul(size, delta), delta ** 2 / 2);
  return mean(where(size.lessEqual(delta), mul(square(error), 0.5), line), -1);
}

/**
 * Squares of small differences, lines for large ones. Targets and predictions: [batch, ...].
 *
 * @example
 * ```ts
 * import { losses } from "@strata/layers";
 *
 * console.log(new losses.Huber(1).apply([[0, 0]], [[1, 3]]).item()); // 1.5
 * ```
 */
export class Huber extends defineLoss(huber, { options: huberOptions, first: "delta", name: "huber_loss" }) {
  static override readonly className: string = "Huber";
}

const cosineOptions = {
  /** The axis of the vectors. */
  axis: integer(-1),
};

/** Options of {@link cosineSimilarity}. */
export interface CosineSimilarityOptions extends Given<typeof cosineOptions> {}

/**
 * The negative cosine of the angle between targets and predictions, −Σ (t / ‖t‖)(p / ‖p‖) over an axis: [..., d] → [...]. −1 for
 * vectors of one direction, 0 for orthogonal ones and for zeros.
 *
 * @param yTrue Targets.
 * @param yPred Predictions.
 * @param options The axis.
 *
 * @example
 * ```ts
 * import { losses } from "@strata/layers";
 *
 * console.log(losses.cosineSimilarity([[0, 1]], [[1, 1]]).arraySync()); // [-0.707107]
 * ```
 */
export function cosineSimilarity(
  yTrue: TensorLike,
  yPred: TensorLike,
  options: CosineSimilarityOptions = {},
): Tensor {
  const { axis } = readOptionTable("cosineSimilarity", cosineOptions, options);
  return neg(cosine(yTrue, yPred, axis));
}

function cosine(yTrue: TensorLike, yPred: TensorLike, axis: number): Tensor {
  const [targets, prediction] = comparable(yTrue, yPred).map((each) => {
    return mul(each, rsqrt(maximum(sum(square(each), axis, true), epsilon ** 2)));
  });
  return sum(mul(targets, prediction), axis);
}

/**
 * The negative cosine of the angle between targets and predictions, [batch, ...]: training makes them point the same way.
 *
 * @example
 * ```ts
 * import { losses } from "@strata/layers";
 *
 * console.log(new losses.CosineSimilarity().apply([[3, 4]], [[6, 8]]).item().toFixed(4)); // -1.0000
 * ```
 */
export class CosineSimilarity extends defineLoss(cosineSimilarity, {
  options: cosineOptions,
  first: "axis",
}) {
  static override readonly className: string = "CosineSimilarity";
}

const cosineMetricOptions = {
  /** The axis of the vectors. */
  axis: integer(-1).omitted("always"),
};

/**
 * The cosine of the angle between targets and predictions, as a metric: 1 for vectors of one direction.
 *
 * @example
 * ```ts
 * import { metrics } from "@strata/layers";
 *
 * const metric = new metrics.CosineSimilarity();
 * metric.updateState([[3, 4]], [[6, 8]]);
 * console.log(metric.result().item().toFixed(4)); // 1.0000
 * ```
 */
export class CosineSimilarityMetric extends defineMetric(
  (yTrue, yPred, { axis }) => cosine(yTrue, yPred, axis),
  { options: cosineMetricOptions, direction: "up" },
) {
  static override readonly className: string = "CosineSimilarity";
}
