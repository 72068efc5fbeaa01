import { describe, expect, it } from "vitest";
import { gradients } from "../autodiff/gradients.ts";
import { sizeOf } from "../shape.ts";
import { type Tensor, tensor } from "../tensor.ts";
import { add, mul } from "./arithmetic.ts";
import { matmul } from "./contractions.ts";
import { arange } from "./creation.ts";
import { eye } from "./matrices.ts";
import { sum } from "./reductions.ts";
import { pinv, svd } from "./singular-values.ts";
import { slice } from "./slicing.ts";
import { drawing, expectValues, onBackend, testOps } from "./testing/battery.ts";

/** Matrices whose singular values lie apart. */
const apart = (x: Tensor): Tensor => {
  const [rows, columns] = x.shape.slice(-2);
  const diagonal = mul(eye(rows, columns, 0, x.dtype), mul(arange(1, columns + 1, 1, x.dtype), 2));
  return add(mul(x, 0.2), diagonal);
};
const reduced = { fullMatrices: false };
const transposed = (x: Tensor): Tensor => {
  const axes = x.shape.map((_, axis) => axis);
  return x.transpose([...axes.slice(0, -2), x.rank - 1, x.rank - 2]);
};
/** The projection on what the matrices do not reach. */
const complement = (x: Tensor): Tensor => {
  const [rows, columns] = x.shape;
  const rest = slice(svd(apart(x)).u, [null, [columns, rows]]);
  return matmul(rest, transposed(rest));
};

testOps("singular values", [
  { name: "svd, values of square matrices", inputs: [[2, 2, 2]], apply: (x) => svd(apart(x)).s },
  { name: "svd, values of tall matrices", inputs: [[4, 3]], apply: (x) => svd(apart(x)).s },
  { name: "svd, values of wide matrices", inputs: [[2, 1, 2, 3]], apply: (x) => svd(apart(x), reduced).s },
  { name: "svd, u", inputs: [[4, 2]], apply: (x) => svd(apart(x), reduced).u.square() },
  { name: "svd, u of wide matrices", inputs: [[2, 3]], apply: (x) => svd(apart(x)).u.square() },
  { name: "svd, vh", inputs: [[3, 3]], apply: (x) => svd(apart(x)).vh.square() },
  { name: "svd, vh of wide matrices", inputs: [[2, 4]], apply: (x) => svd(apart(x), reduced).vh.square() },
  { name: "svd, completed vectors", inputs: [[4, 2]], apply: complement },
  {
    name: "svd, polar factor",
    inputs: [[4, 2]],
    apply: (x) => {
      const { u, vh } = svd(apart(x), reduced);
      return matmul(u, vh);
    },
  },
  { name: "svd of no matrices", inputs: [[0, 2, 3]], apply: (x) => svd(x).s },
  { name: "pinv of tall matrices", inputs: [[2, 3, 2]], apply: (x) => pinv(apart(x)) },
  { name: "pinv of wide matrices", inputs: [[2, 3]], apply: (x) => pinv(apart(x)) },
  { name: "pinv of square matrices", inputs: [[2, 2]], apply: (x) => pinv(apart(x)) },
  {
    name: "pinv of matrices of rank 1",
    inputs: [
      { shape: [3, 1], from: 1 },
      { shape: [1, 2], from: 1 },
    ],
    apply: (x, y) => pinv(matmul(x, y), 1e-4),
  },
]);

/** How far U S Vᵀ is from A, and the vectors from orthonormal ones. */
function errors(a: Tensor, fullMatrices: boolean): number[] {
  const { u, s, vh } = svd(a, { fullMatrices });
  const count = s.shape[s.rank - 1];
  const first = slice(u, [...u.shape.slice(0, -1).map(() => null), [0, count]]);
  const product = matmul(
    mul(first, s.expandDims(-2)),
    slice(vh, [...vh.shape.slice(0, -2).map(() => null), [0, count]]),
  );
  return [
    product.sub(a),
    matmul(transposed(u), u).sub(eye(u.shape[u.rank - 1], undefined, 0, a.dtype)),
    matmul(vh, transposed(vh)).sub(eye(vh.shape[vh.rank - 2], undefined, 0, a.dtype)),
  ].map((difference) => Math.max(0, ...difference.abs().dataSync()));
}

