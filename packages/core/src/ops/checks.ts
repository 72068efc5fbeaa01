import { isFloat } from "../dtype.ts";
import { DTypeError } from "../errors.ts";
import type { GraphNode } from "../graph/node.ts";
import type { TensorLike } from "../tensor.ts";
import { operandNode } from "./operands.ts";

/** The node of a float operand; a DTypeError in `operation`'s name for any other. */
export function checkIsFloat(operation: string, value: TensorLike): GraphNode {
  const node = operandNode(operation, value);
  if (isFloat(node.dtype)) return node;
  throw new DTypeError(`${operation}: does not take ${node.dtype}; accepted are "float32" or "float64"`);
}
