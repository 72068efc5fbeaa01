import { describe, expect, it } from "vitest";
import { gradients } from "../autodiff/gradients.ts";
import { type Tensor, tensor } from "../tensor.ts";
import { arange } from "./creation.ts";
import { eye } from "./matrices.ts";
import { type NormOrder, norm } from "./norms.ts";
import { expectValues, onBackend, testOps } from "./testing/battery.ts";

const infinity = Number.POSITIVE_INFINITY;
const matrixOrders: readonly NormOrder[] = [1, -1, 2, -2, infinity, -infinity, "fro", "nuc"];

testOps("norms", [
  { name: "norm", inputs: [[3, 5]], apply: (x) => norm(x, "euclidean", 1) },
  { name: "norm of all", inputs: [[2, 3, 2]], apply: (x) => norm(x) },
  { name: "norm of order 3", inputs: [[7]], apply: (x) => norm(x, 3) },
  { name: "norm of order ½", inputs: [{ shape: [5], from: 0.5, to: 2 }], apply: (x) => norm(x, 0.5) },
  {
    name: "norm of order −1",
    inputs: [{ shape: [2, 3], from: -2, to: -1 }],
    apply: (x) => norm(x, -1, 1, true),
  },
  { name: "norm of order 1", inputs: [{ shape: [7], from: -2, to: -0.5 }], apply: (x) => norm(x, 1) },
  { name: "norm of order ∞", inputs: [[3, 5]], apply: (x) => norm(x, infinity, 0) },
  { name: "norm of order −∞", inputs: [[3, 5]], apply: (x) => norm(x, -infinity, 0, true) },
  { name: "norm of order 0", inputs: [[3, 5]], apply: (x) => norm(x, 0, 0), differentiable: false },
  ...matrixOrders.map((order) => ({
    name: `norm of matrices of order ${order}`,
    inputs: [[2, 3]],
    apply: (x: Tensor) => norm(x, order, [0, 1]),
  })),
  { name: "norm of a batch", inputs: [[2, 3, 2]], apply: (x) => norm(x, "nuc", [-1, 0], true) },
]);

describe.each(["reference", "cpu"] as const)("norms on %s", (backend) => {
  const y = tensor([1, -2, 3, 0.5, 4, -1.5], [2, 3], "float64");

  // NumPy 1.24, numpy.linalg.norm.
  it("of a matrix are NumPy's", () => {
    onBackend(backend, () => {
      const expected = [
        6, 1.5, 5.3347085625247415, 2.010195152945409, 6, 6, 5.70087712549569, 7.344903715470151,
      ];
      matrixOrders.forEach((order, index) => {
        expectValues(norm(y, order), [expected[index]], 1e-14);
      });
    });
  });

  it("of a vector are NumPy's", () => {
    onBackend(backend, () => {
      const vector = tensor([1, -2, 3], undefined, "float64");
      const expected: readonly (readonly [NormOrder, number])[] = [
        [1, 6],
        [-1, 0.5454545454545455],
        [2, 3.7416573867739413],
        [-2, 0.8571428571428571],
        [3, 3.3019272488946263],
        [0.5, 17.191508225450303],
        [0, 3],
        [infinity, 3],
        [-infinity, 1],
      ];
      for (const [order, value] of expected) {
        expectValues(norm(vector, order), [value], 1e-14);
        expectValues(norm(vector.expandDims(0), order, 1), [value], 1e-14);
      }
      expectValues(norm([1, 0, 2], -1), [0]);
      expectValues(norm(-3), [3]);
    });
  });

  it("take rows and columns in the order of the axes, as NumPy's", () => {
    onBackend(backend, () => {
      const z = arange(0, 24, 1, "float64").sub(11.5).reshape([2, 3, 4]);
      expectValues(norm(z, 1, [2, 0]), [40, 24, 40]);
      expectValues(norm(z, infinity, [2, 0]), [12, 12, 12]);
      expectValues(norm(z, -1, [2, 0]), [8, 24, 8]);
      expectValues(norm(z, 2, [2, 0]), [20.472630525548556, 16.970562748477143, 20.472630525548556], 1e-14);
      expect(norm(z, "nuc", [2, 0], true).shape).toEqual([1, 3, 1]);
    });
  });

  it("of nothing are 0", () => {
    onBackend(backend, () => {
      for (const order of [1, 2, infinity, "euclidean", "nuc"] as const) {
        expect(norm(tensor([], [0, 3]), order, [0, 1]).item()).toBe(0);
      }
      expect(norm(tensor([], [2, 0]), infinity, 1).arraySync()).toEqual([0, 0]);
    });
  });

  it("have no NaN in the gradients where all is 0, nor in the next ones", () => {
    onBackend(backend, () => {
      const zeros = tensor([0, 0, 0, 0], [2, 2]);
      for (const order of [...matrixOrders, "euclidean"] as const) {
        const [first] = gradients(norm(zeros, order), [zeros]);
        expect(first.arraySync()).toEqual([
          [0, 0],
          [0, 0],
        ]);
        expect(gradients(first.sum(), [zeros])[0].arraySync()).toEqual([
          [0, 0],
          [0, 0],
        ]);
      }
      for (const order of [3, 1.5, 0.5, -1, infinity]) {
        expect(gradients(norm(zeros, order, 1).sum(), [zeros])[0].arraySync()).toEqual([
          [0, 0],
          [0, 0],
        ]);
      }
      const x = tensor([0, 4]);
      expect(gradients(norm(x, 0.5), [x])[0].arraySync()).toEqual([0, 1]);
    });
  });

  it("have as the gradient of the nuclear norm of a matrix of full rank its polar factor", () => {
    onBackend(backend, () => {
      const x = eye(3, 2).mul(2);
      expectValues(gradients(norm(x, "nuc"), [x])[0], [1, 0, 0, 1, 0, 0]);
    });
  });
});

describe("wrong calls of norm", () => {
  it("say what is accepted", () => {
    const x = tensor([1, 2, 3, 4], [2, 2]);
    expect(() => norm(x, 3)).toThrow(
      'norm: the order is 3; for matrices accepted are 1, -1, 2, -2, Infinity, -Infinity, "euclidean", "fro" or "nuc"',
    );
    expect(() => norm(x, Number.NaN, 0)).toThrow("norm: the order is NaN; for vectors accepted are numbers");
    expect(() => norm(x, "nuc", 0)).toThrow('norm: the order is "nuc"; for vectors');
    expect(() => norm(x.reshape([1, 2, 2]), 1)).toThrow(
      "norm: the order 1 is for one axis or two, not for 3 of [1, 2, 2]; the argument axis says which",
    );
    expect(() => norm(x, 1, 2)).toThrow("norm: axis 2 is out of range for rank 2");
    expect(() => norm(x, 1, [0, -2])).toThrow("norm: the axes [0, -2] name an axis twice");
  });
});
