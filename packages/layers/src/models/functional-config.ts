/** Functional models in Keras's form: layers, each with the calls that lead to its results. */
import { AnyLayer } from "../layer/any-layer.ts";
import { isList, isRecord, leavesOf, mapStructure, type Structure } from "../layer/structure.ts";
import { type KerasArguments, SymbolicTensor } from "../layer/symbolic-tensor.ts";
import { findKerasOperation, kerasOperationOf } from "../operations/keras-operations.ts";
import { Operation } from "../operations/operation.ts";
import { isPlainObject } from "../schema/configurable.ts";
import { isJsonRecord, type Json, type Restore, type Serialize } from "../schema/option.ts";
import { toCamelCase, toSnakeCase } from "../utilities/names.ts";
import type { FunctionalGraph, GraphCall, GraphTensor } from "./functional-graph.ts";

/** A layer's name, the index of its call within the model, and the place of the tensor among the results. */
type History = readonly [name: string, call: number, place: number];

/** The layers and their calls, and the inputs and outputs of the model. */
export function writeGraph(graph: FunctionalGraph, serialize: Serialize): { readonly [name: string]: Json } {
  const history = ({ origin: { call, index } }: GraphTensor): History => [
    call.layer.name,
    graph.indexOf(call),
    index,
  ];
  const write = (value: unknown): Json => {
    if (isGraphTensor(value)) {
      const { shape, dtype } = value;
      const keras_history = history(value);
      return { class_name: "__keras_tensor__", config: { shape, dtype, keras_history } };
    }
    if (Array.isArray(value)) return value.map(write);
    if (isPlainObject(value)) return mapValues(value, write);
    return value === undefined ? null : serialize(value);
  };
  const layers = graph.parts.map((part): Json => {
    const calls = graph.callsOf(part);
    const inbound_nodes = calls.map((call) => mapValues(keptArguments(call), write));
    const written =
      part instanceof AnyLayer ? recordOf(serialize(part)) : writeOperation(part, calls[0], write);
    return { ...written, name: part.name, inbound_nodes };
  });
  return {
    layers,
    input_layers: mapStructure(graph.inputs, history),
    output_layers: mapStructure(graph.outputs, history),
  };
}

/** The arguments of a call as Keras has them. */
function keptArguments(call: GraphCall): Record<string, unknown> {
  const { layer, inputs, given, keras } = call;
  if (keras !== null) return { ...keras };
  if (layer instanceof AnyLayer) {
    // Layers of named inputs, as attention's query and value, have them as arguments of their own; models have one object.
    const areArguments = isRecord(inputs) && layer.kerasModule === "keras.layers";
    const named = areArguments ? { ...inputs, ...given } : given;
    const kwargs = Object.entries(named).map(([name, value]) => [toSnakeCase(name), value]);
    return { args: areArguments ? [] : [inputs], kwargs: Object.fromEntries(kwargs) };
  }
  const operation = kerasOperationOf(layer.f);
  if (operation === undefined) throw unnamed(layer);
  const { args, kwargs = {} } = operation.write(argumentsOf(call));
  return { args, kwargs };
}

function writeOperation(
  part: Operation,
  call: GraphCall,
  write: (value: unknown) => Json,
): { readonly [name: string]: Json } {
  const operation = kerasOperationOf(part.f);
  if (operation === undefined) throw unnamed(part);
  const { module, className } = operation;
  const options = mapValues(operation.write(argumentsOf(call)).config, write);
  return {
    module,
    class_name: className,
    config: { name: part.name, ...options },
    registered_name: className,
  };
}

function argumentsOf({ inputs }: GraphCall): readonly unknown[] {
  return isList(inputs) ? inputs : [inputs];
}

function unnamed({ f, name }: Operation): TypeError {
  return new TypeError(
    `toKerasConfig: the function ${f.name || "(anonymous)"} of the operation ${JSON.stringify(name)} is none that Keras ` +
      "has; make it a layer of your own, and register that by registerKerasSerializable",
  );
}

/** The inputs and outputs that a configuration describes. */
export function restoreGraph(
  owner: string,
  config: { readonly [name: string]: Json },
  restore: Restore,
): { readonly inputs: Structure<GraphTensor>; readonly outputs: Structure<GraphTensor> } {
  const parts = new Map<string, RestoredPart>();
  for (const each of listOf(config.layers)) {
    const part = restorePart(owner, recordOf(each), restore);
    parts.set(part.name, part);
  }
  const find = (history: Json | undefined): GraphTensor | undefined => {
    const [name, call, place] = listOf(history);
    const made = parts.get(String(name))?.results[Number(call)];
    return made === undefined ? undefined : leavesOf(made)[Number(place)];
  };
  let waiting = [...parts.values()].filter(({ nodes }) => nodes.length > 0);
  while (waiting.length > 0) {
    const before = countCalls(waiting);
    for (const part of waiting) carryOut(part, find, restore);
    if (countCalls(waiting) === before) {
      const names = waiting.map(({ name }) => name).join(", ");
      throw new RangeError(
        `${owner}: the calls of ${names} in the configuration take results that nothing gives`,
      );
    }
    waiting = waiting.filter(({ nodes }) => nodes.length > 0);
  }
  const place = (history: Json | undefined): Structure<GraphTensor> => {
    if (!isHistory(history)) {
      return Array.isArray(history) ? history.map(place) : mapValues(recordOf(history), place);
    }
    const found = find(history);
    if (found !== undefined) return found;
    throw new RangeError(`${owner}: the configuration has no result ${JSON.stringify(history)}`);
  };
  return { inputs: place(config.input_layers), outputs: place(config.output_layers) };
}

