import { add, divNoNan, greaterEqual, max, type Tensor, type TensorLike, where } from "@strata/core";
import { epsilon } from "../losses/probabilities.ts";
import { named } from "../schema/configurable.ts";
import type { Given, Rest, Values } from "../schema/option.ts";
import { fraction, naturalNumber, positiveInteger } from "../schema/vocabulary.ts";
import { type MetricDirection, metricOptions, PredictionMetric } from "./metric.ts";
import { OutcomeState } from "./outcome-state.ts";
import { countOutcomes, evenThresholds } from "./outcomes.ts";

const ownOptions = {
  /** How many thresholds from 0 to 1 are tried. */
  numThresholds: positiveInteger(200),
  /** The only class that counts. Null: all count. */
  classId: naturalNumber().orNull(),
};

const commonOptions = { ...ownOptions, ...metricOptions };

export interface BestAtValue extends Values<typeof ownOptions> {}

/** The best that a ratio becomes at thresholds where another has at least a value. */
export abstract class BestAtValue extends PredictionMetric {
  static override readonly direction: MetricDirection = "up";
  private readonly limits: readonly number[];
  private readonly state: OutcomeState;

  constructor(given: object) {
    super(given);
    this.limits = evenThresholds(this.numThresholds);
    this.state = new OutcomeState((name) => this.addVariable(name, [this.limits.length], "float32"));
  }

  /** The ratio that is to be large, the one that has a lower bound, and the bound. */
  protected abstract ratios(rates: OutcomeRates): BoundedRatio;

  override updateState(yTrue: TensorLike, yPred: TensorLike, sampleWeight?: TensorLike | null): void {
    const { limits, classId } = this;
    this.state.add(countOutcomes(yTrue, yPred, { thresholds: limits, sampleWeight, classId }));
  }

  /** The best ratio so far; 0 if no threshold reaches the bound. */
  override result(): Tensor {
    const { truePositives, falsePositives, trueNegatives, falseNegatives } = this.state;
    const { best, bound, atLeast } = this.ratios({
      recall: divNoNan(truePositives, add(truePositives, falseNegatives)),
      precision: divNoNan(truePositives, add(truePositives, falsePositives)),
      specificity: divNoNan(trueNegatives, add(trueNegatives, falsePositives)),
    });
    // A ratio that is the bound but for rounding reaches it.
    return max(where(greaterEqual(bound, atLeast - epsilon), best, 0));
  }
}

/** The ratio to be large, where another ratio is large enough. */
export interface BoundedRatio {
  /** The ratio that is to be large, at each threshold. */
  readonly best: Tensor;
  /** The ratio that has a lower bound, at each threshold. */
  readonly bound: Tensor;
  /** The lower bound. */
  readonly atLeast: number;
}

/** Ratios of outcomes at each threshold. */
export interface OutcomeRates {
  /** Predicted among the targets of 1; also called sensitivity. */
  readonly recall: Tensor;
  /** Right among the positive predictions. */
  readonly precision: Tensor;
  /** Predicted among the targets of 0. */
  readonly specificity: Tensor;
}

const specificityOptions = {
  /** The specificity that there must be at least. */
  specificity: fraction(),
  ...commonOptions,
};

/** Options of {@link SensitivityAtSpecificity}. */
export interface SensitivityAtSpecificityOptions extends Given<typeof specificityOptions> {}

/**
 * The best sensitivity, the share of targets of 1 that are predicted, at thresholds where the specificity, the share of
 * targets of 0 that are predicted, has at least a value.
 *
 * @example
 * ```ts
 * import { metrics } from "@strata/layers";
 *
 * const metric = new metrics.SensitivityAtSpecificity(0.5);
 * metric.updateState([0, 0, 0, 1, 1], [0, 0.3, 0.8, 0.3, 0.8]);
 * console.log(metric.result().item()); // 0.5
 * ```
 */
export class SensitivityAtSpecificity extends BestAtValue {
  static override readonly className: string = "SensitivityAtSpecificity";
  static override readonly options = specificityOptions;
  /** The specificity that there must be at least. */
  declare readonly specificity: number;

  constructor(
    ...given:
      | [specificity: number, options?: Rest<SensitivityAtSpecificityOptions, "specificity">]
      | [options: SensitivityAtSpecificityOptions]
  ) {
    super(named(new.target, given, "specificity"));
  }

