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
export { listAlternatives } from "./errors.ts";
export { activeTrace } from "./graph/trace.ts";
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
