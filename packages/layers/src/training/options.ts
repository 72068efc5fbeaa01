import { describeValue, readOptions } from "@strata/core/internal";
import type { Callback } from "../callbacks/callback.ts";
import { checkCallbacks } from "../callbacks/callback-list.ts";
import { checkInteger } from "../utilities/options.ts";
import type { ClassWeight, DataStructure } from "./array-batches.ts";
import type { BatchSource } from "./batch.ts";
import { type ElementsLike, isElementsLike } from "./element-batches.ts";

/** Samples and the like at hand, or batches that come one by one. */
export type DataSource = DataStructure | BatchSource | ElementsLike;

/** Data at hand to validate with. */
export type ValidationArrays = readonly [x: DataStructure, y?: DataStructure, sampleWeight?: DataStructure];

/** Whether validation data are at hand. */
export function isValidationArrays(value: unknown): value is ValidationArrays {
  return Array.isArray(value);
}

/** How much is printed: 0 nothing, 1 a progress bar (off a terminal a line an epoch), 2 a line an epoch; `"auto"` is 1. */
export type Verbosity = "auto" | 0 | 1 | 2;

/** Options of {@link Model.fit}. */
export interface FitOptions {
  /** The number of samples of a step. Default: 32. */
  readonly batchSize?: number;
  /** The index after that of the last epoch. Default: 1. */
  readonly epochs?: number;
  /** How much is printed. Default: `"auto"`. */
  readonly verbose?: Verbosity;
  /** Called in the course of training. */
  readonly callbacks?: readonly Callback[];
  /** The share of the samples, from the end, that is not trained on but validated with. Default: 0. */
  readonly validationSplit?: number;
  /** Samples, targets and perhaps sample weights, or batches, to validate with; comes before `validationSplit`. */
  readonly validationData?: ValidationArrays | BatchSource | ElementsLike;
  /** Whether each epoch has an order of its own, which depends on the seed and the epoch. Default: true. */
  readonly shuffle?: boolean;
  /** Factors of the losses of the classes; excludes `sampleWeight`. */
  readonly classWeight?: ClassWeight;
  /** Factors of the losses of the samples, [samples]; of several outputs perhaps one for each. */
  readonly sampleWeight?: DataStructure;
  /** The index of the first epoch. Default: 0. */
  readonly initialEpoch?: number;
  /** The number of steps of an epoch, which goes on where the one before ended. Default: one pass. */
  readonly stepsPerEpoch?: number;
  /** The number of batches to validate with. Default: all. */
  readonly validationSteps?: number;
  /** The batch size of validation. Default: `batchSize`. */
  readonly validationBatchSize?: number;
  /** Every so many epochs there is validation; or after so many epochs each, in a list. Default: 1. */
  readonly validationFreq?: number | readonly number[];
}

/** Options of {@link Model.evaluate}. */
export interface EvaluateOptions {
  /** The number of samples of a step. Default: 32. */
  readonly batchSize?: number;
  /** How much is printed. Default: `"auto"`. */
  readonly verbose?: Verbosity;
  /** Factors of the losses of the samples, [samples]; of several outputs perhaps one for each. */
  readonly sampleWeight?: DataStructure;
  /** The number of batches. Default: all. */
  readonly steps?: number;
  /** Called in the course of it. */
  readonly callbacks?: readonly Callback[];
  /** Whether the result is an object with names. Default: false. */
  readonly returnDict?: boolean;
}

/** Options of {@link Model.predict}. */
export interface PredictOptions {
  /** The number of samples of a step. Default: 32. */
  readonly batchSize?: number;
  /** How much is printed. Default: `"auto"`. */
  readonly verbose?: Verbosity;
  /** The number of batches. Default: all. */
  readonly steps?: number;
  /** Called in the course of it. */
  readonly callbacks?: readonly Callback[];
}

/** Options of {@link Model.trainOnBatch}. */
export interface TrainOnBatchOptions {
  /** Factors of the losses of the samples, [samples]; of several outputs perhaps one for each. */
  readonly sampleWeight?: DataStructure;
  /** Factors of the losses of the classes; excludes `sampleWeight`. */
  readonly classWeight?: ClassWeight;
  /** Whether the result is an object with names. Default: false. */
  readonly returnDict?: boolean;
}

/** Options of {@link Model.testOnBatch}. */
export interface TestOnBatchOptions {
  /** Factors of the losses of the samples, [samples]; of several outputs perhaps one for each. */
  readonly sampleWeight?: DataStructure;
  /** Whether the result is an object with names. Default: false. */
  readonly returnDict?: boolean;
}

