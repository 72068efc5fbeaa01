import {
  add,
  cast,
  div,
  divNoNan,
  equal,
  greater,
  log,
  logicalAnd,
  maximum,
  mean,
  minimum,
  mul,
  ShapeError,
  sigmoid,
  slice,
  sub,
  sum,
  Tensor,
  type TensorLike,
  where,
} from "@strata/core";
import { type FirstOrOptions, named } from "../schema/configurable.ts";
import { type Given, option, type Values } from "../schema/option.ts";
import { boolean, choice, integerWhere, positiveInteger } from "../schema/vocabulary.ts";
import { formatShape } from "../utilities/shapes.ts";
import { toTensor } from "../utilities/tensors.ts";
import { type MetricDirection, metricOptions, PredictionMetric } from "./metric.ts";
import { OutcomeState } from "./outcome-state.ts";
import { countOutcomes, evenThresholds, thresholdList, thresholds } from "./outcomes.ts";

const curves = ["ROC", "PR", "PRGAIN"] as const;

/** The curves whose area {@link AUC} computes. */
export type AUCCurve = (typeof curves)[number];

const curve = option<AUCCurve, AUCCurve | Lowercase<AUCCurve>>({
  accepted: '"ROC", "PR" or "PRGAIN"',
  read: (given) => curves.find((name) => name === given || name.toLowerCase() === given),
  write: (value) => value,
});

const labelWeights = option<Tensor, TensorLike>({
  accepted: "a number for each label",
  read: (given) =>
    given instanceof Tensor || Array.isArray(given) ? cast(toTensor(given), "float32") : undefined,
  restore: (json, restore) => restore(json),
});

const ownOptions = {
  /** How many thresholds the curve has. */
  numThresholds: integerWhere("an integer of at least 2", (value) => value >= 2)(200),
  /** `"ROC"`: true against false positive rates. `"PR"`: precision against recall. `"PRGAIN"`: their gains. */
  curve: curve("ROC"),
  /** Between two thresholds: the mean of the heights (of `"PR"` a finer interpolation), the smaller or the larger one. */
  summationMethod: choice(["interpolation", "minoring", "majoring"])("interpolation"),
  /** Thresholds between 0 and 1, in place of equal distances. Null: equal distances. */
  thresholds: thresholds().orNull().omitted("whenNull"),
  /** Whether each label of [batch, labels] has an area of its own, whose mean is the result. */
  multiLabel: boolean(false),
  /** With `multiLabel`: the number of labels. Null: that of the first batch. */
  numLabels: positiveInteger().orNull(),
  /** Factors of the labels, in the mean of their areas or in the counts. Null: 1 for all. */
  labelWeights: labelWeights().orNull(),
  /** Whether predictions are scores, whose sigmoid are the probabilities. */
  fromLogits: boolean(false),
};

const options = { ...ownOptions, ...metricOptions };

/** Options of {@link AUC}. */
export interface AUCOptions extends Given<typeof options> {}

export interface AUC extends Values<typeof ownOptions> {}

/** How far the outermost thresholds are beyond 0 and 1, so that all predictions are on one side. */
const beyond = 1e-7;

/**
 * The area under a curve of predictions from 0 to 1 at many thresholds: for `"ROC"` the probability that a target of 1 is predicted
 * higher than one of 0. Targets and predictions: [batch, ...].
 *
 * The interpolation of `"PR"` is that of J. Davis and M. Goadrich, "The relationship between precision-recall and ROC curves" (2006);
 * `"PRGAIN"` is that of P. Flach and M. Kull, "Precision-recall-gain curves" (2015).
 *
 * @example
 * ```ts
 * import { metrics } from "@strata/layers";
 *
 * const metric = new metrics.AUC({ numThresholds: 3 });
 * metric.updateState([0, 0, 1, 1], [0, 0.5, 0.3, 0.9]);
 * console.log(metric.result().item()); // 0.75
 * ```
 */
export class AUC extends PredictionMetric {
  static override readonly direction: MetricDirection = "up";
  static override readonly className: string = "AUC";
  static override readonly options = options;
  /** The thresholds, also those beyond 0 and 1. */
  private readonly limits: readonly number[];
  private state: OutcomeState | null = null;

