/**
 * The sum of a node's values over all iterations of a loop. Where it is a sum of products, as the gradient of a weight
 * is, the operands are stacked, and one product after the loop takes the place of one in each iteration.
 */
import { GraphNode } from "../graph/node.ts";
import { build } from "../primitives/apply.ts";

/** A value that is known when the loop is there. */
export type Deferred = () => GraphNode;

/** The part of the loop that makes sums. */
export interface LoopRequests {
  readonly count: number;
  /** The values of a node of the body, stacked, where they are there without the loop; undefined where not. */
  stackedAlready(node: GraphNode): GraphNode | undefined;
  /** Whether the node is the same in all iterations. */
  isInvariant(node: GraphNode): boolean;
  /** Has the loop stack the node's values. */
  stack(node: GraphNode): Deferred;
  /** Has the loop add them up. */
  accumulate(node: GraphNode): Deferred;
}

export function sumOfIterations(node: GraphNode, requests: LoopRequests): Deferred {
  return productOfStacks(node, requests) ?? requests.accumulate(node);
}

/** The sum without an accumulation of the whole node, or null. */
function productOfStacks(node: GraphNode, requests: LoopRequests): Deferred | null {
  const { source, inputs, shape, dtype } = node;
  if (source.kind !== "operation" || requests.stackedAlready(node)) return null;
  const { primitive } = source;
  if (primitive.kind === "routine") {
    const { sumOfCalls } = primitive;
    if (!sumOfCalls || inputs.some((input) => !canStack(input, requests))) return null;
    // Asked with types alone first: what it refuses must not be stacked.
    const types = inputs.map((input) => typeStandIn([requests.count, ...input.shape], input));
    if (sumOfCalls(types, build) === null) return null;
    const stacks = inputs.map((input) => stackOf(input, requests));
    return () =>
      sumOfCalls(
        stacks.map((stack) => stack()),
        build,
      ) ?? node;
  }
  const isAdditive =
    primitive.kind === "movement" || (primitive.kind === "elementwise" && primitive.additive === true);
  if (!isAdditive) return null;
  const parts = inputs.map((input) => productOfStacks(input, requests));
  if (parts.every((part) => part === null)) return null;
  const sums = parts.map((part, index) => part ?? requests.accumulate(inputs[index]));
  return () =>
    new GraphNode(
      source,
      { shape, dtype },
      sums.map((sum) => sum()),
      null,
    );
}

function typeStandIn(shape: readonly number[], { dtype }: GraphNode): GraphNode {
  return new GraphNode({ kind: "parameter", index: 0 }, { shape, dtype }, [], null);
}

function canStack(node: GraphNode, requests: LoopRequests): boolean {
  const { source, inputs } = node;
  if (requests.stackedAlready(node)) return true;
  if (requests.isInvariant(node)) return false;
  if (source.kind !== "operation" || source.primitive.kind !== "movement") return true;
  return source.primitive.stacked !== undefined && canStack(inputs[0], requests);
}

/** Moved elements are moved after they were stacked, where that costs nothing. */
function stackOf(node: GraphNode, requests: LoopRequests): Deferred {
  const already = requests.stackedAlready(node);
  if (already) return () => already;
  const { source, inputs } = node;
  if (source.kind !== "operation" || source.primitive.kind !== "movement") return requests.stack(node);
  const { primitive } = source;
  const attributes = primitive.stacked?.(source.attributes, requests.count) ?? source.attributes;
  const inner = stackOf(inputs[0], requests);
  return () => {
    const moved = inner();
    return new GraphNode({ ...source, attributes }, primitive.infer([moved], attributes), [moved], null);
  };
}
