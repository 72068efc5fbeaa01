import {
  abs,
  add,
  cast,
  div,
  greater,
  greaterEqual,
  logicalAnd,
  max,
  mean,
  mul,
  reshape,
  ShapeError,
  sub,
  sum,
  type Tensor,
  type TensorLike,
  type Variable,
} from "@strata/core";
import { epsilon } from "../losses/probabilities.ts";
import { type FirstOrOptions, named } from "../schema/configurable.ts";
import type { Given, Values } from "../schema/option.ts";
import { choice, numberWhere, positiveNumber } from "../schema/vocabulary.ts";
import { formatShape } from "../utilities/shapes.ts";
import { toTensor } from "../utilities/tensors.ts";
import { type MetricDirection, metricOptions, PredictionMetric } from "./metric.ts";

const ownOptions = {
  /**
   * How the scores of the classes become one. `"micro"`: all decisions are counted together; `"macro"`: their mean;
   * `"weighted"`: their mean, weighted by the number of targets. Null: they do not.
   */
  average: choice(["micro", "macro", "weighted"])().orNull(),
  /** Predictions above it are positive. Null: the largest of a sample. */
  threshold: numberWhere("a number above 0 and at most 1", (value) => value > 0 && value <= 1)().orNull(),
};

const f1Options = { ...ownOptions, ...metricOptions };

const options = {
  ...f1Options,
  /** How many times as much recall counts as precision. */
  beta: positiveNumber(1),
};

interface FScoreState {
  readonly truePositives: Variable;
  readonly falsePositives: Variable;
  readonly falseNegatives: Variable;
  readonly weights: Variable;
}

export interface FScore extends Values<typeof ownOptions> {}

/** The harmonic mean of precision and recall, weighted. */
export abstract class FScore extends PredictionMetric {
  static override readonly direction: MetricDirection = "up";
  /** How many times as much recall counts as precision. */
  abstract readonly beta: number;
  private state: FScoreState | null = null;

  override updateState(yTrue: TensorLike, yPred: TensorLike, sampleWeight?: TensorLike | null): void {
    const [targets, prediction] = [yTrue, yPred].map((each) => cast(toTensor(each), this.dtype));
    const state = this.stateFor(targets, prediction);
    const weight = sampleWeight == null ? null : reshape(cast(toTensor(sampleWeight), this.dtype), [-1, 1]);
    const axis = this.average === "micro" ? undefined : 0;
    const total = (values: Tensor): Tensor => sum(weight === null ? values : mul(values, weight), axis);
    const positives = cast(this.positives(prediction), this.dtype);
    state.truePositives.assignAdd(total(mul(positives, targets)));
    state.falsePositives.assignAdd(total(mul(positives, sub(1, targets))));
    state.falseNegatives.assignAdd(total(mul(sub(1, positives), targets)));
    state.weights.assignAdd(total(targets));
  }

  private positives(prediction: Tensor): Tensor {
    if (this.threshold !== null) return greater(prediction, this.threshold);
    const isLargest = greaterEqual(prediction, max(prediction, -1, true));
    return logicalAnd(isLargest, greater(abs(prediction), 1e-9));
  }

  private stateFor({ shape }: Tensor, prediction: Tensor): FScoreState {
    if (shape.length !== 2 || prediction.rank !== 2) {
      throw new ShapeError(
        `${this.name}: the targets have the shape ${formatShape(shape)}, the predictions ${formatShape(prediction.shape)}; ` +
          "they must be [batch, classes]",
      );
    }
    const classes = this.average === "micro" ? [] : [shape[1]];
    this.state ??= {
      truePositives: this.addVariable("true_positives", classes),
      falsePositives: this.addVariable("false_positives", classes),
      falseNegatives: this.addVariable("false_negatives", classes),
      weights: this.addVariable("intermediate_weights", classes),
    };
    return this.state;
  }

  /** The score so far: a scalar, or without an average one for each class. */
  override result(): Tensor {
    if (this.state === null) return toTensor(0);
    const { truePositives, falsePositives, falseNegatives, weights } = this.state;
    const [precision, recall] = [falsePositives, falseNegatives].map((missed) => {
      return div(truePositives, add(add(truePositives, missed), epsilon));
    });
    const squared = this.beta ** 2;
    const means = div(mul(precision, recall), add(add(mul(precision, squared), recall), epsilon));
    const scores = mul(means, 1 + squared);
    if (this.average === null) return scores;
    if (this.average !== "weighted") return mean(scores);
    return sum(mul(scores, div(weights, add(sum(weights), epsilon))));
  }
}

/** Options of {@link FBetaScore}. */
export interface FBetaScoreOptions extends Given<typeof options> {}

/**
 * (1 + β²) precision · recall / (β² precision + recall). Targets, 0 or 1, and predictions: [batch, classes].
 *
 * @example
 * ```ts
 * import { metrics } from "@strata/layers";
 *
 * const metric = new metrics.FBetaScore({ beta: 2, threshold: 0.5 });
 * metric.updateState([[1, 1, 1], [1, 0, 0], [1, 1, 0]], [[0.2, 0.6, 0.7], [0.2, 0.6, 0.6], [0.6, 0.8, 0]]);
 * console.log(Array.from(metric.result().dataSync(), (score) => score.toFixed(4))); // ["0.3846", "0.9091", "0.8333"]
 * ```
 */
export class FBetaScore extends FScore {
  static override readonly className: string = "FBetaScore";
  static override readonly options = options;
  static override readonly defaultName: string = "fbeta_score";
  declare readonly beta: number;

  constructor(...given: FirstOrOptions<FBetaScoreOptions, "average">) {
    super(named(new.target, given, "average"));
  }
}

/** Options of {@link F1Score}. */
export interface F1ScoreOptions extends Given<typeof f1Options> {}

/**
 * The harmonic mean of precision and recall, 2 precision · recall / (precision + recall). Targets, 0 or 1, and predictions: [batch,
 * classes].
 *
 * @example
 * ```ts
 * import { metrics } from "@strata/layers";
 *
 * const metric = new metrics.F1Score({ average: "micro", threshold: 0.5 });
 * metric.updateState([[1, 1, 1], [1, 0, 0], [1, 1, 0]], [[0.2, 0.6, 0.7], [0.2, 0.6, 0.6], [0.6, 0.8, 0]]);
 * console.log(metric.result().item().toFixed(4)); // 0.6667
 * ```
 */
export class F1Score extends FScore {
  static override readonly className: string = "F1Score";
  static override readonly options = f1Options;
  static override readonly defaultName: string = "f1_score";
  override readonly beta: number = 1;

  constructor(...given: FirstOrOptions<F1ScoreOptions, "average">) {
    super(named(new.target, given, "average"));
  }
}
