/** Matrices as operands of linear algebra. */
import { ShapeError } from "../errors.ts";
import type { GraphNode } from "../graph/node.ts";
import { build } from "../primitives/apply.ts";
import { formatShape, sizeOf } from "../shape.ts";
import { Tensor, type TensorLike } from "../tensor.ts";
import { floatNodes } from "./operands.ts";

/** The operand as square matrices of floats. */
export function squareNode(operation: string, x: TensorLike): GraphNode {
  return checkSquare(operation, floatNodes(operation, [x])[0]);
}

export function checkSquare(operation: string, node: GraphNode): GraphNode {
  const [rows, columns] = node.shape.slice(-2);
  if (node.shape.length >= 2 && rows === columns) return node;
  throw new ShapeError(`${operation}: takes square matrices [..., N, N], not ${formatShape(node.shape)}`);
}

/** Matrices as a batch with one leading axis. */
export function batched(node: GraphNode): GraphNode {
  return build.reshape(node, [sizeOf(node.shape.slice(0, -2)), ...node.shape.slice(-2)]);
}

export function transposed(x: Tensor): Tensor {
  return new Tensor(build.swapLastAxes(x.node));
}
