/** Which way gradients go through a graph. */
import { isFloat } from "../dtype.ts";
import { gradientRuleOf } from "../graph/gradient-rule.ts";
import type { GraphNode } from "../graph/node.ts";

/** Calls `visit` with each input that a gradient may pass to from `node`. */
export function forEachGradientInput(node: GraphNode, visit: (input: GraphNode) => void): void {
  if (!isDifferentiable(node)) return;
  const { inputs } = node;
  // By a rule of the user's own nothing reaches the value: it goes to the operands after it.
  const first = gradientRuleOf(node) ? 1 : 0;
  for (let index = first; index < inputs.length; index++) {
    if (carriesGradient(inputs[index])) visit(inputs[index]);
  }
}

/** A control node has no value of its own, and hands on the gradients of its results. */
function carriesGradient({ dtype, source }: GraphNode): boolean {
  return isFloat(dtype) || (source.kind === "operation" && source.primitive.kind === "control");
}

function isDifferentiable({ source }: GraphNode): boolean {
  if (source.kind !== "operation") return false;
  const { primitive } = source;
  return primitive.vjp !== null || primitive.kind === "control" || primitive.kind === "result";
}
