/** Linear algebra of batches of matrices. */
import { sizeOf } from "../../../shape.ts";
import type { F64, I32 } from "../assembler/expression.ts";
import type { FunctionBuilder, Local } from "../assembler/function.ts";
import { f64, i32, select } from "../assembler/instructions.ts";
import { countTo } from "./count.ts";
import { countFrom, forEachMatrix, Matrix, narrow, widen } from "./matrix.ts";
import type { RoutineLowering } from "./routine.ts";

const zero = i32.constant(0);

function plusOne(value: I32): I32 {
  return i32.add(value, i32.constant(1));
}

export const cholesky: RoutineLowering = {
  functions: () => [],
  workspaceBytes: ({ output: { shape } }) => shape[1] * shape[1] * 8,
  emit({ inputs: [input], output }, context) {
    const { f, workspace } = context;
    if (sizeOf(output.shape) === 0) return;
    const size = output.shape[1];
    const end = i32.constant(size);
    const base = f.let(workspace);
    const matrix = new Matrix(base, size);
    const rest = f.local("f64");
    forEachMatrix(context, [input, output], ([from, to]) => {
      widen(f, input, from, base, size * size);
      countTo(f, size, (column) => {
        countFrom(f, zero, column, (row) => matrix.put(f, row, column, f64.constant(0)));
        countFrom(f, column, end, (row) => {
          f.set(rest, matrix.at(row, column));
          countFrom(f, zero, column, (k) => {
            f.set(rest, f64.sub(rest, f64.mul(matrix.at(row, k), matrix.at(column, k))));
          });
          f.if(
            i32.eq(row, column),
            () => matrix.put(f, row, column, f64.sqrt(rest)),
            () => matrix.put(f, row, column, f64.div(rest, matrix.at(column, column))),
          );
        });
      });
      narrow(f, output, base, to, size * size);
    });
  },
};

export const triangularSolve: RoutineLowering = {
  functions: () => [],
  workspaceBytes: ({ output: { shape } }) => (shape[1] * shape[1] + shape[1] * shape[2]) * 8,
  emit({ inputs: [left, right], attributes, output }, context) {
    const { f, workspace } = context;
    if (sizeOf(output.shape) === 0) return;
    const [, size, columns] = output.shape;
    const transposed = attributes.transposed === true;
    const forwards = (attributes.lower === true) !== transposed;
    const base = f.let(workspace);
    const solution = f.let(i32.add(base, i32.constant(size * size * 8)));
    const matrix = new Matrix(base, size);
    const unknowns = new Matrix(solution, columns);
    const element = (row: I32, column: I32): F64 =>
      transposed ? matrix.at(column, row) : matrix.at(row, column);
    const place = (step: I32): I32 => (forwards ? step : i32.sub(i32.constant(size - 1), step));
    forEachMatrix(context, [left, right, output], ([a, b, x]) => {
      widen(f, left, a, base, size * size);
      widen(f, right, b, solution, size * columns);
      countTo(f, size, (step) => {
        const row = f.let(place(step));
        countFrom(f, zero, step, (done) => {
          const other = f.let(place(done));
          unknowns.subtract(f, row, f.let(element(row, other)), other, zero);
        });
        const pivot = f.let(element(row, row));
        countTo(f, columns, (column) =>
          unknowns.put(f, row, column, f64.div(unknowns.at(row, column), pivot)),
        );
      });
      narrow(f, output, solution, x, size * columns);
    });
  },
};

/** Makes the matrix upper triangular, with the same steps on the right side; the sign of the swaps. */
function eliminate(f: FunctionBuilder, matrix: Matrix, size: number, right: Matrix | null): Local<"f64"> {
  const sign = f.let(f64.constant(1));
  const best = f.local("i32");
  const end = i32.constant(size);
  countTo(f, size, (k) => {
    f.set(best, k);
    countFrom(f, plusOne(k), end, (row) => {
      const isLarger = f64.gt(f64.abs(matrix.at(row, k)), f64.abs(matrix.at(best, k)));
      f.if(isLarger, () => f.set(best, row));
    });
    f.if(i32.ne(best, k), () => {
      f.set(sign, f64.neg(sign));
      matrix.swapRows(f, k, best);
      right?.swapRows(f, k, best);
    });
    countFrom(f, plusOne(k), end, (row) => {
      const value = f.let(matrix.at(row, k));
      // In a column of zeros, 0/0 would make all that follows NaN.
      const isZero = f64.eq(value, f64.constant(0));
      const factor = f.let(select(isZero, value, f64.div(value, matrix.at(k, k))));
      matrix.subtract(f, row, factor, k, k);
      right?.subtract(f, row, factor, k, zero);
    });
  });
  return sign;
}

export const solve: RoutineLowering = {
  functions: () => [],
  workspaceBytes: ({ output: { shape } }) => (shape[1] * shape[1] + shape[1] * shape[2]) * 8,
  emit({ inputs: [left, right], output }, context) {
    const { f, workspace } = context;
    if (sizeOf(output.shape) === 0) return;
    const [, size, columns] = output.shape;
    const base = f.let(workspace);
    const solution = f.let(i32.add(base, i32.constant(size * size * 8)));
    const matrix = new Matrix(base, size);
    const unknowns = new Matrix(solution, columns);
    forEachMatrix(context, [left, right, output], ([a, b, x]) => {
      widen(f, left, a, base, size * size);
      widen(f, right, b, solution, size * columns);
      eliminate(f, matrix, size, unknowns);
      countTo(f, size, (step) => {
        const row = f.let(i32.sub(i32.constant(size - 1), step));
        countFrom(f, plusOne(row), i32.constant(size), (k) => {
          unknowns.subtract(f, row, f.let(matrix.at(row, k)), k, zero);
        });
        const pivot = f.let(matrix.at(row, row));
        countTo(f, columns, (column) =>
          unknowns.put(f, row, column, f64.div(unknowns.at(row, column), pivot)),
        );
      });
      narrow(f, output, solution, x, size * columns);
    });
  },
};

export const pivots: RoutineLowering = {
  functions: () => [],
  workspaceBytes: ({ output: { shape } }) => (shape[1] + 1) * shape[1] * 8,
  emit({ inputs: [input], output }, context) {
    const { f, workspace } = context;
    if (sizeOf(output.shape) === 0) return;
    const size = output.shape[1];
    const base = f.let(workspace);
    const diagonal = f.let(i32.add(base, i32.constant(size * size * 8)));
    const matrix = new Matrix(base, size);
    const found = new Matrix(diagonal, size);
    forEachMatrix(context, [input, output], ([from, to]) => {
      widen(f, input, from, base, size * size);
      const sign = eliminate(f, matrix, size, null);
      countTo(f, size, (row) => found.put(f, zero, row, matrix.at(row, row)));
      found.put(f, zero, zero, f64.mul(sign, found.at(zero, zero)));
      narrow(f, output, diagonal, to, size);
    });
  },
};
