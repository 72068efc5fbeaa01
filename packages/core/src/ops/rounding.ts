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

/** The largest integer that is not above x, in x's dtype. Its gradient is 0. */
export function floor(x: TensorLike): Tensor {
  checkCount("floor", arguments, 1);
  return roundBy("floor", x);
}

/** The smallest integer that is not below x, in x's dtype. Its gradient is 0. */
export function ceil(x: TensorLike): Tensor {
  checkCount("ceil", arguments, 1);
  return roundBy("ceil", x);
}

/** The nearest integer, in x's dtype; of two as near, the even one. Its gradient is 0. */
export function round(x: TensorLike): Tensor {
  checkCount("round", arguments, 1);
  return roundBy("round", x);
}

/** The integer part of x, in x's dtype. Its gradient is 0. */
export function trunc(x: TensorLike): Tensor {
  checkCount("trunc", arguments, 1);
  return roundBy("trunc", x);
}
