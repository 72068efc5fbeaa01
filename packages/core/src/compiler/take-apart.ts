/**
 * Computes elementwise values part by part where only parts of them are needed, each by elementwise operations: the sums
 * of a recurrent layer's gates, which are split. A part is then computed where it is read, and the whole never stored.
 */
import { primitives } from "../primitives/table.ts";
import type { Shape } from "../shape.ts";
import { sameShape } from "../shape.ts";
import { type Application, type FlatGraph, inputsOf, type Operation } from "./flat-graph.ts";

/** A value of the graph while it is rebuilt. */
interface Value {
  operation: Operation;
  inputs: readonly Value[];
  /** Who takes from it. */
  readonly users: Set<Value>;
  /** Whether it is a result of the graph, or what a Variable becomes. */
  readonly isResult: boolean;
  /** The value of the original graph that it stands before. */
  readonly before: number;
}

export function takeApart(graph: FlatGraph): FlatGraph {
  const values = valuesOf(graph);
  const added = new Map<number, Value[]>();
  // From the last to the first: the parts of a value's inputs are found before the inputs are looked at.
  for (const value of [...values].reverse()) {
    for (const part of partsOf(value)) {
      for (const made of computeAlone(part, value)) {
        const list = added.get(made.before) ?? [];
        added.set(made.before, list);
        list.push(made);
      }
    }
  }
  return added.size === 0 ? graph : listOf(graph, values, added);
}

function valuesOf({ operations, outputs, updates }: FlatGraph): Value[] {
  const results = new Set([...outputs, ...updates.map(({ value }) => value)]);
  const values: Value[] = [];
  operations.forEach((operation, position) => {
    const inputs = inputsOf(operation).map((input) => values[input]);
    const value: Value = {
      operation,
      inputs,
      users: new Set(),
      isResult: results.has(position),
      before: position,
    };
    for (const input of inputs) input.users.add(value);
    values.push(value);
  });
  return values;
}

/** The boxes of an elementwise value that are all of it that is needed, if they lie apart; else none. */
function partsOf({ operation, users, isResult }: Value): readonly Value[] {
  if (!isElementwise(operation) || isResult || users.size === 0) return [];
  const { shape } = operation;
  const intervals: { readonly axis: number; readonly begin: number; readonly end: number }[] = [];
  for (const user of users) {
    const begin = boxOf(user.operation);
    if (begin === null || user.isResult || ![...user.users].every((each) => isElementwise(each.operation)))
      return [];
    const size = user.operation.shape;
    const shorter = shape.flatMap((length, axis) => (size[axis] === length ? [] : [axis]));
    if (shorter.length !== 1) return [];
    const [axis] = shorter;
    intervals.push({ axis, begin: begin[axis], end: begin[axis] + size[axis] });
  }
  intervals.sort((a, b) => a.begin - b.begin);
  const lieApart = intervals.every(({ axis, begin }, index) => {
    return axis === intervals[0].axis && (index === 0 || begin >= intervals[index - 1].end);
  });
  return lieApart ? [...users] : [];
}

function isElementwise(operation: Operation): operation is Application {
  return operation.kind === "apply" && operation.primitive.kind === "elementwise";
}

/** Where the box of neighbouring elements begins that an operation shows of its input; null if it is no such. */
function boxOf(operation: Operation): readonly number[] | null {
  if (operation.kind !== "apply" || operation.primitive.kind !== "movement") return null;
  const box = operation.primitive.box?.(operation.attributes);
  return box?.step.every((step) => step === 1) ? box.begin : null;
}

/** Makes of a box of `whole` the same operation on boxes of the inputs, and returns those that are new. */
function computeAlone(part: Value, whole: Value): Value[] {
  const begin = boxOf(part.operation);
  if (begin === null || whole.operation.kind !== "apply") return [];
  const { shape } = part.operation;
  const made: Value[] = [];
  const inputs = whole.inputs.map((input) => {
    const box = boxOfInput(input, begin, shape);
    if (box === null) return input;
    const known = made.find((each) => each.inputs[0] === input);
    if (known) return known;
    const value: Value = {
      operation: box,
      inputs: [input],
      users: new Set(),
      isResult: false,
      before: part.before,
    };
    input.users.add(value);
    made.push(value);
    return value;
  });
  for (const input of inputs) input.users.add(part);
  whole.users.delete(part);
  if (whole.users.size === 0) for (const input of whole.inputs) input.users.delete(whole);
  part.operation = { ...whole.operation, shape };
  part.inputs = inputs;
  return made;
}

/** What shows the elements of an input that are broadcast to a box; null where those are all. */
function boxOfInput({ operation }: Value, begin: readonly number[], size: Shape): Application | null {
  const { shape, dtype } = operation;
  const added = size.length - shape.length;
  const isBroadcast = shape.map((length) => length === 1);
  const boxSize = shape.map((_, axis) => (isBroadcast[axis] ? 1 : size[axis + added]));
  if (sameShape(boxSize, shape)) return null;
  const attributes = {
    begin: shape.map((_, axis) => (isBroadcast[axis] ? 0 : begin[axis + added])),
    size: boxSize,
    step: shape.map(() => 1),
  };
  // Its input is told by the value, not by a position.
  return { kind: "apply", primitive: primitives.slice, attributes, inputs: [], shape: boxSize, dtype };
}

/** The list of operations of the values, and those added before them; what nobody needs any more is left out. */
function listOf(
  graph: FlatGraph,
  values: readonly Value[],
  added: ReadonlyMap<number, readonly Value[]>,
): FlatGraph {
  const operations: Operation[] = [];
  const positions = new Map<Value, number>();
  const add = (value: Value): void => {
    const { operation, users, isResult } = value;
    if (users.size === 0 && !isResult) return;
    const inputs = value.inputs.map((input) => positions.get(input) ?? -1);
    positions.set(value, operations.length);
    operations.push(operation.kind === "apply" ? { ...operation, inputs } : operation);
  };
  for (const value of values) {
    // Those that were made later are of inputs of those made before.
    for (const each of [...(added.get(value.before) ?? [])].reverse()) add(each);
    add(value);
  }
  const positionOf = (original: number): number => positions.get(values[original]) ?? -1;
  return {
    operations,
    outputs: graph.outputs.map(positionOf),
    updates: graph.updates.map(({ cell, value }) => ({ cell, value: positionOf(value) })),
    scalarCount: graph.scalarCount,
  };
}
