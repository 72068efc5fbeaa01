import type { I32 } from "../assembler/expression.ts";
import type { FunctionBuilder, Local } from "../assembler/function.ts";
import { i32, memory, select } from "../assembler/instructions.ts";
import type { ModuleBuilder } from "../assembler/module.ts";
import { type Arithmetic, arithmeticOf, type GemmDType, type GemmFeatures } from "./gemm/arithmetic.ts";
import { addBlockProduct } from "./gemm/block-product.ts";
import { addIntegerFunction } from "./gemm/integer-function.ts";
import { addPacking } from "./gemm/packing.ts";
import { type Blocking, blockingOf } from "./gemm/tile.ts";
import { addVectorByDots, addVectorByRows, vectorWorkspaceBytes } from "./gemm/vector-product.ts";

export type { GemmDType, GemmFeatures } from "./gemm/arithmetic.ts";

/**
 * When an operand is read where it lies instead of packed: it is small, so that its lines do not evict each other
 * from the L1 cache, and used too few times to earn the copy back. Found by measurement (`benchmarks/gemm.ts`).
 */
const inPlace = {
  /** Bytes that lie close enough together. */
  smallBytes: 65_536,
  /** Bytes of A where it is multiplied by so few columns that it is read about once. */
  mediumBytes: 524_288,
  /** Up to this many rows of A, a small B is not packed. */
  rows: 24,
  /** Up to this many columns of B, a small A is not packed. */
  columns: 64,
  /** Up to this many columns of B, a medium A is not packed. */
  fewColumns: 16,
} as const;

/** The bytes of working memory that one call of the function of `addGemm` needs, a multiple of 64. */
export function gemmWorkspaceBytes(dtype: GemmDType): number {
  const sizes = [true, false].map((relaxedSimd) => {
    const features = { relaxedSimd };
    const arithmetic = arithmeticOf(dtype, features);
    return workspaceOf(arithmetic, blockingOf(arithmetic, features)).total;
  });
  return Math.max(...sizes);
}

function workspaceOf(arithmetic: Arithmetic, { tile, columns, rowBlock, innerBlock, columnBlock }: Blocking) {
  const { size } = arithmetic;
  const left = Math.ceil((tile.rows * columns * size) / 64) * 64;
  const right = left + rowBlock * innerBlock * size;
  return {
    left,
    right,
    total: Math.max(right + columnBlock * innerBlock * size, vectorWorkspaceBytes(arithmetic)),
  };
}

/**
 * Adds the function `gemm_<dtype>` that computes C[M, N] = A[M, K] × B[K, N], or C += A × B, for any sizes and any
 * strides of A and B; C is row-major. The scheme is that of K. Goto and R. A. van de Geijn, "Anatomy of
 * high-performance matrix multiplication" (2008), with the loops of BLIS.
 *
 * Parameters, all i32: a, b, c (addresses), m, n, k, aRowStride, aColumnStride, bRowStride, bColumnStride,
 * cRowStride (in elements), workspace (an address, a multiple of 64; see `gemmWorkspaceBytes`), accumulate (0 or
 * 1). It touches nothing but its arguments' memory, so threads may call it at the same time on disjoint parts of C
 * with a workspace each. A and B may overlap each other, but not C.
 */
