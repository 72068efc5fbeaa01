/** Writes what a function computes as an ONNX model. */
import type { DType } from "../dtype.ts";
import { EvaluationError, listAlternatives } from "../errors.ts";
import type { Cell } from "../graph/cell.ts";
import { GraphNode, lastNumber } from "../graph/node.ts";
import { newTrace, withTrace } from "../graph/trace.ts";
import { Tensor } from "../tensor.ts";
import { readingNow, type Variable } from "../variable.ts";
import { packageVersion } from "../version.ts";
import { writeControl } from "./control.ts";
import { idioms } from "./idioms/idioms.ts";
import type { Idiom, Surroundings } from "./idioms/pattern.ts";
import type { OnnxModel } from "./model.ts";
import { ModelParts, onnxSizes } from "./model-parts.ts";
import type { Rule } from "./rules/rule.ts";
import { rules } from "./rules/rules.ts";
import { mostUnknowns, sampledSizes, type UnknownSize } from "./sizes.ts";
import { tidied } from "./tidy.ts";
import { joinTraces, type TracedNode, type TracedRegion } from "./traced-graph.ts";
import { carrierOf, type Value } from "./value.ts";
import { GraphWriter } from "./writer.ts";

/** An input of a model that is to be written. */
export interface OnnxInput {
  readonly name: string;
  /** The sizes of its dimensions; null where any size is taken. Unknown sizes of one axis are the same in all inputs. */
  readonly shape: readonly (number | null)[];
  readonly dtype: DType;
}

/** A model that is to be written. */
export interface OnnxSource {
  /** Its name, for the file and for messages. */
  readonly name: string;
  readonly inputs: readonly OnnxInput[];
  /** The Variables by the names that they get in the file. Others get their own. */
  readonly weights: ReadonlyMap<string, Variable>;
  /**
   * Computes the outputs, by the names that they get in the file. It is run several times, on tensors without values.
   *
   * @param within Runs a part of the computation, whose nodes are named after it.
   */
  call(inputs: readonly Tensor[], within: Within): ReadonlyMap<string, Tensor>;
}

/** Runs a part of a computation under a name. */
export type Within = <Result>(part: string, body: () => Result) => Result;

/**
 * The newest version of the operators that runtimes of the last two years know: ONNX Runtime does from 1.18 on. All that is
 * used is in version 18, but for what later ones allow more dtypes.
 */
export const opset = 21;
const irVersion = 10;

/** The name of the first axis's size, and of others. */
function nameOfSize(axis: number): string {
  return axis === 0 ? "batch" : `size_${axis}`;
}

/**
 * Traces a model, and writes each primitive of its graph as ONNX operators. Sizes of the graph that follow unknown ones of
 * the inputs are computed from the inputs' shapes in the file.
 *
 * @throws EvaluationError if the model assigns Variables, draws random numbers, or computes what ONNX has no operators for.
 */
export async function writeAsOnnx(source: OnnxSource): Promise<OnnxModel> {
  const unknowns = unknownSizes(source);
  const spans = new Spans();
  const traces = sampledSizes(unknowns.length).map((sizes) => traceWith(source, unknowns, sizes, spans));
  const [{ names }] = traces;
  const place = (node: GraphNode): string => {
    const path = spans.pathOf(node);
    return path === "" ? source.name : `${JSON.stringify(path)} of ${source.name}`;
  };
  const graph = joinTraces(traces, unknowns.length, place);
  const inputs = source.inputs.map(({ name, shape, dtype }) => ({
    name,
    dtype,
    shape: shape.map((size, axis) => size ?? nameOfSize(axis)),
  }));
  const parts = new ModelParts(unknowns, inputs, names);
  const translation = new Translation(parts, await readWeights(graph, source.weights), spans, source.name);
  const writer = new GraphWriter(parts);
  const parameters = graph.parameters.map(({ shape, dtype }, index) => ({
    name: inputs[index].name,
    shape,
    dtype,
    origin: null,
  }));
  const results = translation.write(
    graph,
    writer,
    parameters.map((value) => writer.cast(value, carrierOf(value.dtype))),
  );
  const outputs = results.map((result, index) => writer.cast(result, graph.results[index].dtype));
  return {
    irVersion,
    opset,
    producer: "Strata",
    producerVersion: packageVersion,
    description: `The model ${source.name}, for inference.`,
    graph: tidied({
      name: source.name,
      writer,
      inputs,
      outputs: outputs.map((value, index) => ({
        value,
        name: names[index],
        shape: onnxSizes(parts, value.shape),
      })),
    }),
  };
}

