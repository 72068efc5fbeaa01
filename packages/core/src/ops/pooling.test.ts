import { describe, expect, it } from "vitest";
import { gradients } from "../autodiff/gradients.ts";
import { type Shape, sizeOf } from "../shape.ts";
import { type Tensor, tensor } from "../tensor.ts";
import { ones } from "./creation.ts";
import * as pooling from "./pooling.ts";
import { expectValues, onBackend, testOps } from "./testing/battery.ts";

const { maxPool1d, maxPool2d, maxPool3d, averagePool1d, averagePool2d, averagePool3d } = pooling;

testOps("pooling", [
  { name: "maxPool1d", inputs: [[2, 7, 3]], apply: (x) => maxPool1d(x, 2) },
  {
    name: "maxPool2d, overlapping",
    inputs: [[1, 5, 5, 2]],
    apply: (x) => maxPool2d(x, 3, { strides: 2, padding: "same" }),
  },
  {
    name: "maxPool2d, dilated",
    inputs: [[2, 5, 3, 1]],
    apply: (x) => maxPool2d(x, [2, 1], { strides: 1, dilations: [2, 1] }),
  },
  { name: "maxPool3d", inputs: [[1, 3, 2, 4, 2]], apply: (x) => maxPool3d(x, [2, 1, 2], { strides: 1 }) },
  { name: "maxPool of nothing", inputs: [[0, 4, 2]], apply: (x) => maxPool1d(x, 2) },
  {
    name: "averagePool1d",
    inputs: [[2, 7, 3]],
    apply: (x) => averagePool1d(x, 3, { strides: 2, padding: 1 }),
  },
  { name: "averagePool2d", inputs: [[1, 5, 4, 2]], apply: (x) => averagePool2d(x, 2, { padding: "same" }) },
  { name: "averagePool3d", inputs: [[1, 2, 3, 3, 1]], apply: (x) => averagePool3d(x, 2, { strides: 1 }) },
  { name: "globalMaxPool", inputs: [[2, 3, 5, 2]], apply: (x) => pooling.globalMaxPool(x) },
  { name: "globalAveragePool", inputs: [[2, 3, 5, 2]], apply: (x) => pooling.globalAveragePool(x, true) },
  { name: "adaptiveMaxPool", inputs: [[1, 5, 4, 2]], apply: (x) => pooling.adaptiveMaxPool(x, [2, 3]) },
  { name: "adaptiveAveragePool", inputs: [[1, 6, 5, 2]], apply: (x) => pooling.adaptiveAveragePool(x, 3) },
]);

function sequence(shape: Shape): Tensor {
  const values = Float64Array.from({ length: sizeOf(shape) }, (_, index) => (((index * 5) % 17) - 5) / 4);
  return tensor(values, shape);
}

describe("pooling", () => {
  const x = sequence([1, 5, 5, 1]);
  const thirds = { strides: 2, padding: 1 };

  // PyTorch 1.13 in float64: torch.nn.functional, average pools with count_include_pad=False.
  it.each([
    ["maxPool2d", maxPool2d(x, 3, thirds), [2, 2.5, 2.5, 2.75, 2.25, 2.25, 2.5, 2, 2]],
    [
      "maxPool2d, dilated",
      maxPool2d(x, 2, { strides: 1, dilations: 2 }),
      [2.75, 2.5, 1.25, 0.75, 2, 1.5, 2.75, 2.25, 1],
    ],
    [
      "averagePool2d",
      averagePool2d(x, 3, thirds),
      [0.375, 0.833333333, 0.9375, 1.25, 0.527777778, 0.75, 1.0625, 0.458333333, 0.5625],
    ],
    ["adaptiveMaxPool", pooling.adaptiveMaxPool(x, [2, 3]), [2.75, 2.5, 2.5, 2.75, 2.25, 2.25]],
    [
      "adaptiveAveragePool",
      pooling.adaptiveAveragePool(x, [2, 3]),
      [0.666666667, 0.888888889, 0.875, 1.125, 0.638888889, 0.625],
    ],
  ])("%s is PyTorch's", (_name, actual, expected) => {
    expectValues(actual, expected, 1e-8);
  });

  it.each(["reference", "cpu"] as const)(
    "gives the gradient to the first of equal elements on %s",
    (backend) => {
      onBackend(backend, () => {
        const equal = ones([1, 4, 1]);
        const [slope] = gradients(maxPool1d(equal, 2), [equal]);
        expect(slope.dataSync()).toEqual(Float32Array.of(1, 0, 1, 0));
        const values = maxPool1d(tensor([1, Number.NaN, 3, -1, -2, -3], [1, 6, 1]), 2).dataSync();
        expect(values).toEqual(Float32Array.of(Number.NaN, 3, -2));
      });
    },
  );

  it("says what does not fit", () => {
    expect(() => maxPool2d([[1]], 2)).toThrow(
      "maxPool2d: takes images [batch, height, width, channels], not [1, 1]",
    );
    expect(() => maxPool1d(ones([1, 3, 1]), 2, { padding: 2 })).toThrow(
      "maxPool1d: a padding of 2 and 2 hides whole windows",
    );
    expect(() => maxPool1d(ones([1, 3, 1]), 4)).toThrow("maxPool1d: a window of [4]");
    expect(() => averagePool1d(ones([1, 3, 1]), 0)).toThrow("averagePool1d: the window sizes are 0");
    expect(() => pooling.globalMaxPool([1, 2])).toThrow("globalMaxPool: takes images");
  });
});
