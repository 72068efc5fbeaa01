/** The losses as functions, which give a value for each sample. */
export {
  type BinaryCrossentropyOptions,
  type BinaryFocalCrossentropyOptions,
  binaryCrossentropy,
  binaryFocalCrossentropy,
} from "./binary-crossentropy.ts";
export {
  type CategoricalCrossentropyOptions,
  type CategoricalFocalCrossentropyOptions,
  type CategoricalGeneralizedCrossEntropyOptions,
  categoricalCrossentropy,
  categoricalFocalCrossentropy,
  categoricalGeneralizedCrossEntropy,
} from "./categorical-crossentropy.ts";
export { type CircleOptions, circle } from "./circle.ts";
export { ctc } from "./ctc.ts";
export { klDivergence, poisson } from "./distributions.ts";
export { categoricalHinge, hinge, squaredHinge } from "./hinge.ts";
export { type DiceOptions, dice, type TverskyOptions, tversky } from "./overlap.ts";
export {
  type CosineSimilarityOptions,
  cosineSimilarity,
  type HuberOptions,
  huber,
  logCosh,
  meanAbsoluteError,
  meanAbsolutePercentageError,
  meanSquaredError,
  meanSquaredLogarithmicError,
} from "./regression.ts";
export {
  type SparseCategoricalCrossentropyOptions,
  sparseCategoricalCrossentropy,
} from "./sparse-categorical-crossentropy.ts";
