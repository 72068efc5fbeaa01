import { layerRules } from "../../saving/keras-2/layer-rules.ts";
import { isJsonRecord, type Json } from "../../schema/option.ts";
import type { JsonRecord } from "./artifacts.ts";
import {
  acceptedValues,
  tensorFlowActivations,
  tensorFlowLayers,
  tensorFlowObjects,
} from "./tensorflow-layers.ts";

/**
 * A model's configuration, in Keras 3's form, in the form that TensorFlow.js reads.
 *
 * @throws RangeError for a layer, an option or a dtype that TensorFlow.js does not have.
 */
export function toTopology(json: Json): JsonRecord {
  return modelOf(recordOf(json));
}

function modelOf(json: JsonRecord): JsonRecord {
  const { class_name, config } = json;
  const given = recordOf(config);
  if (class_name === "Sequential") {
    const parts = listOf(given.layers).map(recordOf);
    const [first] = parts;
    if (first === undefined || !(first.class_name === "InputLayer" || isModel(first))) {
      throw refusal(json, "the shape of its input is not known yet; begin it with an Input");
    }
    return { class_name, config: { name: given.name ?? null, layers: parts.map(partOf) } };
  }
  if (class_name !== "Functional") {
    throw refusal(json, "it is a class of its own; TensorFlow.js has Sequential and functional models");
  }
  const layers = listOf(given.layers).map(recordOf);
  const models = new Set(layers.filter(isModel).map(({ name }) => String(name)));
  return {
    class_name: "Functional",
    config: {
      name: given.name ?? null,
      layers: layers.map((each) => ({
        ...partOf(each),
        name: each.name ?? null,
        inbound_nodes: listOf(each.inbound_nodes).map((node) => callOf(recordOf(node), each, models)),
      })),
      input_layers: placesIn(given.input_layers ?? null, models),
      output_layers: placesIn(given.output_layers ?? null, models),
    },
  };
}

function isModel({ class_name }: JsonRecord): boolean {
  return class_name === "Sequential" || class_name === "Functional";
}

function partOf(json: JsonRecord): JsonRecord {
  return isModel(json) ? modelOf(json) : layerOf(json);
}

/** A call: for each input its layer, the number of that layer's call, and of the result. */
function callOf({ args, kwargs }: JsonRecord, layer: JsonRecord, models: ReadonlySet<string>): Json {
  const { initial_state: states = null, ...further } = recordOf(kwargs);
  const extra = Object.entries(further).find(([, value]) => value !== null && value !== false);
  if (extra !== undefined) {
    throw refusal(layer, `it is called with ${extra[0]}, which TensorFlow.js does not keep in a model`);
  }
  return tensorsIn([...listOf(args), states], layer, models);
}

function tensorsIn(json: Json, layer: JsonRecord, models: ReadonlySet<string>): Json[] {
  if (json === null) return [];
  if (Array.isArray(json)) return json.flatMap((each) => tensorsIn(each, layer, models));
  const config = isJsonRecord(json) && json.class_name === "__keras_tensor__" ? recordOf(json.config) : null;
  if (config === null) {
    throw refusal(
      layer,
      `it is called with ${JSON.stringify(json)}; TensorFlow.js has calls with results of layers only`,
    );
  }
  return placesIn(config.keras_history, models).map((place) => [...place, {}]);
}

/** The places in any structure, as a list; calls of models within the model are numbered from 1. */
function placesIn(json: Json, models: ReadonlySet<string>): (readonly [string, number, number])[] {
  if (isJsonRecord(json)) return Object.values(json).flatMap((each) => placesIn(each, models));
  const [name, call, output] = listOf(json);
  if (typeof name !== "string") return listOf(json).flatMap((each) => placesIn(each, models));
  return [[name, Number(call) + (models.has(name) ? 1 : 0), Number(output)]];
}

function layerOf(given: JsonRecord): JsonRecord {
  const json = asInTensorFlow(given);
  const { class_name } = json;
  const className = String(class_name);
  const known = Object.hasOwn(tensorFlowLayers, className) ? tensorFlowLayers[className] : undefined;
  if (known === undefined || !(json.module === undefined || json.module === "keras.layers")) {
    throw refusal(json, "TensorFlow.js has no such layer");
  }
  const config = recordOf(json.config);
  const { name } = config;
  if (typeof name === "string" && !/^[A-Za-z0-9][-A-Za-z0-9._/]*$/.test(name)) {
    throw refusal(
      json,
      "its name must have letters, digits, and - . _ / alone, and begin with a letter or digit",
    );
  }
  const inKeras2 = new Map(
    Object.entries(layerRules[className]?.renamed ?? {}).map(([old, now]) => [now, old]),
  );
  const { options, neutral = {} } = known;
  const entries = Object.entries(config).flatMap(([option, value]): [string, Json][] => {
    if (option === "dtype") return [[option, dtypeOf(value, json)]];
    const isCommon = option === "name" || option === "trainable";
    if (!isCommon && option !== "activity_regularizer" && !options.includes(option)) {
      checkNeutral(option, value, Object.hasOwn(neutral, option) ? neutral[option] : [], json);
      return [];
    }
    const accepted = acceptedValues[className]?.[option];
    if (accepted !== undefined) checkNeutral(option, value, accepted, json);
    return [[inKeras2.get(option) ?? option, optionOf(option, value, json)]];
  });
  return { class_name: className, config: Object.fromEntries(entries) };
}

