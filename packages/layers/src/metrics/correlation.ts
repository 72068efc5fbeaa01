import { add, div, mean, mul, square, std, sub, type Tensor, type TensorLike, variance } from "@strata/core";
import { epsilon } from "../losses/probabilities.ts";
import { readOptionTable } from "../schema/configurable.ts";
import type { Given } from "../schema/option.ts";
import { integer } from "../schema/vocabulary.ts";
import { comparable } from "../utilities/ranks.ts";
import { defineMetric } from "./define-metric.ts";

const options = {
  /** The axis along which numbers are correlated. */
  axis: integer(-1),
};

/** Options of {@link pearsonCorrelation} and {@link concordanceCorrelation}. */
export interface CorrelationOptions extends Given<typeof options> {}

/**
 * Pearson's correlation coefficient along an axis, cov(t, p) / (σₜ σₚ): [..., d] → [...].
 *
 * @param yTrue Targets t.
 * @param yPred Predictions p.
 * @param given The axis.
 *
 * @example
 * ```ts
 * import { metrics } from "@strata/layers";
 *
 * console.log(metrics.pearsonCorrelation([[1, 2, 3]], [[2, 4, 6]]).arraySync()); // [1]
 * ```
 */
export function pearsonCorrelation(
  yTrue: TensorLike,
  yPred: TensorLike,
  given: CorrelationOptions = {},
): Tensor {
  const { axis } = readOptionTable("pearsonCorrelation", options, given);
  const [targets, prediction] = comparable(yTrue, yPred).map((each) => {
    return div(sub(each, mean(each, axis, true)), std(each, axis, true));
  });
  return mean(mul(targets, prediction), axis);
}

/**
 * How far predictions are a linear function of the targets, from −1 to 1: the mean of Pearson's correlation coefficients.
 *
 * @example
 * ```ts
 * import { metrics } from "@strata/layers";
 *
 * const metric = new metrics.PearsonCorrelation();
 * metric.updateState([[0, 1, 2]], [[1, 3, 5]]);
 * console.log(metric.result().item().toFixed(4)); // 1.0000
 * ```
 */
export class PearsonCorrelation extends defineMetric(pearsonCorrelation, { options, direction: "up" }) {
  static override readonly className: string = "PearsonCorrelation";
}

/**
 * The concordance correlation coefficient along an axis, 2 cov(t, p) / (σₜ² + σₚ² + (μₜ − μₚ)² + 1e-7): [..., d] → [...]. L. I.-K. Lin,
 * "A concordance correlation coefficient to evaluate reproducibility" (1989).
 *
 * @param yTrue Targets t.
 * @param yPred Predictions p.
 * @param given The axis.
 *
 * @example
 * ```ts
 * import { metrics } from "@strata/layers";
 *
 * console.log(metrics.concordanceCorrelation([[1, 2, 3]], [[1, 2, 3]]).arraySync()); // [1]
 * ```
 */
export function concordanceCorrelation(
  yTrue: TensorLike,
  yPred: TensorLike,
  given: CorrelationOptions = {},
): Tensor {
  const { axis } = readOptionTable("concordanceCorrelation", options, given);
  const [targets, prediction] = comparable(yTrue, yPred);
  const [targetMean, predictionMean] = [targets, prediction].map((each) => mean(each, axis, true));
  const [targetVariance, predictionVariance] = [targets, prediction].map((each) =>
    variance(each, axis, true),
  );
  const products = mul(sub(targets, targetMean), sub(prediction, predictionMean));
  const distance = square(sub(targetMean, predictionMean));
  const scale = add(add(targetVariance, predictionVariance), add(distance, epsilon));
  return mean(div(mul(products, 2), scale), axis);
}

/**
 * How near predictions are to their targets, from −1 to 1: the mean of concordance correlation coefficients.
 *
 * @example
 * ```ts
 * import { metrics } from "@strata/layers";
 *
 * const metric = new metrics.ConcordanceCorrelation();
 * metric.updateState([[0, 1, 2]], [[1, 3, 5]]);
 * console.log(metric.result().item().toFixed(4)); // 0.3636
 * ```
 */
export class ConcordanceCorrelation extends defineMetric(concordanceCorrelation, {
  options,
  direction: "up",
}) {
  static override readonly className: string = "ConcordanceCorrelation";
}
