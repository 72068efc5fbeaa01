import type { GraphNode } from "./node.ts";

/** The gradient of each operand after the first, by a rule of the user's own. */
export type GradientRule = (gradient: GraphNode) => readonly (GraphNode | null)[];

const rules = new WeakMap<GraphNode, GradientRule>();

/** From now on the gradient of `node`, a call of `customGradient`, is what `rule` says. */
export function setGradientRule(node: GraphNode, rule: GradientRule): void {
  rules.set(node, rule);
}

/** The rule of a call of `customGradient`. */
export function gradientRuleOf(node: GraphNode): GradientRule | undefined {
  return rules.get(node);
}
