import type { V128 } from "../../assembler/expression.ts";
import type { FunctionBuilder, FunctionReference, Local } from "../../assembler/function.ts";
import { i32, v128 } from "../../assembler/instructions.ts";
import type { ModuleBuilder } from "../../assembler/module.ts";
import type { Arithmetic } from "./arithmetic.ts";
import { addIntegerFunction } from "./integer-function.ts";
import type { Tile } from "./tile.ts";

/**
 * How a kernel finds the elements of A for one k.
 * - `column`: one pointer; the rows lie next to each other (packed panels, and transposed matrices as they are).
 * - `row`: consecutive k lie next to each other, rows `aRowStep` bytes apart (row-major matrices as they are).
 */
export type LeftLayout = "column" | "row";

/**
 * Adds the function that computes one tile of C, held in registers:
 * C[r, v] (+)= Σ_k A[r, k]·B[k, v], r < rows, v < vectors (in vectors).
 *
 * Parameters: a, aStep, b, bStep, c, cStep, k, accumulate. Steps are in bytes; `aStep` leads from one k to
 * the next in the layout `column` and from one row to the next in `row`, `bStep` from one k to the next, `cStep`
 * from one row to the next. k >= 1.
 */
export function addMicrokernel(
  module: ModuleBuilder,
  arithmetic: Arithmetic,
  tile: Tile,
  layout: LeftLayout,
  unroll: number,
): FunctionReference {
  const name = `tile_${arithmetic.dtype}_${layout}_${tile.rows}x${tile.vectors}`;
  const { f, parameters } = addIntegerFunction(module, name, 8);
  const [a, aStep, b, bStep, c, cStep, k, accumulate] = parameters;
  const accumulators = matrix(tile, () => f.local("v128"));
  const right = Array.from({ length: tile.vectors }, () => f.local("v128"));
  const rowPointers = layout === "row" ? leftRows(f, a, aStep, tile.rows) : [];

  const multiply = (position: number): void => {
    right.forEach((local, v) => {
      f.set(local, v128.load(b, v * 16));
    });
    for (let r = 0; r < tile.rows; r++) {
      const splat =
        layout === "row"
          ? arithmetic.splat(rowPointers[r], position * arithmetic.size)
          : arithmetic.splat(a, r * arithmetic.size);
      const left = tile.vectors === 1 ? splat : f.let(splat);
      right.forEach((vector, v) => {
        const sum = accumulators[r][v];
        f.set(sum, arithmetic.multiplyAdd(left, vector, sum));
      });
    }
    f.set(b, i32.add(b, bStep));
    if (layout === "column") f.set(a, i32.add(a, aStep));
  };
  const advanceRows = (count: number): void => {
    for (const pointer of rowPointers)
      f.set(pointer, i32.add(pointer, i32.constant(count * arithmetic.size)));
  };

  f.if(i32.ge_s(k, i32.constant(unroll)), () => {
    f.loop((again) => {
      for (let position = 0; position < unroll; position++) multiply(position);
      advanceRows(unroll);
      f.set(k, i32.sub(k, i32.constant(unroll)));
      f.branchIf(again, i32.ge_s(k, i32.constant(unroll)));
    });
  });
  if (unroll > 1) {
    f.if(k, () => {
      f.loop((again) => {
        multiply(0);
        advanceRows(1);
        f.set(k, i32.sub(k, i32.constant(1)));
        f.branchIf(again, k);
      });
    });
  }

  const storeTile = (valueOf: (sum: V128, offset: number) => V128): void => {
    accumulators.forEach((row, r) => {
      if (r > 0) f.set(c, i32.add(c, cStep));
      row.forEach((sum, v) => {
        f.run(v128.store(c, valueOf(sum, v * 16), v * 16));
      });
    });
  };
  f.if(
    accumulate,
    () => storeTile((sum, offset) => arithmetic.add(sum, v128.load(c, offset))),
    () => storeTile((sum) => sum),
  );
  return f;
}

function matrix<T>({ rows, vectors }: Tile, make: () => T): T[][] {
  return Array.from({ length: rows }, () => Array.from({ length: vectors }, make));
}

function leftRows(f: FunctionBuilder, a: Local<"i32">, step: Local<"i32">, rows: number): Local<"i32">[] {
  const pointers = [a];
  while (pointers.length < rows) pointers.push(f.let(i32.add(pointers[pointers.length - 1], step)));
  return pointers;
}