export function addGemm(module: ModuleBuilder, dtype: GemmDType, features: GemmFeatures): FunctionBuilder {
  const arithmetic = arithmeticOf(dtype, features);
  const blocking = blockingOf(arithmetic, features);
  const { tile, columns } = blocking;
  const places = workspaceOf(arithmetic, blocking);
  const byColumn = addBlockProduct(module, arithmetic, blocking, "column");
  const byRow = addBlockProduct(module, arithmetic, blocking, "row");
  const byDots = addVectorByDots(module, arithmetic);
  const byRows = addVectorByRows(module, arithmetic);
  const packLeft = addPacking(module, arithmetic, tile.rows);
  const packRight = addPacking(module, arithmetic, columns);

  const { f, parameters } = addIntegerFunction(module, `gemm_${dtype}`, 13, true);
  const [
    a,
    b,
    c,
    m,
    n,
    k,
    aRowStride,
    aColumnStride,
    bRowStride,
    bColumnStride,
    cRowStride,
    workspace,
    accumulate,
  ] = parameters;
  const bytes = (elements: I32): I32 => i32.shl(elements, i32.constant(arithmetic.shift));
  const one = i32.constant(1);
  const zero = i32.constant(0);

  f.if(i32.or(i32.lt_s(m, one), i32.lt_s(n, one)), () => f.return());
  const cStep = f.let(bytes(cRowStride));
  f.if(i32.lt_s(k, one), () => {
    f.if(i32.eqz(accumulate), () => {
      const row = f.local("i32");
      f.loopWhileBelow(row, m, 1, () => {
        f.run(memory.fill(c, zero, bytes(n)));
        f.set(c, i32.add(c, cStep));
      });
    });
    f.return();
  });

  const [aRowStep, aKStep] = [f.let(bytes(aRowStride)), f.let(bytes(aColumnStride))];
  const [bKStep, bColumnStep] = [f.let(bytes(bRowStride)), f.let(bytes(bColumnStride))];
  const elementBytes = i32.constant(arithmetic.size);
  const multiplyVector = (
    vector: I32,
    vectorStep: I32,
    matrix: I32,
    kStep: I32,
    lineStep: I32,
    count: I32,
    cElementStep: I32,
  ): void => {
    const rest = [c, cElementStep, count, k, accumulate, workspace];
    f.if(i32.eq(kStep, elementBytes), () => {
      f.invoke(byDots, vector, vectorStep, matrix, lineStep, ...rest);
      f.return();
    });
    f.if(i32.eq(lineStep, elementBytes), () => {
      f.invoke(byRows, vector, vectorStep, matrix, kStep, ...rest);
      f.return();
    });
  };
  const leftBlock = f.let(i32.add(workspace, i32.constant(places.left)));
  const rightBlock = f.let(i32.add(workspace, i32.constant(places.right)));
  const leftBytes = f.let(bytes(i32.mul(m, k)));
  const most = (value: I32, limit: number): I32 => i32.le_u(value, i32.constant(limit));
  const leftInPlace = f.let(
    i32.or(
      i32.and(most(leftBytes, inPlace.smallBytes), most(n, inPlace.columns)),
      i32.and(most(leftBytes, inPlace.mediumBytes), most(n, inPlace.fewColumns)),
    ),
  );
  const leftByRow = f.let(i32.and(leftInPlace, i32.eq(aColumnStride, one)));
  const leftByColumn = f.let(i32.and(leftInPlace, i32.eq(aRowStride, one)));
  const rightSmall = i32.and(most(m, inPlace.rows), most(bytes(i32.mul(k, n)), inPlace.smallBytes));
  const rightDirect = f.let(i32.and(rightSmall, i32.eq(bColumnStride, one)));
  const elementBytes = i32.constant(arithmetic.size);
  const multiplyVector = (
    vector: I32,
    vectorStep: I32,
    matrix: I32,
    kStep: I32,
    lineStep: I32,
    count: I32,
    cElementStep: I32,
  ): void => {
    const rest = [c, cElementStep, count, k, accumulate, workspace];
    f.if(i32.eq(kStep, elementBytes), () => {
      f.invoke(byDots, vector, vectorStep, matrix, lineStep, ...rest);
      f.return();
    });
    f.if(i32.eq(lineStep, elementBytes), () => {
      f.invoke(byRows, vector, vectorStep, matrix, kStep, ...rest);
      f.return();
    });
  };
  const leftBlock = f.let(i32.add(workspace, i32.constant(places.left)));
  const rightBlock = f.let(i32.add(workspace, i32.constant(places.right)));
  const narrow = f.let(i32.le_s(n, i32.constant(fewColumns)));
  const leftByRow = f.let(i32.and(narrow, i32.eq(aColumnStride, one)));
  const leftByColumn = f.let(i32.and(narrow, i32.eq(aRowStride, one)));
  const rightDirect = f.let(i32.and(i32.le_s(m, i32.constant(fewRows)), i32.eq(bColumnStride, one)));

  f.if(i32.eq(m, one), () => {
    multiplyVector(a, aKStep, b, bKStep, bColumnStep, n, elementBytes);
  });
  f.if(i32.eq(n, one), () => {
    multiplyVector(b, bKStep, a, aKStep, aRowStep, m, cStep);
  });

  const rowBlock = evenBlock(f, m, blocking.rowBlock, tile.rows);
  const innerBlock = evenBlock(f, k, blocking.innerBlock, 4);
  const columnBlock = evenBlock(f, n, blocking.columnBlock, columns);

  eachBlock(f, n, columnBlock, (column, width) => {
    const wholeColumns = f.let(i32.sub(width, i32.rem_u(width, i32.constant(columns))));
    // With B read in place, only the tile that reaches beyond the last column is packed.
    const directColumns = f.let(select(rightDirect, wholeColumns, zero));
    const continues = f.local("i32");
    f.set(continues, accumulate);
    eachBlock(f, k, innerBlock, (inner, depth) => {
      const right = f.let(i32.add(b, i32.add(i32.mul(inner, bKStep), i32.mul(column, bColumnStep))));
      const packedColumns = f.let(i32.sub(width, directColumns));
      const packedRight = f.let(i32.add(right, i32.mul(directColumns, bColumnStep)));
      f.if(packedColumns, () =>
        f.invoke(packRight, packedRight, bColumnStep, bKStep, packedColumns, depth, rightBlock),
      );
      eachBlock(f, m, rowBlock, (row, height) => {
        const left = f.let(i32.add(a, i32.add(i32.mul(row, aRowStep), i32.mul(inner, aKStep))));
        const target = f.let(i32.add(c, i32.add(i32.mul(row, cStep), bytes(column))));
        const leftStep = f.local("i32");
        const leftTileStep = f.local("i32");
        f.if(
          i32.or(leftByRow, leftByColumn),
          () => {
            f.set(leftStep, select(leftByRow, aRowStep, aKStep));
            f.set(leftTileStep, i32.mul(aRowStep, i32.constant(tile.rows)));
          },
          () => {
            f.invoke(packLeft, left, aRowStep, aKStep, height, depth, leftBlock);
            f.set(left, leftBlock);
            f.set(leftStep, i32.constant(tile.rows * arithmetic.size));
            f.set(leftTileStep, i32.mul(depth, leftStep));
          },
        );
        const multiply = (from: I32, step: I32, tileStep: I32, to: I32, count: I32): void => {
          const values = [leftStep, leftTileStep, from, step, tileStep, to, cStep, height, count, depth];
          f.if(
            leftByRow,
            () => f.invoke(byRow, left, ...values, continues, workspace),
            () => f.invoke(byColumn, left, ...values, continues, workspace),
          );
        };
        const panelStep = i32.constant(columns * arithmetic.size);
        f.if(directColumns, () => multiply(right, bKStep, panelStep, target, directColumns));
        f.if(packedColumns, () =>
          multiply(
            rightBlock,
            panelStep,
            i32.mul(depth, panelStep),
            i32.add(target, bytes(directColumns)),
            packedColumns,
          ),
        );
      });
      f.set(continues, one);
    });
  });
  return f;
}

/** The block length, a multiple of `multiple` and at most `limit`, that cuts `length` into even blocks. */
function evenBlock(f: FunctionBuilder, length: I32, limit: number, multiple: number): Local<"i32"> {
  const ceilingOf = (value: I32, divisor: I32): I32 =>
    i32.div_u(i32.add(value, i32.sub(divisor, i32.constant(1))), divisor);
  const blocks = f.let(ceilingOf(length, i32.constant(limit)));
  return f.let(i32.mul(ceilingOf(ceilingOf(length, blocks), i32.constant(multiple)), i32.constant(multiple)));
}

/** Runs `body(start, count)` for each block of `length`, which is at least 1. */
function eachBlock(
  f: FunctionBuilder,
  length: Local<"i32">,
  block: Local<"i32">,
  body: (start: Local<"i32">, count: Local<"i32">) => void,
): void {
  const start = f.let(i32.constant(0));
  const count = f.local("i32");
  f.loop((again) => {
    f.set(count, block);
    const rest = i32.sub(length, start);
    f.if(i32.lt_s(rest, count), () => f.set(count, rest));
    body(start, count);
    f.set(start, i32.add(start, block));
    f.branchIf(again, i32.lt_s(start, length));
  });
}
