import { checkCount, checkFunction } from "../arguments.ts";
import { isFloat } from "../dtype.ts";
import { GraphCopy } from "../graph/copy-graph.ts";
import { setGradientRule } from "../graph/gradient-rule.ts";
import { type GraphNode, lastNumber } from "../graph/node.ts";
import { topologicalOrder } from "../graph/order.ts";
import { applyPrimitive, build } from "../primitives/apply.ts";
import { nodeOf, Tensor, type TensorLike } from "../tensor.ts";
import { variableReadBy } from "../variable.ts";
import { backpropagate } from "./backpropagate.ts";
import { type TensorFunction, type TensorLikes, valueOf } from "./gradients.ts";

/**
 * A function that gives up what it computed on the way: for the gradient it is computed again, from the same inputs and
 * with the same random numbers. This takes time, and saves the memory of all that lies between its inputs and its value.
 * T. Chen et al., "Training deep nets with sublinear memory cost" (2016).
 *
 * @param f A function of tensors; it may read Variables and use tensors from outside, which get their gradients too.
 * @returns The function of the same inputs, with the same values and gradients.
 *
 * @example
 * ```ts
 * import { checkpoint, grad } from "@strata/core";
 *
 * const block = checkpoint((x) => x.exp().mul(x));
 * console.log(grad(block)(0).item()); // 1
 * ```
 */
export function checkpoint<A extends readonly Tensor[]>(
  f: TensorFunction<A>,
): (...inputs: TensorLikes<A>) => Tensor;
export function checkpoint(f: TensorFunction): (...inputs: readonly TensorLike[]) => Tensor {
  checkCount("checkpoint", arguments, 1);
  checkFunction("checkpoint", "the argument", f);
  return (...inputs) => {
    const tensors = inputs.map((input) => new Tensor(nodeOf(input, undefined, "checkpoint")));
    const last = lastNumber();
    const value = valueOf("checkpoint", f, tensors).node;
    const isOutside = (node: GraphNode): boolean =>
      node.id <= last || node.source.kind !== "operation" || variableReadBy(node) !== undefined;
    const order = topologicalOrder([value], isOutside);
    const outside = order.filter((node) => isOutside(node) && isFloat(node.dtype));
    if (isOutside(value) || !isFloat(value.dtype) || outside.length === 0) return new Tensor(value);
    const result = applyPrimitive("customGradient", [value, ...outside]);
    const explicit = new Set(tensors.map(({ node }) => node));
    setGradientRule(result, (gradient) => {
      const gate = firstElement(gradient);
      const inputs = outside.filter((node) => explicit.has(node));
      const copies = new GraphCopy(
        gate === null ? [] : inputs.map((node) => [node, keptBack(node, gate)] as const),
        { isOutside },
      );
      return backpropagate(
        copies.of(value),
        outside.map((node) => copies.of(node)),
        gradient,
        { partial: true },
      );
    });
    return new Tensor(result);
  };
}

/** A scalar that is there when the gradient is, or null of an empty gradient. */
function firstElement(gradient: GraphNode): GraphNode | null {
  if (gradient.shape.includes(0)) return null;
  const zeros = gradient.shape.map(() => 0);
  const ones = gradient.shape.map(() => 1);
  return build.reshape(build.slice(gradient, zeros, ones, ones), []);
}

/** The node, but not before `gate`. */
function keptBack(node: GraphNode, gate: GraphNode): GraphNode {
  return applyPrimitive("after", [node, build.cast(gate, node.dtype)]);
}
