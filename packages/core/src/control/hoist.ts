/**
 * Products of an entry of what a scan takes apart with what all iterations share do not wait for the carry: all of
 * them are one product before the loop.
 */
import { GraphNode } from "../graph/node.ts";
import { topologicalOrder } from "../graph/order.ts";
import { build } from "../primitives/apply.ts";

export interface HoistOptions {
  readonly results: readonly GraphNode[];
  /** For each parameter that stands for an entry what it is an entry of. */
  readonly stacks: ReadonlyMap<GraphNode, GraphNode>;
  /** The outer values that nodes of the body read. */
  readonly aliases: ReadonlyMap<GraphNode, GraphNode>;
  /** No node from outside has a number above it. */
  readonly lastOutside: number;
  readonly count: number;
}

/** Nodes of the body, and their values in all iterations, stacked along a new first axis. */
export function hoistProducts(options: HoistOptions): Map<GraphNode, GraphNode> {
  const { results, stacks, aliases, lastOutside, count } = options;
  const hoisted = new Map<GraphNode, GraphNode>();
  for (const node of topologicalOrder(results, ({ id }) => id <= lastOutside)) {
    const { source, inputs } = node;
    if (source.kind !== "operation" || source.primitive.kind !== "routine") continue;
    const [first, ...rest] = inputs;
    const others = rest.flatMap((each) => aliases.get(each) ?? (each.id <= lastOutside ? each : []));
    if (others.length < rest.length || !source.primitive.sharedCalls) continue;
    const stack = stackOf(first, stacks, count);
    const product = stack && source.primitive.sharedCalls(stack, others, build);
    if (product) hoisted.set(node, product);
  }
  return hoisted;
}

/** The values of the node in all iterations, where only moving elements lies between it and what is taken apart. */
function stackOf(
  node: GraphNode,
  stacks: ReadonlyMap<GraphNode, GraphNode>,
  count: number,
): GraphNode | null {
  const known = stacks.get(node);
  if (known) return known;
  const { source, inputs } = node;
  if (source.kind !== "operation" || source.primitive.kind !== "movement") return null;
  const { primitive } = source;
  const inner = primitive.stacked && stackOf(inputs[0], stacks, count);
  if (!inner || !primitive.stacked) return null;
  const attributes = primitive.stacked(source.attributes, count);
  return new GraphNode({ ...source, attributes }, primitive.infer([inner], attributes), [inner], null);
}
