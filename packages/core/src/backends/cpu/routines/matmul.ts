import type { Operand, Routine } from "../../../compiler/program.ts";
import { bytesPerElement } from "../../../dtype.ts";
import { contiguousStrides, sizeOf } from "../../../shape.ts";
import { i32 } from "../assembler/instructions.ts";
import { gemmWorkspaceBytes } from "./gemm.ts";
import type { LibraryName } from "./library.ts";
import { forEachIndex } from "./loop.ts";
import type { RoutineLowering } from "./routine.ts";

/** The products of a batch of matrices, as sizes and strides in elements. */
interface BatchedProduct {
  readonly rows: number;
  readonly columns: number;
  readonly inner: number;
  readonly left: readonly [row: number, column: number];
  readonly right: readonly [row: number, column: number];
  readonly batch: readonly BatchDimension[];
}

interface BatchDimension {
  readonly size: number;
  readonly left: number;
  readonly right: number;
  readonly output: number;
}

export const matmul: RoutineLowering = {
  functions: (routine) => [functionOf(routine)],
  workspaceBytes({ output: { dtype } }) {
    return dtype === "float32" || dtype === "float64" ? gemmWorkspaceBytes(dtype) : 0;
  },
  emit(routine, { f, address, call, workspace }) {
    const { inputs, output } = routine;
    const { rows, columns, inner, left, right, batch } = foldRows(describe(routine));
    if (sizeOf(output.shape) === 0) return;
    const bytes = bytesPerElement(output.dtype);
    const name = functionOf(routine);
    const starts = [address(inputs[0]), address(inputs[1]), address(output)];
    const steps = batch.map((dimension) =>
      [dimension.left, dimension.right, dimension.output].map((stride) => stride * bytes),
    );
    const integers = (...values: number[]) => values.map((value) => i32.constant(value));
    forEachIndex(
      f,
      batch.map(({ size }) => size),
      starts,
      steps,
      ([a, b, c]) => {
        const sizes = integers(rows, columns, inner, ...left, ...right);
        if (name === "product_int32" || name === "product_uint8") call(name, a, b, c, ...sizes);
        else call(name, a, b, c, ...sizes, i32.constant(columns), workspace, i32.constant(0));
      },
    );
  },
};

function functionOf({ output: { dtype } }: Routine): LibraryName {
  switch (dtype) {
    case "float32":
    case "float64":
      return `gemm_${dtype}`;
    case "int32":
    case "uint8":
      return `product_${dtype}`;
    case "bool":
      throw new Error("matmul: there is no product of bools");
  }
}

function describe({ inputs: [left, right], output }: Routine): BatchedProduct {
  const batch = output.shape.slice(0, -2);
  const outputStrides = contiguousStrides(output.shape);
  return {
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
  };
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
