/** Reverse-mode differentiation from graph to graph: adds the nodes that compute the gradients. */
import { floatDTypes, isFloat } from "../dtype.ts";
import { DTypeError, EvaluationError, listAlternatives, ShapeError } from "../errors.ts";
import type { GraphNode } from "../graph/node.ts";
import { build, sumToShape } from "../primitives/apply.ts";
import { formatShape, sameShape } from "../shape.ts";
import { controlGradients } from "./control-gradients.ts";
import { forEachGradientInput } from "./gradient-paths.ts";

export interface BackpropagationOptions {
  /** Whether the xs count as independent of each other, also where one was computed from another. Default: false. */
  readonly partial?: boolean;
}

/**
 * The gradients of Σ seed·y with respect to each of `xs`: null where y does not depend on one.
 * Every node gets its gradient when all its users have given theirs; the rules of the rows do the rest.
 */
export function backpropagate(
  y: GraphNode,
  xs: readonly GraphNode[],
  seed: GraphNode,
  options: BackpropagationOptions = {},
): (GraphNode | null)[] {
  checkSeed(y, seed);
  return backpropagateAll([y], xs, [seed], options);
}

/** As `backpropagate`, for the sum over several results. */
export function backpropagateAll(
  ys: readonly GraphNode[],
  xs: readonly GraphNode[],
  seeds: readonly GraphNode[],
  { partial = false }: BackpropagationOptions = {},
): (GraphNode | null)[] {
  const onPath = nodesBetween(ys, xs);
  const gradients = new Map<GraphNode, GraphNode>();
  const ofResults = new Map<GraphNode, (GraphNode | null)[]>();
  const wanted = new Set(xs);
  const give = (node: GraphNode, gradient: GraphNode): void => {
    const others = gradients.get(node);
    gradients.set(node, others ? build.add(others, gradient) : gradient);
  };
  ys.forEach((y, index) => {
    give(y, seeds[index]);
  });
  for (const node of onPath) {
    const gradient = gradients.get(node);
    const resultGradients = ofResults.get(node);
    if (gradient === undefined && resultGradients === undefined) continue;
    if (!wanted.has(node)) gradients.delete(node);
    const { source } = node;
    if (source.kind !== "operation" || (partial && wanted.has(node))) continue;
    const wants = node.inputs.map(
      (input) => isFloat(input.dtype) && (onPath.has(input) || wanted.has(input)),
    );
    const contributions = contributionsOf(node, gradient, resultGradients, wants, ofResults);
    node.inputs.forEach((input, index) => {
      const contribution = contributions[index] ?? null;
      if (contribution !== null && wants[index]) give(input, sumToShape(contribution, input.shape));
    });
  }
  return xs.map((x) => gradients.get(x) ?? null);
}

function contributionsOf(
  node: GraphNode,
  gradient: GraphNode | undefined,
  resultGradients: readonly (GraphNode | null)[] | undefined,
  wants: readonly boolean[],
  ofResults: Map<GraphNode, (GraphNode | null)[]>,
): readonly (GraphNode | null)[] {
  const { source, inputs } = node;
  if (source.kind !== "operation") return [];
  const { primitive, attributes } = source;
  if (primitive.kind === "control") {
    if (resultGradients === undefined) return [];
    const call = { node, gradients: resultGradients, wants, backpropagate: backpropagateAll };
    return controlGradients[primitive.flow](call);
  }
  if (gradient === undefined) return [];
  if (primitive.kind === "result") {
    const [control] = inputs;
    const known = ofResults.get(control) ?? [];
    known[primitive.resultIndex(attributes)] = gradient;
    ofResults.set(control, known);
    return [];
  }
  return primitive.vjp?.({ inputs, output: node, attributes, gradient, build }) ?? [];
}

function checkSeed(y: GraphNode, seed: GraphNode): void {
  if (!isFloat(y.dtype)) {
    throw new DTypeError(`gradients: the result is ${y.dtype}; it must be ${listAlternatives(floatDTypes)}`);
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
function nodesBetween(ys: readonly GraphNode[], xs: readonly GraphNode[]): Set<GraphNode> {
  const oldest = xs.reduce((least, x) => Math.min(least, x.id), Number.POSITIVE_INFINITY);
  const targets = new Set(xs);
  const found = new Set<GraphNode>();
  const stack: GraphNode[] = [...ys];
  for (let node = stack.pop(); node; node = stack.pop()) {
    if (found.has(node) || node.id < oldest) continue;
    found.add(node);
    if (!targets.has(node)) rejectDroppedHistory(node, xs);
    forEachGradientInput(node, (input) => stack.push(input));
  }
  const order = [...found].sort((a, b) => a.id - b.id);
  const dependent = new Set<GraphNode>();
  for (const node of order) {
    let isDependent = targets.has(node);
    forEachGradientInput(node, (input) => {
      isDependent ||= dependent.has(input);
    });
    if (isDependent) dependent.add(node);
  }
  return new Set(order.reverse().filter((node) => dependent.has(node)));
}

function rejectDroppedHistory(node: GraphNode, xs: readonly GraphNode[]): void {
  if (!isFloat(node.dtype) || !node.historyDropped) return;
  const { id, past } = node;
  if (!xs.some((x) => x.id < id && (past === null || past.mayDependOn(x)))) return;
  if (past !== null && past.assigned !== null) throw assignedSince(past.assigned);
  throw historyDropped();
}

/** Nobody knows any more what a tensor was computed from. */
export function historyDropped(): EvaluationError {
  return new EvaluationError(
    "gradients: a tensor on the way was computed long ago, or before Variables were assigned, and no longer knows " +
      "what it was computed from; call gradients before the assignments, or compute the tensor anew. If it is meant as a " +
      "constant, say so with stopGradient",
  );
}

/** A Variable no longer holds what a result was computed from. */
export function assignedSince(name: string): EvaluationError {
  return new EvaluationError(
    `gradients: "${name}" was assigned after the result had read it; take the gradients before the assignment`,
  );
}
