/** The losses that have names, one line a family. */
export { BinaryCrossentropy, BinaryFocalCrossentropy } from "./binary-crossentropy.ts";
export {
  CategoricalCrossentropy,
  CategoricalFocalCrossentropy,
  CategoricalGeneralizedCrossEntropy,
} from "./categorical-crossentropy.ts";
export { Circle } from "./circle.ts";
export { CTC } from "./ctc.ts";
export { KLDivergence, Poisson } from "./distributions.ts";
export { CategoricalHinge, Hinge, SquaredHinge } from "./hinge.ts";
export { LossFunctionWrapper } from "./loss-function-wrapper.ts";
export { Dice, Tversky } from "./overlap.ts";
export {
  CosineSimilarity,
  Huber,
  LogCosh,
  MeanAbsoluteError,
  MeanAbsolutePercentageError,
  MeanSquaredError,
  MeanSquaredLogarithmicError,
} from "./regression.ts";
export { SparseCategoricalCrossentropy } from "./sparse-categorical-crossentropy.ts";
