/** How loops and branches are written: their bodies see the values around them. */
import { EvaluationError } from "../errors.ts";
import type { ControlPrimitive } from "../primitives/primitive.ts";
import type { OnnxGraph, OnnxValue } from "./model.ts";
import { onnxSizes } from "./model-parts.ts";
import type { Size } from "./sizes.ts";
import type { TracedNode, TracedRegion } from "./traced-graph.ts";
import { carrierOf, type Value } from "./value.ts";
import { GraphWriter } from "./writer.ts";

/** Writes the nodes of a region, whose parameters are these values, and gives its results. */
export type WriteRegion = (
  region: TracedRegion,
  writer: GraphWriter,
  parameters: readonly Value[],
) => readonly Value[];

/** A control node that is to be written. */
interface ControlCall {
  readonly node: TracedNode;
  readonly inputs: readonly Value[];
  readonly writer: GraphWriter;
  readonly write: WriteRegion;
}

/** Writes a control node, and gives its results. */
export function writeControl(call: ControlCall, flow: ControlPrimitive["flow"]): readonly Value[] {
  return flow === "branch" ? writeBranch(call) : writeLoop(call);
}

function writeBranch({
  node,
  inputs: [decision, ...captured],
  writer,
  write,
}: ControlCall): readonly Value[] {
  const [whenTrue, whenFalse] = node.regions.map((region, index) => {
    const body = new GraphWriter(writer.parts, writer);
    const results = ownResults(body, write(region, body, captured));
    return graphOf(body, index === 0 ? "whenTrue" : "whenFalse", [], results);
  });
  const results = node.regions[0].results.map(typeOf);
  const names = writer.node(
    "If",
    [decision.name],
    {
      then_branch: { kind: "graph", value: whenTrue },
      else_branch: { kind: "graph", value: whenFalse },
    },
    results.length,
  );
  return results.map((type, index) => ({ ...type, name: names[index] }));
}

/** The attributes of a loop. */
interface LoopForm {
  readonly carries: number;
  readonly windows: number;
  readonly count: Size | null;
  readonly reverse: boolean;
}

function writeLoop(call: ControlCall): readonly Value[] {
  const { carries, windows, count, reverse } = call.node.attributes;
  if (typeof carries !== "number" || typeof windows !== "number" || typeof reverse !== "boolean") {
    throw new EvaluationError("a loop needs its attributes");
  }
  const form: LoopForm = { carries, windows, count: isSize(count) ? count : null, reverse };
  return windows > 0 ? writeScan(call, form) : writeRepetition(call, form);
}

function isSize(value: unknown): value is Size {
  return typeof value === "number" || (typeof value === "object" && value !== null && "terms" in value);
}

/** A loop over entries: ONNX's Scan. */
function writeScan(call: ControlCall, { carries, windows, reverse, count }: LoopForm): readonly Value[] {
  const { node, inputs, writer, write } = call;
  const [region] = node.regions;
  const body = new GraphWriter(writer.parts, writer);
  const own = region.parameters.slice(0, carries + windows).map((parameter, index) => ({
    ...typeOf(parameter),
    name: writer.parts.unique(index < carries ? "state" : "entry"),
  }));
  const results = ownResults(body, write(region, body, [...own, ...inputs.slice(own.length)]));
  const stacks = results.length - carries;
  const directions = (length: number): number[] => new Array<number>(length).fill(Number(reverse));
  const names = writer.node(
    "Scan",
    inputs.slice(0, own.length).map(({ name }) => name),
    {
      body: { kind: "graph", value: graphOf(body, "step", own, results) },
      num_scan_inputs: { kind: "int", value: windows },
      scan_input_directions: { kind: "ints", value: directions(windows) },
      ...(stacks === 0 ? {} : { scan_output_directions: { kind: "ints", value: directions(stacks) } }),
    },
    results.length,
  );
  return results.map((result, index) => stacked(result, names[index], index < carries ? null : count));
}

/** A loop over nothing but its state, a number of times or while a condition holds: ONNX's Loop. */
function writeRepetition(call: ControlCall, { carries, count, reverse }: LoopForm): readonly Value[] {
  const { node, inputs, writer, write } = call;
  const [region, condition] = node.regions;
  const { parts } = writer;
  const captured = inputs.slice(carries);
  const initial = inputs.slice(0, carries);
  const body = new GraphWriter(parts, writer);
  const iteration: Value = { name: parts.unique("iteration"), shape: [], dtype: "int64", origin: null };
  const goesOn: Value = { name: parts.unique("goesOn"), shape: [], dtype: "bool", origin: null };
  const states = region.parameters
    .slice(0, carries)
    .map((parameter) => ({ ...typeOf(parameter), name: parts.unique("state") }));
  const written = write(region, body, [...states, ...captured]);
  if (reverse && written.length > carries) {
    throw new EvaluationError("it stacks results in reverse in a loop that takes nothing apart");
  }
  const holds = (at: GraphWriter, values: readonly Value[]): Value =>
    condition === undefined ? parts.scalar(1, "bool") : write(condition, at, [...values, ...captured])[0];
  const results = ownResults(body, [holds(body, written.slice(0, carries)), ...written]);
  const trips = count === null ? "" : writer.reshape(writer.sizes([count]), []).name;
  const names = writer.node(
    "Loop",
    [trips, holds(writer, initial).name, ...initial.map(({ name }) => name)],
    { body: { kind: "graph", value: graphOf(body, "step", [iteration, goesOn, ...states], results) } },
    written.length,
  );
  return written.map((result, index) => stacked(result, names[index], index < carries ? null : count));
}

function stacked({ shape, dtype }: Value, name: string, count: Size | null): Value {
  return { name, shape: count === null ? shape : [count, ...shape], dtype, origin: null };
}

function typeOf({ shape, dtype }: TracedNode): Omit<Value, "name"> {
  return { shape, dtype: carrierOf(dtype), origin: null };
}

/** Results that the graph computes itself, and each once, as ONNX demands of the results of a graph. */
function ownResults(body: GraphWriter, results: readonly Value[]): readonly Value[] {
  const free = new Set(body.nodes.flatMap(({ outputs }) => outputs));
  return results.map((result) => {
    if (free.delete(result.name)) return result;
    const { name } = result;
    const copy = body.parts.unique(`${name}:copy`);
    body.nodes.push({ operator: "Identity", name: copy, inputs: [name], outputs: [copy], attributes: {} });
    return { ...result, name: copy, origin: null };
  });
}

function graphOf(
  body: GraphWriter,
  name: string,
  inputs: readonly Value[],
  outputs: readonly Value[],
): OnnxGraph {
  const describe = (value: Value): OnnxValue => ({
    name: value.name,
    dtype: value.dtype,
    shape: onnxSizes(body.parts, value.shape),
  });
  return body.finish(name, inputs.map(describe), outputs.map(describe));
}
