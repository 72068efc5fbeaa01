/** The losses and metrics of each output of a model. */
import { add, mul, stopGradient, type Tensor } from "@strata/core";
import { maskOf } from "../layer/masks.ts";
import { decideCrossentropy, type LossLike, resolveLoss } from "../losses/get-loss.ts";
import type { Loss } from "../losses/loss.ts";
import { type MetricLike, resolveMetric, type TaskKind } from "../metrics/get-metric.ts";
import { Mean } from "../metrics/mean.ts";
import type { Metric, PredictionMetric } from "../metrics/metric.ts";
import type { SymbolicShape } from "../utilities/shapes.ts";
import { type CompileOptions, listOf } from "./compile.ts";
import { perOutput } from "./per-output.ts";

/** A metric under the name that logs have for it. */
export interface NamedMetric {
  /** The name. */
  readonly name: string;
  /** The metric. */
  readonly metric: Metric;
}

/** Knowledge of an output before there are data. */
export interface OutputType {
  /** Its name. */
  readonly name: string;
  /** The shape of a batch of it. */
  readonly shape: SymbolicShape;
}

/** The loss and the metrics that compare one output with its targets. */
interface Objective {
  readonly loss: Loss | null;
  readonly weight: number | null;
  /** The mean of the loss, where there are several outputs. */
  readonly tracker: NamedMetric | null;
  readonly metrics: readonly CompiledMetric[];
}

interface CompiledMetric {
  readonly name: string;
  readonly metric: PredictionMetric;
  readonly isWeighted: boolean;
}

/** The losses and metrics that `compile` was given, for outputs whose shapes are known. */
export class Objectives {
  private readonly objectives: readonly Objective[];

  /**
   * @param options What `compile` was given.
   * @param outputs The outputs, in order.
   * @param targetShapes The shapes of their targets; null where there are none.
   */
  constructor(
    options: CompileOptions,
    outputs: readonly OutputType[],
    targetShapes: readonly (SymbolicShape | null)[],
  ) {
    const names = outputs.map(({ name }) => name);
    const losses = perOutput("compile: loss", options.loss, names);
    const weights = perOutput("compile: lossWeights", options.lossWeights, names);
    const taken = new Set(["loss", ...(names.length > 1 ? names.map((name) => `${name}_loss`) : [])]);
    const metrics = metricsOf("metrics", options.metrics, names);
    const weightedMetrics = metricsOf("weightedMetrics", options.weightedMetrics, names);
    this.objectives = outputs.map(({ name, shape }, index) => {
      const target = targetShapes[index];
      const kind = target === null ? null : taskKind(target, shape);
      const loss = losses[index];
      const made = (list: readonly MetricLike[], isWeighted: boolean): CompiledMetric[] =>
        kind === null
          ? []
          : list.map((each) => {
              const metric = resolveMetric(each, "compile")(kind);
              return {
                name: distinct(metric.name, names.length > 1 ? name : null, isWeighted, taken),
                metric,
                isWeighted,
              };
            });
      return {
        loss: kind === null || loss === null ? null : decidedLoss(loss, kind),
        weight: weights[index],
        tracker: names.length > 1 && loss !== null ? { name: `${name}_loss`, metric: new Mean() } : null,
        metrics: [...made(metrics[index], false), ...made(weightedMetrics[index], true)],
      };
    });
  }

  /** The means of losses, where there are several outputs, and the metrics. */
  get metrics(): readonly NamedMetric[] {
    const trackers = this.objectives.flatMap(({ tracker }) => (tracker === null ? [] : [tracker]));
    return [...trackers, ...this.objectives.flatMap(({ metrics }) => metrics)];
  }

  /** The loss of each output; null where there is none. */
  get losses(): readonly (Loss | null)[] {
    return this.objectives.map(({ loss }) => loss);
  }

  /** The weighted sum of the losses; null if there are none. */
  computeLoss(
    targets: readonly (Tensor | null)[],
    outputs: readonly Tensor[],
    sampleWeights: readonly (Tensor | null)[],
  ): Tensor | null {
    let total: Tensor | null = null;
    this.objectives.forEach(({ loss, weight, tracker }, index) => {
      const target = targets[index] ?? null;
      if (loss === null || target === null) return;
      const value = loss.apply(target, outputs[index], sampleWeights[index] ?? undefined);
      if (tracker !== null && tracker.metric instanceof Mean) {
        tracker.metric.updateState(value, outputs[index].shape[0]);
      }
      const term = weight === null ? value : mul(value, weight);
      total = total === null ? term : add(total, term);
    });
    return total;
  }

  /** Takes a batch into the metrics. */
  updateMetrics(
    targets: readonly (Tensor | null)[],
    outputs: readonly Tensor[],
    sampleWeights: readonly (Tensor | null)[],
  ): void {
    this.objectives.forEach(({ metrics }, index) => {
      const target = targets[index] ?? null;
      if (target === null) return;
      for (const { metric, isWeighted } of metrics) {
        if (isWeighted) metric.updateState(target, outputs[index], sampleWeights[index] ?? undefined);
        else metric.updateState(target, unmasked(outputs[index]));
      }
    });
  }
}

/** A tensor of the same values without a mask: metrics count what is masked, unless they are weighted. */
function unmasked(output: Tensor): Tensor {
  return maskOf(output) === null ? output : stopGradient(output);
}

/** The loss or metric that targets and outputs of these shapes ask for. */
function taskKind(targetShape: SymbolicShape, outputShape: SymbolicShape): TaskKind {
  const columns = outputShape[outputShape.length - 1];
  const targetColumns = targetShape[targetShape.length - 1];
  return {
    isBinary: columns === 1,
    isSparse:
      targetShape.length < outputShape.length || (targetColumns === 1 && columns !== null && columns > 1),
  };
}

function decidedLoss(given: LossLike, kind: TaskKind): Loss {
  return resolveLoss(given, "compile") ?? decideCrossentropy(kind.isBinary, kind.isSparse);
}

/** The metrics of each output. Of a single output a plain list may be given. */
function metricsOf(
  name: string,
  given: CompileOptions["metrics"],
  outputs: readonly string[],
): readonly (readonly MetricLike[])[] {
  if (outputs.length === 1 && Array.isArray(given)) return [given.flatMap((each) => listOf(each))];
  return perOutput(`compile: ${name}`, given, outputs).map(listOf);
}

/** A second metric of a name becomes `name_1`, or `weighted_name` if it is the weighted one. */
function distinct(name: string, output: string | null, isWeighted: boolean, taken: Set<string>): string {
  const prefix = output === null ? "" : `${output}_`;
  let wanted = `${prefix}${name}`;
  if (isWeighted && taken.has(wanted)) wanted = `${prefix}weighted_${name}`;
  let found = wanted;
  for (let count = 1; taken.has(found); count++) found = `${wanted}_${count}`;
  taken.add(found);
  return found;
}
