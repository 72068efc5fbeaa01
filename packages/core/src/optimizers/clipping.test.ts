import { describe, expect, it } from "vitest";
import type { DType } from "../dtype.ts";
import { tensor } from "../tensor.ts";
import "../ops/methods.ts";
import { everyWay } from "../ops/testing/every-way.ts";
import { onBackend } from "../testing/backends.ts";
import { variable } from "../variable.ts";
import { clipGradients } from "./clipping.ts";
import { SGD } from "./sgd.ts";

const none = new SGD().options;

function clipped(values: number[][], dtype: DType, limits: { clipNorm?: number; globalClipNorm?: number }) {
  const options = { ...none, ...limits };
  const results = values.map((_, index) =>
    everyWay(
      (...gradients) => clipGradients(gradients, options)[index],
      ...values.map((each) => tensor(each, undefined, dtype)),
    ),
  );
  return results[0].map((_, way) => results.map((ways) => ways[way]));
}

describe("a gradient is limited to the norm", () => {
  it.each([
    ["float32", [3e30, 4e30]],
    ["float32", [3e38, 3e38]],
    ["float32", [3e-30, 4e-30]],
    ["float64", [3e200, 4e200]],
    ["float16", [3e4, 4e4]],
    ["bfloat16", [3e30, 4e30]],
  ] as const)("of %s where it is %j", (dtype, values) => {
    const size = Math.hypot(...values);
    const limit = Math.min(size / 2, 2);
    const digits = { float32: 1e-6, float64: 1e-14, float16: 1e-3, bfloat16: 1e-2 }[dtype];
    for (const [one] of clipped([[...values]], dtype, { clipNorm: limit })) {
      expect(Math.abs(Math.hypot(...one) / limit - 1)).toBeLessThan(digits);
      expect(Math.abs((one[0] * values[1]) / (one[1] * values[0]) - 1)).toBeLessThan(2 * digits);
    }
    for (const all of clipped([[...values], [], [...values]], dtype, { globalClipNorm: limit })) {
      expect(all[1]).toEqual([]);
      expect(Math.abs(Math.hypot(...all.flat()) / limit - 1)).toBeLessThan(2 * digits);
    }
  });

  it("and stays what it is where it is below, to the last digit", () => {
    for (const all of clipped(
      [
        [0.1, 0.3],
        [0, 0],
      ],
      "float32",
      { globalClipNorm: 1e30 },
    )) {
      expect(all).toEqual([[0.1, 0.3].map(Math.fround), [0, 0]]);
    }
    for (const all of clipped([[0, 0]], "float32", { clipNorm: 1e-3 })) expect(all).toEqual([[0, 0]]);
  });

  it("and is NaN where an element is infinite", () => {
    for (const limits of [{ clipNorm: 1 }, { globalClipNorm: 1 }]) {
      for (const all of clipped([[1, Number.POSITIVE_INFINITY]], "float32", limits)) {
        expect(all).toEqual([[Number.NaN, Number.NaN]]);
      }
    }
  });
});

it.each(["cpu", "reference"] as const)(
  "a step along a huge gradient is a step of the limit on %s",
  (backend) => {
    onBackend(backend, () => {
      for (const limit of [{ clipNorm: 1 }, { globalClipNorm: 1 }]) {
        const x = variable([1, 1]);
        new SGD({ learningRate: 1, ...limit }).applyGradients([tensor([6e30, 8e30])], [x]);
        expect([...x.dataSync()].map((value) => value.toFixed(5))).toEqual(["0.40000", "0.20000"]);
      }
    });
  },
);
