/** Derivatives of functions beyond the gradient, all made of it. */

import { checkCount, checkFunction } from "../arguments.ts";
import { allocateArray, floatDTypes, isFloat } from "../dtype.ts";
import { DTypeError, listAlternatives, ShapeError } from "../errors.ts";
import { dataNode } from "../graph/node.ts";
import { applyPrimitive, build } from "../primitives/apply.ts";
import { formatShape, sameShape, sizeOf } from "../shape.ts";
import { nodeOf, Tensor, type TensorLike } from "../tensor.ts";
import { argumentsOf, gradients, type TensorFunction, type TensorLikes, valueOf } from "./gradients.ts";

/** The arguments, of which the first holds floats. */
function floatArguments(operation: string, inputs: readonly TensorLike[]): Tensor[] {
  const tensors = argumentsOf(operation, inputs);
  const [{ dtype }] = tensors;
  if (isFloat(dtype)) return tensors;
  throw new DTypeError(`${operation}: does not take ${dtype}; accepted are ${listAlternatives(floatDTypes)}`);
}

/** The arguments of a function, and the direction after them. */
function takeDirection(operation: string, inputs: readonly TensorLike[]) {
  if (inputs.length < 2) {
    throw new TypeError(
      `${operation}: the function was called with ${inputs.length} arguments; they must be its own and the direction`,
    );
  }
  const [at, ...others] = floatArguments(operation, inputs.slice(0, -1));
  const node = build.cast(nodeOf(inputs[inputs.length - 1], at.dtype, operation), at.dtype);
  if (sameShape(node.shape, at.shape)) return { at, others, towards: new Tensor(node) };
  throw new ShapeError(
    `${operation}: the direction has the shape ${formatShape(node.shape)}; it must be x's, ${formatShape(at.shape)}`,
  );
}

/** A function's value, and its derivative in a direction. */
export interface ValueAndTangent {
  /** The value of the function. */
  readonly value: Tensor;
  /** How the value changes when the input moves in the direction; of the value's shape. */
  readonly tangent: Tensor;
}

/**
 * The Jacobian-vector product: a function's value, and its derivative when its first argument moves in a direction. It is
 * the gradient, with respect to the weights, of the weighted gradient, which is linear in them: J. Townsend, "A new trick
 * for calculating Jacobian vector products" (2017).
 *
 * @param f A function of tensors.
 * @returns A function of the same arguments and, after them, the direction, of the first one's shape.
 * @throws ShapeError, at the call, if the direction has another shape.
 *
 * @example
 * ```ts
 * import { jvp } from "@strata/core";
 *
 * const { value, tangent } = jvp((x) => x.square())([1, 2], [1, 0.5]);
 * console.log(value.arraySync(), tangent.arraySync()); // [1, 4] [2, 2]
 * ```
 */
export function jvp<A extends readonly Tensor[]>(
  f: TensorFunction<A>,
): (...inputs: readonly [...inputs: TensorLikes<A>, tangent: TensorLike]) => ValueAndTangent;
export function jvp(f: TensorFunction): (...inputs: readonly TensorLike[]) => ValueAndTangent {
  checkCount("jvp", arguments, 1);
  checkFunction("jvp", "the argument", f);
  return (...inputs) => {
    const { at, others, towards } = takeDirection("jvp", inputs);
    const value = valueOf("jvp", f, [at, ...others]);
    const weights = new Tensor(
      dataNode(allocateArray(value.dtype, value.size), { shape: value.shape, dtype: value.dtype }),
    );
    const [weighted] = gradients(value, [at], weights);
    const [tangent] = gradients(weighted, [weights], towards);
    return { value, tangent };
  };
}

/**
 * All first derivatives of a function by its first argument: element [i..., j...] is dyᵢ/dxⱼ, of the value's shape followed
 * by x's. It takes one gradient for each element of the value.
 *
 * @param f A function of tensors.
 * @returns A function of the same arguments.
 *
 * @example
 * ```ts
 * import { jacobian } from "@strata/core";
 *
 * console.log(jacobian((x) => x.mul(x.sum()))([1, 2]).arraySync()); // [[4, 1], [2, 5]]
 * ```
 */
