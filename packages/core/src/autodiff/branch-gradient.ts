import { closeRegions } from "../graph/close-regions.ts";
import { GraphNode, type TensorType } from "../graph/node.ts";
import { build, literal } from "../primitives/apply.ts";
import { branchNode, resultNode } from "../primitives/control.ts";
import type { DifferentiatedControl } from "./control-gradients.ts";

/** Differentiates the branch that was taken, which computes again what it needs. */
export function branchGradient({ node, gradients, wants, backpropagate }: DifferentiatedControl) {
  const { source, inputs } = node;
  if (source.kind !== "operation") return [];
  const [predicate, ...values] = inputs;
  const wanted = values.map((_, index) => index).filter((index) => wants[index + 1]);
  const open = (source.regions ?? []).map(({ parameters, results, lastOutside }) => {
    const aliases = new Map(parameters.map((parameter, index) => [parameter, values[index]]));
    const ys: GraphNode[] = [];
    const seeds: GraphNode[] = [];
    gradients.forEach((gradient, index) => {
      if (!gradient) return;
      const seed = standIn(gradient);
      aliases.set(seed, gradient);
      ys.push(results[index]);
      seeds.push(seed);
    });
    const found = backpropagate(
      ys,
      wanted.map((index) => parameters[index]),
      seeds,
    );
    return {
      parameters: [],
      results: wanted.map((index, position) => found[position] ?? zeros(values[index])),
      aliases,
      lastOutside,
      computesAll: true,
    };
  });
  const { regions, captured } = closeRegions(open, null);
  const control = branchNode([predicate, ...captured], regions);
  const answer = inputs.map<GraphNode | null>(() => null);
  wanted.forEach((index, position) => {
    answer[index + 1] = resultNode(control, position, values[index]);
  });
  return answer;
}

/** A node that stands for a value of this type within a region. */
export function standIn({ shape, dtype }: TensorType): GraphNode {
  return new GraphNode({ kind: "parameter", index: 0 }, { shape, dtype }, [], null);
}

export function zeros({ shape, dtype }: TensorType): GraphNode {
  return build.broadcastTo(literal(0, dtype), shape);
}
