/** The results of control nodes. There is one node for each, since the compiler gives it one place. */
import type { GraphNode } from "./node.ts";

const results = new WeakMap<GraphNode, Map<number, GraphNode>>();

/** The node of the result number `index` of a control node: the same whenever it is asked for. */
export function resultOf(control: GraphNode, index: number, make: () => GraphNode): GraphNode {
  const made = results.get(control) ?? new Map<number, GraphNode>();
  results.set(control, made);
  const known = made.get(index);
  if (known && !known.historyDropped) return known;
  const node = make();
  made.set(index, node);
  return node;
}
