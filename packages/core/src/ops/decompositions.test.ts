import { describe, expect, it } from "vitest";
import { grad } from "../autodiff/gradients.ts";
import { type Tensor, tensor } from "../tensor.ts";
import { add, mul, sqrt } from "./arithmetic.ts";
import { matmul } from "./contractions.ts";
import { eigh, lstsq, qr } from "./decompositions.ts";
import { diag, eye, tri } from "./matrices.ts";
import { min } from "./reductions.ts";
import { concat, reshape, transpose } from "./shapes.ts";
import { svd } from "./singular-values.ts";
import { difference, expectValues, onBackend, testOps } from "./testing/battery.ts";
import { expectEveryWay } from "./testing/every-way.ts";

const regular = (x: Tensor): Tensor => {
  const [rows, columns] = x.shape.slice(-2);
  return add(mul(x, 0.4), mul(eye(rows, columns, 0, x.dtype), 3));
};
/** Matrices whose eigenvalues lie apart. */
const apart = (x: Tensor): Tensor => add(mul(x, 0.2), mul(eye(3, 3, 0, x.dtype), [1, 3, 6]));

/** Combinations of two columns to three. */
const dependent = [1, 2, -1, 0.5, 1, 3];

testOps("decompositions", [
  { name: "qr, q", inputs: [[2, 4, 3]], apply: (x) => qr(regular(x)).q },
  { name: "qr, r", inputs: [[3, 3]], apply: (x) => qr(regular(x)).r },
  { name: "qr of wide matrices, q", inputs: [[2, 2, 4]], apply: (x) => qr(regular(x)).q },
  { name: "qr of wide matrices, r", inputs: [[2, 3]], apply: (x) => qr(regular(x)).r },
  { name: "qr of nothing", inputs: [[0, 3, 2]], apply: (x) => qr(x).r },
  { name: "qr without columns", inputs: [[2, 3, 0]], apply: (x) => qr(x).q },
  { name: "lstsq", inputs: [[5, 2], [5]], apply: (a, b) => lstsq(regular(a), b) },
  { name: "lstsq of wide matrices", inputs: [[2, 4], [2]], apply: (a, b) => lstsq(regular(a), b) },
  {
    name: "lstsq of dependent columns",
    inputs: [[4, 2], [4]],
    apply: (a, b) => lstsq(matmul(regular(a), tensor(dependent, [2, 3], a.dtype)), b, 1e-3),
  },
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
    expect(() => qr([1, 2])).toThrow("qr: takes matrices [..., M, N], not [2]");
    expect(() => eigh([[1, 2]])).toThrow("eigh: takes square matrices");
    expect(() => lstsq([[1], [2]], [1])).toThrow(
      "lstsq: takes [..., M, N] and [..., M, K] or [M], not [2, 1] and [1]",
    );
  });
});

const cases: Readonly<Record<string, readonly [a: number[][], b: number[], solution: number[]]>> = {
  // NumPy 2.4, numpy.linalg.lstsq(a, b, rcond=None).
  "dependent columns": [
    [
      [1, 2, 3],
      [2, 4, 1],
      [3, 6, 2],
      [4, 8, 7],
    ],
    [1, 2, 0, 5],
    [0.00813008130081303, 0.01626016260162577, 0.6097560975609757],
  ],
  "more columns than rows": [
    [
      [1, 2, 0, 3],
      [0, 1, 4, -1],
      [2, 2, 1, 1],
    ],
    [1, -2, 3],
    [1.6862745098039225, 0.450980392156863, -0.7450980392156861, -0.5294117647058824],
  ],
  "more columns than rows, and dependent rows": [
    [
      [1, 2, 4],
      [2, 4, 8],
    ],
    [1, 3],
    [1 / 15, 2 / 15, 4 / 15],
  ],
  zeros: [
    [
      [0, 0],
      [0, 0],
      [0, 0],
    ],
    [1, 1, 1],
    [0, 0],
  ],
};

