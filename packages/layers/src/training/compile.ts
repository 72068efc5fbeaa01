import { LossScaleOptimizer, type Optimizer } from "@strata/core";
import { describeValue, readOptions } from "@strata/core/internal";
import { type LossLike, resolveLoss } from "../losses/get-loss.ts";
import { type MetricLike, resolveMetric } from "../metrics/get-metric.ts";
import { getOptimizer, type OptimizerLike } from "../optimizers/get-optimizer.ts";
import { isPlainObject } from "../schema/configurable.ts";
import { isJsonRecord, type Json, type Restore, type Serialize } from "../schema/option.ts";
import { toSnakeCase } from "../utilities/names.ts";
import { type PerOutput, valuesGiven } from "./per-output.ts";

/** Metrics of one output in an array; of several in an array for each, in order or by the names of the outputs. */
export type MetricsOption = Exclude<PerOutput<MetricLike | readonly MetricLike[]>, string>;

/** How a model is to be trained. */
export interface CompileOptions {
  /** The rule that changes the weights, by name or as an object. Default: `"rmsprop"`. */
  readonly optimizer?: OptimizerLike;
  /**
   * The quantity that training minimizes: by name, as an object, or as a function of targets and predictions. For several
   * outputs: an array, or an object with their names. Default: none, for models whose layers add losses, or that have a
   * `trainStep` of their own.
   */
  readonly loss?: PerOutput<LossLike> | null;
  /** Factors of the losses of several outputs, in their sum. Default: 1. */
  readonly lossWeights?: PerOutput<number> | null;
  /** Numbers reported besides the loss, without regard to sample weights; for several outputs as `loss`. Default: nothing. */
  readonly metrics?: MetricsOption | null;
  /** Numbers reported besides, with regard to sample weights. Default: nothing. */
  readonly weightedMetrics?: MetricsOption | null;
  /** Whether the loss is scaled for layers that compute in float16, where small gradients would vanish. Default: true. */
  readonly autoScaleLoss?: boolean;
}

/** The arguments of `compile`, checked. */
export interface Compiled {
  /** The arguments as they came. */
  readonly options: CompileOptions;
  /** The optimizer. */
  readonly optimizer: Optimizer;
}

const names = [
  "optimizer",
  "loss",
  "lossWeights",
  "metrics",
  "weightedMetrics",
  "autoScaleLoss",
] as const satisfies readonly (keyof CompileOptions)[];

/**
 * Resolves all names; throws for what is not accepted before anything is changed.
 *
 * @param given The arguments of `compile`.
 * @param scalesLoss Whether the model computes in float16.
 */
export function resolveCompileOptions(given: readonly unknown[], scalesLoss: boolean): Compiled {
  const options = optionsIn(given);
  const { optimizer = "rmsprop", loss, metrics, weightedMetrics, autoScaleLoss = true } = options;
  for (const each of valuesGiven(loss)) resolveLoss(each, "compile");
  checkMetrics("metrics", metrics);
  checkMetrics("weightedMetrics", weightedMetrics);
  const chosen = getOptimizer(optimizer, "compile");
  const isScaled = chosen instanceof LossScaleOptimizer || !autoScaleLoss || !scalesLoss;
  return { options, optimizer: isScaled ? chosen : new LossScaleOptimizer(chosen) };
}

/** How a model was compiled, in Keras's form. */
export function writeCompiled({ options, optimizer }: Compiled, serialize: Serialize): Json {
  const write = (given: unknown): Json => {
    if (typeof given === "string") return toSnakeCase(given);
    if (Array.isArray(given)) return given.map(write);
    if (isPlainObject(given)) {
      return Object.fromEntries(Object.entries(given).map(([name, each]) => [name, write(each)]));
    }
    return given === undefined ? null : serialize(given);
  };
  return {
    optimizer: serialize(optimizer),
    loss: write(options.loss),
    loss_weights: write(options.lossWeights),
    metrics: write(options.metrics),
    weighted_metrics: write(options.weightedMetrics),
    run_eagerly: false,
    steps_per_execution: 1,
    jit_compile: false,
  };
}

/** The options of `compile` that {@link writeCompiled} wrote; null if the model was not compiled. */
export function restoreCompileOptions(config: Json | undefined, restore: Restore): object | null {
  if (!isJsonRecord(config) || config.optimizer === undefined) return null;
  const { optimizer, loss = null, loss_weights = null, metrics = null, weighted_metrics = null } = config;
  return {
    optimizer: restore(optimizer),
    loss: restore(loss),
    lossWeights: restore(loss_weights),
    metrics: restore(metrics),
    weightedMetrics: restore(weighted_metrics),
  };
}

function optionsIn(given: readonly unknown[]): CompileOptions {
  const [options] = given;
  if (given.length !== 1 || !isOptions(options)) {
    const [optimizer = "adam", loss = "mse"] = given.filter((each) => typeof each === "string");
    throw new TypeError(
      `compile: the arguments are ${given.map(describeValue).join(", ") || "none"}; it takes one object of options, as ` +
        `compile({ optimizer: ${JSON.stringify(optimizer)}, loss: ${JSON.stringify(loss)} })`,
    );
  }
  readOptions("compile", options, names);
  return options;
}

/** Whether it is an object of options, whose values are checked as they are read. */
function isOptions(given: unknown): given is CompileOptions {
  return isPlainObject(given);
}

function checkMetrics(name: string, given: CompileOptions["metrics"]): void {
  if (given !== undefined && given !== null && !Array.isArray(given) && !isPlainObject(given)) {
    throw new RangeError(
      `compile: ${name} is ${describeValue(given)}; it must be an array, as ["accuracy"], or an object with the names of ` +
        "the outputs",
    );
  }
  for (const each of valuesGiven(given)) for (const metric of listOf(each)) resolveMetric(metric, "compile");
}

/** One metric or several, as a list. */
export function listOf(given: MetricLike | readonly MetricLike[] | null): readonly MetricLike[] {
  if (given === null) return [];
  return isList(given) ? given : [given];
}

function isList(given: MetricLike | readonly MetricLike[]): given is readonly MetricLike[] {
  return Array.isArray(given);
}
