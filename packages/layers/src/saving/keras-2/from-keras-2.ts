import { describeValue } from "@strata/core/internal";
import { isJsonRecord, type Json } from "../../schema/option.ts";
import { type LayerRule, layerRules } from "./layer-rules.ts";

/** An object of JSON. */
type JsonRecord = { readonly [name: string]: Json };

/**
 * The configuration in Keras 3's form of a model or layer in that of Keras 2, from which TensorFlow.js has its own.
 *
 * @param json `{ class_name, config }`.
 * @throws RangeError for an option that Keras 3 does not have, unless its value is without effect.
 */
export function fromKeras2(json: Json): Json {
  const { class_name: className, config } = recordOf(json, "a model or layer");
  if (typeof className !== "string") {
    throw new RangeError(
      `Keras 2: a model or layer has the class ${describeValue(className)}; it must be a name`,
    );
  }
  if (className === "Sequential") return fromSequential(config);
  if (className === "Model" || className === "Functional" || className === "Network")
    return fromFunctional(config);
  return fromLayer(className, recordOf(config, `the configuration of ${className}`));
}

function fromSequential(config: Json): Json {
  // Before 2.2.3 there was the list alone.
  const given: JsonRecord = Array.isArray(config) ? { layers: config } : recordOf(config, "Sequential");
  const layers = listOf(given.layers, "the layers of Sequential").map((each) => recordOf(each, "a layer"));
  const [first] = layers;
  const input = first === undefined || first.class_name === "InputLayer" ? null : inputOf(first);
  return {
    module: "keras",
    class_name: "Sequential",
    config: {
      ...namedIn(given),
      layers: [...(input === null ? [] : [input]), ...layers.map((each) => fromKeras2(each))],
    },
    registered_name: null,
  };
}

/** The input that the first layer of a Sequential states, which may be a model; null if it states none. */
function inputOf({ config }: JsonRecord): Json | null {
  const given: JsonRecord = Array.isArray(config)
    ? { layers: config }
    : recordOf(config, "a layer's configuration");
  const { name, dtype, input_dtype, batch_input_shape: batchShape, layers, input_layers: inputs } = given;
  if (Array.isArray(layers)) {
    const place = Array.isArray(inputs) ? inputs.flat()[0] : undefined;
    const first = layers.filter(isJsonRecord).find((each) => place === undefined || each.name === place);
    return first === undefined ? null : inputOf(first);
  }
  if (!Array.isArray(batchShape)) return null;
  const stated = [input_dtype, dtype].find((each) => typeof each === "string") ?? "float32";
  return fromLayer("InputLayer", { name: `${name}_input`, batch_input_shape: batchShape, dtype: stated });
}

function fromFunctional(json: Json): Json {
  const config = recordOf(json, "the configuration of a model");
  const layers = listOf(config.layers, "the layers of a model").map((each) => recordOf(each, "a layer"));
  const graph = new Calls(layers);
  return {
    module: "keras.src.models.functional",
    class_name: "Functional",
    config: {
      ...namedIn(config),
      layers: layers.map((each) => ({
        ...recordOf(fromKeras2(each), "a layer"),
        name: each.name ?? null,
        inbound_nodes: graph.callsOf(each),
      })),
      input_layers: graph.places(config.input_layers),
      output_layers: graph.places(config.output_layers),
    },
    registered_name: "Functional",
  };
}

/** The calls between the layers of a functional model. */
class Calls {
  readonly #names: ReadonlySet<string>;
  /** Models within the model, whose first call has the number 1, since 0 stands for the one that made them. */
  readonly #numberedFromOne: ReadonlySet<string>;