describe.each(Object.entries(cases))("of %s", (_name, [matrix, b, solution]) => {
  const a = tensor(matrix, undefined, "float64");
  const [rows, columns] = a.shape;
  const count = Math.min(rows, columns);

  it("lstsq is NumPy's, the smallest solution", () => {
    const right = tensor(b, undefined, "float64");
    expectEveryWay((x, y) => lstsq(x, y), [a, right], solution, 1e-13);
    expectEveryWay((x, y) => lstsq(x, y), [a.cast("float32"), right.cast("float32")], solution, 1e-6);
    expectEveryWay((x, y) => lstsq(x, y.reshape([-1, 1])), [a, right], solution, 1e-13);
  });

  it("qr has orthonormal columns and a triangle whose product is the matrix", () => {
    const checks = (x: Tensor): Tensor => {
      const { q, r } = qr(x);
      const isRight = transpose(q)
        .matmul(q)
        .sub(eye(count, count, 0, "float64"));
      const below = tri(count, columns, -1, "float64").mul(r);
      return concat([q.matmul(r).sub(x), isRight, below].map((each) => reshape(each, [-1])));
    };
    const size = rows * columns + count * count + count * columns;
    expectEveryWay(checks, [a], new Array<number>(size).fill(0), 1e-13);
    const hasNegative = (x: Tensor): Tensor =>
      min(qr(x).r.mul(eye(count, columns, 0, "float64")))
        .less(0)
        .cast("int32");
    expectEveryWay(hasNegative, [a], [0]);
  });
});

it("qr of wide matrices is NumPy's, but for signs", () => {
  const [a] = cases["more columns than rows"];
  // numpy.linalg.qr of NumPy 2.4.
  const [x, y, z] = [2.23606797749979, 0.8944271909999157, 0.7453559924999293];
  const r = [x, 2.6832815729997472, y, x, 0, 1.3416407864998734, 2.683281572999748, z, 0, 0, 3, 7 / 3];
  expectEveryWay((m) => qr(m).r.abs(), [tensor(a, undefined, "float64")], r, 1e-13);
  const far = tensor(a, undefined, "float64").mul(1e200);
  expectEveryWay((m) => qr(m).r.div(1e200).abs(), [far], r, 1e-13);
});

describe("where eigenvalues or singular values are equal", () => {
  const identity = eye(3, 3, 0, "float64");
  const squares = (x: Tensor): Tensor => eigh(x).values.square().sum();

  it("gradients of what depends on values alone are right", () => {
    const twice = [2, 0, 0, 0, 2, 0, 0, 0, 2];
    expectEveryWay((x) => grad(squares)(x), [identity], twice, 1e-14);
    const ofSingular = (x: Tensor): Tensor => svd(x).s.square().sum();
    expectEveryWay((x) => grad(ofSingular)(x), [identity], twice, 1e-14);
  });

  it("gradients of functions of the matrix are right once the values are set apart", () => {
    const root = (x: Tensor): Tensor => {
      const { values, vectors } = eigh(x.add(diag([0, 1e-7, 2e-7]).cast("float64")));
      return vectors.mul(sqrt(values)).matmul(transpose(vectors)).sum();
    };
    expectEveryWay((x) => grad(root)(x), [identity], new Array<number>(9).fill(0.5), 1e-6);
    const ofSingular = (x: Tensor): Tensor => {
      const { u, s, vh } = svd(x.add(diag([0, 1e-7, 2e-7]).cast("float64")));
      return u.mul(sqrt(s)).matmul(vh).sum();
    };
    expectEveryWay((x) => grad(ofSingular)(x), [identity], new Array<number>(9).fill(0.5), 1e-6);
    // The slope of V Λ² Vᵀ, of A A, by which elements of A it is weighted.
    const weights = tensor([1, 2, 3, 2, 5, 6, 3, 6, 9], [3, 3], "float64");
    const slope = (x: Tensor): Tensor => {
      const apart = x.add(diag([0, 1e-7, 2e-7]).cast("float64"));
      return grad((y: Tensor) => eigh(y).values.square().sum())(apart)
        .mul(weights)
        .sum();
    };
    expectEveryWay((x) => grad(slope)(x), [identity], Array.from(weights.mul(2).dataSync()), 1e-6);
  });
});
