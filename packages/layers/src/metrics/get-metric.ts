import { type AliasesOf, aliasesOf, classesOf, type DefaultNames, functionsOf } from "../registry/classes.ts";
import { type ObjectKind, resolveObject } from "../registry/object-option.ts";
import { Registry } from "../registry/registry.ts";
import type { NameOf } from "../utilities/names.ts";
import { BinaryAccuracy, CategoricalAccuracy, SparseCategoricalAccuracy } from "./accuracy.ts";
import * as classes from "./classes.ts";
import { Mean, Sum } from "./mean.ts";
import { MeanMetricWrapper, type MetricFunction } from "./mean-metric-wrapper.ts";
import { type Metric, PredictionMetric } from "./metric.ts";

/** The names that stand for one of the accuracies, which the shapes of targets and outputs decide. */
const undecided = ["accuracy", "acc"] as const;

/** The name of a metric: that of its class in camelCase or in Keras's snake_case, or an abbreviation. */
export type MetricName =
  | NameOf<DefaultNames<typeof classes, PredictionMetric>>
  | AliasesOf<typeof classes>
  | (typeof undecided)[number];

/** A metric: by name, as an object, or as a function that gives a number for each sample. */
export type MetricLike = MetricName | PredictionMetric | MetricFunction;

/** Which kind of accuracy targets and outputs ask for. */
export interface TaskKind {
  /** Whether the outputs have one column. */
  readonly isBinary: boolean;
  /** Whether the targets are labels, and not vectors. */
  readonly isSparse: boolean;
}

const predictionClasses = classesOf(classes, PredictionMetric);

/** All metrics, as configurations name them. */
export const metricRegistry = new Registry<new () => Metric>("metric", { ...predictionClasses, Mean, Sum });

/** The metrics of predictions, as options name them. */
const namedMetrics = new Registry("metric", predictionClasses, {
  acc: "Accuracy",
  ...aliasesOf(predictionClasses),
});

/** The metrics as functions, by the names of their classes. */
export const metricFunctions = new Registry("metric function", functionsOf(predictionClasses));

const kind: ObjectKind<PredictionMetric, MetricFunction> = {
  kind: "a metric of predictions",
  registry: namedMetrics,
  isInstance: (value: unknown) => value instanceof PredictionMetric,
  fromFunction: (f) => new MeanMetricWrapper(f),
};

/**
 * The metric that a name stands for, or a function made into one.
 *
 * @throws RangeError for an unknown name, with the accepted ones.
 *
 * @example
 * ```ts
 * import { metrics } from "@strata/layers";
 *
 * console.log(metrics.getMetric("auc").name); // "auc"
 * ```
 */
export function getMetric(metric: MetricLike): PredictionMetric {
  return resolveObject(kind, typeof metric === "string" ? "getMetric" : "getMetric: the metric", metric);
}

/**
 * A maker of a metric, once the kind of the task is known. Names are checked at once, and are the names of what is made of
 * them.
 */
export function resolveMetric(metric: MetricLike, operation: string): (kind: TaskKind) => PredictionMetric {
  if (typeof metric !== "string") {
    const resolved = resolveObject(kind, `${operation}: a metric`, metric);
    return () => resolved;
  }
  if (undecided.some((name) => name === metric.toLowerCase())) return (task) => accuracyFor(task, metric);
  const made: new (options?: { readonly name: string }) => PredictionMetric = namedMetrics.resolve(
    operation,
    metric,
  );
  return () => new made({ name: metric });
}

/** Binary, sparse or categorical accuracy by the shapes of targets and outputs. */
function accuracyFor({ isBinary, isSparse }: TaskKind, name: string): PredictionMetric {
  if (isBinary) return new BinaryAccuracy({ name });
  return isSparse ? new SparseCategoricalAccuracy({ name }) : new CategoricalAccuracy({ name });
}