describe.each(["reference", "cpu"] as const)("singular values on %s", (backend) => {
  const rows = [
    [1, 2, 3],
    [4, 5, 6.5],
    [7, -8, 9],
    [0.5, 1, -1],
  ];
  const a = tensor(rows, undefined, "float64");
  const ofRankTwo = tensor(
    [
      [1, 2, 3],
      [2, 4, 6],
      [1, 0, 1],
    ],
    undefined,
    "float64",
  );

  // NumPy 1.24, numpy.linalg.svd and pinv.
  it("are NumPy's, but for signs", () => {
    onBackend(backend, () => {
      const { u, s, vh } = svd(a, reduced);
      expectValues(s, [14.6881092515205, 8.7282120792376, 1.256089373909], 1e-12);
      expectValues(
        u.abs(),
        [
          0.1418787491961, 0.3485212522346, 0.5058147138801, 0.3588125028998, 0.8530087497467,
          0.1642408141974, 0.9207567054518, 0.3815341017553, 0.06685522542321, 0.05771566212838,
          0.0730803584695, 0.8442196450023,
        ],
        1e-12,
      );
      expectValues(
        vh.abs(),
        [
          0.5442203438857, 0.3639644287298, 0.7558796940785, 0.1290479319182, 0.9265860352951,
          0.3532491337057, 0.8289576880448, 0.09470065372285, 0.5512358275874,
        ],
        1e-12,
      );
      expectValues(
        pinv(a),
        [
          -0.3234032296939, 0.1342974210653, 0.07259580621837, 0.5560858038081, -0.004651723306821,
          0.094046758255, -0.05827910339841, 0.07283682815136, 0.2433839479393, -0.01908893709328,
          0.002603036876356, -0.3704989154013,
        ],
        1e-12,
      );
      expectValues(svd(ofRankTwo).s, [8.435448515787, 0.9182637624921, 0], 1e-12);
      expectValues(
        pinv(ofRankTwo),
        [-1 / 30, -1 / 15, 5 / 6, 1 / 15, 2 / 15, -2 / 3, 1 / 30, 1 / 15, 1 / 6],
        1e-14,
      );
    });
  });

  it("give back the matrix, with orthonormal vectors, for any size and rank", () => {
    const next = drawing(7);
    const drawn = (...shape: number[]): Tensor =>
      tensor(
        Float64Array.from({ length: sizeOf(shape) }, () => next() - 0.5),
        shape,
      );
    const matrices = [
      [2, 2, 7, 5],
      [11, 4],
      [4, 11],
      [1, 1],
      [1, 6],
      [6, 1],
      [0, 4],
      [4, 0],
      [0, 0],
      [3, 0, 2],
    ].map((shape) => drawn(...shape));
    const deficient = matmul(drawn(9, 2), drawn(2, 6));
    onBackend(backend, () => {
      for (const matrix of [...matrices, deficient, deficient.mul(0), eye(5, 3, 0, "float64")]) {
        for (const full of [true, false]) {
          for (const error of errors(matrix, full)) expect(error).toBeLessThan(1e-14);
        }
      }
    });
  });

  it("neither overflow nor vanish", () => {
    onBackend(backend, () => {
      for (const scale of [1e300, 1e-300]) {
        const { s } = svd(a.mul(scale));
        expectValues(s.div(scale), [14.6881092515205, 8.7282120792376, 1.256089373909], 1e-12);
      }
    });
  });

  it("find small values beside large ones to their own last digits", () => {
    // The columns are orthogonal, but for their lengths of 3, 3e-20 and 3e-40.
    const columns = tensor(
      [
        [1, 2e-20, 2e-40],
        [2, 1e-20, -2e-40],
        [2, -2e-20, 1e-40],
      ],
      undefined,
      "float64",
    );
    onBackend(backend, () => {
      expectValues(svd(columns).s.div([3, 3e-20, 3e-40]), [1, 1, 1], 1e-15);
    });
  });

  it("are NaN, and nothing else, where an element is NaN or infinite", () => {
    onBackend(backend, () => {
      for (const bad of [Number.NaN, Number.NEGATIVE_INFINITY]) {
        const { u, s, vh } = svd([
          [1, bad, 2],
          [3, 4, 5],
        ]);
        for (const result of [u, s, vh]) expect([...result.dataSync()].every(Number.isNaN)).toBe(true);
      }
    });
  });

  it("have a gradient of their own also where they coincide or are 0", () => {
    onBackend(backend, () => {
      const same = tensor([2, 0, 0, 2, 0, 0], [3, 2], "float64");
      expectValues(gradients(svd(same).s.sum(), [same])[0], [1, 0, 0, 1, 0, 0]);
      expectValues(gradients(svd(same, reduced).s.square().sum(), [same])[0], [4, 0, 0, 4, 0, 0]);
      const zeros = tensor(new Float64Array(6), [2, 3]);
      expectValues(gradients(svd(zeros).s.square().sum(), [zeros])[0], Array(6).fill(0));
    });
  });

  it("give the polar factor its gradient also where they coincide", () => {
    onBackend(backend, () => {
      // Near the identity the polar factor follows the skew part of a change.
      const x = eye(2, 2, 0, "float64");
      const { u, vh } = svd(x);
      const weights = tensor([1, 2, 4, 3], [2, 2], "float64");
      expectValues(gradients(sum(mul(matmul(u, vh), weights)), [x])[0], [0, -1, 1, 0], 1e-15);
    });
  });

  it("have pseudoinverses that leave out what is too small", () => {
    onBackend(backend, () => {
      const matrix = tensor([4, 0, 0, 1e-3], [2, 2]);
      expectValues(pinv(matrix), [0.25, 0, 0, 1000]);
      expectValues(pinv(matrix, 1e-3), [0.25, 0, 0, 0]);
      expectValues(pinv(tensor(new Float32Array(6), [2, 3])), Array(6).fill(0));
      expect(pinv(tensor([], [0, 3])).shape).toEqual([3, 0]);
      expect(pinv(tensor([], [2, 0, 3])).arraySync()).toEqual(Array(2).fill([[], [], []]));
    });
  });
});

describe("wrong calls of svd and pinv", () => {
  it("say what does not fit", () => {
    expect(() => svd([1, 2])).toThrow("svd: takes matrices [..., M, N], not [2]");
    expect(() => pinv(3)).toThrow("pinv: takes matrices [..., M, N], not []");
    expect(() => pinv([[1]], -1)).toThrow("pinv: rcond is -1; it must be a number of at least 0");
    expect(() => pinv([[1]], Number.NaN)).toThrow("pinv: rcond is NaN");
  });
});
