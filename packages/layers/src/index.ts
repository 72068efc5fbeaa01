/**
 * The high level of Strata: layers, models, losses, metrics and initializers with Keras 3's semantics.
 *
 * @module
 */

export type { ActivationFunction, ActivationLike, ActivationName } from "./activations/index.ts";
export * as activations from "./activations/index.ts";
export { type Callback, History, type Logs, type RunParameters } from "./callbacks/index.ts";
export type { InitializerLike, InitializerName } from "./initializers/index.ts";
export * as initializers from "./initializers/index.ts";
export { type CallOptions, Layer, type LayerOptions, type WeightOptions } from "./layer.ts";
export { Activation, type ActivationConfig } from "./layers/activation.ts";
export { Dense, type DenseConfig, type DenseOptions } from "./layers/dense.ts";
export { Dropout, type DropoutConfig, type DropoutOptions } from "./layers/dropout.ts";
export { Flatten } from "./layers/flatten.ts";
export { Input, InputLayer, type InputOptions } from "./layers/input-layer.ts";
export type { LossLike, LossName } from "./losses/index.ts";
export * as losses from "./losses/index.ts";
export type { MetricLike, MetricName } from "./metrics/index.ts";
export * as metrics from "./metrics/index.ts";
export { Model } from "./models/model.ts";
export { Sequential, type SequentialOptions } from "./models/sequential.ts";
export type { SummaryOptions } from "./models/summary.ts";
export { getOptimizer, type OptimizerLike, type OptimizerName } from "./optimizers/get-optimizer.ts";
export { SymbolicTensor } from "./symbolic-tensor.ts";
export type { DataLike } from "./training/arrays.ts";
export type { CompileOptions } from "./training/compile.ts";
export type { ClassWeight } from "./training/dataset.ts";
export type {
  EvaluateOptions,
  FitOptions,
  PredictOptions,
  TestOnBatchOptions,
  TrainOnBatchOptions,
  Verbosity,
} from "./training/options.ts";
export { clearSession, type SnakeCase, type Spelled } from "./utilities/names.ts";
export { type OutputStream, setOutput } from "./utilities/output.ts";
export type { SymbolicShape } from "./utilities/shapes.ts";
export type { FloatDType } from "./utilities/tensors.ts";
export { toCategorical } from "./utilities/to-categorical.ts";
