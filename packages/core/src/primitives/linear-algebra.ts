/** Rows of linear algebra, on batches of matrices [B, N, N]. */
import { floatDTypes } from "../dtype.ts";
import { EvaluationError, ShapeError } from "../errors.ts";
import type { Attributes } from "../graph/attributes.ts";
import type { GraphNode, TensorType } from "../graph/node.ts";
import { formatShape } from "../shape.ts";
import { foldExamples } from "./batching.ts";
import type { Build } from "./build.ts";
import { commonDType } from "./elementwise.ts";
import type { RoutinePrimitive } from "./primitive.ts";

export interface TriangularAttributes extends Attributes {
  /** Which triangle of the matrix is read. */
  readonly lower: boolean;
  /** Whether its transpose is solved for. */
  readonly transposed: boolean;
}

/** The lower triangular L with L Lᵀ = A; of A the lower triangle is read. NaN where A is not positive definite. */
const cholesky: RoutinePrimitive<Attributes> = {
  kind: "routine",
  name: "cholesky",
  arity: 1,
  batch: foldExamples,
  infer: (inputs) => squareMatrices("cholesky", inputs),
  // I. Murray, "Differentiation of the Cholesky decomposition" (2016), equation 10, as a symmetric gradient.
  vjp({ output, gradient, build }) {
    const half = build.matmul(build.swapLastAxes(output), gradient);
    const phi = build.mul(
      triangle(half, true, build),
      build.sub(1, build.mul(identityLike(half, build), 0.5)),
    );
    const transposed = { lower: true, transposed: true };
    const left = build.triangularSolve(output, phi, transposed);
    const both = build.swapLastAxes(build.triangularSolve(output, build.swapLastAxes(left), transposed));
    const symmetric = build.mul(build.add(both, build.swapLastAxes(both)), 0.5);
    // Only the lower triangle is read: what would have gone to the upper one goes there, too.
    const doubled = build.mul(triangle(symmetric, true, build), 2);
    return [build.sub(doubled, build.mul(symmetric, identityLike(symmetric, build)))];
  },
  evaluate([{ values, shape }], _attributes, output) {
    const [batch, size] = shape;
    for (let matrix = 0; matrix < batch; matrix++) {
      const at = (row: number, column: number): number => (matrix * size + row) * size + column;
      for (let column = 0; column < size; column++) {
        for (let row = column; row < size; row++) {
          let rest = values[at(row, column)];
          for (let k = 0; k < column; k++) rest -= output.values[at(row, k)] * output.values[at(column, k)];
          output.values[at(row, column)] =
            row === column ? Math.sqrt(rest) : rest / output.values[at(column, column)];
        }
      }
    }
  },
};

/** X with A X = B, or Aᵀ X = B, for triangular matrices A [B, N, N] and B [B, N, K]. */
const triangularSolve: RoutinePrimitive<TriangularAttributes> = {
  kind: "routine",
  name: "triangularSolve",
  arity: 2,
  batch: foldExamples,
  infer: (inputs) => systems("triangularSolve", inputs),
  vjp({ inputs: [matrix], output, gradient, attributes: { lower, transposed }, build }) {
    const towardsRight = build.triangularSolve(matrix, gradient, { lower, transposed: !transposed });
    const product = transposed
      ? build.matmul(output, build.swapLastAxes(towardsRight))
      : build.matmul(towardsRight, build.swapLastAxes(output));
    return [build.neg(triangle(product, lower, build)), towardsRight];
  },
  evaluate([a, b], { lower, transposed }, output) {
    const [batch, size, count] = b.shape;
    output.values.set(b.values);
    for (let matrix = 0; matrix < batch; matrix++) {
      const element = (row: number, column: number): number =>
        a.values[(matrix * size + (transposed ? column : row)) * size + (transposed ? row : column)];
      for (let column = 0; column < count; column++) {
        const at = (row: number): number => (matrix * size + row) * count + column;
        for (let step = 0; step < size; step++) {
          const forwards = lower !== transposed;
          const row = forwards ? step : size - 1 - step;
          for (let done = 0; done < step; done++) {
            const other = forwards ? done : size - 1 - done;
            output.values[at(row)] -= element(row, other) * output.values[at(other)];
          }
          output.values[at(row)] /= element(row, row);
        }
      }
    }
  },
};

