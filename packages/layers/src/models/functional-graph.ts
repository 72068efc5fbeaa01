import { cast, EvaluationError, Tensor } from "@strata/core";
import { listAlternatives } from "@strata/core/internal";
import { AnyLayer, type CallContext } from "../layer/any-layer.ts";
import { maskOf, setMask } from "../layer/masks.ts";
import { isRecord, leavesOf, mapStructure, type Structure } from "../layer/structure.ts";
import { type LayerCall, SymbolicTensor } from "../layer/symbolic-tensor.ts";
import { Operation } from "../operations/operation.ts";
import { isFloat } from "../utilities/tensors.ts";

/** A layer or an operation that a graph calls. */
export type GraphPart = AnyLayer | Operation;

/** A symbolic tensor of a model's graph. */
export type GraphTensor = SymbolicTensor<GraphPart>;

/** A call of a model's graph. */
export type GraphCall = LayerCall<GraphPart>;

/** The calls that lead from the inputs of a functional model to its outputs. */
export class FunctionalGraph {
  /** The inputs. */
  readonly inputs: Structure<GraphTensor>;
  /** The outputs. */
  readonly outputs: Structure<GraphTensor>;
  /** The calls in an order in which they can be carried out, those of the inputs left out. */
  readonly calls: readonly GraphCall[];
  /** Layers and operations, each once: the farthest from the outputs first, as Keras lists them. */
  readonly parts: readonly GraphPart[];
  /** The layers among the parts. */
  readonly layers: readonly AnyLayer[];
  readonly #callsByPart = new Map<GraphPart, GraphCall[]>();

