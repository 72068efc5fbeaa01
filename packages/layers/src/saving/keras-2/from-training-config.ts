import { isJsonRecord, type Json } from "../../schema/option.ts";

type JsonRecord = { readonly [name: string]: Json };

/**
 * How a model is compiled, in Keras 3's form, of the `training_config` that stands beside models in Keras's older format.
 *
 * @param json `{ optimizer_config, loss, metrics, … }`, of Keras 2 or 3.
 */
export function fromTrainingConfig(json: JsonRecord): Json {
  const {
    optimizer_config,
    loss = null,
    loss_weights = null,
    metrics = null,
    weighted_metrics = null,
  } = json;
  return {
    optimizer: fromOptimizer(optimizer_config ?? "rmsprop"),
    loss: eachObject(loss, (each) => fromLossOrMetric("keras.losses", each)),
    loss_weights,
    metrics: fromMetrics(metrics),
    weighted_metrics: fromMetrics(weighted_metrics),
  };
}

/** Entries of Keras 2's optimizers that Keras 3 has no option for. */
const obsolete: ReadonlySet<string> = new Set(["jit_compile", "is_legacy_optimizer", "decay", "lr"]);

function fromOptimizer(json: Json): Json {
  if (!isJsonRecord(json) || !isJsonRecord(json.config)) return json;
  const { lr, learning_rate = lr ?? null, decay = 0, epsilon, ...config } = json.config;
  const entries = Object.entries(config).filter(([name]) => !obsolete.has(name));
  return {
    module: "keras.optimizers",
    class_name: json.class_name,
    config: {
      ...Object.fromEntries(entries),
      // Once null stood for the default.
      ...(epsilon === undefined || epsilon === null ? {} : { epsilon }),
      ...(learning_rate === null ? {} : { learning_rate: withDecay(learning_rate, decay) }),
    },
    registered_name: null,
  };
}

/** A learning rate that was divided by 1 + decay · step. */
function withDecay(learningRate: Json, decay: Json): Json {
  if (decay === 0 || decay === null || typeof learningRate !== "number") return learningRate;
  return {
    module: "keras.optimizers.schedules",
    class_name: "InverseTimeDecay",
    config: { initial_learning_rate: learningRate, decay_steps: 1, decay_rate: decay },
    registered_name: null,
  };
}

/** Metrics of one output were also written as a list in a list. */
function fromMetrics(json: Json): Json {
  const metrics = eachObject(json, (each) => fromLossOrMetric("keras.metrics", each));
  return Array.isArray(metrics) && metrics.length === 1 && Array.isArray(metrics[0]) ? metrics[0] : metrics;
}

function fromLossOrMetric(module: string, json: JsonRecord): Json {
  const config = isJsonRecord(json.config) ? json.config : {};
  // A function as a metric or loss: its name says all.
  const isWrapper = json.class_name === "MeanMetricWrapper" || json.class_name === "LossFunctionWrapper";
  if (isWrapper && typeof config.fn === "string") return config.fn;
  // Keras 3 has no "auto": the default is what it stood for.
  const kept = Object.entries(config).filter(([name, value]) => name !== "reduction" || value !== "auto");
  return { module, registered_name: null, ...json, config: Object.fromEntries(kept) };
}

/** Structures with the objects of classes in them changed. */
function eachObject(json: Json, change: (json: JsonRecord) => Json): Json {
  if (Array.isArray(json)) return json.map((each) => eachObject(each, change));
  if (!isJsonRecord(json)) return json;
  if (typeof json.class_name === "string") return change(json);
  return Object.fromEntries(Object.entries(json).map(([name, each]) => [name, eachObject(each, change)]));
}
