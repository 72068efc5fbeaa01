import { checkCount } from "../arguments.ts";
import { isFloat } from "../dtype.ts";
import { applyPrimitive } from "../primitives/apply.ts";
import type { PrimitiveName } from "../primitives/table.ts";
import { Tensor, type TensorLike } from "../tensor.ts";
import { operandNode } from "./operands.ts";

/** Integers are what rounding makes of them. */
function roundBy(name: PrimitiveName, x: TensorLike): Tensor {
  const node = operandNode(name, x);
  return new Tensor(isFloat(node.dtype) ? applyPrimitive(name, [node]) : node);
}

/**
 * The largest integer that is not above x, in x's dtype. Its gradient is 0.
 *
 * @param x The elements, in any shape.
 *
 * @example
 * ```ts
 * import { floor } from "@strata/core";
 *
 * console.log(floor([-1.5, 1.8]).arraySync()); // [-2, 1]
 * ```
 */
export function floor(x: TensorLike): Tensor {
  checkCount("floor", arguments, 1);
  return roundBy("floor", x);
}

/**
 * The smallest integer that is not below x, in x's dtype. Its gradient is 0.
 *
 * @param x The elements, in any shape.
 *
 * @example
 * ```ts
 * import { ceil } from "@strata/core";
 *
 * console.log(ceil([-1.5, 1.2]).arraySync()); // [-1, 2]
 * ```
 */
export function ceil(x: TensorLike): Tensor {
  checkCount("ceil", arguments, 1);
  return roundBy("ceil", x);
}

/**
 * The nearest integer, in x's dtype; of two as near, the even one. Its gradient is 0.
 *
 * @param x The elements, in any shape.
 *
 * @example
 * ```ts
 * import { round } from "@strata/core";
 *
 * console.log(round([0.4, 1.5, 2.5]).arraySync()); // [0, 2, 2]
 * ```
 */
export function round(x: TensorLike): Tensor {
  checkCount("round", arguments, 1);
  return roundBy("round", x);
}

/**
 * The integer part of x, in x's dtype. Its gradient is 0.
 *
 * @param x The elements, in any shape.
 *
 * @example
 * ```ts
 * import { trunc } from "@strata/core";
 *
 * console.log(trunc([-1.8, 1.8]).arraySync()); // [-1, 1]
 * ```
 */
export function trunc(x: TensorLike): Tensor {
  checkCount("trunc", arguments, 1);
  return roundBy("trunc", x);
}