  /** @throws RangeError if an output does not depend on the inputs alone, or two layers have one name. */
  constructor(inputs: Structure<GraphTensor>, outputs: Structure<GraphTensor>) {
    this.inputs = inputs;
    this.outputs = outputs;
    const starts = leavesOf(inputs);
    const { order, traversal } = callsBetween(starts, leavesOf(outputs));
    this.parts = partsByDepth(starts, order, traversal);
    this.layers = this.parts.filter((part) => part instanceof AnyLayer);
    this.calls = order.filter((call) => !starts.some(({ origin }) => origin.call === call));
    for (const call of this.calls) {
      const calls = this.#callsByPart.get(call.layer);
      if (calls === undefined) this.#callsByPart.set(call.layer, [call]);
      else calls.push(call);
    }
    for (const calls of this.#callsByPart.values()) calls.sort((a, b) => a.index - b.index);
    checkNames(this.parts);
  }

  /** The names of the outputs: their own in an object, else those of the layers that they come from. */
  get outputNames(): readonly string[] {
    return isRecord(this.outputs)
      ? Object.keys(this.outputs)
      : leavesOf(this.outputs).map(({ origin }) => origin.call.layer.name);
  }

  /** The calls of a part within this graph, in order. */
  callsOf(part: GraphPart): readonly GraphCall[] {
    return this.#callsByPart.get(part) ?? [];
  }

  /** The index of a call among those of its part within this graph. */
  indexOf(call: GraphCall): number {
    return Math.max(0, this.callsOf(call.layer).indexOf(call));
  }

  /** Carries out the calls. */
  run(given: unknown, context: CallContext): Structure<Tensor> {
    const values = new Map<unknown, unknown>();
    const symbols = leavesOf(this.inputs);
    matchInputs(this.inputs, given).forEach((value, index) => {
      values.set(symbols[index], value instanceof Tensor ? fitted(value, symbols[index]) : value);
    });
    const resolve = (leaf: unknown): unknown => (leaf instanceof SymbolicTensor ? values.get(leaf) : leaf);
    for (const { layer, inputs, given: named, outputs } of this.calls) {
      const results = runPart(layer, mapStructure(inputs, resolve), resolve, named, context);
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

function runPart(
  part: GraphPart,
  inputs: Structure<unknown>,
  resolve: (leaf: unknown) => unknown,
  named: GraphCall["given"],
  context: CallContext,
): unknown {
  if (part instanceof Operation) return part.run(inputs);
  const further = Object.entries(named).map(([name, value]) => [name, mapStructure(value, resolve)]);
  return part.apply(inputs, { ...context, ...Object.fromEntries(further) });
}

/**
 * The inputs that were given, in the order of the model's: by name in objects, also where the model's inputs are an
 * array, whose names are those of their layers.
 */
export function matchInputs(expected: Structure<GraphTensor>, given: unknown): readonly unknown[] {
  if (!isRecord<unknown>(given)) {
    const leaves = leavesOf<unknown>(given);
    const count = leavesOf(expected).length;
    if (leaves.length === count) return leaves;
    throw new RangeError(
      `the model takes ${count} inputs (${listAlternatives(leavesOf(expected).map(({ name }) => name))}); ${leaves.length} were given`,
    );
  }
  if (isRecord(expected)) {
    return Object.entries(expected).flatMap(([name, part]) => matchInputs(part, namedInput(given, name)));
  }
  return leavesOf(expected).map(({ name }) => namedInput(given, name));
}

function namedInput(given: { readonly [name: string]: unknown }, name: string): unknown {
  if (Object.hasOwn(given, name)) return given[name];
  throw new RangeError(
    `the model has an input named ${JSON.stringify(name)}; given were ${listAlternatives(Object.keys(given))}`,
  );
}

/** A value of the kind and the rank that an input has: [batch] becomes [batch, 1], and the reverse, as in Keras. */
function fitted(value: Tensor, { shape, dtype }: GraphTensor): Tensor {
  let result = isFloat(value.dtype) === isFloat(dtype) ? value : cast(value, dtype);
  if (result.rank === shape.length - 1 && shape[shape.length - 1] === 1) result = result.expandDims(-1);
  if (result.rank === shape.length + 1 && result.shape[result.rank - 1] === 1) result = result.squeeze(-1);
  if (result !== value) setMask(result, maskOf(value));
  return result;
}

/** The calls that the outputs depend on, each after those whose results it takes; and the parts as a walk meets them. */
function callsBetween(
  inputs: readonly GraphTensor[],
  outputs: readonly GraphTensor[],
): { readonly order: readonly GraphCall[]; readonly traversal: readonly GraphPart[] } {
  const starts = new Set(inputs);
  const order: GraphCall[] = [];
  const traversal = new Set<GraphPart>();
  const done = new Set<GraphCall>();
  const visit = (tensor: GraphTensor): void => {
    const { call } = tensor.origin;
    if (done.has(call)) return;
    done.add(call);
    traversal.add(call.layer);
    const before = starts.has(tensor) ? [] : tensorsInto(call);
    if (!starts.has(tensor) && before.length === 0) {
      throw new RangeError(
        `Model: an output depends on ${tensor.toString()}, which is not among the inputs ` +
          `(${listAlternatives(inputs.map(({ name }) => name))}); add it to them`,
      );
    }
    for (const each of before) visit(each);
    order.push(call);
  };
  for (const output of outputs) visit(output);
  return { order, traversal: [...traversal] };
}

/** The symbolic tensors that a call takes, as inputs and by name. */
export function tensorsInto({ inputs, given }: GraphCall): readonly GraphTensor[] {
  const leaves = [
    ...leavesOf<unknown>(inputs),
    ...Object.values(given).flatMap((each) => leavesOf<unknown>(each)),
  ];
  return leaves.filter(isGraphTensor);
}

function isGraphTensor(leaf: unknown): leaf is GraphTensor {
  return leaf instanceof SymbolicTensor;
}

/** The parts by the length of the longest way to an output, those of one length as outputs lead to them. */
function partsByDepth(
  inputs: readonly GraphTensor[],
  order: readonly GraphCall[],
  traversal: readonly GraphPart[],
): GraphPart[] {
  const depths = new Map<GraphPart, number>();
  const callDepths = new Map<GraphCall, number>();
  const starts = new Set(inputs.map(({ origin }) => origin.call));
  for (const call of [...order].reverse()) {
    const depth = Math.max(callDepths.get(call) ?? 0, depths.get(call.layer) ?? 0);
    depths.set(call.layer, depth);
    if (starts.has(call)) continue;
    for (const { origin } of tensorsInto(call)) {
      callDepths.set(origin.call, Math.max(callDepths.get(origin.call) ?? 0, depth + 1));
    }
  }
  for (const { origin } of inputs) if (!depths.has(origin.call.layer)) depths.set(origin.call.layer, 0);
  const ranks = new Map(traversal.map((part, index) => [part, index]));
  const rank = (part: GraphPart): number => ranks.get(part) ?? -1;
  return [...depths.keys()].sort((a, b) => (depths.get(b) ?? 0) - (depths.get(a) ?? 0) || rank(a) - rank(b));
}

function checkNames(parts: readonly GraphPart[]): void {
  const names = new Set<string>();
  const twice = parts.find(({ name }) => names.size === names.add(name).size)?.name;
  if (twice === undefined) return;
  throw new RangeError(
    `Model: two layers are named ${JSON.stringify(twice)}; the names of a model's layers must differ`,
  );
}
