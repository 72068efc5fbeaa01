import { add, clip, div, log, mean, mul, sub, sum, type Tensor, type TensorLike } from "@strata/core";
import { defineMetric } from "../metrics/define-metric.ts";
import { comparable } from "../utilities/ranks.ts";
import { defineLoss } from "./define-loss.ts";
import { epsilon } from "./probabilities.ts";

/**
 * The Kullback-Leibler divergence Σ p ln(p / q) over the last axis, for targets p and predictions q, both between
 * 1e-7 and 1: [..., K] → [...].
 *
 * @param yTrue Probabilities p.
 * @param yPred Probabilities q.
 *
 * @example
 * ```ts
 * import { losses } from "@strata/layers";
 *
 * console.log(losses.klDivergence([[0.5, 0.5]], [[0.2, 0.8]]).arraySync()); // [0.223144]
 * ```
 */
export function klDivergence(yTrue: TensorLike, yPred: TensorLike): Tensor {
  const [p, q] = comparable(yTrue, yPred).map((each) => clip(each, epsilon, 1));
  return sum(mul(p, log(div(p, q))), -1);
}

/**
 * How far the predicted probabilities are from those of the targets. Targets and predictions: [batch, K].
 *
 * @example
 * ```ts
 * import { losses } from "@strata/layers";
 *
 * console.log(new losses.KLDivergence().apply([[0.5, 0.5]], [[0.25, 0.75]]).item().toFixed(4)); // 0.1438
 * ```
 */
export class KLDivergence extends defineLoss(klDivergence, {
  aliases: ["kld", "kullbackLeiblerDivergence"],
}) {
  static override readonly className: string = "KLDivergence";
}

/**
 * How far the predicted probabilities are from those of the targets, as a metric.
 *
 * @example
 * ```ts
 * import { metrics } from "@strata/layers";
 *
 * const metric = new metrics.KLDivergence();
 * metric.updateState([[0.5, 0.5]], [[0.25, 0.75]]);
 * console.log(metric.result().item().toFixed(4)); // 0.1438
 * ```
 */
export class KLDivergenceMetric extends defineMetric(klDivergence, {
  aliases: ["kld", "kullbackLeiblerDivergence"],
  direction: "down",
}) {
  static override readonly className: string = "KLDivergence";
}

/**
 * The mean of yPred − yTrue · ln(yPred + 1e-7) over the last axis: [..., d] → [...]. It is smallest where the predictions are
 * the expected counts of Poisson's distribution.
 *
 * @param yTrue Counts.
 * @param yPred Expected counts.
 *
 * @example
 * ```ts
 * import { losses } from "@strata/layers";
 *
 * console.log(losses.poisson([[1, 2]], [[1, 2]]).arraySync()); // [0.806853]
 * ```
 */
export function poisson(yTrue: TensorLike, yPred: TensorLike): Tensor {
  const [targets, prediction] = comparable(yTrue, yPred);
  return mean(sub(prediction, mul(targets, log(add(prediction, epsilon)))), -1);
}

/**
 * How unlikely counts are for predicted expectations, by Poisson's distribution. Targets and predictions: [batch, ...].
 *
 * @example
 * ```ts
 * import { losses } from "@strata/layers";
 *
 * console.log(new losses.Poisson().apply([[2, 3]], [[1, 1]]).item().toFixed(4)); // 1.0000
 * ```
 */
export class Poisson extends defineLoss(poisson) {
  static override readonly className: string = "Poisson";
}

/**
 * How unlikely counts are for predicted expectations, as a metric.
 *
 * @example
 * ```ts
 * import { metrics } from "@strata/layers";
 *
 * const metric = new metrics.Poisson();
 * metric.updateState([[2, 3]], [[1, 1]]);
 * console.log(metric.result().item().toFixed(4)); // 1.0000
 * ```
 */
export class PoissonMetric extends defineMetric(poisson, { direction: "down" }) {
  static override readonly className: string = "Poisson";
}
