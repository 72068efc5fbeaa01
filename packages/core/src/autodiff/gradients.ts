import { checkCount, checkFunction, describeValue } from "../arguments.ts";
import { floatDTypes, isFloat } from "../dtype.ts";
import { DTypeError, EvaluationError, listAlternatives } from "../errors.ts";
import type { GraphNode } from "../graph/node.ts";
import { inlined } from "../graph/trace.ts";
import { build, literal } from "../primitives/apply.ts";
import { checkNoPromise } from "../structure.ts";
import { checkGraphValue, nodeOf, Tensor, type TensorLike } from "../tensor.ts";
import type { Tensors } from "../tuples.ts";
import { Variable, variableReadBy } from "../variable.ts";
import { assignedSince, backpropagate, historyDropped } from "./backpropagate.ts";
import { forEachGradientInput } from "./gradient-paths.ts";

/**
 * The gradients of `y` with respect to each of `xs`: dΣy/dx, of x's shape. They are tensors like any other, so
 * that gradients of gradients need nothing special.
 *
 * @param y The result. If it is not a scalar, the gradient is that of the sum of its elements, weighted by `seed`.
 * @param xs Tensors or Variables that `y` was computed from. Where `y` does not depend on one, its gradient is 0.
 * @param seed Weights of the elements of `y`, of `y`'s shape. Default: ones.
 * @returns The gradients, in the order of `xs`: a tuple where `xs` is one.
 * @throws DTypeError if `y` or an x is not a float.
 * @throws EvaluationError if a Variable was assigned since `y` read it.
 *
 * @example
 * ```ts
 * import { gradients, tensor } from "@strata/core";
 *
 * const x = tensor([1, 2, 3]);
 * const [slope] = gradients(x.square().sum(), [x]);
 * console.log(slope.arraySync()); // [2, 4, 6]
 * ```
 */
export function gradients<const Xs extends readonly (Tensor | Variable)[]>(
  y: Tensor,
  xs: Xs,
  seed?: TensorLike,
): Tensors<Xs>;
export function gradients(y: Tensor, xs: readonly (Tensor | Variable)[], seed?: TensorLike): Tensor[] {
  checkCount("gradients", arguments, 3);
  checkGraphValue("gradients", "the result", y);
  if (!Array.isArray(xs)) {
    throw new TypeError(`gradients: the second argument is ${describeValue(xs)}; it must be an array`);
  }
  for (const [index, x] of xs.entries()) checkGraphValue("gradients", `the value at position ${index}`, x);
  const nodes = xs.map((x) => x.node);
  nodes.forEach((node, index) => {
    if (isFloat(node.dtype)) return;
    throw new DTypeError(
      `gradients: the tensor at position ${index} is ${node.dtype}; it must be ${listAlternatives(floatDTypes)}`,
    );
  });
  const weights = seed === undefined ? literal(1, y.dtype) : nodeOf(seed, y.dtype, "gradients");
  const seedNode = seed === undefined ? build.broadcastTo(weights, y.node.shape) : weights;
  const found = backpropagate(y.node, nodes, seedNode);
  return found.map((gradient, index) => {
    if (gradient === null) rejectStaleReading(y.node, xs[index], nodes[index]);
    const { dtype, shape } = nodes[index];
    return new Tensor(gradient ?? build.broadcastTo(literal(0, dtype), shape));
  });
}

/** A function of one tensor or more. */
export type TensorFunction<A extends readonly Tensor[] = readonly Tensor[]> = (...inputs: A) => Tensor;

/** As many arguments, each of which is what an op takes for a tensor. */
export type TensorLikes<A extends readonly unknown[]> = { readonly [K in keyof A]: TensorLike };

/**
 * The derivative of `f` with respect to its first argument, as a function of the same arguments.
 *
 * @param f A function of tensors; if its result is not a scalar, the gradient is that of its sum.
 * @returns The function of the same arguments, which may be Variables, numbers and arrays.
 * @throws DTypeError, at the call, if `f` returns no tensor, or none of floats.
 *
 * @example
 * ```ts
 * import { grad } from "@strata/core";
 *
 * const cube = grad((x) => x.mul(x).mul(x));
 * console.log(cube(2).item(), grad(cube)(2).item()); // 12 12
 * ```
 */
