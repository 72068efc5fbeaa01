import type { Operand, Routine } from "../../../compiler/program.ts";
import { contiguousStrides } from "../../../shape.ts";

/** The products of a batch of matrices, as sizes and strides in elements. The output is contiguous. */
export interface BatchedProduct {
  readonly rows: number;
  readonly columns: number;
  readonly inner: number;
  readonly left: readonly [row: number, column: number];
  readonly right: readonly [row: number, column: number];
  readonly batch: readonly BatchDimension[];
}

export interface BatchDimension {
  readonly size: number;
  readonly left: number;
  readonly right: number;
  readonly output: number;
}

/** The products of a matmul, in as few and as large products as its strides allow. */
export function batchedProduct({ inputs: [left, right], output }: Routine): BatchedProduct {
  const batch = output.shape.slice(0, -2);
  const outputStrides = contiguousStrides(output.shape);
  return foldRows({
    rows: output.shape[batch.length],
    columns: output.shape[batch.length + 1],
    inner: left.shape[left.shape.length - 1],
    left: lastTwo(left.strides),
    right: lastTwo(right.strides),
    batch: batch
      .map((size, axis) => ({
        size,
        left: batchStride(left, axis, batch.length),
        right: batchStride(right, axis, batch.length),
        output: outputStrides[axis],
      }))
      .filter(({ size }) => size !== 1),
  });
}

function lastTwo(strides: readonly number[]): readonly [number, number] {
  return [strides[strides.length - 2], strides[strides.length - 1]];
}

/** The stride along axis `axis` of a batch of rank `rank` that the operand's own batch is broadcast to. */
function batchStride({ shape, strides }: Operand, axis: number, rank: number): number {
  const own = axis - (rank - (shape.length - 2));
  return own < 0 || shape[own] === 1 ? 0 : strides[own];
}

/** One tall product in place of many with the same right factor, where the rows lie at equal distances. */
function foldRows(product: BatchedProduct): BatchedProduct {
  const last = product.batch.at(-1);
  if (last === undefined || last.right !== 0) return product;
  const { rows, columns } = product;
  const isEven = rows === 1 || last.left === rows * product.left[0];
  if (!isEven || last.output !== rows * columns) return product;
  return foldRows({
    ...product,
    rows: rows * last.size,
    left: rows === 1 ? [last.left, product.left[1]] : product.left,
    batch: product.batch.slice(0, -1),
  });
}
