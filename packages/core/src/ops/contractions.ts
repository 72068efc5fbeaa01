import { checkCount } from "../arguments.ts";
import { ShapeError } from "../errors.ts";
import type { GraphNode } from "../graph/node.ts";
import { build } from "../primitives/apply.ts";
import { formatShape, sizeOf } from "../shape.ts";
import { Tensor, type TensorLike } from "../tensor.ts";
import { operandNodes } from "./operands.ts";

/**
 * The matrix product of the last two axes, [..., M, K] × [..., K, N] → [..., M, N]; the axes before them broadcast.
 * A vector on the left counts as a row, one on the right as a column, and the axis so added is dropped again.
 *
 * @param x The left factor.
 * @param y The right factor.
 * @throws ShapeError if the inner dimensions differ, or an operand is a scalar.
 *
 * @example
 * ```ts
 * import { matmul } from "@strata/core";
 *
 * console.log(matmul([[1, 2], [3, 4]], [1, 1]).arraySync()); // [3, 7]
 * ```
 */
export function matmul(x: TensorLike, y: TensorLike): Tensor {
  checkCount("matmul", arguments, 2);
  const [left, right] = operandNodes("matmul", [x, y]);
  if (left.shape.length === 0 || right.shape.length === 0) {
    throw new ShapeError(
      `matmul: takes vectors and matrices, not scalars: ${formatShape(left.shape)} × ${formatShape(right.shape)}`,
    );
  }
  const row = left.shape.length === 1;
  const column = right.shape.length === 1;
  const product = multiplyMatrices(
    row ? build.reshape(left, [1, ...left.shape]) : left,
    column ? build.reshape(right, [...right.shape, 1]) : right,
  );
  const rank = product.shape.length;
  const kept = product.shape.filter(
    (_, axis) => !(row && axis === rank - 2) && !(column && axis === rank - 1),
  );
  return new Tensor(build.reshape(product, kept));
}

/** A batch of matrices times one matrix is one tall product, and so is the gradient with respect to that matrix. */
function multiplyMatrices(left: GraphNode, right: GraphNode): GraphNode {
  const batch = left.shape.slice(0, -1);
  const inner = left.shape[batch.length];
  // Where the dimensions differ, the error should show them as they came.
  const folds = batch.length > 1 && right.shape.length === 2 && right.shape[0] === inner;
  if (!folds) return build.matmul(left, right);
  const rows = build.reshape(left, [sizeOf(batch), inner]);
  return build.reshape(build.matmul(rows, right), [...batch, right.shape[1]]);
}
