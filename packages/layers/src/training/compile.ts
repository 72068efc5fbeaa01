import type { Optimizer } from "@strata/core";
import { describeValue } from "@strata/core/internal";
import { decideCrossentropy, type LossLike, resolveLoss } from "../losses/get-loss.ts";
import type { Loss } from "../losses/loss.ts";
import { type MetricLike, resolveMetric, type TaskKind } from "../metrics/get-metric.ts";
import type { PredictionMetric } from "../metrics/metric.ts";
import { getOptimizer, type OptimizerLike } from "../optimizers/get-optimizer.ts";
import { checkOptionNames } from "../utilities/options.ts";
import type { SymbolicShape } from "../utilities/shapes.ts";

/** How a model is to be trained. */
export interface CompileOptions {
  /** What changes the weights, by name or as an object. Default: `"rmsprop"`. */
  readonly optimizer?: OptimizerLike;
  /** What training makes small: by name, as an object, or as a function of targets and predictions. */
  readonly loss: LossLike;
  /** What is reported besides the loss, without regard to sample weights. Default: nothing. */
  readonly metrics?: readonly MetricLike[];
  /** What is reported besides, with regard to sample weights. Default: nothing. */
  readonly weightedMetrics?: readonly MetricLike[];
}

/** A metric under the name that logs have for it. */
export interface NamedMetric {
  readonly name: string;
  readonly metric: PredictionMetric;
  readonly isWeighted: boolean;
}

/** What `compile` was given, with names resolved as far as they can be without data. */
export interface Compiled {
  readonly optimizer: Optimizer;
  readonly decideLoss: (kind: TaskKind) => Loss;
  readonly makeMetrics: (kind: TaskKind) => readonly NamedMetric[];
}

/** Resolves all names; throws for what is not accepted before anything is changed. */
export function resolveCompileOptions(options: CompileOptions): Compiled {
  checkOptionNames("compile", options, ["optimizer", "loss", "metrics", "weightedMetrics"]);
  const { optimizer = "rmsprop", loss, metrics = [], weightedMetrics = [] } = options;
  const decided = resolveLoss(loss, "compile");
  const makers = [
    ...checkedList("metrics", metrics).map((each) => ({
      make: resolveMetric(each, "compile"),
      isWeighted: false,
    })),
    ...checkedList("weightedMetrics", weightedMetrics).map((each) => ({
      make: resolveMetric(each, "compile"),
      isWeighted: true,
    })),
  ];
  return {
    optimizer: getOptimizer(optimizer, "compile"),
    decideLoss: ({ isBinary, isSparse }) => decided ?? decideCrossentropy(isBinary, isSparse),
    makeMetrics: (kind) =>
      withDistinctNames(makers.map(({ make, isWeighted }) => ({ metric: make(kind), isWeighted }))),
  };
}

/** What targets and outputs of these shapes ask for. */
export function taskKind(targetShape: SymbolicShape, outputShape: SymbolicShape): TaskKind {
  const columns = outputShape[outputShape.length - 1];
  const targetColumns = targetShape[targetShape.length - 1];
  return {
    isBinary: columns === 1,
    isSparse:
      targetShape.length < outputShape.length || (targetColumns === 1 && columns !== null && columns > 1),
  };
}

function checkedList(name: string, list: readonly MetricLike[]): readonly MetricLike[] {
  if (Array.isArray(list)) return list;
  throw new RangeError(`compile: ${name} is ${describeValue(list)}; it must be an array, as ["accuracy"]`);
}

/** A second metric of a name becomes `name_1`, or `weighted_name` if it is the weighted one. */
function withDistinctNames(metrics: readonly Omit<NamedMetric, "name">[]): NamedMetric[] {
  const used = new Map<string, number>([["loss", 1]]);
  return metrics.map(({ metric, isWeighted }) => {
    const wanted = isWeighted && used.has(metric.name) ? `weighted_${metric.name}` : metric.name;
    const count = used.get(wanted) ?? 0;
    used.set(wanted, count + 1);
    return { name: count === 0 ? wanted : `${wanted}_${count}`, metric, isWeighted };
  });
}
