import { describe, expect, it } from "vitest";
import { type Tensor, tensor } from "../tensor.ts";
import { add, mul } from "./arithmetic.ts";
import { matmul } from "./contractions.ts";
import { cholesky, det, inverse, slogdet, solve, triangularSolve } from "./linear-algebra.ts";
import { eye } from "./matrices.ts";
import { expectValues, testOps } from "./testing/battery.ts";

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
