import type { GraphNode } from "../graph/node.ts";

/** The one number that every element of the node is, where that is known without computing it. */
export function uniformValue(node: GraphNode): number | null {
  let origin = node;
  // What has been computed may have let go of its inputs.
  while (
    origin.value === null &&
    origin.source.kind === "operation" &&
    origin.source.primitive.kind === "movement"
  )
    origin = origin.inputs[0];
  const { source } = origin;
  if (source.kind !== "operation" || source.primitive.kind !== "generator") return null;
  const { start, steps } = source.primitive.affine(source.attributes);
  return steps.length === 0 ? start : null;
}
