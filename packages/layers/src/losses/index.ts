export * from "./classes.ts";
export { defineLoss, type FunctionLoss, type LossClass, type LossDefinition } from "./define-loss.ts";
export * from "./functions.ts";
export { getLoss, type LossLike, type LossName } from "./get-loss.ts";
export { Loss, type LossOptions, type Reduction } from "./loss.ts";
export type { LossFunction, LossFunctionWrapperOptions } from "./loss-function-wrapper.ts";
export type { TargetCheck, Targets } from "./targets.ts";
