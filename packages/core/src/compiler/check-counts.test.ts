import { describe, expect, it } from "vitest";
import { describeProgram } from "../debug.ts";
import { broadcastTo, matmul, ones, sum, type Tensor, tensor, zeros } from "../index.ts";
import { onBackend } from "../testing/backends.ts";

const long = 2 ** 45;

const results: Readonly<Record<string, () => Tensor>> = {
  "the sum of one number many times": () => sum(broadcastTo(ones([1]), [long])),
  "the sum of rows": () => sum(broadcastTo(tensor([[1], [2]]), [2, long]), 1),
  "the maximum of what is computed on the way": () =>
    broadcastTo(ones([1]), [long])
      .mul(2)
      .max(),
  "a product along the axis": () => matmul(ones([1, long]), ones([long, 1])),
  "values that do not fit into memory": () => zeros([long]),
};

describe("more elements along an axis than can be counted are refused:", () => {
  it.each(Object.entries(results))("%s", (_name, result) => {
    expect(() => result().dataSync()).toThrow(
      "there are 35184372088832 elements along one axis; 2147483647 can be computed with at most",
    );
    onBackend("reference", () => expect(() => result().dataSync()).toThrow("out of memory: "));
    expect(sum(tensor([1, 2])).item()).toBe(3);
  });
});

it("axes that lie in memory as one are not walked as one where it would be too long", () => {
  const program = describeProgram(sum(broadcastTo(ones([1]), [2 ** 16, 2 ** 16])));
  expect(program).toContain("rows of [65536, 65536]");
});

it("sums over no elements are 0, however long the other axes are", () => {
  expect(sum(zeros([2 ** 40, 0])).item()).toBe(0);
  expect(sum(zeros([0, 2 ** 40])).item()).toBe(0);
});

describe("shapes of more elements than a number can count are refused:", () => {
  it.each([
    ["zeros", () => zeros([2 ** 30, 2 ** 30])],
    ["add", () => zeros([2 ** 30, 1]).add(zeros([1, 2 ** 30]))],
  ])("%s", (name, result) => {
    expect(result).toThrow(
      `${name}: a tensor of shape [1073741824, 1073741824] has more elements than can be counted, 2 ** 53 - 1`,
    );
  });
});
