/**
 * A value that was computed on the way to one result and is needed for another is kept, so that it is computed at most twice,
 * and a loop over tensors does not compute its past anew in each pass.
 */
import { bytesPerElement } from "../dtype.ts";
import type { Computation, LearningProgram } from "../graph/computation.ts";
import type { GraphNode } from "../graph/node.ts";
import { sizeOf } from "../shape.ts";

/** More than this is not kept at once, but computed again. */
const mostBytesAtOnce = 2 ** 30;

/** So many nodes, and so many bytes of kept values, may lead to a value that is kept; then its inputs let go of theirs. */
const mostPastNodes = 20_000;
const mostPastBytes = 256 * 2 ** 20;

/**
 * The nodes that an earlier program has computed without keeping their values, and that what is new in the graph begins
 * with.
 *
 * @param nodes The graph, inputs before users.
 * @param roots What is wanted of it.
 */
export function sharedNodes(nodes: readonly GraphNode[], roots: readonly GraphNode[]): GraphNode[] {
  if (!nodes.some(wasComputed)) return [];
  const needed = new Set(roots);
  const shared: GraphNode[] = [];
  for (let index = nodes.length - 1; index >= 0; index--) {
    const node = nodes[index];
    if (node.value !== null || !needed.has(node)) continue;
    if (wasComputed(node) && isWorthKeeping(node)) shared.push(node);
    else for (const input of node.inputs) needed.add(input);
  }
  const bytes = shared.reduce((sum, node) => sum + bytesOf(node), 0);
  return bytes > mostBytesAtOnce ? [] : shared;
}

/** Has the programs that computed these nodes keep their values from now on. */
export function teachPrograms(shared: readonly GraphNode[]): void {
  const positions = new Map<LearningProgram, number[]>();
  for (const { computation, position } of shared) {
    if (computation === null) continue;
    const known = positions.get(computation.program);
    if (known) known.push(position);
    else positions.set(computation.program, [position]);
  }
  for (const [program, list] of positions) program.learn(list);
}

/** Notes which program computes `nodes`, before `results` of them get their values; those that had theirs already. */
export function noteComputation(
  nodes: readonly GraphNode[],
  results: readonly GraphNode[],
  program: LearningProgram,
): GraphNode[] {
  let pastNodes = 0;
  let pastBytes = 0;
  let newBytes = 0;
  const given: GraphNode[] = [];
  const origins: GraphNode[] = [];
  for (const node of nodes) {
    if (node.value === null) continue;
    given.push(node);
    const { computation } = node;
    if (computation === null) newBytes += bytesOf(node);
    else if (node.source.kind === "operation") {
      computation.program.noteUse(node.position);
      if (!node.hasInputs) continue;
      if (computation.pastNodes > pastNodes) pastNodes = computation.pastNodes;
      if (computation.pastBytes > pastBytes) pastBytes = computation.pastBytes;
      origins.push(node);
    }
  }
  if (pastNodes + nodes.length > mostPastNodes || pastBytes + newBytes > mostPastBytes) {
    for (const node of origins) node.dropHistory();
    pastNodes = 0;
    pastBytes = 0;
  }
  const computation: Computation = {
    program,
    pastNodes: pastNodes + nodes.length,
    pastBytes: results.reduce((bytes, node) => bytes + bytesOf(node), pastBytes + newBytes),
  };
  nodes.forEach((node, position) => {
    if (node.computation !== null || node.source.kind === "cell") return;
    node.computation = computation;
    node.position = position;
  });
  return given;
}

function wasComputed({ computation, value }: GraphNode): boolean {
  return computation !== null && value === null;
}

/** A value that costs nothing to compute, or more to keep than the values it is computed from, is computed again. */
function isWorthKeeping(node: GraphNode): boolean {
  const { source, inputs } = node;
  if (source.kind !== "operation") return false;
  const { primitive } = source;
  switch (primitive.kind) {
    case "generator":
    case "control":
      return false;
    case "movement":
      return sizeOf(node.shape) <= sizeOf(inputs[0].shape);
    case "elementwise":
      return primitive.changesNothing !== true;
    default:
      return true;
  }
}

function bytesOf({ shape, dtype }: GraphNode): number {
  return sizeOf(shape) * bytesPerElement(dtype);
}
