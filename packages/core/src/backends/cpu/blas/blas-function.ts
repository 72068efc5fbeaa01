import type { FunctionReference } from "../assembler/function.ts";
import type { LinearMemory } from "../memory/linear-memory.ts";
import { type Blas, type BlasDType, cblas } from "./blas.ts";

/** How a matrix is stored, as BLAS asks for it: by rows, or by columns; and from one to the next, in elements. */
export interface BlasMatrix {
  readonly transposed: boolean;
  readonly leading: number;
}

/** The matrix with these strides; null where BLAS has no name for it. */
export function blasMatrix(
  rows: number,
  columns: number,
  [rowStride, columnStride]: readonly [number, number],
): BlasMatrix | null {
  if ((columns === 1 || columnStride === 1) && (rows === 1 || rowStride >= columns)) {
    return { transposed: false, leading: rows === 1 ? columns : rowStride };
  }
  if ((rows === 1 || rowStride === 1) && (columns === 1 || columnStride >= rows)) {
    return { transposed: true, leading: columns === 1 ? rows : columnStride };
  }
  return null;
}

/**
 * What a program's code sees of BLAS. Parameters, all i32: left transposed, right transposed (0 or 1), m, n, k,
 * a (address), leading dimension of a, b, leading dimension of b, c, leading dimension of c.
 */
export function blasReference(dtype: BlasDType): FunctionReference {
  return { name: `blas_${dtype}`, index: 0, parameters: Array(11).fill("i32"), results: [] };
}

/** The function itself: it turns addresses of the linear memory into those of the process. */
export function blasFunction({ product, addressOf }: Blas, dtype: BlasDType, { memory }: LinearMemory) {
  const multiply = product[dtype];
  const { rowMajor, notTransposed, transposed } = cblas;
  let buffer: ArrayBufferLike | null = null;
  let base = 0;
  return (
    leftTransposed: number,
    rightTransposed: number,
    m: number,
    n: number,
    k: number,
    a: number,
    aLeading: number,
    b: number,
    bLeading: number,
    c: number,
    cLeading: number,
  ): void => {
    if (memory.buffer !== buffer) {
      buffer = memory.buffer;
      base = addressOf(buffer);
    }
    multiply(
      rowMajor,
      leftTransposed ? transposed : notTransposed,
      rightTransposed ? transposed : notTransposed,
      m,
      n,
      k,
      1,
      // Addresses from 2³¹ on arrive as negative numbers.
      base + (a >>> 0),
      aLeading,
      base + (b >>> 0),
      bLeading,
      0,
      base + (c >>> 0),
      cLeading,
    );
  };
}
