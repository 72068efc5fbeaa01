import { describe, expect, it } from "vitest";
import { gradients, matmul, sigmoid, slice, split, type Tensor, tanh, tensor, variable } from "../index.ts";
import { onBackend } from "../testing/backends.ts";
import { programOf, stepsOf } from "./testing/programs.ts";

const values = (count: number) =>
  Array.from({ length: count }, (_, index) => Math.fround(Math.sin(3 * index)));
const x = variable(tensor(values(24), [3, 8]));
const kernel = variable(tensor(values(64), [8, 8]));
const bias = variable(tensor(values(8)));
const column = variable(tensor(values(3), [3, 1]));
for (const each of [x, kernel, bias, column]) each.dataSync();

/** The state of a recurrent layer: sums of all gates, split. */
function nextState(): Tensor {
  const sums = matmul(x, kernel).add(x).add(bias).mul(column);
  const [input, forget, output, candidate] = split(sums, 4, 1);
  return sigmoid(input).mul(tanh(candidate)).add(sigmoid(forget)).mul(sigmoid(output));
}

function expectSame(make: () => Tensor): void {
  const [expected, actual] = (["reference", "cpu"] as const).map((name) =>
    onBackend(name, () => make().dataSync()),
  );
  expect(actual.length).toBe(expected.length);
  actual.forEach((value, index) => {
    expect(value).toBeCloseTo(expected[index], 5);
  });
}

describe("sums that are split", () => {
  it("are computed where their parts are read, in one kernel behind the product", () => {
    expect(stepsOf(programOf(nextState()))).toEqual([
      "routine matmul",
      expect.stringMatching(/^kernel .*sigmoid/),
    ]);
  });

  it("give the same as computed as a whole, and so do their gradients", () => {
    expectSame(nextState);
    for (const wanted of [x, kernel, bias, column]) {
      expectSame(() => gradients(nextState().sum(), [wanted])[0]);
    }
  });

  it("are computed once where parts overlap, or the whole is needed too", () => {
    const sums = () => x.add(bias);
    const overlap = (whole: Tensor) => slice(whole, [null, [0, 5]]).mul(slice(whole, [null, [3, 8]]));
    expectSame(() => overlap(sums()));
    const both = (whole: Tensor) =>
      slice(whole, [null, [0, 4]])
        .exp()
        .sum()
        .add(whole.sum());
    expectSame(() => both(sums()));
    const adds = (make: (whole: Tensor) => Tensor) =>
      stepsOf(programOf(make(sums().tanh().sqrt().exp()))).filter((step) => step.includes("tanh"));
    expect(adds(overlap)).toHaveLength(1);
    expect(adds(both)).toHaveLength(1);
  });

  it("leave out what no part shows", () => {
    expectSame(() => slice(x.add(bias), [[1, 3], null]).exp());
    expectSame(() => slice(x.add(bias).mul(column), [null, [2, 3]]).exp());
  });

  it("take part in parts of parts", () => {
    expectSame(() => {
      const [left, right] = split(x.add(bias), 2, 1);
      const [a, b] = split(left.mul(right), 2, 1);
      return a.exp().add(tanh(b));
    });
  });
});