const fitOptionNames = [
  "batchSize",
  "epochs",
  "verbose",
  "callbacks",
  "validationSplit",
  "validationData",
  "shuffle",
  "classWeight",
  "sampleWeight",
  "initialEpoch",
  "stepsPerEpoch",
  "validationSteps",
  "validationBatchSize",
  "validationFreq",
] as const satisfies readonly (keyof FitOptions)[];

const evaluateOptionNames = [
  "batchSize",
  "verbose",
  "sampleWeight",
  "steps",
  "callbacks",
  "returnDict",
] as const;
const predictOptionNames = ["batchSize", "verbose", "steps", "callbacks"] as const;

/** Throws a RangeError for options that there are not, or whose values are not accepted. */
export function checkFitOptions(options: FitOptions): void {
  readOptions("fit", options, fitOptionNames);
  const { epochs, initialEpoch, validationData } = options;
  if (epochs !== undefined) checkInteger("fit", "epochs", epochs, 1);
  if (initialEpoch !== undefined) checkInteger("fit", "initialEpoch", initialEpoch, 0);
  checkPositive("fit", options, ["stepsPerEpoch", "validationSteps", "validationBatchSize"]);
  const { validationFreq = 1 } = options;
  for (const each of typeof validationFreq === "number" ? [validationFreq] : validationFreq) {
    checkInteger("fit", "validationFreq", each, 1);
  }
  checkRun("fit", options);
  const isAccepted = isValidationArrays(validationData)
    ? validationData.length >= 1 && validationData.length <= 3
    : validationData === undefined || isBatchSource(validationData) || isElementsLike(validationData);
  if (!isAccepted) {
    throw new RangeError(
      `fit: validationData is ${describeValue(validationData)}; it must be [x, y] or [x, y, sampleWeight], or a dataset of such ` +
        "batches",
    );
  }
}

/** Throws a RangeError for options that data at hand take, and batches that come one by one do not. */
export function checkElementOptions(
  operation: string,
  y: unknown,
  options: Pick<FitOptions, "batchSize" | "sampleWeight" | "validationSplit">,
): void {
  if (y !== undefined && y !== null) {
    throw new RangeError(
      `${operation}: y is ${describeValue(y)}; the batches of x must have the targets, as [x, y]`,
    );
  }
  for (const name of ["batchSize", "sampleWeight", "validationSplit"] as const) {
    if (options[name] === undefined) continue;
    throw new RangeError(
      `${operation}: ${name} is ${describeValue(options[name])}; it is for data at hand, and x gives batches one by one`,
    );
  }
}

/** As {@link checkFitOptions}, for `evaluate`. */
export function checkEvaluateOptions(options: EvaluateOptions): void {
  readOptions("evaluate", options, evaluateOptionNames);
  checkRun("evaluate", options);
  checkPositive("evaluate", options, ["steps"]);
}

/** As {@link checkFitOptions}, for `predict`. */
export function checkPredictOptions(options: PredictOptions): void {
  readOptions("predict", options, predictOptionNames);
  checkRun("predict", options);
  checkPositive("predict", options, ["steps"]);
}

/** 0, 1 or 2. */
export function verbosity(verbose: Verbosity = "auto"): number {
  return verbose === "auto" ? 1 : verbose;
}

/** Whether a value is a source of batches, and no data. */
export function isBatchSource(value: unknown): value is BatchSource {
  return (
    typeof value === "object" &&
    value !== null &&
    "count" in value &&
    "pass" in value &&
    typeof value.pass === "function"
  );
}

/** Options that all runs have in common. */
export interface RunOptions {
  readonly batchSize?: number;
  readonly verbose?: Verbosity;
  readonly steps?: number;
  readonly callbacks?: readonly Callback[];
}

function checkRun(operation: string, { batchSize, verbose = "auto", callbacks = [] }: RunOptions): void {
  if (batchSize !== undefined) checkInteger(operation, "batchSize", batchSize, 1);
  if (!["auto", 0, 1, 2].includes(verbose)) {
    throw new RangeError(
      `${operation}: verbose is ${describeValue(verbose)}; accepted are "auto", 0, 1 or 2`,
    );
  }
  checkCallbacks(operation, callbacks);
}

function checkPositive<Options extends object>(
  operation: string,
  options: Options,
  names: readonly (keyof Options & string)[],
): void {
  for (const name of names) if (options[name] !== undefined) checkInteger(operation, name, options[name], 1);
}
