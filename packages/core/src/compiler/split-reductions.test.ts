import { describe, expect, it } from "vitest";
import { max, mean, prod, sum, type Tensor, tensor, variance } from "../index.ts";
import { onBackend } from "../testing/backends.ts";
import { Draw, filled } from "../testing/draw.ts";
import { kernelsOf, programOf } from "./testing/programs.ts";

const shape = [16, 33, 32, 5];
const draw = new Draw(7);
const values = filled("float32", shape, () => draw.below(5) - 2);
const x = tensor(values, shape);

describe("a reduction of much to little", () => {
  it("has a first kernel with rows to share among threads, and a small second one", () => {
    const outer = kernelsOf(programOf(sum(x, [0, 1, 2]))).map((kernel) => kernel.outer);
    expect(outer).toEqual([[16, 5], [5]]);
    expect(kernelsOf(programOf(max(x))).map((kernel) => kernel.outer)).toEqual([[16], []]);
  });

  it("stays in one kernel where there is little to reduce, many results, or one axis", () => {
    const small = tensor(values.slice(0, 2 * 33 * 32 * 5), [2, 33, 32, 5]);
    for (const other of [sum(small, [0, 1, 2]), sum(x, [0, 3]), sum(x.reshape([-1]))]) {
      expect(kernelsOf(programOf(other)).length).toBe(1);
    }
  });

  const reductions: Readonly<Record<string, (tensor: Tensor) => Tensor>> = {
    "the sum of all but the last axis": (tensor) => sum(tensor, [0, 1, 2]),
    "the sum of all": (tensor) => sum(tensor),
    "a sum that leaves the first axis": (tensor) => sum(tensor, [1, 2, 3], true),
    "a sum that leaves a middle axis": (tensor) => sum(tensor, [0, 1, 3]),
    "the largest": (tensor) => max(tensor, [0, 2, 1]),
    "the product of ones": (tensor) => prod(tensor.mul(0).add(1), [0, 1, 2]),
    "mean and variance": (tensor) => mean(tensor, [0, 1, 2]).add(variance(tensor, [0, 1, 2])),
  };

  it.each(Object.entries(reductions))("gives what the reference gives: %s", (_name, reduce) => {
    const [actual, expected] = (["cpu", "reference"] as const).map((backend) =>
      onBackend(backend, () => [...reduce(tensor(values, shape)).dataSync()]),
    );
    expect(actual).toEqual(expected.map((value) => expect.closeTo(value, 4)));
  });
});
