/** Closure conversion: makes regions of graphs that use values from outside, which become parameters. */
import { copyNode, GraphCopy, onInputs } from "./copy-graph.ts";
import { GraphNode } from "./node.ts";
import { topologicalOrder } from "./order.ts";
import { Region } from "./region.ts";
import type { Trace } from "./trace.ts";

/** A graph that still uses values from outside. */
export interface OpenRegion {
  readonly parameters: readonly GraphNode[];
  readonly results: readonly GraphNode[];
  /** The values from outside that nodes made inside stand for. */
  readonly aliases?: ReadonlyMap<GraphNode, GraphNode>;
  /** No node from outside has a number above it. */
  readonly lastOutside: number;
  /**
   * Whether what does not depend on the parameters is computed inside too. Default: it is computed outside, once for all
   * iterations.
   */
  readonly computesAll?: boolean;
}

export interface ClosedRegions {
  readonly regions: readonly Region[];
  /** The outer values that the last parameters of each region stand for. */
  readonly captured: readonly GraphNode[];
}

/** Regions that run over the same captured values: after its own, each takes a parameter for every one of them. */
export function closeRegions(open: readonly OpenRegion[], trace: Trace | null): ClosedRegions {
  const captured: GraphNode[] = [];
  const closers = open.map((region) => new Closer(region, trace));
  for (const closer of closers) {
    for (const node of closer.captured) if (!captured.includes(node)) captured.push(node);
  }
  return { regions: closers.map((closer) => closer.close(captured)), captured };
}

class Closer {
  readonly captured = new Set<GraphNode>();
  /** Nodes without what stands for values from outside. */
  private readonly outside: GraphCopy;
  private readonly own: ReadonlySet<GraphNode>;
  private readonly open: OpenRegion;
  private readonly trace: Trace | null;
  private readonly inside: ReadonlySet<GraphNode>;
  private readonly order: readonly GraphNode[];

  constructor(open: OpenRegion, trace: Trace | null) {
    this.open = open;
    this.trace = trace;
    this.own = new Set(open.parameters);
    const aliases = open.aliases ?? new Map<GraphNode, GraphNode>();
    const oldest = Math.min(...[...aliases.keys()].map(({ id }) => id));
    this.outside = new GraphCopy(aliases, { isOutside: ({ id }) => id < oldest });
    this.inside = nodesInside(open, this.own);
    this.order = topologicalOrder(open.results, (node) => !this.isInside(node));
    for (const node of this.order) {
      if (!this.isInside(node) && !this.own.has(node)) this.captured.add(this.outside.of(node));
    }
  }

  close(captured: readonly GraphNode[]): Region {
    const { open, trace } = this;
    const parameters = [...open.parameters, ...captured].map(({ shape, dtype }, index) => {
      return new GraphNode({ kind: "parameter", index }, { shape, dtype }, [], trace);
    });
    const known = new Map([...open.parameters, ...captured].map((node, index) => [node, parameters[index]]));
    for (const node of [...this.order, ...(open.aliases?.keys() ?? [])]) {
      if (known.has(node) || this.isInside(node)) continue;
      const outside = this.outside.of(node);
      known.set(node, known.get(outside) ?? outside);
    }
    const copy = new GraphCopy(known, {
      isOutside: ({ id }) => id <= open.lastOutside,
      // What depends on no parameter belongs to no trace.
      make: (node, inputs) => (this.isInside(node) ? copyNode(node, inputs, null) : onInputs(node, inputs)),
    });
    return new Region(
      parameters,
      open.results.map((node) => copy.of(node)),
    );
  }

  /**
   * Values that cost nothing, or next to nothing, are made inside: moved and generated elements. Not those that were there
   * before: they may be what a gradient is taken by, so that they have to be inputs.
   */
  private isInside(node: GraphNode): boolean {
    if (this.own.has(node) || node.id <= this.open.lastOutside) return false;
    if (this.inside.has(node)) return true;
    const { source, historyDropped } = node;
    if (source.kind !== "operation" || historyDropped) return false;
    return source.primitive.kind === "movement" || source.primitive.kind === "generator";
  }
}

function nodesInside(
  { results, lastOutside, computesAll = false }: OpenRegion,
  own: ReadonlySet<GraphNode>,
): Set<GraphNode> {
  const found = new Set<GraphNode>();
  const stack = [...results];
  for (let node = stack.pop(); node; node = stack.pop()) {
    if (found.has(node) || node.id <= lastOutside) continue;
    found.add(node);
    if (!own.has(node)) for (const input of node.inputs) stack.push(input);
  }
  const inside = new Set<GraphNode>();
  for (const node of [...found].sort((a, b) => a.id - b.id)) {
    if (node.source.kind !== "operation" || own.has(node)) continue;
    const dependsOnInside = node.inputs.some((input) => own.has(input) || inside.has(input));
    // A result is where its control node is, even if it was picked later.
    const isResult = node.source.primitive.kind === "result";
    if (dependsOnInside || (computesAll && !isResult)) inside.add(node);
  }
  return inside;
}
