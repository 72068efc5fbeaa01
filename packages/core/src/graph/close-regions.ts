/** Closure conversion: makes regions of graphs that use values from outside, which become parameters. */
import { type GradientRule, gradientRuleOf, setGradientRule } from "./gradient-rule.ts";
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
  /** What the last parameters of each region stand for. */
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
  private readonly outsides = new Map<GraphNode, GraphNode>();
  private readonly own: ReadonlySet<GraphNode>;
  private readonly open: OpenRegion;
  private readonly trace: Trace | null;
  private readonly inside: ReadonlySet<GraphNode>;
  private readonly order: readonly GraphNode[];

  constructor(open: OpenRegion, trace: Trace | null) {
    this.open = open;
    this.trace = trace;
    this.own = new Set(open.parameters);
    this.inside = nodesInside(open, this.own);
    this.order = topologicalOrder(open.results, (node) => !this.isInside(node));
    for (const node of this.order) {
      if (!this.isInside(node) && !this.own.has(node)) this.captured.add(this.outside(node));
    }
  }

  close(captured: readonly GraphNode[]): Region {
    const copies = new Map<GraphNode, GraphNode>();
    const parameters = [...this.open.parameters, ...captured].map((node, index) => {
      const { shape, dtype } = node;
      const parameter = new GraphNode({ kind: "parameter", index }, { shape, dtype }, [], this.trace);
      copies.set(node, parameter);
      return parameter;
    });
    const copyOf = (node: GraphNode): GraphNode => {
      const copy = copies.get(node) ?? copies.get(this.outside(node));
      if (copy === undefined) throw new Error(`node ${node.id} comes after a node that uses it`);
      return copy;
    };
    for (const node of this.order) {
      if (!this.isInside(node)) continue;
      const { source, shape, dtype } = node;
      const copy = new GraphNode(source, { shape, dtype }, node.inputs.map(copyOf), this.trace);
      copies.set(node, copy);
      const rule = gradientRuleOf(node);
      if (rule) setGradientRule(copy, this.ruleForCopies(rule, copies));
    }
    return new Region(parameters, this.open.results.map(copyOf));
  }

  /** A rule of the user's own is made of the nodes that were copied: what it gives is made of their copies. */
  private ruleForCopies(rule: GradientRule, copies: ReadonlyMap<GraphNode, GraphNode>): GradientRule {
    return (gradient) => {
      const given = rule(gradient);
      const moved = new Map(copies);
      const isLeaf = (node: GraphNode): boolean => moved.has(node) || node.id <= this.open.lastOutside;
      const roots = given.flatMap((node) => (node ? [node] : []));
      for (const node of topologicalOrder(roots, isLeaf)) {
        if (isLeaf(node)) continue;
        const inputs = node.inputs.map((input) => moved.get(input) ?? input);
        if (inputs.every((input, position) => input === node.inputs[position])) continue;
        const { source, shape, dtype } = node;
        const copy = new GraphNode(source, { shape, dtype }, inputs, null);
        moved.set(node, copy);
        const inner = gradientRuleOf(node);
        if (inner) setGradientRule(copy, this.ruleForCopies(inner, moved));
      }
      return given.map((node) => node && (moved.get(node) ?? node));
    };
  }

  /** The node without what stands for values from outside. */
  private outside(node: GraphNode): GraphNode {
    const { aliases } = this.open;
    if (aliases === undefined || aliases.size === 0) return node;
    const oldest = Math.min(...[...aliases.keys()].map(({ id }) => id));
    const isLeaf = (each: GraphNode): boolean =>
      this.outsides.has(each) || aliases.has(each) || each.id < oldest;
    for (const each of topologicalOrder([node], isLeaf)) {
      if (this.outsides.has(each)) continue;
      const inputs = each.inputs.map((input) => this.outsides.get(input) ?? input);
      const isSame = isLeaf(each) || inputs.every((input, index) => input === each.inputs[index]);
      const { source, shape, dtype } = each;
      const same = aliases.get(each) ?? each;
      this.outsides.set(each, isSame ? same : new GraphNode(source, { shape, dtype }, inputs, null));
    }
    return this.outsides.get(node) ?? node;
  }

  /**
   * What costs nothing, or next to nothing, is made inside: moved and generated elements. Not those that were there before:
   * they may be what a gradient is taken by, so that they have to be inputs.
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
    if (!own.has(node)) stack.push(...node.inputs);
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
