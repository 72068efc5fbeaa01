/** The row of eigenvalues and eigenvectors. */
import { floatDTypes } from "../dtype.ts";
import { ShapeError } from "../errors.ts";
import type { Attributes } from "../graph/attributes.ts";
import { formatShape } from "../shape.ts";
import { foldExamples } from "./batching.ts";
import { commonDType } from "./elementwise.ts";
import type { RoutinePrimitive } from "./primitive.ts";

/** Each sweep squares what is left beside the diagonal; ten are enough for any size in float64. */
export const jacobiSweeps = 15;

/**
 * Of symmetric matrices [B, N, N] the eigenvalues, in no order, as a first row, and below them the eigenvectors as
 * columns: [B, N + 1, N]. C. Jacobi's rotations (1846), in G. Golub, C. Van Loan, "Matrix Computations", section 8.5.
 */
const symmetricEigen: RoutinePrimitive<Attributes> = {
  kind: "routine",
  name: "symmetricEigen",
  arity: 1,
  batch: foldExamples,
  infer(inputs) {
    const [{ shape }] = inputs;
    const dtype = commonDType("symmetricEigen", inputs, floatDTypes);
    if (shape.length === 3 && shape[1] === shape[2])
      return { shape: [shape[0], shape[1] + 1, shape[1]], dtype };
    throw new ShapeError(`symmetricEigen: takes square matrices [B, N, N], not ${formatShape(shape)}`);
  },
  // M. Giles, "Collected matrix derivative results for forward and reverse mode algorithmic differentiation" (2008), 3.1.
  vjp({ inputs: [{ shape }], output, gradient, build }) {
    const [batch, size] = shape;
    const [first, rest] = [
      [0, 0, 0],
      [0, 1, 0],
    ];
    const ones = [1, 1, 1];
    const values = build.slice(output, first, [batch, 1, size], ones);
    const vectors = build.slice(output, rest, [batch, size, size], ones);
    const towardsValues = build.slice(gradient, first, [batch, 1, size], ones);
    const towardsVectors = build.slice(gradient, rest, [batch, size, size], ones);
    const distances = build.sub(values, build.swapLastAxes(values));
    // Vectors of equal eigenvalues are not determined: between them nothing flows.
    const isSame = build.equal(distances, 0);
    const factors = build.where(isSame, 0, build.div(1, build.where(isSame, 1, distances)));
    const turned = build.mul(factors, build.matmul(build.swapLastAxes(vectors), towardsVectors));
    const isDiagonal = build.equal(build.range(size), build.reshape(build.range(size), [size, 1]));
    const inner = build.add(turned, build.where(isDiagonal, towardsValues, 0));
    const result = build.matmul(build.matmul(vectors, inner), build.swapLastAxes(vectors));
    return [build.mul(build.add(result, build.swapLastAxes(result)), 0.5)];
  },
  evaluate([{ values, shape }], _attributes, output) {
    const [batch, size] = shape;
    for (let number = 0; number < batch; number++) {
      const row = (index: number): number[] =>
        Array.from({ length: size }, (_, column) => values[(number * size + index) * size + column]);
      const matrix = Array.from({ length: size }, (_, index) => row(index));
      const vectors = matrix.map((_, index) => matrix.map((_row, column) => Number(index === column)));
      for (let sweep = 0; sweep < jacobiSweeps; sweep++) {
        for (let p = 0; p < size; p++) for (let q = p + 1; q < size; q++) rotate(matrix, vectors, p, q);
      }
      const begin = number * (size + 1) * size;
      matrix.forEach((line, index) => {
        output.values[begin + index] = line[index];
        output.values.set(vectors[index], begin + (index + 1) * size);
      });
    }
  },
};

export const eigenPrimitives = { symmetricEigen };

/** Turns the plane of two axes so that the element between them becomes 0. */
function rotate(matrix: number[][], vectors: number[][], p: number, q: number): void {
  if (matrix[p][q] === 0) return;
  const theta = (matrix[q][q] - matrix[p][p]) / (2 * matrix[p][q]);
  const tangent = (theta < 0 ? -1 : 1) / (Math.abs(theta) + Math.sqrt(theta * theta + 1));
  const cosine = 1 / Math.sqrt(tangent * tangent + 1);
  const sine = tangent * cosine;
  for (const rows of [matrix, vectors]) {
    for (const row of rows) {
      const [left, right] = [row[p], row[q]];
      row[p] = cosine * left - sine * right;
      row[q] = sine * left + cosine * right;
    }
  }
  for (let column = 0; column < matrix.length; column++) {
    const [upper, lower] = [matrix[p][column], matrix[q][column]];
    matrix[p][column] = cosine * upper - sine * lower;
    matrix[q][column] = sine * upper + cosine * lower;
  }
}
