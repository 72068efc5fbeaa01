import { checkCount, checkFunction, describeValue } from "../arguments.ts";
import { ShapeError } from "../errors.ts";
import { setGradientRule } from "../graph/gradient-rule.ts";
import type { GraphNode } from "../graph/node.ts";
import { inlined } from "../graph/trace.ts";
import { applyPrimitive, build } from "../primitives/apply.ts";
import { formatShape, sameShape } from "../shape.ts";
import { checkNoPromise } from "../structure.ts";
import { checkGraphValue, nodeOf, Tensor, type TensorLike } from "../tensor.ts";

/** A function's value, and the rule for its gradients. */
export interface CustomGradient {
  /** The value of the function. */
  readonly value: Tensor;
  /**
   * Given the gradient with respect to the value, and of its shape, the gradients with respect to the inputs: one for
   * each, null for none.
   */
  readonly gradient: (towardsValue: Tensor) => Tensor | readonly (Tensor | null)[];
}

/**
 * A function whose gradient is what the user says, in place of what follows from its operations. The rule is written with
 * tensors, so that it can be differentiated in turn. Nothing reaches tensors and Variables that are not among the inputs.
 *
 * @param f From the inputs to the value and the rule.
 * @returns The function of the same inputs.
 * @throws TypeError, at the call, if `f` does not give a value and a rule.
 * @throws ShapeError, when the gradient is taken, if the rule gives another number of gradients, or of other shapes.
 *
 * @example
 * ```ts
 * import { customGradient, grad } from "@strata/core";
 *
 * // A step with the gradient of the identity: the straight-through estimator.
 * const step = customGradient((x) => ({
 *   value: x.greater(0).cast("float32"),
 *   gradient: (towardsValue) => towardsValue,
 * }));
 * console.log(step([-1, 2]).arraySync(), grad(step)([-1, 2]).arraySync()); // [0, 1] [1, 1]
 * ```
 */
export function customGradient(
  f: (...inputs: Tensor[]) => CustomGradient,
): (...inputs: TensorLike[]) => Tensor {
  checkCount("customGradient", arguments, 1);
  checkFunction("customGradient", "the argument", f);
  return (...inputs) => {
    const tensors = inputs.map((input) => new Tensor(nodeOf(input, undefined, "customGradient")));
    const { value, gradient } = checkedResult(
      inlined(() => f(...tensors)),
      f.name || "the function",
    );
    const nodes = tensors.map(({ node }) => node);
    const result = applyPrimitive("customGradient", [value.node, ...nodes]);
    setGradientRule(result, (towardsValue) => {
      const given = inlined(() => gradient(new Tensor(towardsValue)));
      checkNoPromise("customGradient", "the rule", given);
      return checkGradients(isList(given) ? given : [given], nodes);
    });
    return new Tensor(result);
  };
}

function checkedResult(result: CustomGradient, name: string): CustomGradient {
  checkNoPromise("customGradient", name, result);
  if (typeof result !== "object" || result === null) {
    throw new TypeError(
      `customGradient: the function gives ${describeValue(result)}; it must give { value, gradient }`,
    );
  }
  const { value, gradient } = result;
  checkGraphValue("customGradient", "the value that the function gives", value);
  checkFunction("customGradient", "the gradient that the function gives", gradient);
  return result;
}

function isList(given: Tensor | readonly (Tensor | null)[]): given is readonly (Tensor | null)[] {
  return Array.isArray(given);
}

function checkGradients(
  given: readonly (Tensor | null)[],
  inputs: readonly GraphNode[],
): (GraphNode | null)[] {
  if (given.length !== inputs.length) {
    throw new ShapeError(
      `customGradient: the rule gives ${given.length} gradients, and the function has ${inputs.length} inputs`,
    );
  }
  return inputs.map((input, position) => {
    const gradient = given[position];
    if (gradient === null) return null;
    checkGraphValue("customGradient", `the gradient at position ${position}`, gradient);
    if (sameShape(gradient.shape, input.shape)) return build.cast(gradient.node, input.dtype);
    throw new ShapeError(
      `customGradient: the gradient at position ${position} has the shape ${formatShape(gradient.shape)}; it must be the ` +
        `input's, ${formatShape(input.shape)}`,
    );
  });
}