  constructor(...given: FirstOrOptions<AUCOptions, "numThresholds">) {
    super(named(new.target, given, "numThresholds"));
    const chosen = this.thresholds;
    const inner =
      chosen === null
        ? evenThresholds(this.numThresholds).slice(1, -1)
        : [...thresholdList(chosen)].sort((left, right) => left - right);
    this.limits = [-beyond, ...inner, 1 + beyond];
    Object.defineProperty(this, "numThresholds", { value: this.limits.length });
    if (!this.multiLabel && this.numLabels !== null) {
      throw new RangeError(`AUC: numLabels is ${this.numLabels}, which is for multiLabel only; leave it out`);
    }
    if (!this.multiLabel) this.state = this.newState([]);
    else if (this.numLabels !== null) this.state = this.newState([this.numLabels]);
  }

  private newState(labels: readonly number[]): OutcomeState {
    return new OutcomeState((name) => this.addVariable(name, [this.limits.length, ...labels], "float32"));
  }

  private stateFor({ shape }: Tensor): OutcomeState {
    if (this.multiLabel && shape.length !== 2) {
      throw new ShapeError(
        `AUC: the predictions have the shape ${formatShape(shape)}; with multiLabel they must be [batch, labels]`,
      );
    }
    this.state ??= this.newState([shape[1]]);
    return this.state;
  }

  override updateState(yTrue: TensorLike, yPred: TensorLike, sampleWeight?: TensorLike | null): void {
    const given = toTensor(yPred);
    this.stateFor(given).add(
      countOutcomes(yTrue, this.fromLogits ? sigmoid(given) : given, {
        thresholds: this.limits,
        sampleWeight,
        isPerLabel: this.multiLabel,
        labelWeights: this.multiLabel ? null : this.labelWeights,
      }),
    );
  }

  /** The area so far; of several labels their mean. */
  override result(): Tensor {
    const { state, labelWeights: weights } = this;
    if (state === null) return toTensor(0);
    const isFine = this.curve === "PR" && this.summationMethod === "interpolation";
    const areas = sum(isFine ? fineParts(state) : this.parts(state), 0);
    if (!this.multiLabel || weights === null) return mean(areas);
    return divNoNan(sum(mul(areas, weights)), sum(weights));
  }

  /** The areas between neighbouring thresholds. */
  private parts(state: OutcomeState): Tensor {
    const { x, y } = points(this.curve, state);
    const [left, right] = neighbours(y);
    const heights = {
      interpolation: () => div(add(left, right), 2),
      minoring: () => minimum(left, right),
      majoring: () => maximum(left, right),
    }[this.summationMethod]();
    const [from, to] = neighbours(x);
    return mul(sub(from, to), heights);
  }
}

function points(curveName: AUCCurve, state: OutcomeState): { readonly x: Tensor; readonly y: Tensor } {
  const { truePositives, falsePositives, trueNegatives, falseNegatives } = state;
  const positives = add(truePositives, falseNegatives);
  const negatives = add(falsePositives, trueNegatives);
  const recall = divNoNan(truePositives, positives);
  if (curveName === "ROC") return { x: divNoNan(falsePositives, negatives), y: recall };
  if (curveName === "PR")
    return { x: recall, y: divNoNan(truePositives, add(truePositives, falsePositives)) };
  const ratio = divNoNan(positives, negatives);
  const [recallGain, precisionGain] = [falseNegatives, falsePositives].map((wrong) => {
    return sub(1, mul(ratio, divNoNan(wrong, truePositives)));
  });
  const isNone = equal(truePositives, 0);
  return { x: maximum(where(isNone, 0, recallGain), 0), y: where(isNone, 1, precisionGain) };
}

/** The areas under the precision between thresholds, where true positives grow linearly with all positive predictions. */
function fineParts({ truePositives, falsePositives, falseNegatives }: OutcomeState): Tensor {
  const [hitsBefore, hits] = neighbours(truePositives);
  const [before, after] = neighbours(add(truePositives, falsePositives));
  const [, missed] = neighbours(falseNegatives);
  const gained = sub(hitsBefore, hits);
  const slope = divNoNan(gained, maximum(sub(before, after), 0));
  const intercept = sub(hits, mul(slope, after));
  const isPositive = logicalAnd(greater(before, 0), greater(after, 0));
  const ratio = where(isPositive, divNoNan(before, maximum(after, 0)), 1);
  const area = mul(slope, add(gained, mul(intercept, log(ratio))));
  return divNoNan(area, maximum(add(hits, missed), 0));
}

/** All rows but the last, and all but the first. */
function neighbours(rows: TensorLike): [Tensor, Tensor] {
  return [slice(rows, [[null, -1]]), slice(rows, [[1, null]])];
}
