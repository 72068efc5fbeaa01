/**
 * The high level of Strata: layers, models, losses, metrics and initializers with Keras 3's semantics.
 *
 * @module
 */

import "./operations/methods.ts";

export type { ActivationFunction, ActivationLike, ActivationName } from "./activations/index.ts";
export * as activations from "./activations/index.ts";
export * as callbacks from "./callbacks/index.ts";
export {
  type Callback,
  History,
  type Logs,
  type PredictLogs,
  type RunParameters,
  type TrainedModel,
  type TrainingPosition,
} from "./callbacks/index.ts";
export * as constraints from "./constraints/index.ts";
export {
  type AnyDataset,
  type BatchOptions,
  type BucketOptions,
  Dataset,
  type ElementOf,
  type ElementSource,
  type InterleaveOptions,
  type MapOptions,
  type PaddedBatchOptions,
  type ShuffleOptions,
} from "./data/dataset.ts";
export * as datasets from "./data/datasets/index.ts";
export { type AudioDirectoryOptions, audioDatasetFromDirectory } from "./data/directories/audio.ts";
export {
  DirectoryDataset,
  type DirectoryDatasetOf,
  type DirectoryDatasets,
  type KnownOptions,
  type WithLabels,
} from "./data/directories/directory-dataset.ts";
export type { DirectoryHandle, DirectoryLike, FileHandle } from "./data/directories/folder-tree.ts";
export { type ImageDirectoryOptions, imageDatasetFromDirectory } from "./data/directories/images.ts";
export { type TextDirectoryOptions, textDatasetFromDirectory } from "./data/directories/texts.ts";
export type { Batched, BatchedPart, Numbers, Unbatched } from "./data/elements.ts";
export type { DrawnSource } from "./data/images/canvas.ts";
export {
  type ClampedPixels,
  type EncodeImageOptions,
  encodeImage,
  type ImageLike,
  type ImageToTensorOptions,
  imageToTensor,
  type Pixels,
  type SaveImageOptions,
  saveImage,
  type TensorToImageOptions,
  tensorToImage,
} from "./data/images/convert-image.ts";
export { type LoadImageOptions, loadImage } from "./data/images/load-image.ts";
export type { Pass } from "./data/passes.ts";
export {
  type CsvElement,
  type CsvFeatures,
  type CsvOptions,
  type CsvValue,
  csvDataset,
} from "./data/sources/csv.ts";
export type { CsvColumnType } from "./data/sources/csv-elements.ts";
export type { Compression, DataFile, DataFiles } from "./data/sources/files.ts";
export { type NpzDatasetOptions, npyDataset, npzDataset } from "./data/sources/numpy.ts";
export { jsonLinesDataset, type TextLineOptions, textLineDataset } from "./data/sources/text-lines.ts";
export {
  type FeatureOptions,
  type FeatureTable,
  type FeatureType,
  type FeatureValue,
  type FeatureValues,
  type TfrecordOptions,
  tfrecordDataset,
  type WriteTfrecordOptions,
  writeTfrecord,
} from "./data/sources/tfrecord.ts";
export { type TimeseriesOptions, timeseriesDatasetFromArray } from "./data/timeseries.ts";
export type {
  FormatName,
  LoadModelOptions,
  LoadWeightsOptions,
  SaveOptions,
  SaveWeightsOptions,
} from "./formats/formats.ts";
export { loadModel } from "./formats/load-model.ts";
export { exportOnnx } from "./formats/onnx/export-onnx.ts";
export type { LoadHandler, ModelArtifacts, SaveHandler } from "./formats/tensorflowjs/artifacts.ts";
export type { InitializerLike, InitializerName } from "./initializers/index.ts";
export * as initializers from "./initializers/index.ts";
export {
  AnyLayer,
  type CallArguments,
  type CallContext,
  type CallOptions,
  type LayerKnowledge,
  type LayerOptions,
  layerOptions,
  type WeightOptions,
} from "./layer/any-layer.ts";
export { DTypePolicy, type DTypePolicyName, dtypePolicy, setDTypePolicy } from "./layer/dtype-policy.ts";
export type { InputRule } from "./layer/input-rule.ts";
export { Layer, type SymbolicExtra } from "./layer/layer.ts";
export { type MaskStructure, maskOf, setMask } from "./layer/masks.ts";
export type { Member, SavedPart } from "./layer/members.ts";
export { SymbolicType } from "./layer/output-types.ts";
export type { Mapped, Structure, TensorStructure } from "./layer/structure.ts";
export {
  type Applied,
  type KerasArguments,
  LayerCall,
  type SymbolicArguments,
  type SymbolicFor,
  type SymbolicMethods,
  SymbolicTensor,
  type TensorOrigin,
} from "./layer/symbolic-tensor.ts";
export * from "./layers/index.ts";
export type { LossLike, LossName } from "./losses/index.ts";
export * as losses from "./losses/index.ts";
export type { MetricLike, MetricName } from "./metrics/index.ts";
export * as metrics from "./metrics/index.ts";
export { type FunctionalOptions, Model } from "./models/model.ts";
export { Sequential, type SequentialOptions } from "./models/sequential.ts";
export type { SummaryOptions } from "./models/summary.ts";
export { operate } from "./operations/operation.ts";
export { getOptimizer, type OptimizerLike, type OptimizerName } from "./optimizers/get-optimizer.ts";
export * from "./plots/index.ts";
export * as regularizers from "./regularizers/index.ts";
export { cloneModel } from "./saving/clone-model.ts";
export { fromKerasConfig } from "./saving/from-keras-config.ts";
export type { KerasObject } from "./saving/keras-object.ts";
export { registerKerasSerializable } from "./saving/known-classes.ts";
export { toKerasConfig } from "./saving/to-keras-config.ts";
export { Configurable, type Configuration, type FirstOrOptions, named } from "./schema/configurable.ts";
export type {
  Given,
  Json,
  Omission,
  Option,
  OptionTable,
  OptionValues,
  Rest,
  Restore,
  Serialize,
  Values,
} from "./schema/option.ts";
export * as options from "./schema/vocabulary.ts";
export type { ClassWeight, DataStructure } from "./training/array-batches.ts";
export type { DataLike } from "./training/arrays.ts";
export type { Batch, BatchSource, StepLogs } from "./training/batch.ts";
export type { CompileOptions, MetricsOption } from "./training/compile.ts";
export type { ElementsLike } from "./training/element-batches.ts";
export {
  type InWorkerOptions,
  inWorker,
  type ModelForWorker,
  type ModelInWorker,
} from "./training/in-worker.ts";
export type {
  DataSource,
  EvaluateOptions,
  FitOptions,
  PredictOptions,
  TestOnBatchOptions,
  TrainOnBatchOptions,
  ValidationArrays,
  Verbosity,
} from "./training/options.ts";
export type { PerOutput } from "./training/per-output.ts";
export type { StepResult } from "./training/steps.ts";
export { type EvaluateResults, Trainable } from "./training/trainable.ts";
export {
  type CamelCase,
  clearSession,
  type NameOf,
  type SnakeCase,
} from "./utilities/names.ts";
export { normalize } from "./utilities/normalize.ts";
export { type OutputStream, setOutput } from "./utilities/output.ts";
export { type PadSequencesOptions, padSequences } from "./utilities/pad-sequences.ts";
export type { SymbolicShape } from "./utilities/shapes.ts";
export type { FloatDType } from "./utilities/tensors.ts";
export { toCategorical } from "./utilities/to-categorical.ts";
export type { WorkerLike } from "./worker/platform/worker-handle.ts";