export function grad<A extends readonly Tensor[]>(
  f: TensorFunction<A>,
): (...inputs: TensorLikes<A>) => Tensor;
export function grad(f: TensorFunction): (...inputs: readonly TensorLike[]) => Tensor {
  checkCount("grad", arguments, 1);
  checkFunction("grad", "the argument", f);
  return (...inputs) => differentiate("grad", f, inputs).gradient;
}

/** A function's value, and its gradient with respect to the first argument. */
export interface ValueAndGradient {
  /** The value of the function. */
  readonly value: Tensor;
  /** The gradient, of the first argument's shape. */
  readonly gradient: Tensor;
}

/**
 * As {@link grad}, and with it the value, which the gradient needs anyway.
 *
 * @param f A function of tensors.
 *
 * @example
 * ```ts
 * import { valueAndGrad } from "@strata/core";
 *
 * const { value, gradient } = valueAndGrad((x) => x.square().sum())([3, 4]);
 * console.log(value.item(), gradient.arraySync()); // 25 [6, 8]
 * ```
 */
export function valueAndGrad<A extends readonly Tensor[]>(
  f: TensorFunction<A>,
): (...inputs: TensorLikes<A>) => ValueAndGradient;
export function valueAndGrad(f: TensorFunction): (...inputs: readonly TensorLike[]) => ValueAndGradient {
  checkCount("valueAndGrad", arguments, 1);
  checkFunction("valueAndGrad", "the argument", f);
  return (...inputs) => differentiate("valueAndGrad", f, inputs);
}

function differentiate(
  operation: string,
  f: TensorFunction,
  inputs: readonly TensorLike[],
): ValueAndGradient {
  const tensors = argumentsOf(operation, inputs);
  const value = valueOf(operation, f, tensors);
  const [gradient] = gradients(value, [tensors[0]]);
  return { value, gradient };
}

/** The tensors that a transformed function was called with, of which there must be one. */
export function argumentsOf(operation: string, inputs: readonly TensorLike[]): Tensor[] {
  if (inputs.length === 0) {
    throw new TypeError(`${operation}: the function was called without arguments; it must have one`);
  }
  return inputs.map((input) => new Tensor(nodeOf(input, undefined, operation)));
}

/** The result of a user's function, which must be a tensor. Functions made by `jit` become a part of the graph. */
export function valueOf(operation: string, f: TensorFunction, inputs: readonly Tensor[]): Tensor {
  const value = inlined(() => f(...inputs));
  return checkedValue(operation, f.name || "the function", value);
}

/** The tensor of what a user's function gave. */
export function checkedValue(operation: string, name: string, value: Tensor | Variable): Tensor {
  checkNoPromise(operation, name, value);
  checkGraphValue(operation, "the function's result", value);
  return value instanceof Variable ? value.value : value;
}

/**
 * A Variable that was read, assigned and not read again has no gradient that anyone could mean. Where what it holds now was
 * read, but no gradient passes on the way, as through a comparison, the gradient is 0.
 */
function rejectStaleReading(y: GraphNode, x: Tensor | Variable, now: GraphNode): void {
  if (!(x instanceof Variable)) return;
  const visited = new Set<GraphNode>();
  const stack: GraphNode[] = [y];
  for (let node = stack.pop(); node; node = stack.pop()) {
    if (visited.has(node)) continue;
    visited.add(node);
    if (variableReadBy(node) === x && node !== now) {
      const { trace } = now;
      if (trace === null || node.trace === trace) throw assignedSince(x.name);
      throw new EvaluationError(
        `gradients: the result read "${x.name}" before "${trace.name}" was traced; compute it in that function too`,
      );
    }
    if (node.historyDropped && isFloat(node.dtype)) {
      if (node.past?.reads(x.cell)) throw assignedSince(x.name);
      if (node.past === null && node.readsVariables) throw historyDropped();
    }
    forEachGradientInput(node, (input) => stack.push(input));
  }
}