export function jacobian<A extends readonly Tensor[]>(
  f: TensorFunction<A>,
): (...inputs: TensorLikes<A>) => Tensor;
export function jacobian(f: TensorFunction): (...inputs: readonly TensorLike[]) => Tensor {
  checkCount("jacobian", arguments, 1);
  checkFunction("jacobian", "the argument", f);
  return (...inputs) => {
    const [at, ...others] = floatArguments("jacobian", inputs);
    return derivativesOf(valueOf("jacobian", f, [at, ...others]), at);
  };
}

function derivativesOf(value: Tensor, at: Tensor): Tensor {
  const shape = [...value.shape, ...at.shape];
  if (value.size === 0) return new Tensor(build.broadcastTo(build.literal(0, at.dtype), shape));
  const rows = Array.from({ length: value.size }, (_, index) => {
    const weights = allocateArray(value.dtype, value.size);
    weights[index] = 1;
    const seed = new Tensor(dataNode(weights, { shape: value.shape, dtype: value.dtype }));
    const [row] = gradients(value, [at], seed);
    return build.reshape(row.node, [1, sizeOf(at.shape)]);
  });
  const joined = rows.length === 1 ? rows[0] : applyPrimitive("concat", rows, { axis: 0 });
  return new Tensor(build.reshape(joined, shape));
}

/** The gradient of a function with one value. */
function slopeOf(operation: string, f: TensorFunction, [at, ...others]: readonly Tensor[]): Tensor {
  const value = valueOf(operation, f, [at, ...others]);
  if (value.size === 1) return gradients(value, [at])[0];
  throw new ShapeError(
    `${operation}: the function gives ${formatShape(value.shape)}; it must give one element`,
  );
}

/**
 * All second derivatives, by its first argument, of a function with one value: element [i..., j...] is d²y/dxᵢdxⱼ.
 *
 * @param f A function of tensors with a scalar result.
 * @returns A function of the same arguments.
 * @throws ShapeError, at the call, if the result has more elements than one.
 *
 * @example
 * ```ts
 * import { hessian } from "@strata/core";
 *
 * console.log(hessian((x) => x.pow(3).sum())([1, 2]).arraySync()); // [[6, 0], [0, 12]]
 * ```
 */
export function hessian<A extends readonly Tensor[]>(
  f: TensorFunction<A>,
): (...inputs: TensorLikes<A>) => Tensor;
export function hessian(f: TensorFunction): (...inputs: readonly TensorLike[]) => Tensor {
  checkCount("hessian", arguments, 1);
  checkFunction("hessian", "the argument", f);
  return (...inputs) => {
    const tensors = floatArguments("hessian", inputs);
    return derivativesOf(slopeOf("hessian", f, tensors), tensors[0]);
  };
}

/**
 * The product of the second derivatives, by its first argument, of a function with one value and a direction, without the
 * second derivatives themselves: as the gradient of the derivative in that direction.
 *
 * @param f A function of tensors with a scalar result.
 * @returns A function of the same arguments and, after them, the direction, of the first one's shape. It gives a tensor of
 *   that shape.
 * @throws ShapeError, at the call, if the result has more elements than one, or the direction another shape.
 *
 * @example
 * ```ts
 * import { hvp } from "@strata/core";
 *
 * console.log(hvp((x) => x.pow(3).sum())([1, 2], [1, 0.5]).arraySync()); // [6, 6]
 * ```
 */
export function hvp<A extends readonly Tensor[]>(
  f: TensorFunction<A>,
): (...inputs: readonly [...inputs: TensorLikes<A>, tangent: TensorLike]) => Tensor;
export function hvp(f: TensorFunction): (...inputs: readonly TensorLike[]) => Tensor {
  checkCount("hvp", arguments, 1);
  checkFunction("hvp", "the argument", f);
  return (...inputs) => {
    const { at, others, towards } = takeDirection("hvp", inputs);
    return gradients(slopeOf("hvp", f, [at, ...others]), [at], towards)[0];
  };
}
