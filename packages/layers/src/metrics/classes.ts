/** The metrics of predictions that have names, one line a family. */
export { BinaryCrossentropyMetric as BinaryCrossentropy } from "../losses/binary-crossentropy.ts";
export { CategoricalCrossentropyMetric as CategoricalCrossentropy } from "../losses/categorical-crossentropy.ts";
export { KLDivergenceMetric as KLDivergence, PoissonMetric as Poisson } from "../losses/distributions.ts";
export {
  CategoricalHingeMetric as CategoricalHinge,
  HingeMetric as Hinge,
  SquaredHingeMetric as SquaredHinge,
} from "../losses/hinge.ts";
export {
  CosineSimilarityMetric as CosineSimilarity,
  LogCoshError,
  MeanAbsoluteErrorMetric as MeanAbsoluteError,
  MeanAbsolutePercentageErrorMetric as MeanAbsolutePercentageError,
  MeanSquaredErrorMetric as MeanSquaredError,
  MeanSquaredLogarithmicErrorMetric as MeanSquaredLogarithmicError,
} from "../losses/regression.ts";
export { SparseCategoricalCrossentropyMetric as SparseCategoricalCrossentropy } from "../losses/sparse-categorical-crossentropy.ts";
export {
  Accuracy,
  BinaryAccuracy,
  CategoricalAccuracy,
  SparseCategoricalAccuracy,
  SparseTopKCategoricalAccuracy,
  TopKCategoricalAccuracy,
} from "./accuracy.ts";
export {
  PrecisionAtRecall,
  RecallAtPrecision,
  SensitivityAtSpecificity,
  SpecificityAtSensitivity,
} from "./at-value.ts";
export { AUC } from "./auc.ts";
export { ConcordanceCorrelation, PearsonCorrelation } from "./correlation.ts";
export { F1Score, FBetaScore } from "./f-score.ts";
export { BinaryIoU, IoU, MeanIoU, OneHotIoU, OneHotMeanIoU } from "./iou.ts";
export { MeanMetricWrapper } from "./mean-metric-wrapper.ts";
export { FalseNegatives, FalsePositives, TrueNegatives, TruePositives } from "./outcome-counts.ts";
export { Precision, Recall } from "./precision-recall.ts";
export { R2Score, RootMeanSquaredError } from "./regression.ts";
