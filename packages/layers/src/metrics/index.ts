export type {
  BestAtValue,
  BoundedRatio,
  OutcomeRates,
  PrecisionAtRecallOptions,
  RecallAtPrecisionOptions,
  SensitivityAtSpecificityOptions,
  SpecificityAtSensitivityOptions,
} from "./at-value.ts";
export type { AUCCurve, AUCOptions } from "./auc.ts";
export * from "./classes.ts";
export {
  defineMetric,
  type FunctionMetric,
  type MetricClass,
  type MetricDefinition,
} from "./define-metric.ts";
export type { F1ScoreOptions, FBetaScoreOptions, FScore } from "./f-score.ts";
export * from "./functions.ts";
export { getMetric, type MetricLike, type MetricName } from "./get-metric.ts";
export type {
  BinaryIoUOptions,
  Comparison,
  IntersectionOverUnion,
  IoUOptions,
  MeanIoUOptions,
  OneHotIoUOptions,
  OneHotMeanIoUOptions,
} from "./iou.ts";
export { Mean, type MeanOfPredictions, Sum } from "./mean.ts";
export type { MeanMetricWrapperOptions, MetricFunction } from "./mean-metric-wrapper.ts";
export { Metric, type MetricDirection, type MetricOptions, PredictionMetric } from "./metric.ts";
export type { OutcomeCount, OutcomeCountOptions } from "./outcome-counts.ts";
export type { PrecisionRecallOptions, TruePositiveRatio } from "./precision-recall.ts";
export type { R2ScoreOptions } from "./regression.ts";
