/**
 * The past of what a compiled function returned. A call builds no graph; what it computed is made anew from the graph
 * that was traced, where a gradient walks through a result.
 */
import { isFloat, type TypedArray } from "./dtype.ts";
import type { Cell } from "./graph/cell.ts";
import { GraphCopy, onInputs } from "./graph/copy-graph.ts";
import {
  dataNode,
  type GraphNode,
  type Past,
  rememberingNode,
  reserveNumbers,
  type TensorType,
} from "./graph/node.ts";
import { topologicalOrder } from "./graph/order.ts";
import { type Trace, withTrace } from "./graph/trace.ts";
import { primitives } from "./primitives/table.ts";
import { sizeOf } from "./shape.ts";
import { readingNow, variableReadBy } from "./variable.ts";

/** How many calls keep their arguments for gradients, and how many bytes of them; the last one does in any case. */
const mostCalls = 64;
const mostBytes = 64 * 2 ** 20;

/** Integers that a function changes are copied before each call if they are no more, as the state of random numbers. */
const mostStateElements = 16;

interface TracedFunction {
  readonly trace: Trace;
  readonly parameters: readonly GraphNode[];
  readonly outputs: readonly GraphNode[];
  readonly updated: readonly Cell[];
  /** No node from outside has a number above it. */
  readonly lastOutside: number;
}

/** The graph of a compiled function, as far as gradients of its results need it. */
export class TracedGraph {
  readonly outputs: readonly TracedOutput[];
  readonly parameters: readonly GraphNode[];
  readonly lastOutside: number;
  /** Whether gradients may walk through any of its results. */
  readonly mayHaveGradient: boolean;
  /** The number of nodes in it. */
  readonly size: number;
  /** The nodes that stand for Variables that a call leaves as they are. */
  readonly readings: readonly (readonly [Cell, GraphNode])[];
  /** Those of small ones that it changes, of which it keeps a copy. */
  readonly states: readonly (readonly [Cell, GraphNode])[];

  constructor({ trace, parameters, outputs, updated, lastOutside }: TracedFunction) {
    const isOutside = ({ id }: GraphNode): boolean => id <= lastOutside;
    const changed = new Set(updated);
    const isOverwritten = (cell: Cell): boolean =>
      changed.has(cell) && (isFloat(cell.type.dtype) || sizeOf(cell.type.shape) > mostStateElements);
    const needed = new Set<GraphNode>();
    this.outputs = outputs.map((output): TracedOutput => {
      const { shape, dtype } = output;
      const type = { shape, dtype };
      const reached = new Set(isFloat(dtype) ? topologicalOrder([output], isOutside) : []);
      const mayHaveGradient = [...reached].some(
        (node) => isFloat(node.dtype) && (isOutside(node) || node.source.kind !== "operation"),
      );
      if (!mayHaveGradient) return { type, mayHaveGradient, node: null, reads: new WeakSet(), lost: null };
      const read = [...trace.reads].flatMap(([cell, node]) => (reached.has(node) ? [cell] : []));
      const overwritten = read.find(isOverwritten);
      if (!overwritten) for (const node of reached) needed.add(node);
      return {
        type,
        mayHaveGradient,
        node: overwritten ? null : output,
        reads: new WeakSet(read),
        lost: overwritten?.name ?? null,
      };
    });
    this.mayHaveGradient = this.outputs.some((output) => output.mayHaveGradient);
    const reads = [...trace.reads].filter(([, node]) => needed.has(node));
    this.readings = reads.filter(([cell]) => !changed.has(cell));
    this.states = reads.filter(([cell]) => changed.has(cell));
    this.size = needed.size;
    // They know the trace, and through it all Variables: results of a step of training must not.
    this.parameters = needed.size > 0 ? parameters : [];
    this.lastOutside = lastOutside;
  }
}

/** The type of a result of any call. */
interface TracedOutput {
  readonly type: TensorType;
  /** Whether it is computed from anything that a gradient could be towards. */
  readonly mayHaveGradient: boolean;
  /** The node that was traced, where it can be made anew after a call. */
  readonly node: GraphNode | null;
  /** The Variables that it is computed from. */
  readonly reads: WeakSet<Cell>;
  /** The name of one of them that the call itself overwrites, so that nobody can compute it again. */
  readonly lost: string | null;
}

/** The arguments of a call, until newer ones need the room. It does not reach the function that was called. */
interface KeptArguments {
  nodes: readonly GraphNode[] | null;
  readonly bytes: number;
}

