import type { I32, V128 } from "../../assembler/expression.ts";
import type { FunctionBuilder, FunctionReference, Local } from "../../assembler/function.ts";
import { i32, memory, v128 } from "../../assembler/instructions.ts";
import type { ModuleBuilder } from "../../assembler/module.ts";
import { transposeSquare } from "../../assembler/transpose.ts";
import type { Arithmetic } from "./arithmetic.ts";
import { addIntegerFunction } from "./integer-function.ts";

/** Elements of the result that are summed in the workspace at once, so that they stay in the L1 cache. */
const outputBlock = 1024;
/** Elements of the vector that are gathered in the workspace at once. */
const vectorBlock = 2048;

/** The bytes of workspace that the two functions of this file use. */
export function vectorWorkspaceBytes({ size }: Arithmetic): number {
  return (Math.max(outputBlock, vectorBlock) + 16) * size;
}

/**
 * Adds the function for y[j] (+)= Σ_k x[k]·M[k, j] where the row M[k, ·] is contiguous: rows of M, scaled, are
 * added to the result, four at a time, so that M streams through once in the order of memory.
 *
 * Parameters: x, xStep, matrix, kStep, y, yStep, count, k, accumulate, workspace. Steps are in bytes.
 */
export function addVectorByRows(module: ModuleBuilder, arithmetic: Arithmetic): FunctionReference {
  const fourRows = addScaledRows(module, arithmetic, 4);
  const oneRow = addScaledRows(module, arithmetic, 1);
  const scatter = addScatter(module, arithmetic);
  const name = `vector_by_rows_${arithmetic.dtype}`;
  const { f, parameters } = addIntegerFunction(module, name, 10);
  const [x, xStep, matrix, kStep, y, yStep, count, k, accumulate, workspace] = parameters;
  const [factor, row, rest, width] = [f.local("i32"), f.local("i32"), f.local("i32"), f.local("i32")];
  const widthBytes = f.local("i32");
  const each = (rows: number, addRows: FunctionReference): void =>
    whileAtLeast(f, rest, rows, () => {
      f.invoke(addRows, workspace, widthBytes, row, kStep, factor, xStep);
      f.set(row, i32.add(row, i32.mul(kStep, i32.constant(rows))));
      f.set(factor, i32.add(factor, i32.mul(xStep, i32.constant(rows))));
    });
  f.loop((nextBlock) => {
    setMinimum(f, width, count, outputBlock);
    f.set(widthBytes, i32.mul(width, i32.constant(arithmetic.size)));
    f.run(memory.fill(workspace, i32.constant(0), widthBytes));
    f.set(factor, x);
    f.set(row, matrix);
    f.set(rest, k);
    each(4, fourRows);
    each(1, oneRow);
    f.invoke(scatter, workspace, y, yStep, width, accumulate);
    f.set(matrix, i32.add(matrix, widthBytes));
    f.set(y, i32.add(y, i32.mul(yStep, width)));
    f.set(count, i32.sub(count, width));
    f.branchIf(nextBlock, count);
  });
  return f;
}

/** sums[j] += Σ_r factor[r]·row_r[j]. Parameters: sums, bytes, row, rowStep, factor, factorStep. */
function addScaledRows(module: ModuleBuilder, arithmetic: Arithmetic, count: number): FunctionReference {
  const name = `add_scaled_rows_${arithmetic.dtype}_${count}`;
  const { f, parameters } = addIntegerFunction(module, name, 6);
  const [sums, rest, row, rowStep, factor, factorStep] = parameters;
  const rows = pointers(f, row, rowStep, count);
  const factors = pointers(f, factor, factorStep, count).map((address) => f.let(arithmetic.splat(address)));
  const scaled = (load: (address: I32, offset?: number) => V128, offset: number): V128 =>
    rows.reduce(
      (sum, address, index) => arithmetic.multiplyAdd(factors[index], load(address, offset), sum),
      load(sums, offset),
    );
  const advance = (bytes: number): void => {
    for (const address of [sums, ...rows]) f.set(address, i32.add(address, i32.constant(bytes)));
  };
  whileAtLeast(f, rest, 32, () => {
    for (const offset of [0, 16]) f.run(v128.store(sums, scaled(v128.load, offset), offset));
    advance(32);
  });
  whileAtLeast(f, rest, arithmetic.size, () => {
    f.run(arithmetic.storeElement(sums, scaled(arithmetic.loadElement, 0)));
    advance(arithmetic.size);
  });
  return f;
}

/**
 * Adds the function for y[j] (+)= Σ_k x[k]·M[j, k] where the row M[j, ·] is contiguous: dot products, four at a
 * time.
 *
 * Parameters: x, xStep, matrix, rowStep, y, yStep, count, k, accumulate, workspace. Steps are in bytes.
 */
