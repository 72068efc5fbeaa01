/**
 * The helpers that core shares with `@strata/layers`, so that both check arguments and word errors alike.
 *
 * Not a public interface: it changes in any version, without notice.
 *
 * @module
 */
export {
  checkFlag,
  checkFunction,
  checkList,
  checkNumber,
  describeValue,
  readOptions,
} from "./arguments.ts";
export {
  allocateArray,
  bytesPerElement,
  checkDType,
  dtypes,
  epsilonOf,
  floatDTypes,
  isDType,
  isFloat,
  isHalf,
  isInteger,
  promote,
  toFloat,
} from "./dtype.ts";
export { divisorOf, indivisible, listAlternatives, unknownName } from "./errors.ts";
export { crc32, crc32Of } from "./files/crc32.ts";
export { joinBytes } from "./files/join-bytes.ts";
export { activeTrace } from "./graph/trace.ts";
export { filledTensor, valuesInPlace } from "./in-place.ts";
export type * from "./onnx/model.ts";
export type { OnnxInput, OnnxSource, Within } from "./onnx/translate.ts";
export { methodFunctions } from "./ops/add-methods.ts";
export {
  nearestPixels,
  type ResamplingKernel,
  resamplingKernels,
  resamplingTaps,
  type Taps,
} from "./ops/resampling.ts";
export { irregularOptionNames } from "./optimizers/optimizer-options.ts";
export {
  type Configuration,
  fromConfiguration,
  type OptimizerName,
  optimizerParts,
  optimizers,
  type ScheduleName,
  schedules,
} from "./optimizers/registry.ts";
export { isInferringTypes, outsideTraces, withPlaceholders } from "./placeholders.ts";
export { defaultGenerator, seedNow, shuffleWords } from "./random/seed.ts";
export {
  broadcastShapes,
  checkShape,
  formatShape,
  normalizeAxes,
  normalizeAxis,
  reducedShape,
  sameShape,
  sizeOf,
} from "./shape.ts";
export { checkGraphValue, checkTensorLike, isGraphValue, isSameValue } from "./tensor.ts";

/** The writer of graphs as ONNX models; loaded when it is asked for, since few pages need it. */
export function loadOnnxWriter(): Promise<typeof import("./onnx/translate.ts")> {
  return import("./onnx/translate.ts");
}
