import type { GraphNode } from "../graph/node.ts";
import { build } from "../primitives/apply.ts";

/** x^(1/degree) of x ≥ 0, with a gradient of 0 at 0, where the root has none. */
export function rootOf(x: GraphNode, degree: number): GraphNode {
  const isZero = build.equal(x, 0);
  const positive = build.where(isZero, 1, x);
  const root = degree === 2 ? build.sqrt(positive) : build.pow(positive, 1 / degree);
  return build.where(isZero, degree > 0 ? 0 : Number.POSITIVE_INFINITY, root);
}