export function addVectorByDots(module: ModuleBuilder, arithmetic: Arithmetic): FunctionReference {
  const fourDots = addDots(module, arithmetic, 4);
  const oneDot = addDots(module, arithmetic, 1);
  const scatter = addScatter(module, arithmetic);
  const { size } = arithmetic;
  const name = `vector_by_dots_${arithmetic.dtype}`;
  const { f, parameters } = addIntegerFunction(module, name, 10);
  const [x, xStep, matrix, rowStep, y, yStep, count, k, accumulate, workspace] = parameters;
  const [row, target, rest, depth] = [f.local("i32"), f.local("i32"), f.local("i32"), f.local("i32")];
  const [vector, from, to] = [f.local("i32"), f.local("i32"), f.local("i32")];
  const results = workspace;
  const gathered = f.let(i32.add(workspace, i32.constant(16 * size)));
  const each = (rows: number, dots: FunctionReference): void =>
    whileAtLeast(f, rest, rows, () => {
      f.invoke(dots, vector, row, rowStep, depth, results);
      f.invoke(scatter, results, target, yStep, i32.constant(rows), accumulate);
      f.set(row, i32.add(row, i32.mul(rowStep, i32.constant(rows))));
      f.set(target, i32.add(target, i32.mul(yStep, i32.constant(rows))));
    });
  f.loop((nextBlock) => {
    setMinimum(f, depth, k, vectorBlock);
    f.set(vector, x);
    f.if(i32.ne(xStep, i32.constant(size)), () => {
      f.set(vector, gathered);
      f.set(from, x);
      f.set(to, gathered);
      f.set(rest, depth);
      whileAtLeast(f, rest, 1, () => {
        f.run(arithmetic.copyElement(to, from));
        f.set(from, i32.add(from, xStep));
        f.set(to, i32.add(to, i32.constant(size)));
      });
    });
    f.set(row, matrix);
    f.set(target, y);
    f.set(rest, count);
    each(4, fourDots);
    each(1, oneDot);
    f.set(matrix, i32.add(matrix, i32.mul(depth, i32.constant(size))));
    f.set(x, i32.add(x, i32.mul(depth, xStep)));
    f.set(accumulate, i32.constant(1));
    f.set(k, i32.sub(k, depth));
    f.branchIf(nextBlock, k);
  });
  return f;
}

/** results[r] = Σ_k x[k]·row_r[k]. Parameters: x, row, rowStep, k, results. */
function addDots(module: ModuleBuilder, arithmetic: Arithmetic, count: number): FunctionReference {
  const { lanes, size } = arithmetic;
  const { f, parameters } = addIntegerFunction(module, `dots_${arithmetic.dtype}_${count}`, 5);
  const [x, row, rowStep, rest, results] = parameters;
  const rows = pointers(f, row, rowStep, count);
  // Two sums a row: an addition takes several cycles, and the next need not wait for it.
  const sums = [0, 16].map((offset) => ({ offset, values: rows.map(() => f.local("v128")) }));
  const multiply = (values: Local<"v128">[], load: typeof v128.load, offset: number): void => {
    const factor = f.let(load(x, offset));
    rows.forEach((address, index) => {
      f.set(values[index], arithmetic.multiplyAdd(factor, load(address, offset), values[index]));
    });
  };
  const advance = (elements: number): void => {
    for (const address of [x, ...rows]) f.set(address, i32.add(address, i32.constant(elements * size)));
  };
  whileAtLeast(f, rest, 2 * lanes, () => {
    for (const { offset, values } of sums) multiply(values, v128.load, offset);
    advance(2 * lanes);
  });
  whileAtLeast(f, rest, 1, () => {
    multiply(sums[0].values, arithmetic.loadElement, 0);
    advance(1);
  });
  const totals: V128[] = rows.map((_, index) =>
    f.let(arithmetic.add(sums[0].values[index], sums[1].values[index])),
  );
  while (totals.length % lanes > 0) totals.push(arithmetic.zero);
  for (let first = 0; first < totals.length; first += lanes) {
    const columns: V128[] = transposeSquare(f, totals.slice(first, first + lanes));
    f.run(v128.store(results, columns.reduce(arithmetic.add), first * size));
  }
  return f;
}

/** target[j·step] (+)= source[j]. Parameters: source, target, targetStep, count, accumulate. */
function addScatter(module: ModuleBuilder, arithmetic: Arithmetic): FunctionReference {
  const { f, parameters } = addIntegerFunction(module, `scatter_${arithmetic.dtype}`, 5);
  const [source, target, targetStep, rest, accumulate] = parameters;
  const each = (move: Arithmetic["copyElement"]): void =>
    whileAtLeast(f, rest, 1, () => {
      f.run(move(target, source));
      f.set(source, i32.add(source, i32.constant(arithmetic.size)));
      f.set(target, i32.add(target, targetStep));
    });
  f.if(
    accumulate,
    () => each(arithmetic.addElement),
    () => each(arithmetic.copyElement),
  );
  return f;
}

function pointers(f: FunctionBuilder, first: Local<"i32">, step: I32, count: number): Local<"i32">[] {
  const addresses = [first];
  while (addresses.length < count) addresses.push(f.let(i32.add(addresses[addresses.length - 1], step)));
  return addresses;
}

/** Runs `body` and takes `amount` from `rest` while that much is left. */
function whileAtLeast(f: FunctionBuilder, rest: Local<"i32">, amount: number, body: () => void): void {
  const enough = i32.ge_s(rest, i32.constant(amount));
  f.if(enough, () => {
    f.loop((again) => {
      body();
      f.set(rest, i32.sub(rest, i32.constant(amount)));
      f.branchIf(again, enough);
    });
  });
}

function setMinimum(f: FunctionBuilder, local: Local<"i32">, value: I32, limit: number): void {
  f.set(local, value);
  f.if(i32.gt_s(local, i32.constant(limit)), () => f.set(local, i32.constant(limit)));
}
