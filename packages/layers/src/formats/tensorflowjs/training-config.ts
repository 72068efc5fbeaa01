/** How a model was compiled, in the form of Keras 2 and of TensorFlow.js. */
import type { AnyLayer } from "../../layer/any-layer.ts";
import { fromKerasConfig } from "../../saving/from-keras-config.ts";
import { fromTrainingConfig } from "../../saving/keras-2/from-training-config.ts";
import { isJsonRecord, type Json } from "../../schema/option.ts";
import { restoreCompileOptions } from "../../training/compile.ts";
import { Trainable } from "../../training/trainable.ts";
import { toSnakeCase } from "../../utilities/names.ts";
import type { JsonRecord } from "./artifacts.ts";

/** An optimizer of TensorFlow.js: its class in Keras, and its options, by their names there. */
interface OptimizerRule {
  readonly inKeras: string;
  readonly options: Readonly<Record<string, string>>;
}

const rate = { learningRate: "learning_rate" };
const betas = { ...rate, beta1: "beta_1", beta2: "beta_2", epsilon: "epsilon" };

/** The optimizers of TensorFlow.js. */
const optimizers: Readonly<Record<string, OptimizerRule>> = {
  SGD: { inKeras: "SGD", options: rate },
  Momentum: { inKeras: "SGD", options: { ...rate, momentum: "momentum", useNesterov: "nesterov" } },
  Adam: { inKeras: "Adam", options: betas },
  Adamax: { inKeras: "Adamax", options: betas },
  Adagrad: {
    inKeras: "Adagrad",
    options: { ...rate, initialAccumulatorValue: "initial_accumulator_value" },
  },
  Adadelta: { inKeras: "Adadelta", options: { ...rate, rho: "rho", epsilon: "epsilon" } },
  RMSProp: {
    inKeras: "RMSprop",
    options: { ...rate, decay: "rho", momentum: "momentum", epsilon: "epsilon", centered: "centered" },
  },
};

/** Compiles a model as a file says. */
export function compileAsTrained(model: AnyLayer, training: Json): void {
  if (!(model instanceof Trainable) || !isJsonRecord(training) || !isJsonRecord(training.optimizer_config))
    return;
  const inKeras2 = { ...training, optimizer_config: optimizerOfKeras(training.optimizer_config) };
  const options = restoreCompileOptions(fromTrainingConfig(inKeras2), fromKerasConfig);
  if (options !== null) model.compile(options);
}

/** An optimizer as Keras has it; Keras's own has names with underscores already. */
function optimizerOfKeras(optimizer: JsonRecord): JsonRecord {
  const { class_name, config } = optimizer;
  const className = String(class_name);
  if (!isJsonRecord(config) || !("learningRate" in config) || !Object.hasOwn(optimizers, className))
    return optimizer;
  const { inKeras, options } = optimizers[className];
  const entries = Object.entries(config).flatMap(([name, value]): [string, Json][] =>
    Object.hasOwn(options, name) ? [[options[name], value]] : [],
  );
  return { class_name: inKeras, config: Object.fromEntries(entries) };
}

/** The losses of TensorFlow.js. */
const losses: ReadonlySet<string> = new Set([
  ...["mean_squared_error", "mean_absolute_error", "mean_absolute_percentage_error"],
  ...["mean_squared_logarithmic_error", "squared_hinge", "hinge", "categorical_hinge", "logcosh", "poisson"],
  ...["categorical_crossentropy", "sparse_categorical_crossentropy", "binary_crossentropy"],
  ...["kullback_leibler_divergence", "mse", "mae", "mape", "msle"],
]);

/** The metrics of TensorFlow.js. */
const metrics: ReadonlySet<string> = new Set([
  ...[
    "accuracy",
    "acc",
    "binary_accuracy",
    "categorical_accuracy",
    "sparse_categorical_accuracy",
    "precision",
    "recall",
  ],
  ...["categorical_crossentropy", "binary_crossentropy", "sparse_categorical_crossentropy"],
  ...["mse", "mae", "mape", "mean_squared_error", "mean_absolute_error", "mean_absolute_percentage_error"],
]);

/** The options of `compile` that TensorFlow.js has no form for. */
export class Unsayable extends Error {}

/**
 * How a model was compiled, for TensorFlow.js.
 *
 * @param compiled `compile_config` of the model in Keras 3's form.
 * @throws Unsayable for what TensorFlow.js does not have.
 */
export function trainingConfigOf(compiled: JsonRecord): JsonRecord {
  const {
    optimizer,
    loss = null,
    metrics: given = null,
    loss_weights = null,
    weighted_metrics = null,
  } = compiled;
  for (const [name, value] of Object.entries({ loss_weights, weighted_metrics })) {
    if (value !== null) throw new Unsayable(`${name} (${JSON.stringify(value)})`);
  }
  if (!isJsonRecord(optimizer)) throw new Unsayable("the optimizer");
  const named = (kind: string, known: ReadonlySet<string>, value: Json): Json => {
    if (Array.isArray(value)) return value.map((each) => named(kind, known, each));
    if (typeof value === "string" && known.has(toSnakeCase(value))) return toSnakeCase(value);
    if (isJsonRecord(value) && typeof value.class_name !== "string") {
      return Object.fromEntries(
        Object.entries(value).map(([name, each]) => [name, named(kind, known, each)]),
      );
    }
    throw new Unsayable(`the ${kind} ${JSON.stringify(value)}`);
  };
  return {
    loss: named("loss", losses, loss),
    metrics: given === null ? [] : named("metric", metrics, given),
    optimizer_config: optimizerForTensorFlow(optimizer),
  };
}

/** Options of Keras's optimizers by the values that change nothing. */
const neutral: Readonly<Record<string, readonly Json[]>> = {
  ...{ weight_decay: [null, 0], clipnorm: [null], global_clipnorm: [null], clipvalue: [null] },
  ...{ use_ema: [false], loss_scale_factor: [null], gradient_accumulation_steps: [null], amsgrad: [false] },
};

/** Options of Keras's optimizers without meaning while others are as they are by default. */
const ignored: ReadonlySet<string> = new Set(["name", "ema_momentum", "ema_overwrite_frequency"]);

function optimizerForTensorFlow({ class_name, config }: JsonRecord): JsonRecord {
  const given = isJsonRecord(config) ? config : {};
  const className = class_name === "SGD" && given.momentum !== 0 ? "Momentum" : class_name;
  const found = Object.entries(optimizers).find(
    ([name, { inKeras }]) => name === className || (inKeras === className && inKeras !== "SGD"),
  );
  if (found === undefined) throw new Unsayable(`the optimizer ${String(class_name)}`);
  const [name, { options }] = found;
  const inTensorFlow = new Map(Object.entries(options).map(([ours, inKeras]) => [inKeras, ours]));
  const entries = Object.entries(given).flatMap(([option, value]): [string, Json][] => {
    const known = inTensorFlow.get(option);
    if (known !== undefined && (typeof value === "number" || typeof value === "boolean"))
      return [[known, value]];
    if (ignored.has(option) || isNeutral(name, option, value)) return [];
    throw new Unsayable(`${option} of the optimizer ${String(class_name)} (${JSON.stringify(value)})`);
  });
  return { class_name: name, config: Object.fromEntries(entries) };
}

function isNeutral(className: string, option: string, value: Json): boolean {
  if (className === "SGD" && (option === "momentum" || option === "nesterov")) return true;
  // TensorFlow.js has a constant in its place.
  if (className === "Adagrad" && option === "epsilon") return true;
  return Object.hasOwn(neutral, option) && neutral[option].includes(value);
}
