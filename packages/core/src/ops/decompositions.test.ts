import { describe, expect, it } from "vitest";
import { type Tensor, tensor } from "../tensor.ts";
import { add, mul } from "./arithmetic.ts";
import { matmul } from "./contractions.ts";
import { eigh, lstsq, qr } from "./decompositions.ts";
import { eye } from "./matrices.ts";
import { difference, expectValues, onBackend, testOps } from "./testing/battery.ts";

const regular = (x: Tensor): Tensor => {
  const [rows, columns] = x.shape.slice(-2);
  return add(mul(x, 0.4), mul(eye(rows, columns, 0, x.dtype), 3));
};
/** Matrices whose eigenvalues lie apart. */
const apart = (x: Tensor): Tensor => add(mul(x, 0.2), mul(eye(3, 3, 0, x.dtype), [1, 3, 6]));

testOps("decompositions", [
  { name: "qr, q", inputs: [[2, 4, 3]], apply: (x) => qr(regular(x)).q },
  { name: "qr, r", inputs: [[3, 3]], apply: (x) => qr(regular(x)).r },
  { name: "lstsq", inputs: [[5, 2], [5]], apply: (a, b) => lstsq(regular(a), b) },
  { name: "eigh, values", inputs: [[2, 3, 3]], apply: (x) => eigh(apart(x)).values },
  { name: "eigh, vectors", inputs: [[3, 3]], apply: (x) => eigh(apart(x)).vectors.square() },
  { name: "eigh of nothing", inputs: [[0, 2, 2]], apply: (x) => eigh(x).values },
]);

describe.each(["reference", "cpu"] as const)("decompositions on %s", (backend) => {
  const a = tensor(
    [
      [2, -1, 0.5],
      [-1, 3, 1],
      [0.5, 1, -4],
    ],
    undefined,
    "float64",
  );

  // NumPy 1.23, numpy.linalg.
  it("are NumPy's, but for signs", () => {
    onBackend(backend, () => {
      const { values, vectors } = eigh(a);
      expectValues(values, [-4.206024101, 1.540463748, 3.665560353], 1e-8);
      expectValues(matmul(a, vectors).sub(vectors.mul(values)), Array(9).fill(0), 1e-12);
      const tall = tensor(
        [
          [1, 2],
          [3, 4],
          [5, 6.5],
        ],
        undefined,
        "float64",
      );
      expectValues(lstsq(tall, [1, 0, 2]), [-0.7727272727, 0.8181818182], 1e-8);
      const { q, r } = qr(tall);
      expectValues(r.abs(), [5.916079783, 7.859934569, 0, 0.6866065623], 1e-8);
      expectValues(matmul(q, r), [...tall.dataSync()], 1e-13);
      expectValues(matmul(q.transpose(), q), [1, 0, 0, 1], 1e-14);
    });
  });

  it("takes matrices of sixty rows", () => {
    onBackend(backend, () => {
      const size = 60;
      const numbers = Float64Array.from({ length: size * size }, (_, index) => Math.sin(index * index));
      const x = tensor(numbers, [size, size]);
      const symmetric = x.add(x.transpose());
      const { values, vectors } = eigh(symmetric);
      const rest = matmul(symmetric, vectors).sub(vectors.mul(values)).dataSync();
      expect(difference(rest, new Float64Array(size * size))).toBeLessThan(1e-11);
    });
  });

  it("say what does not fit", () => {
    expect(() => qr([[1, 2]])).toThrow("qr: takes [..., M, N] with M ≥ N, not [1, 2]");
    expect(() => eigh([[1, 2]])).toThrow("eigh: takes square matrices");
    expect(() => lstsq([[1], [2]], [1])).toThrow(
      "lstsq: takes [..., M, N] with M ≥ N and [..., M, K] or [M], not [2, 1] and [1]",
    );
  });
});
