import { describe, expect, it } from "vitest";
import { hessian } from "../autodiff/derivatives.ts";
import { grad } from "../autodiff/gradients.ts";
import { vmap } from "../control/vmap.ts";
import { type Tensor, tensor } from "../tensor.ts";
import { sqrt } from "./arithmetic.ts";
import { matmul } from "./contractions.ts";
import { stack } from "./joining.ts";
import { eye } from "./matrices.ts";
import { matrixFunction } from "./matrix-function.ts";
import { sum } from "./reductions.ts";
import { expectValues } from "./testing/battery.ts";
import { expectEveryWay } from "./testing/every-way.ts";
import { exp, log } from "./transcendental.ts";

const identity = eye(3, 3, 0, "float64");
const twice = tensor(
  [
    [2, 0, 0],
    [0, 1, 1],
    [0, 1, 2 - 1e-9],
  ],
  undefined,
  "float64",
);
const weights = tensor([1, 2, 3, 2, 5, 6, 3, 6, 9], [3, 3], "float64");

/** Eigenvalues that are equal, equal but for rounding, near, and apart. */
const matrices: Readonly<Record<string, Tensor>> = {
  "those of the identity": eye(3, 3, 0, "float64"),
  "a multiple, with noise": identity.mul(3).add(weights.mul(1e-15)),
  "two that are near": tensor([1, 0, 0, 0, 1 + 1e-6, 0, 0, 0, 3], [3, 3], "float64"),
  "two that are rather near": tensor([1, 0, 0, 0, 1.001, 0, 0, 0, 1.02], [3, 3], "float64"),
  apart: twice.mul(0.5).add(identity),
  zero: identity.mul(0),
};

const cube = (x: Tensor): Tensor => x.mul(x).mul(x);
const cubed = (x: Tensor): Tensor => {
  const mean = x.add(x.transpose()).mul(0.5);
  return matmul(matmul(mean, mean), mean);
};
/** Of the exponential: thirty terms of its series, of the matrix. */
const series = (x: Tensor): Tensor => {
  const mean = x.add(x.transpose()).mul(0.5);
  let [term, total] = [identity, identity];
  for (let order = 1; order <= 30; order++) {
    term = matmul(term, mean).div(order);
    total = total.add(term);
  }
  return total;
};

const expected = (f: (x: Tensor) => Tensor, x: Tensor): number[] => [...f(x).dataSync()];

describe.each([
  { name: "x³", f: cube, ofMatrix: cubed },
  { name: "exp", f: exp, ofMatrix: series },
])("$name of matrices is the polynomial, with its derivatives, where eigenvalues are", ({ f, ofMatrix }) => {
  it.each(Object.entries(matrices))("%s", (_name, x) => {
    const ours = (y: Tensor): Tensor => matrixFunction(y, f).mul(weights).sum();
    const known = (y: Tensor): Tensor => ofMatrix(y).mul(weights).sum();
    expectEveryWay((y) => matrixFunction(y, f), [x], expected(ofMatrix, x), 1e-11);
    expectEveryWay((y) => grad(ours)(y), [x], expected(grad(known), x), 1e-10);
    const second = (of: (y: Tensor) => Tensor) => grad((y: Tensor) => grad(of)(y).mul(weights).sum());
    expectValues(second(ours)(x), expected(second(known), x), 1e-7);
  });
});

it("the gradient of the root's sum at the identity is ½ everywhere", () => {
  const root = grad((x: Tensor) => sum(matrixFunction(x, sqrt)));
  expectEveryWay((x) => root(x), [identity], new Array<number>(9).fill(0.5), 1e-14);
  expectEveryWay((x) => root(x), [eye(3)], new Array<number>(9).fill(0.5), 1e-6);
});

it("the Hessian of the logarithm's trace at the identity is that of the determinant's logarithm", () => {
  const trace = (x: Tensor): Tensor => matrixFunction(x, log).mul(identity).sum();
  const along = (x: Tensor): Tensor =>
    hessian(trace)(x)
      .reshape([9, 9])
      .matmul(weights.reshape([9, 1]));
  const negative = Array.from(weights.dataSync(), (value) => -value);
  expectEveryWay(along, [eye(3, 3, 0, "float64")], negative, 1e-8);
});

it("takes batches, and goes with vmap", () => {
  const batch = stack([identity, twice]);
  const roots = (x: Tensor): Tensor => matrixFunction(x, exp);
  const values = expected(roots, batch);
  expectEveryWay((x) => vmap(roots)(x), [batch], values, 1e-12);
});

it("refuses what is no square matrix, and functions that change the shape", () => {
  expect(() => matrixFunction([[1, 2]], sqrt)).toThrow(
    "matrixFunction: takes square matrices [..., N, N], not [1, 2]",
  );
  expect(() => matrixFunction(identity, (x) => x.sum())).toThrow(
    "matrixFunction: the function gives [] for eigenvalues [3]; it must be applied element by element",
  );
});
