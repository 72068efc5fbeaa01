import type { GraphNode } from "../graph/node.ts";

/** The one number that every element of the node is, where that is known without computing it. */
export function uniformValue(node: GraphNode): number | null {
  let { source, inputs } = node;
  while (source.kind === "operation" && source.primitive.kind === "movement") ({ source, inputs } = inputs[0]);
  if (source.kind !== "operation" || source.primitive.kind !== "generator") return null;
  const { start, steps } = source.primitive.affine(source.attributes);
  return steps.length === 0 ? start : null;
}