/** The layer as the class that TensorFlow.js has for what it does. */
function asInTensorFlow(json: JsonRecord): JsonRecord {
  if (json.class_name === "Bidirectional") return bidirectionalIn(json);
  if (json.class_name !== "ReLU") return json;
  const { negative_slope: slope, threshold, max_value: highest, ...config } = recordOf(json.config);
  if (highest !== null || (slope !== 0 && threshold !== 0)) return json;
  if (slope !== 0) return { ...json, class_name: "LeakyReLU", config: { ...config, negative_slope: slope } };
  if (threshold === 0) return json;
  return { ...json, class_name: "ThresholdedReLU", config: { ...config, theta: threshold } };
}

/** TensorFlow.js makes both layers of one, and adds the directions to its name itself. */
function bidirectionalIn(json: JsonRecord): JsonRecord {
  const { layer, backward_layer: backward = null, ...config } = recordOf(json.config);
  const forward = oneDirection(layer);
  if (backward !== null) {
    const { go_backwards, ...mirrored } = recordOf(oneDirection(backward).config);
    const { go_backwards: _, ...own } = recordOf(forward.config);
    if (JSON.stringify(mirrored) !== JSON.stringify(own)) {
      throw refusal(
        json,
        "its backward_layer has other options than its layer; TensorFlow.js makes it of the layer",
      );
    }
  }
  return { ...json, config: { ...config, layer: forward } };
}

/** A layer without the direction in its name, and without what Bidirectional sets. */
function oneDirection(json: Json | undefined): JsonRecord {
  const layer = recordOf(json);
  const { name, zero_output_for_mask: _, ...own } = recordOf(layer.config);
  const plain = String(name).replace(/^(forward|backward)_/, "");
  return {
    class_name: layer.class_name ?? null,
    module: layer.module ?? null,
    config: { name: plain, ...own },
  };
}

function checkNeutral(
  option: string,
  value: Json,
  accepted: readonly Json[] | "any",
  layer: JsonRecord,
): void {
  const text = JSON.stringify(value);
  if (accepted === "any" || accepted.some((each) => JSON.stringify(each) === text)) return;
  const only = accepted.map((each) => JSON.stringify(each)).join(" or ");
  throw refusal(
    layer,
    `${option} is ${text}; TensorFlow.js ${only === "" ? "does not have that option" : `computes this for ${only} only`}`,
  );
}

function optionOf(option: string, value: Json, layer: JsonRecord): Json {
  if (option === "activation" || option === "recurrent_activation") return activationOf(option, value, layer);
  if (option === "layer" || option === "cell") return partOf(recordOf(value));
  if (option === "cells") return listOf(value).map((each) => partOf(recordOf(each)));
  if (!isJsonRecord(value)) return value;
  return objectOf(option, value, layer);
}

function activationOf(option: string, value: Json, layer: JsonRecord): Json {
  if (typeof value === "string" && Object.hasOwn(tensorFlowActivations, value))
    return tensorFlowActivations[value];
  const note =
    value === "hard_sigmoid" ? ", whose function of that name is that of Keras 2: legacy_hard_sigmoid" : "";
  throw refusal(layer, `${option} is ${JSON.stringify(value)}; TensorFlow.js does not have it${note}`);
}

function objectOf(option: string, { class_name, config }: JsonRecord, layer: JsonRecord): Json {
  const className = String(class_name);
  if (!Object.hasOwn(tensorFlowObjects, className)) {
    throw refusal(layer, `${option} is ${className}; TensorFlow.js does not have it`);
  }
  const given = recordOf(config);
  const inBoth = className === "L1" || className === "L2" ? { l1: 0, l2: 0, ...given } : given;
  return { class_name: tensorFlowObjects[className], config: inBoth };
}

const inputDTypes: readonly Json[] = ["float32", "int32", "bool", "string"];

function dtypeOf(value: Json, layer: JsonRecord): Json {
  const name = isJsonRecord(value) ? recordOf(value.config).name : value;
  const accepted = layer.class_name === "InputLayer" ? inputDTypes : ["float32"];
  if (accepted.includes(name)) return name;
  throw refusal(
    layer,
    `its dtype is ${JSON.stringify(name)}; TensorFlow.js has ${accepted.map((each) => JSON.stringify(each)).join(", ")} here`,
  );
}

function refusal({ class_name, name, config }: JsonRecord, rule: string): RangeError {
  const shown = name ?? recordOf(config).name ?? "";
  return new RangeError(`TensorFlow.js: the ${String(class_name)} ${JSON.stringify(shown)}: ${rule}`);
}

function recordOf(json: Json | undefined): JsonRecord {
  return isJsonRecord(json) ? json : {};
}

function listOf(json: Json | undefined): readonly Json[] {
  return Array.isArray(json) ? json : [];
}
