import type { GraphNode } from "../graph/node.ts";
import { build } from "../primitives/apply.ts";

/**
 * x less its largest element, and ln Σ eˣ of that: their difference keeps digits that ln Σ eˣ of large x loses. Where all
 * elements are −∞ the logarithm is −∞, with a gradient of 0.
 */
export function shiftedLogSum(node: GraphNode, axes: readonly number[]) {
  const highest = build.stopGradient(build.max(node, axes));
  // Where all elements are −∞ the difference would be NaN.
  const isFinite = build.equal(build.sub(highest, highest), 0);
  const shift = build.where(isFinite, highest, 0);
  const shifted = build.sub(node, build.spread(shift, axes, node.shape));
  const sum = build.sum(build.exp(shifted), axes);
  const isNothing = build.equal(sum, 0);
  const logSum = build.where(isNothing, Number.NEGATIVE_INFINITY, build.log(build.where(isNothing, 1, sum)));
  return { shift, shifted, logSum };
}