function unknownSizes({ name, inputs }: OnnxSource): readonly UnknownSize[] {
  const found = new Map<number, UnknownSize>();
  inputs.forEach(({ shape }, input) => {
    shape.forEach((size, axis) => {
      if (size === null && !found.has(axis)) found.set(axis, { name: nameOfSize(axis), input, axis });
    });
  });
  if (found.size > mostUnknowns) {
    throw new EvaluationError(
      `exportOnnx: ${name} takes any size along ${found.size} axes; it may be ${mostUnknowns} at most`,
    );
  }
  return [...found.values()];
}

interface TraceOfModel {
  readonly parameters: readonly GraphNode[];
  readonly results: readonly GraphNode[];
  /** The names of the results. */
  readonly names: readonly string[];
}

function traceWith(
  source: OnnxSource,
  unknowns: readonly UnknownSize[],
  sizes: readonly number[],
  spans: Spans,
): TraceOfModel {
  const trace = newTrace("exportOnnx", source.name);
  const sizeOn = (axis: number): number => sizes[unknowns.findIndex((unknown) => unknown.axis === axis)];
  const parameters = source.inputs.map(({ shape, dtype }, index) => {
    const filled = shape.map((size, axis) => size ?? sizeOn(axis));
    return new GraphNode({ kind: "parameter", index }, { shape: filled, dtype }, [], trace);
  });
  const outputs = withTrace(trace, () =>
    source.call(
      parameters.map((node) => new Tensor(node)),
      (part, body) => spans.within(part, body),
    ),
  );
  if (trace.assignments.size > 0) {
    const assigned = [...trace.assignments.keys()].map(({ name }) => name);
    throw new EvaluationError(
      `exportOnnx: ${source.name} keeps state between calls, in ${listAlternatives(assigned)}; a file computes the same in ` +
        "each run: make the layer without its state (stateful: false), or draw no random numbers",
    );
  }
  return {
    parameters,
    results: withTrace(trace, () => [...outputs.values()].map(({ node }) => node)),
    names: [...outputs.keys()],
  };
}

/** Which parts of the model nodes were made in: nodes are numbered in the order in which they are made. */
class Spans {
  private readonly open: string[] = [];
  private readonly closed: { readonly first: number; readonly last: number; readonly path: string }[] = [];

  within<Result>(part: string, body: () => Result): Result {
    this.open.push(part);
    const first = lastNumber() + 1;
    try {
      return body();
    } finally {
      this.closed.push({ first, last: lastNumber(), path: this.open.join("/") });
      this.open.pop();
    }
  }

  /** The path of the innermost part. */
  pathOf({ id }: GraphNode): string {
    // Inner parts are closed before those around them.
    return this.closed.find(({ first, last }) => first <= id && id <= last)?.path ?? "";
  }
}

/** The value of a Variable, under its name in the file. */
interface Weight {
  readonly name: string;
  readonly values: Awaited<ReturnType<Tensor["data"]>>;
}

async function readWeights(
  graph: TracedRegion,
  weights: OnnxSource["weights"],
): Promise<ReadonlyMap<Cell, Weight>> {
  const names = new Map([...weights].map(([name, { cell }]) => [cell, name]));
  const read = new Map<Cell, Weight>();
  for (const cell of cellsIn(graph)) {
    const values = await new Tensor(readingNow(cell)).data();
    read.set(cell, { name: names.get(cell) ?? cell.name, values });
  }
  return read;
}

function cellsIn({ order }: TracedRegion): Set<Cell> {
  const cells = new Set<Cell>();
  for (const { source, regions } of order) {
    if (source.kind === "cell") cells.add(source.cell);
    for (const region of regions) for (const cell of cellsIn(region)) cells.add(cell);
  }
  return cells;
}

class Translation {
  private readonly parts: ModelParts;
  private readonly weights: ReadonlyMap<Cell, Weight>;
  private readonly written = new Map<Cell, Value>();
  private readonly spans: Spans;
  private readonly name: string;
  private readonly rules: ReadonlyMap<string, Rule> = new Map(Object.entries(rules));
  private readonly idioms: ReadonlyMap<string, readonly Idiom[]> = new Map(Object.entries(idioms));

