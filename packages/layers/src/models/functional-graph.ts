import { EvaluationError, Tensor } from "@strata/core";
import type { AnyLayer, CallContext } from "../layer/any-layer.ts";
import { leavesOf, mapStructure, type Structure } from "../layer/structure.ts";
import { type LayerCall, SymbolicTensor } from "../layer/symbolic-tensor.ts";
import { listNames } from "../utilities/names.ts";

/** A symbolic tensor of a model's graph. */
export type GraphTensor = SymbolicTensor<AnyLayer>;

type Call = LayerCall<AnyLayer>;

/** The calls that lead from the inputs of a functional model to its outputs. */
export class FunctionalGraph {
  /** The inputs. */
  readonly inputs: Structure<GraphTensor>;
  /** The outputs. */
  readonly outputs: Structure<GraphTensor>;
  /** The calls in an order in which they can be carried out, those of the inputs left out. */
  readonly calls: readonly Call[];
  /** The layers, each once: the farthest from the outputs first, as Keras lists them. */
  readonly layers: readonly AnyLayer[];

  /** @throws RangeError if an output does not depend on the inputs alone, or two layers have one name. */
  constructor(inputs: Structure<GraphTensor>, outputs: Structure<GraphTensor>) {
    this.inputs = inputs;
    this.outputs = outputs;
    const starts = leavesOf(inputs);
    const order = callsBetween(starts, leavesOf(outputs));
    this.layers = layersByDepth(starts, order);
    this.calls = order.filter((call) => !starts.some(({ origin }) => origin.call === call));
    checkNames(this.layers);
  }

  /** Carries out the calls. */
  run(inputs: readonly unknown[], context: CallContext): Structure<Tensor> {
    const values = new Map<unknown, unknown>();
    leavesOf(this.inputs).forEach((symbol, index) => {
      values.set(symbol, inputs[index]);
    });
    const resolve = (leaf: unknown): unknown => (leaf instanceof SymbolicTensor ? values.get(leaf) : leaf);
    for (const { layer, inputs: given, given: named, outputs } of this.calls) {
      const further = Object.entries(named).map(([name, value]) => [name, mapStructure(value, resolve)]);
      const results = layer.apply(mapStructure(given, resolve), {
        ...context,
        ...Object.fromEntries(further),
      });
      const leaves = leavesOf<unknown>(results);
      leavesOf(outputs).forEach((symbol, index) => {
        values.set(symbol, leaves[index]);
      });
    }
    return mapStructure(this.outputs, (symbol) => {
      const value = values.get(symbol);
      if (value instanceof Tensor) return value;
      throw new EvaluationError(`${symbol.name}: the call gave no tensor for an output of the model`);
    });
  }
}

/** The calls that the outputs depend on, each after those whose results it takes. */
function callsBetween(inputs: readonly GraphTensor[], outputs: readonly GraphTensor[]): Call[] {
  const starts = new Set(inputs);
  const order: Call[] = [];
  const done = new Set<Call>();
  const visit = (tensor: GraphTensor): void => {
    const { call } = tensor.origin;
    if (done.has(call)) return;
    done.add(call);
    const before = starts.has(tensor) ? [] : inputsOf(call);
    if (!starts.has(tensor) && before.length === 0) {
      throw new RangeError(
        `Model: an output depends on ${tensor.toString()}, which is not among the inputs ` +
          `(${listNames(inputs.map(({ name }) => name))}); add it to them`,
      );
    }
    for (const each of before) visit(each);
    order.push(call);
  };
  for (const output of outputs) visit(output);
  return order;
}

/** The symbolic tensors that a call takes, as inputs and by name. */
function inputsOf({ inputs, given }: Call): GraphTensor[] {
  const leaves = [
    ...leavesOf<unknown>(inputs),
    ...Object.values(given).flatMap((each) => leavesOf<unknown>(each)),
  ];
  return leaves.filter(isGraphTensor);
}

function isGraphTensor(leaf: unknown): leaf is GraphTensor {
  return leaf instanceof SymbolicTensor;
}

/** The layers of the calls, by the length of the longest way to an output, and then as outputs lead to them. */
function layersByDepth(inputs: readonly GraphTensor[], order: readonly Call[]): AnyLayer[] {
  const rank = new Map<AnyLayer, number>();
  const depths = new Map<AnyLayer, number>();
  const callDepths = new Map<Call, number>();
  for (const call of [...order].reverse()) {
    const depth = Math.max(callDepths.get(call) ?? 0, depths.get(call.layer) ?? 0);
    depths.set(call.layer, depth);
    callDepths.set(call, depth);
    for (const { origin } of inputsOf(call)) {
      callDepths.set(origin.call, Math.max(callDepths.get(origin.call) ?? 0, depth + 1));
    }
  }
  for (const { layer } of inputs) if (!depths.has(layer)) depths.set(layer, 0);
  for (const layer of discoveryOrder(order)) rank.set(layer, rank.size);
  const layers = [...depths.keys()];
  const place = (layer: AnyLayer): number => rank.get(layer) ?? -1;
  return layers.sort((a, b) => (depths.get(b) ?? 0) - (depths.get(a) ?? 0) || place(a) - place(b));
}

/** The layers as a walk from the outputs to the inputs meets them. */
function discoveryOrder(order: readonly Call[]): AnyLayer[] {
  const met = new Set<AnyLayer>();
  const seen = new Set<Call>();
  const known = new Set(order);
  const visit = (call: Call): void => {
    if (seen.has(call) || !known.has(call)) return;
    seen.add(call);
    met.add(call.layer);
    for (const { origin } of inputsOf(call)) visit(origin.call);
  };
  for (const call of [...order].reverse()) visit(call);
  return [...met];
}

function checkNames(layers: readonly AnyLayer[]): void {
  const names = layers.map(({ name }) => name);
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice === undefined) return;
  throw new RangeError(
    `Model: two layers are named ${JSON.stringify(twice)}; the names of a model's layers must differ`,
  );
}
