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
export { divisorOf, indivisible, listAlternatives } from "./errors.ts";
export { crc32 } from "./files/crc32.ts";
export { FileError } from "./files/file-error.ts";
export { checkRelativeName } from "./files/file-names.ts";
export { openSource, withSource } from "./files/file-source.ts";
export {
  fileExists,
  joinContent,
  makeFoldersOf,
  removeFile,
  siblingTarget,
  writeTarget,
} from "./files/file-target.ts";
export { type JsonValue, parseJson } from "./files/json.ts";
export type { OpenFile } from "./files/open-file.ts";
export {
  readZip,
  writeZip,
  type ZipArchive,
  type ZipContent,
  type ZipLimits,
  type ZipOptions,
} from "./files/zip.ts";
export { readNpz } from "./formats/numpy/npz.ts";
export { readSafetensors } from "./formats/safetensors/safetensors.ts";
export { activeTrace } from "./graph/trace.ts";
export type * from "./onnx/model.ts";
export type { OnnxInput, OnnxSource, Within } from "./onnx/translate.ts";
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
export { checkGraphValue, checkTensorLike, isGraphValue } from "./tensor.ts";

/** What writes graphs as ONNX models; loaded when it is asked for, since few pages need it. */
export function loadOnnxWriter(): Promise<typeof import("./onnx/translate.ts")> {
  return import("./onnx/translate.ts");
}