  constructor(parts: ModelParts, weights: ReadonlyMap<Cell, Weight>, spans: Spans, name: string) {
    this.parts = parts;
    this.weights = weights;
    this.spans = spans;
    this.name = name;
  }

  /** Writes the nodes of a graph whose parameters are these values, and gives its results. */
  write(region: TracedRegion, writer: GraphWriter, parameters: readonly Value[]): readonly Value[] {
    const values = new Map(region.parameters.map((parameter, index) => [parameter, parameters[index]]));
    const results = new Map<TracedNode, readonly Value[]>();
    const valueOf = (node: TracedNode): Value => {
      const value = values.get(node);
      if (value === undefined) throw new EvaluationError("exportOnnx: a node is used that was not written");
      return value;
    };
    for (const node of region.order) {
      if (values.has(node)) continue;
      const { source } = node;
      if (source.kind !== "operation" || node.node.value !== null) {
        values.set(node, this.leaf(node, writer));
        continue;
      }
      const { primitive } = source;
      const path = this.spans.pathOf(node.node);
      this.parts.place = path;
      try {
        if (primitive.kind === "control") {
          const inputs = node.inputs.map(valueOf);
          const write = this.write.bind(this);
          results.set(node, writeControl({ node, inputs, writer, write }, primitive.flow));
        } else if (primitive.kind === "result") {
          const found = results.get(node.inputs[0])?.[primitive.resultIndex(source.attributes)];
          if (found !== undefined) values.set(node, found);
        } else values.set(node, this.operation(node, primitive.name, writer, valueOf));
      } catch (error) {
        throw this.located(error, path);
      }
    }
    return region.results.map(valueOf);
  }

  private leaf(node: TracedNode, writer: GraphWriter): Value {
    const { shape, dtype, value, source } = node.node;
    const carrier = carrierOf(dtype);
    if (value !== null) return writer.cast(this.parts.tensor("constant", value, { shape, dtype }), carrier);
    const weight = source.kind === "cell" ? this.weights.get(source.cell) : undefined;
    if (source.kind !== "cell" || weight === undefined) {
      throw new EvaluationError(`exportOnnx: ${this.name} depends on a tensor that has no values any more`);
    }
    const known =
      this.written.get(source.cell) ?? this.parts.tensor(weight.name, weight.values, { shape, dtype });
    this.written.set(source.cell, known);
    return writer.cast(known, carrier);
  }

  private operation(
    node: TracedNode,
    name: string,
    writer: GraphWriter,
    valueOf: (node: TracedNode) => Value,
  ): Value {
    const { attributes, shape, dtype } = node;
    const rule = this.rules.get(name);
    if (rule === undefined) throw new EvaluationError(`it computes ${name}, which has no rule for ONNX`);
    const inputs = node.inputs.map(valueOf);
    const output = { shape, dtype: carrierOf(dtype) };
    const value =
      this.idiom(name, { node, writer, valueOf }) ??
      rule.write({ writer, inputs, attributes, output, dtype, node });
    return computes(node) ? writer.rounded(value, dtype) : value;
  }

  /** The value written for the function that a node ends, if ONNX has an operator for it. */
  private idiom(name: string, surroundings: Surroundings): Value | null {
    for (const write of this.idioms.get(name) ?? []) {
      const value = write(surroundings);
      if (value !== null) return value;
    }
    return null;
  }

  private located(error: unknown, path: string): unknown {
    if (!(error instanceof EvaluationError) || error.message.startsWith("exportOnnx")) return error;
    const place = path === "" ? this.name : `the layer ${JSON.stringify(path)} of ${this.name}`;
    return new EvaluationError(`exportOnnx: ${place} cannot be written: ${error.message}`, { cause: error });
  }
}

/** Whether the result may have digits, or a size, that the dtype does not hold. */
function computes({ source }: TracedNode): boolean {
  if (source.kind !== "operation") return false;
  const { primitive, attributes } = source;
  switch (primitive.kind) {
    case "elementwise":
      return !primitive.changesNothing;
    case "reduction":
      return true;
    case "routine":
      return !primitive.movesElements?.(attributes);
    default:
      return false;
  }
}
