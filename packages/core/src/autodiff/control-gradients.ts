/** The gradient rules of control nodes: those of a loop are another loop, those of a branch another branch. */
import type { GraphNode } from "../graph/node.ts";
import type { ControlPrimitive } from "../primitives/primitive.ts";
import { branchGradient } from "./branch-gradient.ts";
import { loopGradient } from "./loop-gradient.ts";

/** All that a rule may look at. */
export interface DifferentiatedControl {
  readonly node: GraphNode;
  /** The gradient with respect to each result, where there is one. */
  readonly gradients: readonly (GraphNode | null | undefined)[];
  /** Which inputs' gradients anyone wants. */
  readonly wants: readonly boolean[];
  /** Differentiates a region. */
  backpropagate(
    ys: readonly GraphNode[],
    xs: readonly GraphNode[],
    seeds: readonly GraphNode[],
  ): (GraphNode | null)[];
}

/** One gradient for each input, or null. */
export type ControlGradient = (call: DifferentiatedControl) => readonly (GraphNode | null)[];

export const controlGradients = {
  loop: loopGradient,
  branch: branchGradient,
} satisfies Record<ControlPrimitive["flow"], ControlGradient>;
