import { jacobiSweeps } from "../../../primitives/eigen.ts";
import { sizeOf } from "../../../shape.ts";
import type { F64, I32 } from "../assembler/expression.ts";
import type { FunctionBuilder } from "../assembler/function.ts";
import { f64, i32, select } from "../assembler/instructions.ts";
import { countTo } from "./count.ts";
import { countFrom, forEachMatrix, Matrix, narrow, widen } from "./matrix.ts";
import type { RoutineLowering } from "./routine.ts";

export const symmetricEigen: RoutineLowering = {
  functions: () => [],
  workspaceBytes: ({ output: { shape } }) => (2 * shape[2] + 1) * shape[2] * 8,
  emit({ inputs: [input], output }, context) {
    const { f, workspace } = context;
    if (sizeOf(output.shape) === 0) return;
    const size = output.shape[2];
    const base = f.let(workspace);
    // The eigenvalues are laid out as the row above the eigenvectors.
    const found = f.let(i32.add(base, i32.constant(size * size * 8)));
    const matrix = new Matrix(base, size);
    const values = new Matrix(found, size);
    const vectors = new Matrix(f.let(i32.add(found, i32.constant(size * 8))), size);
    const zero = i32.constant(0);
    forEachMatrix(context, [input, output], ([from, to]) => {
      widen(f, input, from, base, size * size);
      countTo(f, size, (row) => {
        countTo(f, size, (column) => {
          vectors.put(f, row, column, f64.convert_i32_s(i32.eq(row, column)));
        });
      });
      countTo(f, jacobiSweeps, () => {
        countTo(f, size, (p) => {
          countFrom(f, i32.add(p, i32.constant(1)), i32.constant(size), (q) => {
            rotate(f, matrix, vectors, size, p, q);
          });
        });
      });
      countTo(f, size, (row) => values.put(f, zero, row, matrix.at(row, row)));
      narrow(f, output, found, to, (size + 1) * size);
    });
  },
};

/** Turns the plane of two axes so that the element between them becomes 0. */
function rotate(f: FunctionBuilder, matrix: Matrix, vectors: Matrix, size: number, p: I32, q: I32): void {
  const between = f.let(matrix.at(p, q));
  const one = f64.constant(1);
  f.if(f64.ne(between, f64.constant(0)), () => {
    const difference = f64.sub(matrix.at(q, q), matrix.at(p, p));
    const theta = f.let(f64.div(difference, f64.mul(f64.constant(2), between)));
    const sign = select(f64.lt(theta, f64.constant(0)), f64.constant(-1), one);
    const root = (x: F64): F64 => f64.sqrt(f64.add(f64.mul(x, x), one));
    const tangent = f.let(f64.div(sign, f64.add(f64.abs(theta), root(theta))));
    const cosine = f.let(f64.div(one, root(tangent)));
    const sine = f.let(f64.mul(tangent, cosine));
    const turn = (target: Matrix, first: readonly [I32, I32], second: readonly [I32, I32]): void => {
      const [left, right] = [f.let(target.at(...first)), f.let(target.at(...second))];
      target.put(f, ...first, f64.sub(f64.mul(cosine, left), f64.mul(sine, right)));
      target.put(f, ...second, f64.add(f64.mul(sine, left), f64.mul(cosine, right)));
    };
    for (const target of [matrix, vectors]) countTo(f, size, (row) => turn(target, [row, p], [row, q]));
    countTo(f, size, (column) => turn(matrix, [p, column], [q, column]));
  });
}
