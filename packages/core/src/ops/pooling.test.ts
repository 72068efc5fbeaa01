import { describe, expect, it } from "vitest";
import { gradients } from "../autodiff/gradients.ts";
import { dtypes, isFloat } from "../dtype.ts";
import { grad, map, pad, slice, stack, sum, vmap } from "../index.ts";
import { type Shape, sizeOf } from "../shape.ts";
import { type Tensor, tensor } from "../tensor.ts";
import { ones } from "./creation.ts";
import * as pooling from "./pooling.ts";
import { drawing, expectValues, onBackend, testOps } from "./testing/battery.ts";

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
  { name: "maxPool2d, tiles", inputs: [[2, 4, 6, 3]], apply: (x) => maxPool2d(x, 2) },
  { name: "maxPool3d, tiles", inputs: [[1, 4, 2, 6, 2]], apply: (x) => maxPool3d(x, [2, 1, 3]) },
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

  // A row and a column more are under no window, and make the windows no tiles of the image.
  const special = [Number.NaN, -0, 0, 1, Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY, -1];
  const cases = dtypes.filter((dtype) => dtype !== "bool").map((dtype) => [dtype] as const);
  it.each(cases)("gives for tiles what it gives for any windows: NaN, ±0 and ties of %s", (dtype) => {
    const next = drawing(5);
    const shape = [3, 8, 12, 5];
    const draw = (): number => (isFloat(dtype) ? special[Math.floor(7 * next())] : Math.floor(4 * next()));
    const tiled = tensor(Array.from({ length: sizeOf(shape) }, draw), shape, dtype);
    const larger = pad(tiled, [
      [0, 0],
      [0, 1],
      [0, 1],
      [0, 0],
    ]);
    const seed = sequence([3, 4, 4, 5]);
    for (const backend of ["reference", "cpu"] as const) {
      onBackend(backend, () => {
        const pooled = [tiled, larger].map((image) => maxPool2d(image, [2, 3]));
        expect(pooled[0].dataSync()).toEqual(pooled[1].dataSync());
        if (!isFloat(dtype)) return;
        const [slope, expected] = [tiled, larger].map((image, index) => {
          return gradients(pooled[index], [image], seed.cast(dtype))[0];
        });
        expect(slope.dataSync()).toEqual(slice(expected, [[], [0, 8], [0, 12], []]).dataSync());
      });
    }
  });

  it("has its gradients in loops and under vmap", () => {
    const images = sequence([3, 2, 4, 4, 2]);
    const slopeOf = (image: Tensor): Tensor => grad((y: Tensor) => sum(maxPool2d(y, 2).square()))(image);
    const expected = stack([0, 1, 2].map((at) => slopeOf(slice(images, [at])))).dataSync();
    expect(vmap(slopeOf)(images).dataSync()).toEqual(expected);
    expect(map(slopeOf, images).dataSync()).toEqual(expected);
    const whole = (all: Tensor): Tensor => sum(map((image: Tensor) => maxPool2d(image, 2).square(), all));
    expect(grad(whole)(images).dataSync()).toEqual(expected);
  });

  it("says what does not fit", () => {
    expect(() => maxPool2d([[1]], 2)).toThrow(
      "maxPool2d: takes images [batch, height, width, channels], not [1, 1]",
    );
    expect(() => maxPool1d(ones([1, 3, 1]), 2, { padding: 2 })).toThrow(
      "maxPool1d: a padding of 2 and 2 hides whole windows",
    );
    // With distances within the windows, "same" may hide them, too.
    const apart = { strides: 1, dilations: 4, padding: "same" } as const;
    expect(() => maxPool1d(ones([1, 1, 1]), 2, apart)).toThrow(
      "maxPool1d: a padding of 2 and 2 hides whole windows, of 2 elements at a distance of 4 in an image of 1; it must be " +
        "less, or the distance",
    );
    expect(() => averagePool2d(ones([1, 2, 9, 1]), 2, apart)).toThrow(
      "averagePool2d: a padding of 2 and 2 hides whole windows",
    );
    expect(maxPool1d(ones([1, 1, 1]), 3, apart).arraySync()).toEqual([[[1]]]);
    expect(() => maxPool1d(ones([1, 3, 1]), 4)).toThrow("maxPool1d: a window of [4]");
    expect(() => averagePool1d(ones([1, 3, 1]), 0)).toThrow("averagePool1d: the window sizes are 0");
    expect(() => pooling.globalMaxPool([1, 2])).toThrow("globalMaxPool: takes images");
  });
});