/** X with A X = B for A [B, N, N] and B [B, N, K], by elimination with the largest pivot of each column. */
const solve: RoutinePrimitive<Attributes> = {
  kind: "routine",
  name: "solve",
  arity: 2,
  batch: foldExamples,
  infer: (inputs) => systems("solve", inputs),
  vjp({ inputs: [matrix], output, gradient, build }) {
    const towardsRight = build.solve(build.swapLastAxes(matrix), gradient);
    return [build.neg(build.matmul(towardsRight, build.swapLastAxes(output))), towardsRight];
  },
  evaluate([a, b], _attributes, output) {
    const [batch, size, count] = b.shape;
    for (let matrix = 0; matrix < batch; matrix++) {
      const left = rowsOf(a.values, matrix * size * size, size, size);
      const right = rowsOf(b.values, matrix * size * count, size, count);
      eliminate(left, right);
      for (let row = size - 1; row >= 0; row--) {
        for (let column = 0; column < count; column++) {
          let rest = right[row][column];
          for (let k = row + 1; k < size; k++) rest -= left[row][k] * right[k][column];
          right[row][column] = rest / left[row][row];
        }
        output.values.set(right[row], (matrix * size + row) * count);
      }
    }
  },
};

/** The pivots of A [B, N, N] as [B, N]: their product is the determinant, for the first one has the sign of the swaps. */
const pivots: RoutinePrimitive<Attributes> = {
  kind: "routine",
  name: "pivots",
  arity: 1,
  batch: foldExamples,
  infer(inputs) {
    const { shape, dtype } = squareMatrices("pivots", inputs);
    return { shape: shape.slice(0, 2), dtype };
  },
  vjp() {
    throw new EvaluationError("pivots has no gradient: the ops made of it have rules of their own");
  },
  evaluate([a], _attributes, output) {
    const [batch, size] = output.shape;
    for (let matrix = 0; matrix < batch; matrix++) {
      const left = rowsOf(a.values, matrix * size * size, size, size);
      const sign = eliminate(left, []);
      for (let row = 0; row < size; row++) {
        output.values[matrix * size + row] = left[row][row] * (row === 0 ? sign : 1);
      }
    }
  },
};

export const linearAlgebraPrimitives = { cholesky, triangularSolve, solve, pivots };

function squareMatrices(name: string, inputs: readonly TensorType[]): TensorType {
  const [{ shape }] = inputs;
  const dtype = commonDType(name, inputs, floatDTypes);
  if (shape.length === 3 && shape[1] === shape[2]) return { shape, dtype };
  throw new ShapeError(`${name}: takes square matrices [B, N, N], not ${formatShape(shape)}`);
}

function systems(name: string, inputs: readonly TensorType[]): TensorType {
  const [a, b] = inputs;
  const { dtype } = squareMatrices(name, [a]);
  commonDType(name, inputs, floatDTypes);
  if (b.shape.length === 3 && b.shape[0] === a.shape[0] && b.shape[1] === a.shape[1])
    return { shape: b.shape, dtype };
  throw new ShapeError(
    `${name}: takes matrices [B, N, N] and [B, N, K], not ${formatShape(a.shape)} and ${formatShape(b.shape)}`,
  );
}

/** How far each column lies to the right of its row. */
function offsets(matrix: GraphNode, build: Build): GraphNode {
  const [rows, columns] = matrix.shape.slice(-2);
  return build.sub(build.range(columns), build.reshape(build.range(rows), [rows, 1]));
}

function triangle(matrix: GraphNode, lower: boolean, build: Build): GraphNode {
  const offset = offsets(matrix, build);
  const isKept = lower ? build.lessEqual(offset, 0) : build.lessEqual(0, offset);
  return build.where(isKept, matrix, 0);
}

function identityLike(matrix: GraphNode, build: Build): GraphNode {
  return build.cast(build.equal(offsets(matrix, build), 0), matrix.dtype);
}

function rowsOf(values: ArrayLike<number>, begin: number, rows: number, columns: number): number[][] {
  return Array.from({ length: rows }, (_, row) =>
    Array.from({ length: columns }, (_value, column) => values[begin + row * columns + column]),
  );
}

/** Makes `left` upper triangular, with the same steps on `right`; −1 if an odd number of rows was swapped, else 1. */
function eliminate(left: number[][], right: number[][]): number {
  let sign = 1;
  for (let k = 0; k < left.length; k++) {
    let best = k;
    for (let row = k + 1; row < left.length; row++)
      if (Math.abs(left[row][k]) > Math.abs(left[best][k])) best = row;
    if (best !== k) {
      sign = -sign;
      for (const rows of [left, right]) if (rows.length > 0) [rows[k], rows[best]] = [rows[best], rows[k]];
    }
    for (let row = k + 1; row < left.length; row++) {
      // In a column of zeros, 0/0 would make all that follows NaN.
      const factor = left[row][k] === 0 ? 0 : left[row][k] / left[k][k];
      for (const rows of [left, right]) {
        if (rows.length > 0) rows[row] = rows[row].map((value, column) => value - factor * rows[k][column]);
      }
    }
  }
  return sign;
}
