import type { I32 } from "../../assembler/expression.ts";
import type { FunctionBuilder, FunctionReference, Local } from "../../assembler/function.ts";
import { i32, select } from "../../assembler/instructions.ts";
import type { ModuleBuilder } from "../../assembler/module.ts";
import type { Arithmetic } from "./arithmetic.ts";
import { addBlockProduct } from "./block-product.ts";
import { addIntegerFunction } from "./integer-function.ts";
import { addPacking } from "./packing.ts";
import type { Blocking } from "./tile.ts";

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

function workspaceOf({ size }: Arithmetic, { tile, columns, rowBlock, innerBlock, columnBlock }: Blocking) {
  const left = Math.ceil((tile.rows * columns * size) / 64) * 64;
  const right = left + rowBlock * innerBlock * size;
  return { left, right, total: right + columnBlock * innerBlock * size };
}

/** The bytes of workspace that the function of `addBlockedProduct` uses. */
export function blockedWorkspaceBytes(arithmetic: Arithmetic, blocking: Blocking): number {
  return workspaceOf(arithmetic, blocking).total;
}

/**
 * Adds the function for C (+)= A × B with m, n, k >= 1: the three outer loops, which cut the operands into blocks
 * that fit the caches, and the packing of the blocks.
 *
 * Parameters: a, b, c, m, n, k, aRowStep, aKStep, bKStep, bColumnStep, cStep, workspace, accumulate. Steps are in
 * bytes.
 */
export function addBlockedProduct(
  module: ModuleBuilder,
  arithmetic: Arithmetic,
  blocking: Blocking,
): FunctionReference {
  const { tile, columns } = blocking;
  const { size } = arithmetic;
  const places = workspaceOf(arithmetic, blocking);
  const byColumn = addBlockProduct(module, arithmetic, blocking, "column");
  const byRow = addBlockProduct(module, arithmetic, blocking, "row");
  const packLeft = addPacking(module, arithmetic, tile.rows);
  const packRight = addPacking(module, arithmetic, columns);

  const { f, parameters } = addIntegerFunction(module, `blocked_product_${arithmetic.dtype}`, 13);
  const [a, b, c, m, n, k, aRowStep, aKStep, bKStep, bColumnStep, cStep, workspace, accumulate] = parameters;
  const leftBlock = f.let(i32.add(workspace, i32.constant(places.left)));
  const rightBlock = f.let(i32.add(workspace, i32.constant(places.right)));
  const bytes = (elements: I32): I32 => i32.mul(elements, i32.constant(size));
  const atMost = (value: I32, limit: number): I32 => i32.le_u(value, i32.constant(limit));
  const contiguous = (step: I32): I32 => i32.eq(step, i32.constant(size));

  const leftBytes = f.let(bytes(i32.mul(m, k)));
  const leftInPlace = f.let(
    i32.or(
      i32.and(atMost(leftBytes, inPlace.smallBytes), atMost(n, inPlace.columns)),
      i32.and(atMost(leftBytes, inPlace.mediumBytes), atMost(n, inPlace.fewColumns)),
    ),
  );
  const leftByRow = f.let(i32.and(leftInPlace, contiguous(aKStep)));
  const leftByColumn = f.let(i32.and(leftInPlace, contiguous(aRowStep)));
  const rightSmall = i32.and(atMost(m, inPlace.rows), atMost(bytes(i32.mul(k, n)), inPlace.smallBytes));
  const rightInPlace = f.let(i32.and(rightSmall, contiguous(bColumnStep)));

  const rowBlock = evenBlock(f, m, blocking.rowBlock, tile.rows);
  const innerBlock = evenBlock(f, k, blocking.innerBlock, 4);
  const columnBlock = evenBlock(f, n, blocking.columnBlock, columns);
  const panelStep = i32.constant(columns * size);
  const continues = f.local("i32");

  eachBlock(f, n, columnBlock, (column, width) => {
    // Of B in place, only the panel that reaches beyond the last column is packed.
    const wholeColumns = i32.sub(width, i32.rem_u(width, i32.constant(columns)));
    const unpacked = f.let(select(rightInPlace, wholeColumns, i32.constant(0)));
    const packed = f.let(i32.sub(width, unpacked));
    f.set(continues, accumulate);
    eachBlock(f, k, innerBlock, (inner, depth) => {
      const right = f.let(i32.add(b, i32.add(i32.mul(inner, bKStep), i32.mul(column, bColumnStep))));
      f.if(packed, () => {
        const source = i32.add(right, i32.mul(unpacked, bColumnStep));
        f.invoke(packRight, source, bColumnStep, bKStep, packed, depth, rightBlock);
      });
      eachBlock(f, m, rowBlock, (row, height) => {
        const left = f.let(i32.add(a, i32.add(i32.mul(row, aRowStep), i32.mul(inner, aKStep))));
        const target = f.let(i32.add(c, i32.add(i32.mul(row, cStep), bytes(column))));
        const [leftStep, leftTileStep] = [f.local("i32"), f.local("i32")];
        f.if(
          i32.or(leftByRow, leftByColumn),
          () => {
            f.set(leftStep, select(leftByRow, aRowStep, aKStep));
            f.set(leftTileStep, i32.mul(aRowStep, i32.constant(tile.rows)));
          },
          () => {
            f.invoke(packLeft, left, aRowStep, aKStep, height, depth, leftBlock);
            f.set(left, leftBlock);
            f.set(leftStep, i32.constant(tile.rows * size));
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
        f.if(unpacked, () => multiply(right, bKStep, panelStep, target, unpacked));
        f.if(packed, () => {
          const to = i32.add(target, bytes(unpacked));
          multiply(rightBlock, panelStep, i32.mul(depth, panelStep), to, packed);
        });
      });
      f.set(continues, i32.constant(1));
    });
  });
  return f;
}

/** The block length, a multiple of `multiple` and at most `limit`, that cuts `length` into even blocks. */
function evenBlock(f: FunctionBuilder, length: I32, limit: number, multiple: number): Local<"i32"> {
  const ceilingOf = (value: I32, divisor: I32): I32 =>
    i32.div_u(i32.add(value, i32.sub(divisor, i32.constant(1))), divisor);
  const blocks = f.let(ceilingOf(length, i32.constant(limit)));
  const units = ceilingOf(ceilingOf(length, blocks), i32.constant(multiple));
  return f.let(i32.mul(units, i32.constant(multiple)));
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
