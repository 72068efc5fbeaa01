import { forEachGradientInput } from "../autodiff/gradient-paths.ts";
import type { GraphNode } from "../graph/node.ts";
import type { Tensor } from "../tensor.ts";
import { type Variable, variableReadBy } from "../variable.ts";

/** The trainable Variables that a gradient of `result` reaches, in the order of their creation. */
export function trainableVariablesOf(result: Tensor): Variable[] {
  const found = new Set<Variable>();
  const visited = new Set<GraphNode>();
  const stack = [result.node];
  for (let node = stack.pop(); node; node = stack.pop()) {
    if (visited.has(node)) continue;
    visited.add(node);
    const read = variableReadBy(node);
    if (read) {
      if (read.trainable) found.add(read);
    } else forEachGradientInput(node, (input) => stack.push(input));
  }
  return [...found].sort((a, b) => a.creationNumber - b.creationNumber);
}
