import { describe, expect, it } from "vitest";
import { grad } from "../autodiff/gradients.ts";
import type { TypedArray } from "../dtype.ts";
import { type Tensor, tensor } from "../tensor.ts";
import { firstDifference } from "../testing/closeness.ts";
import { arange, full, ones } from "./creation.ts";
import { cummax, cummin, cumprod, cumsum, linearRecurrence } from "./cumulation.ts";
import { all, any, argMax, argMin, logSumExp, max, mean, min, prod, sum } from "./reductions.ts";
import { slice } from "./slicing.ts";
import { argsort } from "./sorting.ts";
import { countNonZero, std, variance } from "./statistics.ts";
import { expectValues, onBackend } from "./testing/battery.ts";
import { everyWay } from "./testing/every-way.ts";

const x = tensor(
  [
    [1.5, -2, 0.25, 3],
    [0, 4, -1.25, 2],
    [2.5, -0.5, 1, 1],
  ],
  undefined,
  "float64",
);

describe.each(["cpu", "reference"] as const)("on %s", (backend) => {
  // PyTorch 1.13 in float64, the functions of the same names; variance and std are torch.var and torch.std.
  it.each([
    ["sum", () => sum(x, 0), [4, 1.5, 0, 6]],
    ["mean", () => mean(x, 1), [0.6875, 1.1875, 1]],
    ["prod", () => prod(x, 1), [-2.25, -0, -1.25]],
    ["max", () => max(x, 1), [3, 4, 2.5]],
    ["min", () => min(x, 0), [0, -2, -1.25, 1]],
    ["argMax", () => argMax(x, 1), [3, 1, 0]],
    ["argMin", () => argMin(x, 0), [1, 0, 1, 2]],
    ["logSumExp", () => logSumExp(x, 1), [3.257580508, 4.147469934, 2.902826556]],
    ["variance", () => variance(x, 1), [3.35546875, 3.98046875, 1.125]],
    ["std", () => std(x, 0, false, 1), [1.25830573921, 3.1224989992, 1.14564392374, 1]],
    ["cumsum", () => cumsum(x), [1.5, -2, 0.25, 3, 1.5, 2, -1, 5, 4, 1.5, 0, 6]],
    ["cumprod", () => cumprod(x, 1), [1.5, -3, -0.75, -2.25, 0, 0, -0, -0, 2.5, -1.25, -1.25, -1.25]],
    ["cummax", () => cummax(x), [1.5, -2, 0.25, 3, 1.5, 4, 0.25, 3, 2.5, 4, 1, 3]],
    ["cummin", () => cummin(x, 1), [1.5, -2, -2, -2, 0, 0, -1.25, -1.25, 2.5, -0.5, -0.5, -0.5]],
  ])("%s gives PyTorch's values", (_name, actual, expected) => {
    onBackend(backend, () => expectValues(actual(), expected, 1e-9));
  });

  // NumPy 1.24: a.any(0), (a > 0).all(0).
  it("any and all give NumPy's values", () => {
    onBackend(backend, () => {
      expect(any(x.cast("bool"), 0).arraySync()).toEqual([true, true, true, true]);
      expect(all(x.greater(0), 0).arraySync()).toEqual([false, false, false, true]);
    });
  });
});

describe("what is counted", () => {
  it("shares the gradient of an extremum among more elements that tie than float16 can count", () => {
    for (const dtype of ["float16", "bfloat16"] as const) {
      for (const f of [max, min]) {
        for (const slopes of everyWay(
          grad((each) => f(each)),
          ones([66_000], dtype),
        )) {
          expect(Math.abs(slopes[0] * 66_000 - 1)).toBeLessThan(2e-3);
        }
      }
    }
  });

  it("has the mean and variance of more elements than float16 can count", () => {
    const values = ones([66_000], "float16").mul(tensor([2], undefined, "float16"));
    for (const f of [mean, (each: Tensor) => variance(each.add(1)), (each: Tensor) => std(each)]) {
      for (const [value] of everyWay((each) => f(each), values)) expect(value).toBe(f === mean ? 2 : 0);
    }
    for (const slopes of everyWay(
      grad((each) => mean(each)),
      values,
    )) {
      expect(Math.abs(slopes[0] * 66_000 - 1)).toBeLessThan(2e-3);
    }
  });

  it("is refused where int32 cannot hold it", () => {
    const limit = "elements to be numbered or counted; in int32 there can be 2147483647 at most";
    expect(() => countNonZero(ones([2 ** 16, 2 ** 15]))).toThrow(
      `countNonZero: there are 2147483648 ${limit}`,
    );
    expect(() => argMax(ones([2 ** 31]))).toThrow(`argMax: there are 2147483648 ${limit}`);
    expect(() => argMin(ones([3, 2 ** 31]), 1)).toThrow(`argMin: there are 2147483648 ${limit}`);
    expect(() => argsort(ones([2 ** 31]))).toThrow(`argsort: there are 2147483648 ${limit}`);
    expect(countNonZero(ones([2 ** 16, 2 ** 15]), 1).shape).toEqual([2 ** 16]);
  });
});

describe("running sums and products of many elements keep the digits of float32", () => {
  const length = 100_003;
  const close = (values: readonly number[], expected: number) => {
    for (const value of values) expect(Math.abs(value / expected - 1)).toBeLessThan(2 ** -23);
  };

  it.each([1, 3])("along an axis with %d beside one another", (width) => {
    const x = full([length, width], 0.0005);
    const rate = full([length, width], 1 + 2 ** -20);
    const last = (y: Tensor): Tensor => slice(y, [-1]);
    const [step, factor] = [Math.fround(0.0005), 1 + 2 ** -20];
    for (const values of everyWay(() => last(cumsum(x)))) close(values, step * length);
    for (const values of everyWay(() => last(cumprod(rate)))) close(values, factor ** length);
    for (const values of everyWay(() => last(linearRecurrence(rate, x)))) {
      close(values, (step * (factor ** length - 1)) / (factor - 1));
    }
  });
});

// One more than the columns of which the state is kept at once, and odd.
it.each([
  [2, 3, 8193],
  [3, 2, 1024],
  [2, 4, 7],
  [1, 5, 2],
])("cumsum of [%d, %d, %d] is that of each column", (...shape) => {
  const x = arange(shape[0] * shape[1] * shape[2])
    .reshape(shape)
    .cast("float32");
  for (const axis of [0, 1, 2]) {
    const expected = onBackend("reference", () => cumsum(x.cast("float64"), axis).dataSync());
    for (const values of everyWay((y) => cumsum(y, axis), x)) expectRounded(values, expected);
    const half = full(shape, 0.5);
    const decayed = onBackend("reference", () =>
      linearRecurrence(half.cast("float64"), x.cast("float64"), axis).dataSync(),
    );
    for (const values of everyWay((y) => linearRecurrence(half, y, axis), x)) expectRounded(values, decayed);
  }
});

function expectRounded(values: readonly number[], exact: TypedArray): void {
  expect(firstDifference(Float32Array.from(values), Float32Array.from(exact), () => 0)).toBeNull();
}
