import type { I32 } from "../../assembler/expression.ts";
import type { FunctionBuilder, FunctionReference } from "../../assembler/function.ts";
import { i32 } from "../../assembler/instructions.ts";
import type { ModuleBuilder } from "../../assembler/module.ts";
import type { Arithmetic } from "./arithmetic.ts";
import { addIntegerFunction } from "./integer-function.ts";
import { addMicrokernel, type LeftLayout } from "./microkernel.ts";
import type { Blocking } from "./tile.ts";

/**
 * Adds the function that multiplies a block of A by a block of B, tile by tile: the two inner loops.
 *
 * Parameters: a, aStep, aTileStep, b, bStep, bTileStep, c, cStep, m, n, k, accumulate, scratch. The tile steps
 * lead from the first row (column) of a tile to that of the next, in bytes; the others are the kernel's. The
 * columns of B that the last tile has beyond n must be readable. `scratch` has room for one tile. m, n, k >= 1.
 */
export function addBlockProduct(
  module: ModuleBuilder,
  arithmetic: Arithmetic,
  blocking: Blocking,
  layout: LeftLayout,
): FunctionReference {
  const { tile, columns, unroll } = blocking;
  const { lanes, size } = arithmetic;
  const kernels = upTo(tile.rows, (rows) =>
    upTo(tile.vectors, (vectors) => addMicrokernel(module, arithmetic, { rows, vectors }, layout, unroll)),
  );
  const copyTile = addTileCopy(module, arithmetic, layout);
  const name = `block_${arithmetic.dtype}_${layout}`;
  const { f, parameters } = addIntegerFunction(module, name, 13);
  const [a, aStep, aTileStep, b, bStep, bTileStep, c, cStep, m, n, k, accumulate, scratch] = parameters;
  const [left, target, rowsLeft, rows] = [f.local("i32"), f.local("i32"), f.local("i32"), f.local("i32")];
  const targetTileStep = f.let(i32.mul(cStep, i32.constant(tile.rows)));
  const scratchStep = i32.constant(columns * size);

  const eachRowTile = (body: () => void): void => {
    f.set(left, a);
    f.set(target, c);
    f.set(rowsLeft, m);
    f.loop((again) => {
      f.set(rows, i32.constant(tile.rows));
      f.if(i32.lt_s(rowsLeft, rows), () => f.set(rows, rowsLeft));
      body();
      f.set(left, i32.add(left, aTileStep));
      f.set(target, i32.add(target, targetTileStep));
      f.set(rowsLeft, i32.sub(rowsLeft, i32.constant(tile.rows)));
      f.branchIf(again, i32.gt_s(rowsLeft, i32.constant(0)));
    });
  };
  const multiplyTile = (vectors: number, to: I32, toStep: I32): void =>
    dispatch(f, rows, tile.rows, (count) => {
      f.invoke(kernels[count - 1][vectors - 1], left, aStep, b, bStep, to, toStep, k, accumulate);
    });

  f.loop((nextColumns) => {
    f.if(
      i32.ge_s(n, i32.constant(columns)),
      () => eachRowTile(() => multiplyTile(tile.vectors, target, cStep)),
      () =>
        eachRowTile(() => {
          f.if(accumulate, () => f.invoke(copyTile, target, cStep, scratch, scratchStep, rows, n));
          const vectorsNeeded = i32.div_u(i32.add(n, i32.constant(lanes - 1)), i32.constant(lanes));
          dispatch(f, vectorsNeeded, tile.vectors, (vectors) => multiplyTile(vectors, scratch, scratchStep));
          f.invoke(copyTile, scratch, scratchStep, target, cStep, rows, n);
        }),
    );
    f.set(b, i32.add(b, bTileStep));
    f.set(c, i32.add(c, scratchStep));
    f.set(n, i32.sub(n, i32.constant(columns)));
    f.branchIf(nextColumns, i32.gt_s(n, i32.constant(0)));
  });
  return f;
}

function upTo<T>(count: number, make: (value: number) => T): T[] {
  return Array.from({ length: count }, (_, index) => make(index + 1));
}

/** Runs `body(v)` for the v in 1..limit that `value` equals, the largest tested first. */
function dispatch(f: FunctionBuilder, value: I32, limit: number, body: (value: number) => void): void {
  if (limit === 1) {
    body(1);
    return;
  }
  f.if(
    i32.eq(value, i32.constant(limit)),
    () => body(limit),
    () => dispatch(f, value, limit - 1, body),
  );
}

/** Copies rows × columns elements. Parameters: from, fromStep, to, toStep, rows, columns. */
function addTileCopy(module: ModuleBuilder, arithmetic: Arithmetic, layout: LeftLayout): FunctionReference {
  const name = `copy_tile_${arithmetic.dtype}_${layout}`;
  const { f, parameters } = addIntegerFunction(module, name, 6);
  const [from, fromStep, to, toStep, rows, columns] = parameters;
  const [offset, end] = [f.local("i32"), f.let(i32.mul(columns, i32.constant(arithmetic.size)))];
  f.loop((nextRow) => {
    f.set(offset, i32.constant(0));
    f.loop((nextElement) => {
      f.run(arithmetic.copyElement(i32.add(to, offset), i32.add(from, offset)));
      f.set(offset, i32.add(offset, i32.constant(arithmetic.size)));
      f.branchIf(nextElement, i32.lt_s(offset, end));
    });
    f.set(from, i32.add(from, fromStep));
    f.set(to, i32.add(to, toStep));
    f.set(rows, i32.sub(rows, i32.constant(1)));
    f.branchIf(nextRow, rows);
  });
  return f;
}
