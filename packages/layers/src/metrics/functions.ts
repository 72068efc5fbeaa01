/** The metrics as functions, which give a value for each sample. */
export { binaryCrossentropy, binaryFocalCrossentropy } from "../losses/binary-crossentropy.ts";
export { categoricalCrossentropy, categoricalFocalCrossentropy } from "../losses/categorical-crossentropy.ts";
export { klDivergence, poisson } from "../losses/distributions.ts";
export { categoricalHinge, hinge, squaredHinge } from "../losses/hinge.ts";
export {
  huber,
  logCosh,
  meanAbsoluteError,
  meanAbsolutePercentageError,
  meanSquaredError,
  meanSquaredLogarithmicError,
} from "../losses/regression.ts";
export { sparseCategoricalCrossentropy } from "../losses/sparse-categorical-crossentropy.ts";
export {
  accuracy,
  type BinaryAccuracyOptions,
  binaryAccuracy,
  categoricalAccuracy,
  type SparseTopKCategoricalAccuracyOptions,
  sparseCategoricalAccuracy,
  sparseTopKCategoricalAccuracy,
  type TopKCategoricalAccuracyOptions,
  topKCategoricalAccuracy,
} from "./accuracy.ts";
export { type CorrelationOptions, concordanceCorrelation, pearsonCorrelation } from "./correlation.ts";