/** A layer or an operation, the calls that are still to be carried out, and the results of the others. */
interface RestoredPart {
  readonly name: string;
  readonly nodes: { readonly [name: string]: Json }[];
  readonly results: Structure<GraphTensor>[];
  /** Records a call. */
  readonly apply: (args: readonly unknown[], kwargs: KerasArguments["kwargs"]) => Structure<GraphTensor>;
}

function countCalls(parts: readonly RestoredPart[]): number {
  return parts.reduce((count, { nodes }) => count + nodes.length, 0);
}

function restorePart(owner: string, json: { readonly [name: string]: Json }, restore: Restore): RestoredPart {
  const nodes = listOf(json.inbound_nodes).map(recordOf);
  const { class_name: className, module } = json;
  if (String(module).startsWith("keras.src.ops")) {
    return { ...restoreOperation(owner, String(className), recordOf(json.config)), nodes };
  }
  const layer = restore(json);
  if (!(layer instanceof AnyLayer)) {
    throw new RangeError(`${owner}: ${JSON.stringify(className)} in the configuration is no layer`);
  }
  return {
    name: layer.name,
    nodes,
    results: layer.symbolicCalls.map(({ outputs }) => outputs),
    apply: (args, kwargs) => applyLayer(layer, args, kwargs),
  };
}

function restoreOperation(
  owner: string,
  className: string,
  { name, ...config }: { readonly [name: string]: Json },
): Omit<RestoredPart, "nodes"> {
  const operation = findKerasOperation(className);
  if (operation === undefined) {
    throw new RangeError(`${owner}: the operation ${JSON.stringify(className)} of Keras is not supported`);
  }
  const part = new Operation(operation.f, String(name));
  return {
    name: part.name,
    results: [],
    apply: (args, kwargs) =>
      noteArguments(part.record(operation.read({ args, kwargs, config })), args, kwargs),
  };
}

/** Carries out those calls, in order, whose arguments are there. */
function carryOut(
  part: RestoredPart,
  find: (history: Json | undefined) => GraphTensor | undefined,
  restore: Restore,
): void {
  const read = (json: Json | undefined): unknown => {
    if (Array.isArray(json)) return json.map(read);
    if (!isJsonRecord(json)) return json;
    const { class_name, config } = json;
    if (class_name === "__keras_tensor__") return find(recordOf(config).keras_history) ?? missing;
    if (class_name === "__slice__" || class_name === "__ellipsis__") return json;
    return class_name === undefined ? mapValues(json, read) : restore(json);
  };
  for (let node = part.nodes[0]; node !== undefined; node = part.nodes[0]) {
    const args = listOf(node.args).map(read);
    const kwargs = mapValues(recordOf(node.kwargs), read);
    if (leavesOf<unknown>([args, kwargs]).includes(missing)) return;
    part.results.push(part.apply(args, kwargs));
    part.nodes.shift();
  }
}

const missing = Symbol("a result that is not there yet");

function applyLayer(
  layer: AnyLayer,
  args: readonly unknown[],
  kwargs: KerasArguments["kwargs"],
): Structure<GraphTensor> {
  const named = Object.entries(kwargs).map(([name, value]) => [toCamelCase(name), value] as const);
  const isInput = ([name, value]: readonly [string, unknown]): boolean =>
    args.length === 0 && isGraphTensor(value) && !name.toLowerCase().endsWith("mask");
  const inputs = args.length === 0 ? Object.fromEntries(named.filter(isInput)) : args;
  layer.apply(
    args.length === 1 ? args[0] : inputs,
    Object.fromEntries(named.filter((each) => !isInput(each))),
  );
  const call = layer.symbolicCalls[layer.symbolicCalls.length - 1];
  return noteArguments(call, args, kwargs);
}

function noteArguments(
  call: GraphCall,
  args: readonly unknown[],
  kwargs: KerasArguments["kwargs"],
): Structure<GraphTensor> {
  call.keras = { args, kwargs };
  return call.outputs;
}

function isGraphTensor(value: unknown): value is GraphTensor {
  return value instanceof SymbolicTensor;
}

function isHistory(json: Json | undefined): json is readonly [string, ...Json[]] {
  return Array.isArray(json) && typeof json[0] === "string";
}

function listOf(json: Json | undefined): readonly Json[] {
  return Array.isArray(json) ? json : [];
}

function recordOf(json: Json | undefined): { readonly [name: string]: Json } {
  return isJsonRecord(json) ? json : {};
}

function mapValues<Value, Result>(
  record: { readonly [name: string]: Value },
  map: (value: Value) => Result,
): Record<string, Result> {
  return Object.fromEntries(Object.entries(record).map(([name, value]) => [name, map(value)]));
}
