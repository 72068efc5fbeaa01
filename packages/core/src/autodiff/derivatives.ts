/** Derivatives of functions beyond the gradient, all made of it. */

import { checkFunction } from "../arguments.ts";
import { allocateArray, isFloat } from "../dtype.ts";
import { DTypeError, ShapeError } from "../errors.ts";
import type { GraphNode } from "../graph/node.ts";
import { dataNode } from "../graph/node.ts";
import { applyPrimitive, build } from "../primitives/apply.ts";
import { formatShape, sameShape, sizeOf } from "../shape.ts";
import { nodeOf, Tensor, type TensorLike } from "../tensor.ts";
import { gradients, type TensorFunction } from "./gradients.ts";

function floatTensor(operation: string, x: TensorLike): Tensor {
  const t = new Tensor(nodeOf(x, undefined, operation));
  if (isFloat(t.dtype)) return t;
  throw new DTypeError(`${operation}: does not take ${t.dtype}; accepted are "float32" or "float64"`);
}

function direction(operation: string, x: Tensor, tangent: TensorLike): GraphNode {
  const node = build.cast(nodeOf(tangent, x.dtype, operation), x.dtype);
  if (sameShape(node.shape, x.shape)) return node;
  throw new ShapeError(
    `${operation}: the direction has the shape ${formatShape(node.shape)}; it must be x's, ${formatShape(x.shape)}`,
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
 * The Jacobian-vector product: a function's value, and its derivative in a direction. It is the gradient, with respect to
 * the weights, of the weighted gradient, which is linear in them: J. Townsend, "A new trick for calculating Jacobian vector
 * products" (2017).
 *
 * @param f A function of one tensor.
 * @param x Where the derivative is taken.
 * @param tangent The direction, of x's shape.
 * @throws ShapeError if the direction has another shape.
 *
 * @example
 * ```ts
 * import { jvp } from "@strata/core";
 *
 * const { value, tangent } = jvp((x) => x.square(), [1, 2], [1, 0.5]);
 * console.log(value.arraySync(), tangent.arraySync()); // [1, 4] [2, 2]
 * ```
 */
export function jvp(f: TensorFunction, x: TensorLike, tangent: TensorLike): ValueAndTangent {
  checkFunction("jvp", "the first argument", f);
  const at = floatTensor("jvp", x);
  const towards = direction("jvp", at, tangent);
  const value = f(at);
  const weights = new Tensor(
    dataNode(allocateArray(value.dtype, value.size), { shape: value.shape, dtype: value.dtype }),
  );
  const [weighted] = gradients(value, [at], weights);
  const [result] = gradients(weighted, [weights], new Tensor(towards));
  return { value, tangent: result };
}

/**
 * All first derivatives of a function: element [i..., j...] is dyᵢ/dxⱼ, of the value's shape followed by x's. It takes one
 * gradient for each element of the value.
 *
 * @param f A function of one tensor.
 * @param x Where the derivatives are taken.
 *
 * @example
 * ```ts
 * import { jacobian } from "@strata/core";
 *
 * console.log(jacobian((x) => x.mul(x.sum()), [1, 2]).arraySync()); // [[4, 1], [2, 5]]
 * ```
 */
export function jacobian(f: TensorFunction, x: TensorLike): Tensor {
  checkFunction("jacobian", "the first argument", f);
  const at = floatTensor("jacobian", x);
  const value = f(at);
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

function checkScalar(operation: string, value: Tensor): void {
  if (value.size === 1) return;
  throw new ShapeError(
    `${operation}: the function gives ${formatShape(value.shape)}; it must give one element`,
  );
}

/**
 * All second derivatives of a function with one value: element [i..., j...] is d²y/dxᵢdxⱼ.
 *
 * @param f A function of one tensor with a scalar result.
 * @param x Where the derivatives are taken.
 * @throws ShapeError if the result has more elements than one.
 *
 * @example
 * ```ts
 * import { hessian } from "@strata/core";
 *
 * console.log(hessian((x) => x.pow(3).sum(), [1, 2]).arraySync()); // [[6, 0], [0, 12]]
 * ```
 */
export function hessian(f: TensorFunction, x: TensorLike): Tensor {
  checkFunction("hessian", "the first argument", f);
  return jacobian(
    (at) => {
      const value = f(at);
      checkScalar("hessian", value);
      return gradients(value, [at])[0];
    },
    floatTensor("hessian", x),
  );
}

/**
 * The product of the second derivatives of a function with one value and a direction, without the second derivatives
 * themselves: as the gradient of the derivative in that direction.
 *
 * @param f A function of one tensor with a scalar result.
 * @param x Where the derivatives are taken.
 * @param tangent The direction, of x's shape.
 * @returns A tensor of x's shape.
 * @throws ShapeError if the result has more elements than one, or the direction another shape.
 */
export function hvp(f: TensorFunction, x: TensorLike, tangent: TensorLike): Tensor {
  checkFunction("hvp", "the first argument", f);
  const at = floatTensor("hvp", x);
  const towards = direction("hvp", at, tangent);
  const value = f(at);
  checkScalar("hvp", value);
  const [slope] = gradients(value, [at]);
  return gradients(slope, [at], new Tensor(towards))[0];
}
