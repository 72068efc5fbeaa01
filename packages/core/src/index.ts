/**
 * The low level of Strata: tensors, Variables, graph ops with autodiff, compiled steps and optimizers.
 *
 * @module
 */
import "./ops/methods.ts";

export {
  grad,
  gradients,
  type TensorFunction,
  type ValueAndGradient,
  valueAndGrad,
} from "./autodiff/gradients.ts";
export type { MemoryUse } from "./backends/backend.ts";
export { describeGraph, describeProgram, type GraphDescriptionOptions } from "./debug.ts";
export type { DType, TypedArray } from "./dtype.ts";
export { DTypeError, EvaluationError, ShapeError } from "./errors.ts";
export {
  type BackendName,
  describeBackend,
  getBackend,
  memoryUse,
  setBackend,
} from "./evaluate.ts";
export { type JitResult, type JitValue, jit } from "./jit.ts";
export * from "./ops/activations.ts";
export * from "./ops/arithmetic.ts";
export * from "./ops/contractions.ts";
export * from "./ops/creation.ts";
export * from "./ops/losses.ts";
export * from "./ops/reductions.ts";
export * from "./ops/shapes.ts";
export * from "./ops/transcendental.ts";

export * from "./random/distributions.ts";
export { Generator } from "./random/generator.ts";
export { setSeed, shuffledIndices } from "./random/seed.ts";
export type { Shape } from "./shape.ts";
export {
  type ArrayValue,
  evaluate,
  type NestedArray,
  Tensor,
  type TensorLike,
  tensor,
} from "./tensor.ts";
export type { Axis, TensorMethods } from "./tensor-methods.ts";
export { Variable, type VariableOptions, variable } from "./variable.ts";
