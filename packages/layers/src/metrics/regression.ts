import {
  broadcastTo,
  cast,
  div,
  expandDims,
  isInf,
  lessEqual,
  mean,
  mul,
  ShapeError,
  sqrt,
  square,
  squaredDifference,
  sub,
  sum,
  type Tensor,
  type TensorLike,
  type Variable,
  where,
} from "@strata/core";
import { type FirstOrOptions, named } from "../schema/configurable.ts";
import type { Given, Values } from "../schema/option.ts";
import { choice, naturalNumber } from "../schema/vocabulary.ts";
import { comparable } from "../utilities/ranks.ts";
import { formatShape } from "../utilities/shapes.ts";
import { toTensor } from "../utilities/tensors.ts";
import { MeanOfPredictions } from "./mean.ts";
import { type MetricDirection, type MetricOptions, metricOptions, PredictionMetric } from "./metric.ts";

/**
 * The root of the mean of the squared differences.
 *
 * @example
 * ```ts
 * import { metrics } from "@strata/layers";
 *
 * const metric = new metrics.RootMeanSquaredError();
 * metric.updateState([[0, 0]], [[1, 7]]);
 * console.log(metric.result().item()); // 5
 * ```
 */
export class RootMeanSquaredError extends MeanOfPredictions {
  static override readonly direction: MetricDirection = "down";
  static override readonly className: string = "RootMeanSquaredError";

  constructor(...given: FirstOrOptions<MetricOptions, "name">) {
    super(named(new.target, given, "name"));
  }

  protected override call(yTrue: Tensor, yPred: Tensor): Tensor {
    return squaredDifference(...comparable(yTrue, yPred));
  }

  override result(): Tensor {
    return sqrt(super.result());
  }
}

const options = {
  /** How the scores of the outputs become one: their mean, or weighted by the variance of the targets. Null: they do not. */
  classAggregation: choice(["uniformAverage", "varianceWeightedAverage"])("uniformAverage").nullable(),
  /** The number of independent regressors, for the adjusted score. 0: the plain score. */
  numRegressors: naturalNumber(0),
  ...metricOptions,
};

/** Options of {@link R2Score}. */
export interface R2ScoreOptions extends Given<typeof options> {}

export interface R2Score extends Values<Pick<typeof options, "classAggregation" | "numRegressors">> {}

interface R2State {
  readonly squaredSum: Variable;
  readonly sum: Variable;
  readonly residual: Variable;
  readonly count: Variable;
}

/**
 * The coefficient of determination, 1 − Σ (t − p)² / Σ (t − μ)², for targets t, predictions p and the mean μ of the targets:
 * 1 for right predictions, 0 for those that are as good as the mean. Targets and predictions: [batch, outputs].
 *
 * With n samples and k regressors the adjusted score is 1 − (1 − R²)(n − 1) / (n − k − 1), where n > k + 1.
 *
 * @example
 * ```ts
 * import { metrics } from "@strata/layers";
 *
 * const metric = new metrics.R2Score();
 * metric.updateState([[1], [4], [3]], [[2], [4], [4]]);
 * console.log(metric.result().item().toFixed(4)); // 0.5714
 * ```
 */
export class R2Score extends PredictionMetric {
  static override readonly direction: MetricDirection = "up";
  static override readonly className: string = "R2Score";
  static override readonly options = options;
  static override readonly defaultName: string = "r2_score";
  private readonly numSamples: Variable = this.addVariable("num_samples");
  private state: R2State | null = null;

  constructor(...given: FirstOrOptions<R2ScoreOptions, "classAggregation">) {
    super(named(new.target, given, "classAggregation"));
  }

  override updateState(yTrue: TensorLike, yPred: TensorLike, sampleWeight?: TensorLike | null): void {
    const [targets, prediction] = comparable(yTrue, yPred).map((each) => cast(each, this.dtype));
    const state = this.stateFor(targets, prediction);
    const given = cast(toTensor(sampleWeight ?? 1), this.dtype);
    const weight = broadcastTo(given.rank === 1 ? expandDims(given, 1) : given, targets.shape);
    const weighted = mul(targets, weight);
    state.sum.assignAdd(sum(weighted, 0));
    state.squaredSum.assignAdd(sum(mul(targets, weighted), 0));
    state.residual.assignAdd(sum(mul(square(sub(targets, prediction)), weight), 0));
    state.count.assignAdd(sum(weight, 0));
    this.numSamples.assignAdd(targets.shape[0]);
  }

  private stateFor({ shape }: Tensor, prediction: Tensor): R2State {
    if (shape.length !== 2 || prediction.rank !== 2) {
      throw new ShapeError(
        `R2Score: the targets have the shape ${formatShape(shape)}, the predictions ${formatShape(prediction.shape)}; ` +
          "they must be [batch, outputs]",
      );
    }
    const outputs = [shape[1]];
    this.state ??= {
      squaredSum: this.addVariable("squared_sum", outputs),
      sum: this.addVariable("sum", outputs),
      residual: this.addVariable("residual", outputs),
      count: this.addVariable("count", outputs),
    };
    return this.state;
  }

  /** The score so far; NaN if there was nothing. */
  override result(): Tensor {
    if (this.state === null) return toTensor(Number.NaN);
    const { squaredSum, sum: total, residual, count } = this.state;
    const spread = sub(squaredSum, div(square(total), count));
    const given = sub(1, div(residual, spread));
    const scores = where(isInf(given), 0, given);
    return this.adjusted(this.aggregated(scores, spread));
  }

  private aggregated(scores: Tensor, spread: Tensor): Tensor {
    if (this.classAggregation === null) return scores;
    if (this.classAggregation === "uniformAverage") return mean(scores);
    return div(sum(mul(spread, scores)), sum(spread));
  }

  /** The plain score, if there are too few samples for the regressors. */
  private adjusted(score: Tensor): Tensor {
    const { numRegressors: regressors, numSamples } = this;
    if (regressors === 0) return score;
    const free = sub(numSamples, regressors + 1);
    const isTooFew = lessEqual(free, 0);
    const ratio = div(mul(sub(1, score), sub(numSamples, 1)), where(isTooFew, 1, free));
    return where(isTooFew, score, sub(1, ratio));
  }
}
