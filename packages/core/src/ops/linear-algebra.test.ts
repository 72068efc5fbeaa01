import { describe, expect, it } from "vitest";
import { grad } from "../autodiff/gradients.ts";
import { vmap } from "../control/vmap.ts";
import { type Tensor, tensor } from "../tensor.ts";
import { add, mul } from "./arithmetic.ts";
import { matmul } from "./contractions.ts";
import { det, slogdet } from "./determinants.ts";
import { cholesky, inverse, solve, triangularSolve } from "./linear-algebra.ts";
import { eye } from "./matrices.ts";
import { expectValues, testOps } from "./testing/battery.ts";
import { expectEveryWay } from "./testing/every-way.ts";

/** Far from singular: small numbers beside a diagonal of 3. */
const regular = (x: Tensor): Tensor =>
  add(mul(x, 0.4), mul(eye(x.shape[x.rank - 1], undefined, 0, x.dtype), 3));
const definite = (x: Tensor): Tensor =>
  add(matmul(x, x.transpose([0, 2, 1])), eye(x.shape[1], undefined, 0, x.dtype));

testOps("linear algebra", [
  { name: "cholesky", inputs: [[2, 3, 3]], apply: (x) => cholesky(definite(x)) },
  { name: "cholesky of one", inputs: [{ shape: [1, 1], from: 0.5, to: 2 }], apply: (x) => cholesky(x) },
  { name: "cholesky of nothing", inputs: [[0, 2, 2]], apply: (x) => cholesky(x) },
  {
    name: "triangularSolve",
    inputs: [
      [3, 3],
      [3, 2],
    ],
    apply: (a, b) => triangularSolve(regular(a), b),
  },
  {
    name: "triangularSolve, upper, transposed",
    inputs: [[2, 3, 3], [3]],
    apply: (a, b) => triangularSolve(regular(a), b, { lower: false, transposed: true }),
  },
  {
    name: "triangularSolve, upper",
    inputs: [
      [3, 3],
      [3, 1],
    ],
    apply: (a, b) => triangularSolve(regular(a), b, { lower: false }),
  },
  {
    name: "solve",
    inputs: [
      [2, 3, 3],
      [2, 3, 2],
    ],
    apply: (a, b) => solve(regular(a), b),
  },
  { name: "solve of a vector", inputs: [[5, 5], [5]], apply: (a, b) => solve(regular(a), b) },
  {
    name: "solve of nothing",
    inputs: [
      [0, 0],
      [0, 2],
    ],
    apply: (a, b) => solve(a, b),
  },
  { name: "inverse", inputs: [[3, 3]], apply: (a) => inverse(regular(a)) },
  { name: "det", inputs: [[2, 3, 3]], apply: (a) => det(regular(a)) },
  { name: "slogdet", inputs: [[2, 2, 2]], apply: (a) => slogdet(regular(a)).logDeterminant },
]);

describe("linear algebra", () => {
  // NumPy 1.23, numpy.linalg: A has a pivot that is not on the diagonal.
  const a = tensor(
    [
      [0, 2, 1],
      [1, -1, 3],
      [4, 0.5, 2],
    ],
    undefined,
    "float64",
  );

  it("is NumPy's", () => {
    expectValues(solve(a, [1, 2, 3]), [0.428571429, 0.204081633, 0.591836735], 1e-8);
    expectValues(det(a), [24.5], 1e-8);
    const { sign, logDeterminant } = slogdet(a);
    expect(sign.item()).toBe(1);
    expectValues(logDeterminant, [3.19867312], 1e-8);
    expectValues(matmul(inverse(a), a), [1, 0, 0, 0, 1, 0, 0, 0, 1], 1e-12);
    expectValues(
      cholesky([
        [4, 2, 1],
        [2, 5, 3],
        [1, 3, 6],
      ]),
      [2, 0, 0, 1, 2, 0, 0.5, 1.25, 2.04633819],
      1e-6,
    );
  });

  it("says what does not fit", () => {
    expect(() => det([[1, 2]])).toThrow("det: takes square matrices [..., N, N], not [1, 2]");
    expect(() => solve([[1]], [1, 2])).toThrow(
      "solve: takes [..., N, N] and [..., N, K] or [N], not [1, 1] and [2]",
    );
    expect(cholesky([[-1]]).dataSync()[0]).toBeNaN();
  });
});

