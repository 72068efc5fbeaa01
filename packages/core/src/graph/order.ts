import type { GraphNode } from "./node.ts";

/**
 * All nodes that `roots` depend on, inputs before users. `isLeaf` says where to stop. Iterative, since graphs are
 * deeper than the call stack.
 */
export function topologicalOrder(
  roots: readonly GraphNode[],
  isLeaf: (node: GraphNode) => boolean,
): GraphNode[] {
  const order: GraphNode[] = [];
  const visited = new Set<GraphNode>();
  const stack: { node: GraphNode; next: number; inputs: readonly GraphNode[] }[] = [];
  const enter = (node: GraphNode): void => {
    if (visited.has(node)) return;
    visited.add(node);
    if (isLeaf(node)) order.push(node);
    else stack.push({ node, next: 0, inputs: node.inputs });
  };
  for (const root of roots) {
    enter(root);
    while (stack.length > 0) {
      const top = stack[stack.length - 1];
      if (top.next < top.inputs.length) enter(top.inputs[top.next++]);
      else {
        stack.pop();
        order.push(top.node);
      }
    }
  }
  return order;
}
