import { checkCount } from "../arguments.ts";
import { indivisible, ShapeError } from "../errors.ts";
import { formatShape } from "../shape.ts";
import { Tensor, type TensorLike } from "../tensor.ts";
import { operandNode } from "./operands.ts";

function checkBlocks(
  operation: string,
  x: TensorLike,
  blockSize: number,
  divides: (shape: readonly number[]) => boolean,
): Tensor {
  const t = new Tensor(operandNode(operation, x));
  if (!Number.isInteger(blockSize) || blockSize < 1) {
    throw new RangeError(`${operation}: the block size is ${blockSize}; it must be an integer of at least 1`);
  }
  if (t.rank !== 4 || !divides(t.shape)) {
    throw indivisible(
      new ShapeError(
        `${operation}: takes [batch, height, width, channels] that blocks of ${blockSize} × ${blockSize} divide, ` +
          `not ${formatShape(t.shape)}`,
      ),
      blockSize,
    );
  }
  return t;
}

/**
 * Moves channels into blocks of pixels: [B, H, W, C] → [B, H·b, W·b, C/b²].
 *
 * @param x The tensor.
 * @param blockSize The edge b of the blocks.
 * @throws ShapeError if b² does not divide the channels.
 *
 * @example
 * ```ts
 * import { depthToSpace } from "@strata/core";
 *
 * console.log(depthToSpace([[[[1, 2, 3, 4]]]], 2).arraySync()); // [[[[1], [2]], [[3], [4]]]]
 * ```
 */
export function depthToSpace(x: TensorLike, blockSize: number): Tensor {
  checkCount("depthToSpace", arguments, 2);
  const t = checkBlocks("depthToSpace", x, blockSize, (shape) => shape[3] % blockSize ** 2 === 0);
  const [batch, height, width, channels] = t.shape;
  const depth = channels / blockSize ** 2;
  return t
    .reshape([batch, height, width, blockSize, blockSize, depth])
    .transpose([0, 1, 3, 2, 4, 5])
    .reshape([batch, height * blockSize, width * blockSize, depth]);
}

/**
 * Moves blocks of pixels into channels, the inverse of {@link depthToSpace}: [B, H, W, C] → [B, H/b, W/b, C·b²].
 *
 * @param x The tensor.
 * @param blockSize The edge b of the blocks.
 * @throws ShapeError if b does not divide height and width.
 *
 * @example
 * ```ts
 * import { spaceToDepth } from "@strata/core";
 *
 * console.log(spaceToDepth([[[[1], [2]], [[3], [4]]]], 2).arraySync()); // [[[[1, 2, 3, 4]]]]
 * ```
 */
export function spaceToDepth(x: TensorLike, blockSize: number): Tensor {
  checkCount("spaceToDepth", arguments, 2);
  const divides = (shape: readonly number[]): boolean =>
    shape[1] % blockSize === 0 && shape[2] % blockSize === 0;
  const t = checkBlocks("spaceToDepth", x, blockSize, divides);
  const [batch, height, width, channels] = t.shape;
  const [rows, columns] = [height / blockSize, width / blockSize];
  return t
    .reshape([batch, rows, blockSize, columns, blockSize, channels])
    .transpose([0, 1, 3, 2, 4, 5])
    .reshape([batch, rows, columns, channels * blockSize ** 2]);
}
