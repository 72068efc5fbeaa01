export {
  BinaryCrossentropy,
  CategoricalCrossentropy,
  type CrossentropyLossOptions,
  type LossFunction,
  LossFunctionWrapper,
  MeanSquaredError,
  SparseCategoricalCrossentropy,
  type SparseCrossentropyLossOptions,
} from "./classes.ts";
export {
  binaryCrossentropy,
  type CrossentropyOptions,
  categoricalCrossentropy,
  meanSquaredError,
  type SparseCrossentropyOptions,
  sparseCategoricalCrossentropy,
} from "./functions.ts";
export { getLoss, type KnownLoss, type LossLike, type LossName } from "./get-loss.ts";
export { Loss, type LossOptions, type Reduction, type Targets } from "./loss.ts";
