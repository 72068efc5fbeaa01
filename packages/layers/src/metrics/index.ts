export {
  Accuracy,
  accuracy,
  BinaryAccuracy,
  type BinaryAccuracyOptions,
  binaryAccuracy,
  CategoricalAccuracy,
  categoricalAccuracy,
  SparseCategoricalAccuracy,
  sparseCategoricalAccuracy,
} from "./accuracy.ts";
export {
  BinaryCrossentropy,
  CategoricalCrossentropy,
  type CrossentropyMetricOptions,
  MeanSquaredError,
  SparseCategoricalCrossentropy,
  type SparseCrossentropyMetricOptions,
} from "./crossentropies.ts";
export type { KnownMetric, MetricLike, MetricName } from "./get-metric.ts";
export { Mean, MeanMetricWrapper, type MetricFunction } from "./mean.ts";
export { Metric, type MetricOptions, PredictionMetric } from "./metric.ts";
