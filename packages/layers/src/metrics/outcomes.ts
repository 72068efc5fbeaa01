/** True and false positives and negatives of predictions at thresholds. */
import {
  add,
  arange,
  bincount,
  broadcastTo,
  cast,
  ceil,
  clip,
  cumsum,
  expandDims,
  greater,
  maximum,
  mul,
  notEqual,
  oneHot,
  reshape,
  ShapeError,
  slice,
  sub,
  sum,
  type Tensor,
  type TensorLike,
  topK,
  where,
} from "@strata/core";
import { option } from "../schema/option.ts";
import { alignSampleWeight, comparable } from "../utilities/ranks.ts";
import { formatShape } from "../utilities/shapes.ts";
import { toTensor } from "../utilities/tensors.ts";

/** The outcomes that predictions can have. */
export type Outcome = "truePositives" | "falsePositives" | "trueNegatives" | "falseNegatives";

/** How many predictions have each of the outcomes, for each threshold: [thresholds], or [thresholds, labels]. */
export type Outcomes = Readonly<Record<Outcome, Tensor>>;

/** The outcome that is counted. */
export interface OutcomeOptions {
  /** Predictions above one are positive. */
  readonly thresholds: readonly number[];
  /** Factors of the samples. Default: 1 for all. */
  readonly sampleWeight?: TensorLike | null | undefined;
  /** How many of the largest predictions of a row may be positive. Default: all. */
  readonly topK?: number | null;
  /** The only class that counts. Default: all. */
  readonly classId?: number | null;
  /** Factors of the labels, [labels]. Default: 1 for all. */
  readonly labelWeights?: Tensor | null;
  /** Whether outcomes are counted for each label, of [batch, labels]. */
  readonly isPerLabel?: boolean;
}

/** Stands for predictions that may not be positive. */
export const lowest = -1e10;

const isThreshold = (value: unknown): value is number =>
  typeof value === "number" && value >= 0 && value <= 1;

/** An option that is one threshold or several. */
export const thresholds = option<number | readonly number[]>({
  accepted: "a number from 0 to 1, or an array of them",
  read: (given) => {
    if (isThreshold(given)) return given;
    return Array.isArray(given) && given.length > 0 && given.every(isThreshold) ? given : undefined;
  },
  write: (value) => value,
});

/** An option's thresholds as a list. */
export function thresholdList(given: number | readonly number[]): readonly number[] {
  return typeof given === "number" ? [given] : given;
}

/** Thresholds from 0 to 1 at equal distances; of one, 1/2. */
export function evenThresholds(count: number): readonly number[] {
  return count === 1 ? [0.5] : Array.from({ length: count }, (_, index) => index / (count - 1));
}

/**
 * Counts outcomes.
 *
 * @param yTrue Targets; those that are not 0 are true.
 * @param yPred Predictions, from 0 to 1.
 * @param options Thresholds, weights, and which predictions count.
 */
export function countOutcomes(yTrue: TensorLike, yPred: TensorLike, options: OutcomeOptions): Outcomes {
  const { topK: count = null, classId = null, isPerLabel = false } = options;
  const [targets, prediction] = comparable(yTrue, yPred).map((each) => cast(each, "float32"));
  const filtered = count === null ? prediction : amongLargest(prediction, count);
  const [labels, scores] = [targets, filtered].map((each) =>
    classId === null ? each : ofClass(each, classId),
  );
  const weights = weightsFor(scores, options);
  const isTrue = cast(notEqual(labels, 0), "float32");
  const columns = isPerLabel ? scores.shape[1] : 1;
  const parts = [mul(isTrue, weights), mul(sub(1, isTrue), weights)];
  const counted = isEven(options.thresholds) ? countByBuckets : countByComparison;
  const [truePositives, falsePositives] = counted(scores, parts, options.thresholds, columns);
  const [allTrue, allFalse] = parts.map((part) => sum(reshape(part, [-1, columns]), 0, true));
  const shape = isPerLabel ? [options.thresholds.length, columns] : [options.thresholds.length];
  return {
    truePositives: reshape(truePositives, shape),
    falsePositives: reshape(falsePositives, shape),
    trueNegatives: reshape(sub(allFalse, falsePositives), shape),
    falseNegatives: reshape(sub(allTrue, truePositives), shape),
  };
}

/** Whether thresholds are 0 … 1 at equal distances, but for rounding. */
function isEven(given: readonly number[]): boolean {
  const last = given.length - 1;
  return (
    last >= 2 && given.every((value, index) => Math.abs(value - index / last) <= 1e-7 + (1e-5 * index) / last)
  );
}

function weightsFor(scores: Tensor, { sampleWeight, labelWeights = null }: OutcomeOptions): Tensor {
  const weight = cast(toTensor(sampleWeight ?? 1), "float32");
  const ofSamples = broadcastTo(alignSampleWeight(weight, scores.shape), scores.shape);
  return labelWeights === null ? ofSamples : mul(ofSamples, labelWeights);
}

/** Predictions with those that are not among the k largest of a row out of the running. */
function amongLargest(prediction: Tensor, k: number): Tensor {
  const { indices } = topK(prediction, k);
  const isLargest = sum(oneHot(indices, prediction.shape[prediction.rank - 1]), -2);
  return where(greater(isLargest, 0), prediction, lowest);
}

function ofClass(values: Tensor, classId: number): Tensor {
  if (values.rank > 1) return slice(values, ["...", [classId, classId + 1]]);
  throw new ShapeError(
    `classId: the predictions have the shape ${formatShape(values.shape)}; they must be [batch, classes]`,
  );
}

/** Sums of parts where predictions exceed thresholds, each [thresholds, columns]: by comparing each with each. */
function countByComparison(
  scores: Tensor,
  parts: readonly Tensor[],
  limits: readonly number[],
  columns: number,
): Tensor[] {
  const rows = reshape(scores, [1, -1, columns]);
  const isPositive = cast(greater(rows, reshape(toTensor([...limits]), [-1, 1, 1])), "float32");
  return parts.map((part) => sum(mul(isPositive, reshape(part, [1, -1, columns])), 1));
}

/** As {@link countByComparison}, of even thresholds: each prediction is counted at the last one that it exceeds. */
function countByBuckets(
  scores: Tensor,
  parts: readonly Tensor[],
  limits: readonly number[],
  columns: number,
): Tensor[] {
  const count = limits.length;
  const rows = reshape(clip(scores, 0, 1), [-1, columns]);
  const exceeded = sub(ceil(mul(rows, count - 1)), 1);
  const last = limits[0] < 0 ? maximum(exceeded, 0) : exceeded;
  const buckets = cast(add(mul(last, columns), expandDims(arange(columns), 0)), "int32");
  const ids = where(greater(0, last), -1, buckets);
  return parts.map((part) => {
    const inBuckets = bincount(ids, reshape(part, [-1, columns]), count * columns);
    return cumsum(reshape(inBuckets, [count, columns]), 0, { reverse: true });
  });
}
