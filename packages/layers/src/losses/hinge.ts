import {
  all,
  equal,
  logicalOr,
  max,
  maximum,
  mean,
  mul,
  square,
  sub,
  sum,
  type Tensor,
  type TensorLike,
  where,
} from "@strata/core";
import { defineMetric } from "../metrics/define-metric.ts";
import { comparable } from "../utilities/ranks.ts";
import { defineLoss } from "./define-loss.ts";
import { oneHotTargets } from "./targets.ts";

/**
 * The mean of max(1 − yTrue · yPred, 0) over the last axis: [..., d] → [...].
 *
 * @param yTrue Targets, −1 or 1; if all are 0 or 1, the zeros count as −1.
 * @param yPred Predictions.
 *
 * @example
 * ```ts
 * import { losses } from "@strata/layers";
 *
 * console.log(losses.hinge([[-1, 1]], [[0.3, 0.5]]).arraySync()); // [0.9]
 * ```
 */
export function hinge(yTrue: TensorLike, yPred: TensorLike): Tensor {
  return mean(shortfalls(yTrue, yPred), -1);
}

/** By how much each prediction falls short of 1 on the side of its target. */
function shortfalls(yTrue: TensorLike, yPred: TensorLike): Tensor {
  const [given, prediction] = comparable(yTrue, yPred);
  const isBinary = all(logicalOr(equal(given, 0), equal(given, 1)));
  const targets = where(isBinary, sub(mul(given, 2), 1), given);
  return maximum(sub(1, mul(targets, prediction)), 0);
}

/**
 * Predictions on the wrong side, and those within the margin of 1. Targets and predictions: [batch, ...].
 *
 * @example
 * ```ts
 * import { losses } from "@strata/layers";
 *
 * console.log(new losses.Hinge().apply([[1, -1]], [[0.5, -2]]).item()); // 0.25
 * ```
 */
export class Hinge extends defineLoss(hinge) {
  static override readonly className: string = "Hinge";
}

/**
 * Predictions on the wrong side, and those within the margin of 1, as a metric.
 *
 * @example
 * ```ts
 * import { metrics } from "@strata/layers";
 *
 * const metric = new metrics.Hinge();
 * metric.updateState([[1, -1]], [[0.5, -2]]);
 * console.log(metric.result().item()); // 0.25
 * ```
 */
export class HingeMetric extends defineMetric(hinge, { direction: "down" }) {
  static override readonly className: string = "Hinge";
}

/**
 * The mean of max(1 − yTrue · yPred, 0)² over the last axis: [..., d] → [...].
 *
 * @param yTrue Targets, −1 or 1; if all are 0 or 1, the zeros count as −1.
 * @param yPred Predictions.
 *
 * @example
 * ```ts
 * import { losses } from "@strata/layers";
 *
 * console.log(losses.squaredHinge([[-1, 1]], [[0.3, 0.5]]).arraySync()); // [0.97]
 * ```
 */
export function squaredHinge(yTrue: TensorLike, yPred: TensorLike): Tensor {
  return mean(square(shortfalls(yTrue, yPred)), -1);
}

/**
 * The square of the hinge loss. Targets and predictions: [batch, ...].
 *
 * @example
 * ```ts
 * import { losses } from "@strata/layers";
 *
 * console.log(new losses.SquaredHinge().apply([[1, -1]], [[0.5, -2]]).item()); // 0.125
 * ```
 */
export class SquaredHinge extends defineLoss(squaredHinge) {
  static override readonly className: string = "SquaredHinge";
}

/**
 * The square of the hinge loss, as a metric.
 *
 * @example
 * ```ts
 * import { metrics } from "@strata/layers";
 *
 * const metric = new metrics.SquaredHinge();
 * metric.updateState([[1, -1]], [[0.5, -2]]);
 * console.log(metric.result().item()); // 0.125
 * ```
 */
export class SquaredHingeMetric extends defineMetric(squaredHinge, { direction: "down" }) {
  static override readonly className: string = "SquaredHinge";
}

/**
 * max(n − p + 1, 0) over the last axis: [..., K] → [...], where p = Σ yTrue · yPred is the score of the right class and
 * n = max((1 − yTrue) · yPred) the best of the others.
 *
 * @param yTrue One-hot vectors of K classes.
 * @param yPred Scores of the classes.
 *
 * @example
 * ```ts
 * import { losses } from "@strata/layers";
 *
 * console.log(losses.categoricalHinge([[0, 1]], [[0.2, 0.8]]).arraySync()); // [0.4]
 * ```
 */
export function categoricalHinge(yTrue: TensorLike, yPred: TensorLike): Tensor {
  const [targets, prediction] = comparable(yTrue, yPred);
  const right = sum(mul(targets, prediction), -1);
  const others = max(mul(sub(1, targets), prediction), -1);
  return maximum(sub(others, right).add(1), 0);
}

/**
 * By how much the best wrong class comes too near to the right one. Targets and predictions: [batch, K].
 *
 * @example
 * ```ts
 * import { losses } from "@strata/layers";
 *
 * console.log(new losses.CategoricalHinge().apply([[0, 1]], [[0.25, 0.75]]).item()); // 0.5
 * ```
 */
export class CategoricalHinge extends defineLoss(categoricalHinge, { checkTargets: oneHotTargets }) {
  static override readonly className: string = "CategoricalHinge";
}

/**
 * By how much the best wrong class comes too near to the right one, as a metric.
 *
 * @example
 * ```ts
 * import { metrics } from "@strata/layers";
 *
 * const metric = new metrics.CategoricalHinge();
 * metric.updateState([[0, 1]], [[0.25, 0.75]]);
 * console.log(metric.result().item()); // 0.5
 * ```
 */
export class CategoricalHingeMetric extends defineMetric(categoricalHinge, { direction: "down" }) {
  static override readonly className: string = "CategoricalHinge";
}
