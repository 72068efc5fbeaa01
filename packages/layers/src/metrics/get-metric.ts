import { describeValue } from "@strata/core/internal";
import { resolveName, type Spelled } from "../utilities/names.ts";
import { BinaryAccuracy, CategoricalAccuracy, SparseCategoricalAccuracy } from "./accuracy.ts";
import {
  BinaryCrossentropy,
  CategoricalCrossentropy,
  MeanSquaredError,
  SparseCategoricalCrossentropy,
} from "./crossentropies.ts";
import { MeanMetricWrapper, type MetricFunction } from "./mean.ts";
import { PredictionMetric } from "./metric.ts";

type Make = (name: string) => PredictionMetric;

/** The metrics that have names, in camelCase. */
export type KnownMetric =
  | "binaryAccuracy"
  | "binaryCrossentropy"
  | "categoricalAccuracy"
  | "categoricalCrossentropy"
  | "meanSquaredError"
  | "sparseCategoricalAccuracy"
  | "sparseCategoricalCrossentropy";

/** Each makes a metric of a name, which is the name as it was given. */
const table: Readonly<Record<KnownMetric | "bce" | "mse", Make>> = {
  binaryAccuracy: (name) => new BinaryAccuracy({ name }),
  binaryCrossentropy: (name) => new BinaryCrossentropy({ name }),
  categoricalAccuracy: (name) => new CategoricalAccuracy({ name }),
  categoricalCrossentropy: (name) => new CategoricalCrossentropy({ name }),
  meanSquaredError: (name) => new MeanSquaredError({ name }),
  sparseCategoricalAccuracy: (name) => new SparseCategoricalAccuracy({ name }),
  sparseCategoricalCrossentropy: (name) => new SparseCategoricalCrossentropy({ name }),
  bce: (name) => new BinaryCrossentropy({ name }),
  mse: (name) => new MeanSquaredError({ name }),
};

/** The name of a metric: in camelCase, in snake_case, that of its class, or an abbreviation. */
export type MetricName =
  | Spelled<KnownMetric>
  | "accuracy"
  | "acc"
  | "Accuracy"
  | "mse"
  | "MSE"
  | "bce"
  | "BCE";

/** A metric: by name, as an object, or as a function that gives a number for each sample. */
export type MetricLike = MetricName | PredictionMetric | MetricFunction;

/** Which kind of accuracy targets and outputs ask for. */
export interface TaskKind {
  /** Whether the outputs have one column. */
  readonly isBinary: boolean;
  /** Whether the targets are labels, and not vectors. */
  readonly isSparse: boolean;
}

/** A maker of a metric, once the kind of the task is known. Names are checked at once. */
export function resolveMetric(metric: MetricLike, operation: string): (kind: TaskKind) => PredictionMetric {
  if (metric instanceof PredictionMetric) return () => metric;
  if (typeof metric === "function") return () => new MeanMetricWrapper(metric);
  if (typeof metric !== "string") {
    throw new RangeError(
      `${operation}: a metric is ${describeValue(metric)}; it must be a name, a metric or a function of targets and ` +
        "predictions",
    );
  }
  if (["accuracy", "acc"].includes(metric.toLowerCase())) return (kind) => accuracyFor(kind, metric);
  const names: Record<string, Make> = {
    accuracy: (name) => new CategoricalAccuracy({ name }),
    acc: (name) => new CategoricalAccuracy({ name }),
    ...table,
  };
  const make = resolveName(operation, "metric", names, metric);
  return () => make(metric);
}

/** Binary, sparse or categorical accuracy by the shapes of targets and outputs. */
function accuracyFor({ isBinary, isSparse }: TaskKind, name: string): PredictionMetric {
  if (isBinary) return new BinaryAccuracy({ name });
  return isSparse ? new SparseCategoricalAccuracy({ name }) : new CategoricalAccuracy({ name });
}
