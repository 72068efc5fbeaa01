/**
 * The low level of Strata: tensors, Variables, graph ops with autodiff, compiled steps and optimizers.
 *
 * @module
 */
import "./ops/methods.ts";

export { checkpoint } from "./autodiff/checkpoint.ts";
export { type CustomGradient, customGradient } from "./autodiff/custom-gradient.ts";
export { hessian, hvp, jacobian, jvp, type ValueAndTangent } from "./autodiff/derivatives.ts";
export {
  grad,
  gradients,
  type TensorFunction,
  type TensorLikes,
  type ValueAndGradient,
  valueAndGrad,
} from "./autodiff/gradients.ts";
export type { MemoryUse, StepTime } from "./backends/backend.ts";
export { cond } from "./control/cond.ts";
export { map, type ScanOptions, scan } from "./control/scan.ts";
export { type VmapOptions, vmap } from "./control/vmap.ts";
export { whileLoop } from "./control/while-loop.ts";
export { describeGraph, describeProgram, type GraphDescriptionOptions } from "./debug.ts";
export type { DType, TypedArray } from "./dtype.ts";
export { DTypeError, EvaluationError, ShapeError } from "./errors.ts";
export { describeBackend, describeProfile, profile } from "./evaluate/backends.ts";
export { nextTurn } from "./evaluate/turn.ts";
export { type BackendName, type BackendOptions, getBackend, memoryUse, setBackend } from "./evaluate.ts";
export { FileError } from "./files/file-error.ts";
export type { FileSource, ReadableFile, ReadableFileHandle } from "./files/file-source.ts";
export type { FileContent, FileHandleLike, FileTarget, WritableFile } from "./files/file-target.ts";
export type { FileProgress, ReadOptions } from "./files/open-file.ts";
export { listFiles, removeFile, type StoredFile } from "./files/stored-files.ts";
export { encodeNpy, loadNpy, saveNpy } from "./formats/numpy/npy.ts";
export { encodeNpz, loadNpz, type NpzOptions, saveNpz } from "./formats/numpy/npz.ts";
export type { SafetensorsEntry, SafetensorsHeader, SafetensorsType } from "./formats/safetensors/header.ts";
export {
  encodeSafetensors,
  loadSafetensors,
  loadSafetensorsHeader,
  type SafetensorsOptions,
  type SafetensorsSaveOptions,
  saveSafetensors,
} from "./formats/safetensors/safetensors.ts";
export type { NamedTensorLikes } from "./formats/stored-tensors.ts";
export type * from "./global-types.ts";
export { jit } from "./jit.ts";
export type { ArrayValue, NestedArray, NumbersOfRank, Rank } from "./nested-arrays.ts";
export * from "./ops/activations.ts";
export * from "./ops/arithmetic.ts";
export * from "./ops/attention.ts";
export * from "./ops/contractions.ts";
export * from "./ops/convolution.ts";
export * from "./ops/creation.ts";
export * from "./ops/crop-and-resize.ts";
export * from "./ops/ctc-loss.ts";
export * from "./ops/cumulation.ts";
export * from "./ops/decompositions.ts";
export * from "./ops/determinants.ts";
export * from "./ops/dynamic-shapes.ts";
export * from "./ops/einsum.ts";
export * from "./ops/fourier.ts";
export * from "./ops/gates.ts";
export * from "./ops/indexing.ts";
export * from "./ops/joining.ts";
export * from "./ops/linear-algebra.ts";
export * from "./ops/logic.ts";
export * from "./ops/losses.ts";
export * from "./ops/matrices.ts";
export * from "./ops/matrix-function.ts";
export * from "./ops/normalization.ts";
export * from "./ops/norms.ts";
export * from "./ops/padding.ts";
export * from "./ops/pooling.ts";
export * from "./ops/products.ts";
export * from "./ops/rectifiers.ts";
export * from "./ops/reductions.ts";
export * from "./ops/resize.ts";
export * from "./ops/rounding.ts";
export * from "./ops/scatter.ts";
export * from "./ops/shapes.ts";
export * from "./ops/singular-values.ts";
export * from "./ops/slicing.ts";
export * from "./ops/sorting.ts";
export * from "./ops/space-depth.ts";
export * from "./ops/statistics.ts";
export * from "./ops/transcendental.ts";
export type { Padding, PerDimension, WindowOptions } from "./ops/windows.ts";
export * from "./optimizers/all-optimizers.ts";
export * from "./optimizers/all-schedules.ts";
export type { LearningRate } from "./optimizers/learning-rate.ts";
export {
  type Assignment,
  type NamedOptions,
  Optimizer,
  type WeightDecayExclusion,
} from "./optimizers/optimizer.ts";
export {
  OptimizerMap,
  type OptimizerMapOptions,
  type OptimizersByPattern,
} from "./optimizers/optimizer-map.ts";
export {
  type CommonOptions,
  type OptimizerOptions,
  type OptionsWith,
  optimizerOptions,
  type ResolvedOptimizerOptions,
} from "./optimizers/optimizer-options.ts";
export type { DefaultedOption, OptimizerOption, OptionTable, OptionValues } from "./optimizers/option.ts";
export { type OptimizerArguments, PerVariableOptimizer } from "./optimizers/per-variable-optimizer.ts";
export { LearningRateSchedule } from "./optimizers/schedules.ts";
export type { NamedTensors, SlotDescription } from "./optimizers/slots.ts";
export type { ScalarInputs, UpdateInputs, UpdateResult } from "./optimizers/update.ts";

export type { JsonValues, TensorJson } from "./printed-values.ts";
export * from "./random/discrete.ts";
export * from "./random/distributions.ts";
export * from "./random/gamma.ts";
export { Generator } from "./random/generator.ts";
export { setSeed, shuffledIndices } from "./random/seed.ts";
export type { Shape } from "./shape.ts";
export { decodeHalf, encodeHalf, type HalfDType } from "./special/half-precision.ts";
export type {
  JitArgument,
  JitResult,
  JitValue,
  StructureLike,
  TensorStructure,
  TensorsOf,
} from "./structure.ts";
export { evaluate, Tensor, type TensorLike, tensor } from "./tensor.ts";
export type { Axis, TensorMethods } from "./tensor-methods.ts";
export type { Parts, Tensors } from "./tuples.ts";
export type { Float16ArrayLike, NumericArray } from "./typed-arrays.ts";
export { Variable, type VariableConstraint, type VariableOptions, variable } from "./variable.ts";