  protected override ratios({ recall, specificity }: OutcomeRates): BoundedRatio {
    return { best: recall, bound: specificity, atLeast: this.specificity };
  }
}

const sensitivityOptions = {
  /** The sensitivity that there must be at least. */
  sensitivity: fraction(),
  ...commonOptions,
};

/** Options of {@link SpecificityAtSensitivity}. */
export interface SpecificityAtSensitivityOptions extends Given<typeof sensitivityOptions> {}

/**
 * The best specificity, the share of targets of 0 that are predicted, at thresholds where the sensitivity, the share of
 * targets of 1 that are predicted, has at least a value.
 *
 * @example
 * ```ts
 * import { metrics } from "@strata/layers";
 *
 * const metric = new metrics.SpecificityAtSensitivity(0.5);
 * metric.updateState([0, 0, 0, 1, 1], [0, 0.3, 0.8, 0.3, 0.8]);
 * console.log(metric.result().item().toFixed(4)); // 0.6667
 * ```
 */
export class SpecificityAtSensitivity extends BestAtValue {
  static override readonly className: string = "SpecificityAtSensitivity";
  static override readonly options = sensitivityOptions;
  /** The sensitivity that there must be at least. */
  declare readonly sensitivity: number;

  constructor(
    ...given:
      | [sensitivity: number, options?: Rest<SpecificityAtSensitivityOptions, "sensitivity">]
      | [options: SpecificityAtSensitivityOptions]
  ) {
    super(named(new.target, given, "sensitivity"));
  }

  protected override ratios({ recall, specificity }: OutcomeRates): BoundedRatio {
    return { best: specificity, bound: recall, atLeast: this.sensitivity };
  }
}

const recallOptions = {
  /** The recall that there must be at least. */
  recall: fraction(),
  ...commonOptions,
};

/** Options of {@link PrecisionAtRecall}. */
export interface PrecisionAtRecallOptions extends Given<typeof recallOptions> {}

/**
 * The best precision, the share of positive predictions that are right, at thresholds where the recall, the share of targets
 * of 1 that are predicted, has at least a value.
 *
 * @example
 * ```ts
 * import { metrics } from "@strata/layers";
 *
 * const metric = new metrics.PrecisionAtRecall(0.5);
 * metric.updateState([0, 0, 0, 1, 1], [0, 0.3, 0.8, 0.3, 0.8]);
 * console.log(metric.result().item()); // 0.5
 * ```
 */
export class PrecisionAtRecall extends BestAtValue {
  static override readonly className: string = "PrecisionAtRecall";
  static override readonly options = recallOptions;
  /** The recall that there must be at least. */
  declare readonly recall: number;

  constructor(
    ...given:
      | [recall: number, options?: Rest<PrecisionAtRecallOptions, "recall">]
      | [options: PrecisionAtRecallOptions]
  ) {
    super(named(new.target, given, "recall"));
  }

  protected override ratios({ recall, precision }: OutcomeRates): BoundedRatio {
    return { best: precision, bound: recall, atLeast: this.recall };
  }
}

const precisionOptions = {
  /** The precision that there must be at least. */
  precision: fraction(),
  ...commonOptions,
};

/** Options of {@link RecallAtPrecision}. */
export interface RecallAtPrecisionOptions extends Given<typeof precisionOptions> {}

/**
 * The best recall, the share of targets of 1 that are predicted, at thresholds where the precision, the share of positive
 * predictions that are right, has at least a value.
 *
 * @example
 * ```ts
 * import { metrics } from "@strata/layers";
 *
 * const metric = new metrics.RecallAtPrecision(0.8);
 * metric.updateState([0, 0, 1, 1], [0, 0.5, 0.3, 0.9]);
 * console.log(metric.result().item()); // 0.5
 * ```
 */
export class RecallAtPrecision extends BestAtValue {
  static override readonly className: string = "RecallAtPrecision";
  static override readonly options = precisionOptions;
  /** The precision that there must be at least. */
  declare readonly precision: number;

  constructor(
    ...given:
      | [precision: number, options?: Rest<RecallAtPrecisionOptions, "precision">]
      | [options: RecallAtPrecisionOptions]
  ) {
    super(named(new.target, given, "precision"));
  }

  protected override ratios({ recall, precision }: OutcomeRates): BoundedRatio {
    return { best: recall, bound: precision, atLeast: this.precision };
  }
}
