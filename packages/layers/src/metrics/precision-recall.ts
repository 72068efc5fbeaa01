import { add, divNoNan, reshape, type Tensor, type TensorLike, type Variable } from "@strata/core";
import { type FirstOrOptions, named } from "../schema/configurable.ts";
import type { Given, Values } from "../schema/option.ts";
import { naturalNumber, positiveInteger } from "../schema/vocabulary.ts";
import { toSnakeCase } from "../utilities/names.ts";
import { type MetricDirection, metricOptions, PredictionMetric } from "./metric.ts";
import { countOutcomes, lowest, type Outcome, thresholdList, thresholds } from "./outcomes.ts";

const ownOptions = {
  /** Predictions above it are positive; several thresholds give as many results. Null: 0.5, with `topK` all of those. */
  thresholds: thresholds().orNull(),
  /** How many of the largest predictions of a sample may be positive. Null: all. */
  topK: positiveInteger().orNull(),
  /** The only class that counts. Null: all count. */
  classId: naturalNumber().orNull(),
};

const options = { ...ownOptions, ...metricOptions };

/** Options of {@link Precision} and {@link Recall}. */
export interface PrecisionRecallOptions extends Given<typeof options> {}

export interface TruePositiveRatio extends Values<typeof ownOptions> {}

/** The share of true positives in these and another outcome. */
export abstract class TruePositiveRatio extends PredictionMetric {
  static override readonly direction: MetricDirection = "up";
  static override readonly options = options;
  private readonly missed: "falsePositives" | "falseNegatives";
  private readonly limits: readonly number[];
  private readonly hits: Variable;
  private readonly misses: Variable;

  constructor(missed: Outcome & `false${string}`, given: object) {
    super(given);
    this.missed = missed;
    this.limits = thresholdList(this.thresholds ?? (this.topK === null ? 0.5 : lowest));
    const shape = [this.limits.length];
    this.hits = this.addVariable("true_positives", shape, "float32");
    this.misses = this.addVariable(toSnakeCase(missed), shape, "float32");
  }

  override updateState(yTrue: TensorLike, yPred: TensorLike, sampleWeight?: TensorLike | null): void {
    const { limits, topK, classId } = this;
    const outcomes = countOutcomes(yTrue, yPred, { thresholds: limits, sampleWeight, topK, classId });
    this.hits.assignAdd(outcomes.truePositives);
    this.misses.assignAdd(outcomes[this.missed]);
  }

  /** The ratio so far, 0 if there was nothing; for several thresholds one each. */
  override result(): Tensor {
    const ratios = divNoNan(this.hits, add(this.hits, this.misses));
    return this.limits.length === 1 ? reshape(ratios, []) : ratios;
  }
}

/**
 * The share of positive predictions whose target is 1: true positives / (true + false positives).
 *
 * @example
 * ```ts
 * import { metrics } from "@strata/layers";
 *
 * const metric = new metrics.Precision();
 * metric.updateState([0, 1, 1, 0], [1, 1, 1, 1]);
 * console.log(metric.result().item()); // 0.5
 * ```
 */
export class Precision extends TruePositiveRatio {
  static override readonly className: string = "Precision";

  constructor(...given: FirstOrOptions<PrecisionRecallOptions, "thresholds">) {
    super("falsePositives", named(new.target, given, "thresholds"));
  }
}

/**
 * The share of targets of 1 that are predicted: true positives / (true positives + false negatives).
 *
 * @example
 * ```ts
 * import { metrics } from "@strata/layers";
 *
 * const metric = new metrics.Recall();
 * metric.updateState([0, 1, 1, 1, 1], [1, 0, 1, 0, 0]);
 * console.log(metric.result().item()); // 0.25
 * ```
 */
export class Recall extends TruePositiveRatio {
  static override readonly className: string = "Recall";

  constructor(...given: FirstOrOptions<PrecisionRecallOptions, "thresholds">) {
    super("falseNegatives", named(new.target, given, "thresholds"));
  }
}
