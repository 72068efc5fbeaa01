import { ShapeError } from "../errors.ts";
import { build } from "../primitives/apply.ts";
import { formatShape } from "../shape.ts";
import { Tensor, type TensorLike } from "../tensor.ts";
import { operandNodes } from "./operands.ts";

/**
 * The matrix product of the last two axes, [..., M, K] × [..., K, N] → [..., M, N]; the axes before them broadcast.
 * A vector on the left counts as a row, one on the right as a column, and the axis so added is dropped again.
 *
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
  const [left, right] = operandNodes([x, y]);
  if (left.shape.length === 0 || right.shape.length === 0) {
    throw new ShapeError(
      `matmul: takes vectors and matrices, not scalars: ${formatShape(left.shape)} × ${formatShape(right.shape)}`,
    );
  }
  const row = left.shape.length === 1;
  const column = right.shape.length === 1;
  const product = build.matmul(
    row ? build.reshape(left, [1, ...left.shape]) : left,
    column ? build.reshape(right, [...right.shape, 1]) : right,
  );
  const rank = product.shape.length;
  const kept = product.shape.filter(
    (_, axis) => !(row && axis === rank - 2) && !(column && axis === rank - 1),
  );
  return new Tensor(build.reshape(product, kept));
}
