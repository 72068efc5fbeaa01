import { ones, type Tensor, tensor } from "@strata/core";
import { describe, expect, it } from "vitest";
import { Attention } from "../layers/attention/attention.ts";
import { Concatenate } from "../layers/merging/concatenate.ts";
import { Add, Multiply } from "../layers/merging/elementwise.ts";
import { LSTM } from "../layers/recurrent/lstm.ts";
import { maskOf, setMask } from "./masks.ts";

const steps = [[true, true, false]];

function masked(): Tensor {
  const x = ones([1, 3, 2]);
  setMask(x, tensor(steps).cast("bool"));
  return x;
}

describe("the masks of a call with several inputs", () => {
  it.each([
    ["Add", () => new Add()],
    ["Multiply", () => new Multiply()],
    ["Concatenate", () => new Concatenate()],
  ])("may be null for each of %s, in place of those that are carried", (_, make) => {
    const inputs = [masked(), masked()];
    expect(maskOf(make().apply(inputs))?.arraySync()).toEqual([[true, true, false]]);
    const result = make().apply(inputs, { mask: [null, null] });
    expect(maskOf(result)).toBeNull();
    expect(result.arraySync()).toEqual(
      make()
        .apply([ones([1, 3, 2]), ones([1, 3, 2])])
        .arraySync(),
    );
  });

  it("may be null for some, and be arrays of bools for others", () => {
    const inputs = [ones([1, 3, 2]), ones([1, 3, 2])];
    expect(maskOf(new Add().apply(inputs, { mask: [null, steps] }))).toBeNull();
    const joined = new Concatenate({ axis: 1 }).apply(inputs, { mask: [null, steps] });
    expect(maskOf(joined)?.arraySync()).toEqual([[true, true, true, true, true, false]]);
    const attended = new Attention().apply(inputs, { mask: [null, steps], returnAttentionScores: true });
    expect(attended[1].arraySync()).toEqual([Array.from({ length: 3 }, () => [0.5, 0.5, 0])]);
  });

  it("of one input is an array of bools, or null for the one that it carries", () => {
    const layer = new LSTM(1, { returnSequences: true, zeroOutputForMask: true });
    const last = (x: Tensor): number => x.slice([0, 2, 0]).item();
    expect(last(layer.apply(ones([1, 3, 2]), { mask: steps }))).toBe(0);
    expect(last(layer.apply(masked(), { mask: null }))).toBe(0);
    expect(last(layer.apply(ones([1, 3, 2])))).not.toBe(0);
  });
});