describe("the gradient of det of singular matrices", () => {
  type Matrix = readonly (readonly number[])[];

  function minor(matrix: Matrix, row: number, column: number): number[][] {
    return matrix.filter((_, r) => r !== row).map((line) => line.filter((_, c) => c !== column));
  }

  /** By Laplace's expansion. */
  function determinantOf(matrix: Matrix): number {
    if (matrix.length === 0) return 1;
    return matrix[0].reduce((sum, x, c) => sum + (-1) ** c * x * determinantOf(minor(matrix, 0, c)), 0);
  }

  /** Σ W·cofactors, and its derivative: det is linear in each element, so that differences of 1 are exact. */
  function weightedCofactors(matrix: Matrix, weights: Matrix): number {
    return matrix
      .flatMap((line, r) =>
        line.map((_, c) => weights[r][c] * (-1) ** (r + c) * determinantOf(minor(matrix, r, c))),
      )
      .reduce((sum, x) => sum + x, 0);
  }

  const matrices: Readonly<Record<string, number[][]>> = {
    "of rank 1 of 2": [
      [1, 2],
      [2, 4],
    ],
    "of zeros": [
      [0, 0],
      [0, 0],
    ],
    "of one zero": [[0]],
    "of rank 2 of 3, whose last pivot is what rounding leaves": [
      [1, 2, 3],
      [4, 5, 6],
      [7, 8, 9],
    ],
    "of rank 1 of 3": [
      [1, 1, 1],
      [2, 2, 2],
      [-1, -1, -1],
    ],
    "with a column of zeros": [
      [0, 2, 1],
      [0, 1, 3],
      [0, 4, 1],
    ],
    "of rank 2 of 4": [
      [1, 2, 0, 1],
      [0, 1, 1, 2],
      [1, 3, 1, 3],
      [2, 5, 1, 4],
    ],
    "of rank 1 of 4": [
      [1, 2, 0, 1],
      [2, 4, 0, 2],
      [1, 2, 0, 1],
      [0, 0, 0, 0],
    ],
    "that are regular": [
      [2, 1, 0],
      [1, 3, 1],
      [0, 1, 4],
    ],
  };

  it.each(Object.entries(matrices))("%s is that of the polynomial, to the second order", (_name, matrix) => {
    const weights = matrix.map((line, r) => line.map((_, c) => 1 + r - 2 * c));
    const cofactors = matrix.map((line, r) =>
      line.map((_, c) => (-1) ** (r + c) * determinantOf(minor(matrix, r, c))),
    );
    const raised = (r: number, c: number): number[][] =>
      matrix.map((line, row) => line.map((x, column) => x + Number(row === r && column === c)));
    const curvature = matrix.map((line, r) =>
      line.map((_, c) => weightedCofactors(raised(r, c), weights) - weightedCofactors(matrix, weights)),
    );
    const slope = (a: Tensor): Tensor => grad((x: Tensor) => det(x))(a);
    const curved = (a: Tensor): Tensor => grad((x: Tensor) => slope(x).mul(weights).sum())(a);
    for (const dtype of ["float64", "float32"] as const) {
      const a = tensor(matrix, undefined, dtype);
      const tolerance = dtype === "float64" ? 1e-12 : 1e-5;
      expectEveryWay(slope, [a], cofactors.flat(), tolerance);
      expectEveryWay(curved, [a], curvature.flat(), tolerance);
    }
  });

  it("stands beside that of regular ones in a batch", () => {
    const batch = tensor(
      [
        [
          [1, 2],
          [2, 4],
        ],
        [
          [1, 2],
          [3, 4],
        ],
      ],
      undefined,
      "float64",
    );
    const expected = [4, -2, -2, 1, 4, -3, -2, 1];
    const slope = (a: Tensor): Tensor => grad((x: Tensor) => det(x).sum())(a);
    expectEveryWay(slope, [batch], expected, 1e-12);
    expectEveryWay((a) => vmap(slope)(a), [batch], expected, 1e-12);
  });
});
