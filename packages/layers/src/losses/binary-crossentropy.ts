import {
  add,
  clip,
  log,
  mean,
  mul,
  neg,
  pow,
  sigmoid,
  sigmoidCrossEntropy,
  sub,
  type Tensor,
  type TensorLike,
} from "@strata/core";
import { defineMetric } from "../metrics/define-metric.ts";
import { readOptionTable } from "../schema/configurable.ts";
import type { Given } from "../schema/option.ts";
import { boolean, integer, number } from "../schema/vocabulary.ts";
import { comparable } from "../utilities/ranks.ts";
import { crossentropyOptions, smoothed } from "./crossentropy-options.ts";
import { defineLoss } from "./define-loss.ts";
import { epsilon } from "./probabilities.ts";

const options = {
  ...crossentropyOptions,
  /** The axis that is averaged over. */
  axis: integer(-1),
};

/** Options of {@link binaryCrossentropy}. */
export interface BinaryCrossentropyOptions extends Given<typeof options> {}

/**
 * The mean over an axis of −p ln q − (1 − p) ln(1 − q), for targets p and predictions q: [..., d] → [...].
 * Probabilities are clipped to [1e-7, 1 − 1e-7].
 *
 * @param yTrue Probabilities p of yes.
 * @param yPred Probabilities q, or the scores whose sigmoid they are.
 * @param given `fromLogits`; `labelSmoothing` s: p becomes p·(1 − s) + s/2; the axis.
 *
 * @example
 * ```ts
 * import { losses } from "@strata/layers";
 *
 * console.log(losses.binaryCrossentropy([[1, 0]], [[0.9, 0.2]]).arraySync()); // [0.164252]
 * ```
 */
export function binaryCrossentropy(
  yTrue: TensorLike,
  yPred: TensorLike,
  given: BinaryCrossentropyOptions = {},
): Tensor {
  const { fromLogits, labelSmoothing, axis } = readOptionTable("binaryCrossentropy", options, given);
  const [targets, prediction] = comparable(yTrue, yPred);
  const p = smoothed(targets, labelSmoothing, 2);
  return mean(fromLogits ? sigmoidCrossEntropy(p, prediction) : ofProbabilities(p, prediction), axis);
}

function ofProbabilities(p: Tensor, prediction: Tensor): Tensor {
  const q = clip(prediction, epsilon, 1 - epsilon);
  return neg(add(mul(p, log(q)), mul(sub(1, p), log(sub(1, q)))));
}

/**
 * The cross-entropy of yes-or-no decisions. Targets and predictions: [batch, decisions].
 *
 * @example
 * ```ts
 * import { losses } from "@strata/layers";
 *
 * const loss = new losses.BinaryCrossentropy({ fromLogits: true });
 * console.log(loss.apply([[1]], [[0]]).item().toFixed(4)); // 0.6931
 * ```
 */
export class BinaryCrossentropy extends defineLoss(binaryCrossentropy, {
  options,
  first: "fromLogits",
  aliases: ["bce"],
}) {
  static override readonly className: string = "BinaryCrossentropy";
}

/**
 * The cross-entropy of yes-or-no decisions, as a metric.
 *
 * @example
 * ```ts
 * import { metrics } from "@strata/layers";
 *
 * const metric = new metrics.BinaryCrossentropy();
 * metric.updateState([[1]], [[0.5]]);
 * console.log(metric.result().item().toFixed(4)); // 0.6931
 * ```
 */
export class BinaryCrossentropyMetric extends defineMetric(binaryCrossentropy, {
  options: crossentropyOptions,
  aliases: ["bce"],
  direction: "down",
}) {
  static override readonly className: string = "BinaryCrossentropy";
}

const focalOptions = {
  /** Whether decisions for yes count `alpha`, those for no 1 − `alpha`. */
  applyClassBalancing: boolean(false),
  /** The weight of yes. */
  alpha: number(0.25),
  /** How much less decisions count that are nearly right. */
  gamma: number(2),
  ...options,
};

/** Options of {@link binaryFocalCrossentropy}. */
export interface BinaryFocalCrossentropyOptions extends Given<typeof focalOptions> {}

/**
 * The binary cross-entropy times (1 − t)^γ, where t = p q + (1 − p)(1 − q) is how far the decision is right: [..., d] → [...].
 * T.-Y. Lin et al., "Focal loss for dense object detection" (2017).
 *
 * @param yTrue Probabilities p of yes.
 * @param yPred Probabilities q, or the scores whose sigmoid they are.
 * @param given `gamma`; with `applyClassBalancing` also times p α + (1 − p)(1 − α); the options of the cross-entropy.
 *
 * @example
 * ```ts
 * import { losses } from "@strata/layers";
 *
 * console.log(losses.binaryFocalCrossentropy([[1, 0]], [[0.9, 0.2]]).arraySync()); // [0.00499]
 * ```
 */
export function binaryFocalCrossentropy(
  yTrue: TensorLike,
  yPred: TensorLike,
  given: BinaryFocalCrossentropyOptions = {},
): Tensor {
  const { applyClassBalancing, alpha, gamma, fromLogits, labelSmoothing, axis } = readOptionTable(
    "binaryFocalCrossentropy",
    focalOptions,
    given,
  );
  const [targets, prediction] = comparable(yTrue, yPred);
  const p = smoothed(targets, labelSmoothing, 2);
  const q = fromLogits ? sigmoid(prediction) : prediction;
  const right = mixed(p, q, sub(1, q));
  const focal = mul(pow(sub(1, right), gamma), ofProbabilities(p, q));
  return mean(applyClassBalancing ? mul(mixed(p, alpha, 1 - alpha), focal) : focal, axis);
}

/** p · yes + (1 − p) · no. */
function mixed(p: Tensor, yes: TensorLike, no: TensorLike): Tensor {
  return add(mul(p, yes), mul(sub(1, p), no));
}

/**
 * The cross-entropy of yes-or-no decisions, in which hard ones count more. Targets and predictions: [batch, decisions].
 *
 * @example
 * ```ts
 * import { losses } from "@strata/layers";
 *
 * console.log(new losses.BinaryFocalCrossentropy().apply([[1]], [[0.5]]).item().toFixed(4)); // 0.1733
 * ```
 */
export class BinaryFocalCrossentropy extends defineLoss(binaryFocalCrossentropy, {
  options: focalOptions,
  first: "applyClassBalancing",
}) {
  static override readonly className: string = "BinaryFocalCrossentropy";
}
