/**
 * The optimizers that there are, a line each. From these lines follow the exports of the package and the
 * names by which configurations know them.
 */
export { Adadelta, type AdadeltaOptions } from "./adadelta.ts";
export { Adafactor, type AdafactorOptions } from "./adafactor.ts";
export { Adagrad, type AdagradOptions } from "./adagrad.ts";
export { Adam, type AdamOptions, AdamW, type AdamWOptions } from "./adam.ts";
export { Adamax, type AdamaxOptions } from "./adamax.ts";
export { Ftrl, type FtrlOptions } from "./ftrl.ts";
export { Lamb, type LambOptions } from "./lamb.ts";
export { Lion, type LionOptions } from "./lion.ts";
export { LossScaleOptimizer, type LossScaleOptimizerOptions } from "./loss-scale-optimizer.ts";
export { MultiOptimizer, type MultiOptimizerOptions } from "./multi-optimizer.ts";
export { Muon, type MuonOptions } from "./muon.ts";
export { Nadam, type NadamOptions } from "./nadam.ts";
export { RMSprop, type RMSpropOptions } from "./rmsprop.ts";
export { ScheduleFreeAdamW, type ScheduleFreeAdamWOptions } from "./schedule-free-adamw.ts";
export { SGD, type SGDOptions } from "./sgd.ts";
