import { describe, expect, it } from "vitest";
import { gradients } from "../autodiff/gradients.ts";
import { tensor } from "../tensor.ts";
import { countNonZero, moments, std, variance } from "./statistics.ts";
import { expectValues, testOps } from "./testing/battery.ts";

testOps("statistics", [
  { name: "variance", inputs: [[3, 5]], apply: (x) => variance(x, 1) },
  { name: "variance, corrected", inputs: [[3, 5, 2]], apply: (x) => variance(x, [0, -1], true, 1) },
  { name: "variance of one element", inputs: [[3, 1]], apply: (x) => variance(x, 1) },
  { name: "std", inputs: [[7]], apply: (x) => std(x) },
  { name: "moments, mean", inputs: [[3, 5]], apply: (x) => moments(x, 0).mean },
  { name: "moments, variance", inputs: [[3, 5]], apply: (x) => moments(x, 0, true).variance },
  {
    name: "countNonZero",
    inputs: [{ shape: [11, 3], integer: true }],
    apply: (x) => countNonZero(x, 0),
    differentiable: false,
  },
]);

describe("statistics", () => {
  const y = tensor(
    [
      [1, -2, 3],
      [0.5, 4, -1.5],
    ],
    undefined,
    "float64",
  );

  // PyTorch 1.13 in float64.
  it("are those of PyTorch", () => {
    expectValues(variance(y, 1), [4.22222222, 5.16666667], 1e-8);
    expectValues(std(y, 0, false, 1), [0.353553391, 4.24264069, 3.18198052], 1e-8);
    expect(
      countNonZero(
        [
          [0, 1, Number.NaN],
          [0, 0, 2],
        ],
        1,
      ).arraySync(),
    ).toEqual([2, 1]);
  });

  it("has no NaN in the gradients where all is 0", () => {
    const x = tensor([0, 0, 0]);
    expect(gradients(std(x), [x])[0].arraySync()).toEqual([0, 0, 0]);
  });

  it("keeps the digits of numbers far from 0", () => {
    expectValues(variance(tensor([4096, 4097, 4098])), [2 / 3]);
  });

  it("rejects axes that do not exist", () => {
    expect(() => variance(y, 2)).toThrow("variance: axis 2 is out of range for rank 2");
  });
});
