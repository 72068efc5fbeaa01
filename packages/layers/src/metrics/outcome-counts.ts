import { reshape, type Tensor, type TensorLike, type Variable } from "@strata/core";
import { type FirstOrOptions, named } from "../schema/configurable.ts";
import type { Given, Values } from "../schema/option.ts";
import { type MetricDirection, metricOptions, PredictionMetric } from "./metric.ts";
import { countOutcomes, type Outcome, thresholdList, thresholds } from "./outcomes.ts";

const options = {
  /** Predictions above it are positive; several thresholds give as many counts. Null: 0.5. */
  thresholds: thresholds().orNull(),
  ...metricOptions,
};

/** Options of {@link TruePositives}, {@link FalsePositives}, {@link TrueNegatives} and {@link FalseNegatives}. */
export interface OutcomeCountOptions extends Given<typeof options> {}

export interface OutcomeCount extends Values<Pick<typeof options, "thresholds">> {}

/** The number of predictions that have one of the outcomes. */
export abstract class OutcomeCount extends PredictionMetric {
  static override readonly options = options;
  private readonly outcome: Outcome;
  private readonly limits: readonly number[];
  private readonly accumulator: Variable;

  constructor(outcome: Outcome, given: object) {
    super(given);
    this.outcome = outcome;
    this.limits = thresholdList(this.thresholds ?? 0.5);
    this.accumulator = this.addVariable("accumulator", [this.limits.length], "float32");
  }

  override updateState(yTrue: TensorLike, yPred: TensorLike, sampleWeight?: TensorLike | null): void {
    const outcomes = countOutcomes(yTrue, yPred, { thresholds: this.limits, sampleWeight });
    this.accumulator.assignAdd(outcomes[this.outcome]);
  }

  /** The count so far; for several thresholds one each. */
  override result(): Tensor {
    return this.limits.length === 1 ? reshape(this.accumulator, []) : this.accumulator.value;
  }
}

/**
 * How many predictions above a threshold have a target of 1. Targets and predictions: [batch, ...].
 *
 * @example
 * ```ts
 * import { metrics } from "@strata/layers";
 *
 * const metric = new metrics.TruePositives();
 * metric.updateState([0, 1, 1, 1], [1, 0, 1, 1]);
 * console.log(metric.result().item()); // 2
 * ```
 */
export class TruePositives extends OutcomeCount {
  static override readonly direction: MetricDirection = "up";
  static override readonly className: string = "TruePositives";

  constructor(...given: FirstOrOptions<OutcomeCountOptions, "thresholds">) {
    super("truePositives", named(new.target, given, "thresholds"));
  }
}

/**
 * How many predictions above a threshold have a target of 0. Targets and predictions: [batch, ...].
 *
 * @example
 * ```ts
 * import { metrics } from "@strata/layers";
 *
 * const metric = new metrics.FalsePositives();
 * metric.updateState([0, 1, 0, 0], [0, 0, 1, 1]);
 * console.log(metric.result().item()); // 2
 * ```
 */
export class FalsePositives extends OutcomeCount {
  static override readonly direction: MetricDirection = "down";
  static override readonly className: string = "FalsePositives";

  constructor(...given: FirstOrOptions<OutcomeCountOptions, "thresholds">) {
    super("falsePositives", named(new.target, given, "thresholds"));
  }
}

/**
 * How many predictions up to a threshold have a target of 0. Targets and predictions: [batch, ...].
 *
 * @example
 * ```ts
 * import { metrics } from "@strata/layers";
 *
 * const metric = new metrics.TrueNegatives();
 * metric.updateState([0, 1, 0, 0], [1, 1, 0, 0]);
 * console.log(metric.result().item()); // 2
 * ```
 */
export class TrueNegatives extends OutcomeCount {
  static override readonly direction: MetricDirection = "up";
  static override readonly className: string = "TrueNegatives";

  constructor(...given: FirstOrOptions<OutcomeCountOptions, "thresholds">) {
    super("trueNegatives", named(new.target, given, "thresholds"));
  }
}

/**
 * How many predictions up to a threshold have a target of 1. Targets and predictions: [batch, ...].
 *
 * @example
 * ```ts
 * import { metrics } from "@strata/layers";
 *
 * const metric = new metrics.FalseNegatives();
 * metric.updateState([0, 1, 1, 1], [0, 1, 0, 0]);
 * console.log(metric.result().item()); // 2
 * ```
 */
export class FalseNegatives extends OutcomeCount {
  static override readonly direction: MetricDirection = "down";
  static override readonly className: string = "FalseNegatives";

  constructor(...given: FirstOrOptions<OutcomeCountOptions, "thresholds">) {
    super("falseNegatives", named(new.target, given, "thresholds"));
  }
}
