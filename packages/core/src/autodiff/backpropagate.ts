/** Reverse-mode differentiation from graph to graph: adds the nodes that compute the gradients. */
import { isFloat } from "../dtype.ts";
import { DTypeError, EvaluationError, ShapeError } from "../errors.ts";
import type { GraphNode } from "../graph/node.ts";
import { build, sumToShape } from "../primitives/apply.ts";
import { formatShape, sameShape } from "../shape.ts";

/**
 * The gradients of Σ seed·y with respect to each of `xs`: null where y does not depend on one.
 * Every node gets its gradient when all its users have given theirs; the rules of the rows do the rest.
 */
export function backpropagate(y: GraphNode, xs: readonly GraphNode[], seed: GraphNode): (GraphNode | null)[] {
  checkSeed(y, seed);
  const onPath = nodesBetween(y, xs);
  const gradients = new Map<GraphNode, GraphNode>([[y, seed]]);
  const wanted = new Set(xs);
  for (const node of onPath) {
    const gradient = gradients.get(node);
    if (gradient === undefined) continue;
    if (!wanted.has(node)) gradients.delete(node);
    const { source } = node;
    if (source.kind !== "operation") continue;
    const { attributes, primitive } = source;
    const { vjp } = primitive;
    if (vjp === null) continue;
    const contributions = vjp({ inputs: node.inputs, output: node, attributes, gradient, build });
    node.inputs.forEach((input, index) => {
      const contribution = contributions[index];
      if (contribution === null || !isFloat(input.dtype) || !(onPath.has(input) || wanted.has(input))) return;
      const fitting = sumToShape(contribution, input.shape);
      const others = gradients.get(input);
      gradients.set(input, others ? build.add(others, fitting) : fitting);
    });
  }
  return xs.map((x) => gradients.get(x) ?? null);
}

function checkSeed(y: GraphNode, seed: GraphNode): void {
  if (!isFloat(y.dtype)) {
    throw new DTypeError(`gradients: the result is ${y.dtype}; only float32 and float64 have gradients`);
  }
  if (!sameShape(y.shape, seed.shape)) {
    throw new ShapeError(
      `gradients: the seed has the shape ${formatShape(seed.shape)}; it must be the result's, ${formatShape(y.shape)}`,
    );
  }
}

/**
 * The nodes through which y depends on an x, users before inputs. Nodes are numbered in the order of creation, so
 * that nothing older than the oldest x can depend on one.
 */
function nodesBetween(y: GraphNode, xs: readonly GraphNode[]): Set<GraphNode> {
  const oldest = xs.reduce((least, x) => Math.min(least, x.id), Number.POSITIVE_INFINITY);
  const targets = new Set(xs);
  const found = new Set<GraphNode>();
  const stack: GraphNode[] = [y];
  for (let node = stack.pop(); node; node = stack.pop()) {
    if (found.has(node) || node.id < oldest) continue;
    found.add(node);
    if (!targets.has(node)) rejectDroppedHistory(node, oldest);
    for (const input of node.inputs) stack.push(input);
  }
  const order = [...found].sort((a, b) => a.id - b.id);
  const dependent = new Set<GraphNode>();
  for (const node of order) {
    const differentiable = node.source.kind === "operation" && node.source.primitive.vjp !== null;
    if (targets.has(node) || (differentiable && node.inputs.some((input) => dependent.has(input)))) {
      dependent.add(node);
    }
  }
  return new Set(order.reverse().filter((node) => dependent.has(node)));
}

function rejectDroppedHistory(node: GraphNode, oldest: number): void {
  if (!node.historyDropped || node.id <= oldest || !isFloat(node.dtype)) return;
  throw new EvaluationError(
    "gradients: a tensor on the way was computed long ago, or before Variables were assigned, and no longer knows " +
      "what it was computed from; call gradients before the assignments, or compute the tensor anew",
  );
}
