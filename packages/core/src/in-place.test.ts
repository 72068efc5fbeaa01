import { describe, expect, it } from "vitest";
import { filledTensor, valuesInPlace } from "./in-place.ts";
import { tensor, variable } from "./index.ts";

describe("values in place", () => {
  it("are those of a tensor, computed once, without a copy", () => {
    const doubled = tensor([1, 2]).mul(2);
    expect([...valuesInPlace(doubled)]).toEqual([2, 4]);
    expect(valuesInPlace(doubled)).toBe(valuesInPlace(doubled));
  });

  it("of a Variable stay when another value is assigned", () => {
    const weight = variable([1, 2]);
    const before = valuesInPlace(weight);
    weight.assign([3, 4]);
    expect([...valuesInPlace(weight)]).toEqual([3, 4]);
    expect([...before]).toEqual([1, 2]);
  });
});

it("a filled tensor has the values that were written, in the array of its dtype", () => {
  const made = filledTensor([2, 2], "int32", 4, (values) => values.set([1, 2, 3, 4]));
  expect(made.arraySync()).toEqual([
    [1, 2],
    [3, 4],
  ]);
  expect(made.dataSync()).toBeInstanceOf(Int32Array);
});