  constructor(layers: readonly JsonRecord[]) {
    this.#names = new Set(layers.map(({ name }) => String(name)));
    const highest = new Map<string, number>();
    for (const { inbound_nodes } of layers) {
      visitPlaces(inbound_nodes ?? null, this.#names, ([name, call]) => {
        highest.set(name, Math.max(call, highest.get(name) ?? 0));
      });
    }
    const isFromOne = ({ name, class_name, inbound_nodes }: JsonRecord): boolean => {
      if (!modelClasses.has(String(class_name))) return false;
      const last = highest.get(String(name));
      // The results of the last call may be outputs only.
      return last === undefined || last >= (Array.isArray(inbound_nodes) ? inbound_nodes.length : 0);
    };
    this.#numberedFromOne = new Set(layers.filter(isFromOne).map(({ name }) => String(name)));
  }

  callsOf({ name, class_name, inbound_nodes = [] }: JsonRecord): Json {
    const owner = `the calls of ${describeValue(name)}`;
    return listOf(inbound_nodes, owner).map((node) => this.#call(String(class_name), node, owner));
  }

  /** References to the inputs or outputs of a model; one that is alone in its list is no list in Keras 3. */
  places(json: Json | undefined): Json {
    const owner = "the inputs or outputs of a model";
    const list = listOf(json, owner);
    if (isPlace(list, this.#names)) return this.#place(list);
    const places = list.map((each) => this.#place(placeOf(each, this.#names, owner)));
    return places.length === 1 ? places[0] : places;
  }

  #call(className: string, node: Json, owner: string): Json {
    const list = listOf(node, owner);
    const inputs = isPlace(list, this.#names)
      ? [list]
      : list.map((each) => placeOf(each, this.#names, owner));
    const given = inputs
      .map((each) => each[3])
      .find((each) => isJsonRecord(each) && Object.keys(each).length > 0);
    const kwargs = this.#arguments(isJsonRecord(given) ? given : {});
    const tensors = inputs.map((each) => this.#tensor(each));
    const { firstArgument } = ruleOf(className);
    if (firstArgument !== undefined && tensors.length === 1) {
      return { args: [], kwargs: { [firstArgument]: tensors[0], ...kwargs } };
    }
    // A recurrent layer is called with its initial states after the sequence.
    if (takesStates.has(className) && tensors.length > 1) {
      return { args: [tensors[0]], kwargs: { ...kwargs, initial_state: tensors.slice(1) } };
    }
    return { args: tensors.length === 1 ? tensors : [tensors], kwargs };
  }

  #arguments(given: JsonRecord): Record<string, Json> {
    const read = (value: Json): Json => {
      if (isPlace(value, this.#names)) return this.#tensor(value);
      return Array.isArray(value) ? value.map(read) : value;
    };
    return Object.fromEntries(Object.entries(given).map(([name, value]) => [name, read(value)]));
  }

  #tensor(place: Place): Json {
    return {
      class_name: "__keras_tensor__",
      config: { shape: null, dtype: null, keras_history: this.#place(place) },
    };
  }

  #place([name, call, output]: Place): Json {
    return [name, call - (this.#numberedFromOne.has(name) ? 1 : 0), output];
  }
}

const modelClasses: ReadonlySet<string> = new Set(["Model", "Functional", "Network", "Sequential"]);

const takesStates: ReadonlySet<string> = new Set([
  ...["SimpleRNN", "GRU", "LSTM", "GRUV1", "LSTMV1", "RNN", "Bidirectional"],
  ...["ConvLSTM1D", "ConvLSTM2D", "ConvLSTM3D"],
]);

/** A layer's name, the number of its call, the number of the result, and perhaps arguments. */
type Place = readonly [name: string, call: number, output: number, ...given: Json[]];

function isPlace(json: Json, names: ReadonlySet<string>): json is Place & readonly Json[] {
  if (!Array.isArray(json) || json.length < 3) return false;
  const [name, call, output] = json;
  return (
    typeof name === "string" && names.has(name) && typeof call === "number" && typeof output === "number"
  );
}

function placeOf(json: Json, names: ReadonlySet<string>, owner: string): Place {
  if (isPlace(json, names)) return json;
  throw new RangeError(
    `Keras 2: ${owner} are of ${describeValue(json)}; it must be the name of a layer, the number of its call, and that of its result`,
  );
}

function visitPlaces(json: Json, names: ReadonlySet<string>, visit: (place: Place) => void): void {
  if (isPlace(json, names)) visit(json);
  if (Array.isArray(json)) for (const each of json) visitPlaces(each, names, visit);
  else if (isJsonRecord(json)) for (const each of Object.values(json)) visitPlaces(each, names, visit);
}

function fromLayer(className: string, given: JsonRecord): Json {
  const rule = ruleOf(className);
  const entries = Object.entries({ ...rule.defaults, ...given }).flatMap(
    ([name, value]): [string, Json][] => {
      if (isWithoutEffect(className, rule, name, value)) return [];
      const renamed = rule.renamed?.[name] ?? name;
      return [[renamed, fromValue(name, rule.values?.[name]?.(value) ?? value)]];
    },
  );
  return {
    module: "keras.layers",
    class_name: rule.className ?? className,
    config: Object.fromEntries(
      className === "RNN" ? entries.filter(([name]) => ownOfRnn.has(name)) : entries,
    ),
    registered_name: null,
  };
}

/** TensorFlow.js writes the options of the cell beside the cell, too. */
const ownOfRnn: ReadonlySet<string> = new Set([
  ...[
    "name",
    "trainable",
    "dtype",
    "cell",
    "return_sequences",
    "return_state",
    "go_backwards",
    "stateful",
    "unroll",
  ],
  ...["zero_output_for_mask", "activity_regularizer"],
]);

function ruleOf(className: string): LayerRule {
  return Object.hasOwn(layerRules, className) ? layerRules[className] : {};
}

/** Whether Keras 3 has no such option, and the value changes nothing. */
function isWithoutEffect(
  className: string,
  { obsolete = {}, renamed = {} }: LayerRule,
  name: string,
  value: Json,
): boolean {
  if (name === "batch_input_shape" && renamed[name] === undefined) return true;
  if (name === "input_dtype") return true;
  // What is not said has its default, also where Keras 3 does not take null.
  if (value === null && name === "unit_forget_bias") return true;
  if (!Object.hasOwn(obsolete, name)) return false;
  const accepted = obsolete[name];
  if (accepted === "any" || accepted.includes(value)) return true;
  throw new RangeError(
    `${className}: ${name} is ${JSON.stringify(value)} in a configuration of Keras 2; Keras 3 does not have that option, ` +
      `so that only ${accepted.map((each) => JSON.stringify(each)).join(" or ")} is supported`,
  );
}

/** The modules of the objects that options take, by the ends of the options' names. */
const modules = [
  ["_initializer", "keras.initializers"],
  ["_regularizer", "keras.regularizers"],
  ["_constraint", "keras.constraints"],
] as const;

function fromValue(name: string, value: Json): Json {
  if (name === "activation" || name.endsWith("_activation")) return fromActivation(value);
  if (name === "layer" || name === "cell" || name.endsWith("_layer"))
    return value === null ? null : fromKeras2(value);
  if (name === "cells" && Array.isArray(value)) return value.map(fromKeras2);
  if (!isJsonRecord(value)) return value;
  // Some versions wrote scalars of NumPy so.
  if (value.type === "ndarray" && value.value !== undefined) return value.value;
  if (typeof value.class_name !== "string") return value;
  if (name === "dtype") return fromPolicy(value);
  const module = modules.find(([end]) => name.endsWith(end))?.[1];
  const config = isJsonRecord(value.config) ? value.config : {};
  // Keras 2 called a truncated normal distribution so.
  const isTruncated = value.class_name === "VarianceScaling" && config.distribution === "normal";
  return {
    ...(module === undefined ? {} : { module }),
    ...value,
    config: isTruncated ? { ...config, distribution: "truncated_normal" } : config,
  };
}

/** Keras 3 has another function under the name of Keras 2's hard sigmoid. */
function fromActivation(value: Json): Json {
  if (value === "hard_sigmoid" || value === "hardSigmoid") return "legacy_hard_sigmoid";
  return isJsonRecord(value) && typeof value.class_name === "string" ? fromKeras2(value) : value;
}

/** The policies of mixed precision have had other names. */
function fromPolicy({ config }: JsonRecord): Json {
  const name = isJsonRecord(config) && config.name !== undefined ? config.name : "float32";
  return { module: "keras", class_name: "DTypePolicy", config: { name }, registered_name: null };
}

function namedIn({ name, trainable, dtype }: JsonRecord): JsonRecord {
  return {
    ...(name === undefined ? {} : { name }),
    ...(trainable === undefined ? {} : { trainable }),
    ...(typeof dtype === "string" ? { dtype } : {}),
  };
}

function recordOf(json: Json | undefined, owner: string): JsonRecord {
  if (isJsonRecord(json)) return json;
  throw new RangeError(`Keras 2: ${owner} is ${describeValue(json)}; it must be an object`);
}

function listOf(json: Json | undefined, owner: string): readonly Json[] {
  if (Array.isArray(json)) return json;
  throw new RangeError(`Keras 2: ${owner}: ${describeValue(json)} is no array`);
}