const nothingKept: KeptArguments = { nodes: [], bytes: 0 };

/** A ring: the call number n has its place at n modulo its length. */
const recent = new Array<KeptArguments>(mostCalls).fill(nothingKept);
let [firstKept, nextKept, keptBytes] = [0, 0, 0];

function keepArguments(nodes: readonly GraphNode[]): KeptArguments {
  if (nodes.length === 0) return nothingKept;
  let bytes = 0;
  for (const { value } of nodes) bytes += value?.byteLength ?? 0;
  const kept = { nodes, bytes };
  keptBytes += bytes;
  while (nextKept - firstKept === mostCalls || (nextKept > firstKept && keptBytes > mostBytes)) {
    const oldest = recent[firstKept % mostCalls];
    keptBytes -= oldest.bytes;
    oldest.nodes = null;
    recent[firstKept++ % mostCalls] = nothingKept;
  }
  recent[nextKept++ % mostCalls] = kept;
  return kept;
}

/** One call of a compiled function, as its results remember it. */
export class Call {
  /** The name of the Variable that was assigned since. */
  assigned: string | null = null;
  readonly hasComputedArguments: boolean;
  private readonly graph: TracedGraph;
  private readonly kept: KeptArguments;
  private readonly states: readonly TypedArray[];
  private readonly lastBefore: number;
  private copies: GraphCopy | null = null;

  /**
   * @param given The arguments.
   * @param states What the Variables of `graph.states` held before the call.
   */
  constructor(graph: TracedGraph, given: readonly GraphNode[], states: readonly TypedArray[]) {
    this.graph = graph;
    this.states = states;
    this.hasComputedArguments = hasComputed(given);
    this.kept = graph.size > 0 ? keepArguments(given) : nothingKept;
    // That they are older than the results says that they hold what the call read.
    for (const [cell] of graph.readings) cell.dateContents();
    this.lastBefore = reserveNumbers(graph.size + graph.states.length);
  }

  /** The node of a result. */
  result(index: number, value: TypedArray): GraphNode {
    const output = this.graph.outputs[index];
    if (!output.mayHaveGradient) return dataNode(value, output.type);
    return rememberingNode(value, output.type, primitives.customGradient, new ResultPast(this, output));
  }

  recall(node: GraphNode): GraphNode | null {
    this.copies ??= withTrace(null, () => this.copyGraph());
    return this.copies?.of(node) ?? null;
  }

  private copyGraph(): GraphCopy | null {
    const { graph, kept, states, lastBefore } = this;
    const stale = graph.readings.find(
      ([{ currentReading }]) => currentReading === null || currentReading.id > lastBefore,
    );
    this.assigned = stale?.[0].name ?? null;
    const given = kept.nodes;
    if (stale || given === null) return null;
    let number = lastBefore;
    const known = [
      ...graph.parameters.map((parameter, index) => [parameter, given[index]] as const),
      ...graph.readings.map(
        ([cell, node]) => [node, variableReadBy(node)?.node ?? readingNow(cell)] as const,
      ),
      ...graph.states.map(([{ type }, node], index) => {
        return [node, dataNode(states[index], type, ++number)] as const;
      }),
    ];
    let isReserved = true;
    const copies = new GraphCopy(known, {
      isOutside: ({ id }) => id <= graph.lastOutside,
      make: (node, inputs) => onInputs(node, inputs, isReserved ? ++number : undefined),
    });
    for (const { node } of graph.outputs) if (node) copies.of(node);
    // What rules of the user's own give is made later, and is younger.
    isReserved = false;
    return copies;
  }
}

function hasComputed(nodes: readonly GraphNode[]): boolean {
  for (const { source } of nodes) if (source.kind !== "data") return true;
  return false;
}

class ResultPast implements Past {
  private readonly call: Call;
  private readonly output: TracedOutput;

  constructor(call: Call, output: TracedOutput) {
    this.call = call;
    this.output = output;
  }

  get assigned(): string | null {
    return this.output.lost ?? this.call.assigned;
  }

  recall(): GraphNode | null {
    return this.output.node && this.call.recall(this.output.node);
  }

  reads(cell: Cell): boolean {
    return this.output.reads.has(cell);
  }

  mayDependOn({ source }: GraphNode): boolean {
    return source.kind !== "cell" || this.call.hasComputedArguments || this.reads(source.cell);
  }
}
