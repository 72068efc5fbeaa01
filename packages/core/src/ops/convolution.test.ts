import { describe, expect, it } from "vitest";
import { gradients } from "../autodiff/gradients.ts";
import { type Shape, sizeOf } from "../shape.ts";
import { type Tensor, tensor } from "../tensor.ts";
import {
  conv1d,
  conv1dTranspose,
  conv2d,
  conv2dTranspose,
  conv3d,
  conv3dTranspose,
  depthwiseConv1d,
  depthwiseConv2d,
  separableConv1d,
  separableConv2d,
} from "./convolution.ts";
import { arange, ones } from "./creation.ts";
import { expectValues, testOps } from "./testing/battery.ts";
import { expectEveryWay } from "./testing/every-way.ts";

testOps("convolution", [
  {
    name: "conv1d",
    inputs: [
      [2, 7, 3],
      [3, 3, 2],
    ],
    apply: (x, k) => conv1d(x, k, { strides: 2, padding: "same" }),
  },
  {
    name: "conv2d",
    inputs: [
      [2, 5, 3, 2],
      [3, 2, 2, 3],
    ],
    apply: (x, k) => conv2d(x, k),
  },
  {
    name: "conv2d of pixels",
    inputs: [
      [1, 3, 2, 3],
      [1, 1, 3, 5],
    ],
    apply: (x, k) => conv2d(x, k),
  },
  {
    name: "conv2d, strided, padded, dilated",
    inputs: [
      [1, 5, 7, 1],
      [2, 3, 1, 2],
    ],
    apply: (x, k) =>
      conv2d(x, k, {
        strides: [2, 1],
        padding: [
          [1, 0],
          [2, 1],
        ],
        dilations: [1, 2],
      }),
  },
  {
    name: "conv2d in groups",
    inputs: [
      [1, 3, 3, 4],
      [2, 2, 2, 6],
    ],
    apply: (x, k) => conv2d(x, k, { groups: 2 }),
  },
  {
    name: "conv2d of nothing",
    inputs: [
      [0, 3, 3, 1],
      [2, 2, 1, 2],
    ],
    apply: (x, k) => conv2d(x, k),
    twice: false,
  },
  {
    name: "conv3d",
    inputs: [
      [1, 3, 2, 3, 2],
      [2, 2, 1, 2, 1],
    ],
    apply: (x, k) => conv3d(x, k, { padding: "same" }),
  },
  {
    name: "depthwiseConv2d",
    inputs: [
      [2, 4, 3, 5],
      [2, 2, 5, 1],
    ],
    apply: (x, k) => depthwiseConv2d(x, k),
  },
  {
    name: "depthwiseConv2d with two features",
    inputs: [
      [1, 3, 3, 3],
      [2, 2, 3, 2],
    ],
    apply: (x, k) => depthwiseConv2d(x, k, { padding: "same" }),
  },
  {
    name: "depthwiseConv1d",
    inputs: [
      [1, 5, 2],
      [3, 2, 1],
    ],
    apply: (x, k) => depthwiseConv1d(x, k),
  },
  {
    name: "separableConv2d",
    inputs: [
      [1, 3, 3, 2],
      [2, 2, 2, 2],
      [1, 1, 4, 3],
    ],
    apply: (x, d, p) => separableConv2d(x, d, p),
  },
  {
    name: "separableConv1d",
    inputs: [
      [1, 4, 2],
      [2, 2, 1],
      [1, 2, 3],
    ],
    apply: (x, d, p) => separableConv1d(x, d, p),
  },
  {
    name: "conv1dTranspose",
    inputs: [
      [2, 3, 2],
      [3, 4, 2],
    ],
    apply: (x, k) => conv1dTranspose(x, k, { strides: 2 }),
  },
  {
    name: "conv2dTranspose",
    inputs: [
      [1, 3, 2, 2],
      [3, 2, 1, 2],
    ],
    apply: (x, k) => conv2dTranspose(x, k, { strides: 2, padding: "same" }),
  },
  {
    name: "conv2dTranspose in groups, dilated",
    inputs: [
      [1, 2, 3, 4],
      [2, 2, 1, 4],
    ],
    apply: (x, k) => conv2dTranspose(x, k, { groups: 2, dilations: 2 }),
  },
  {
    name: "conv3dTranspose",
    inputs: [
      [1, 2, 1, 2, 1],
      [2, 2, 2, 1, 1],
    ],
    apply: (x, k) => conv3dTranspose(x, k),
  },
]);

/** The numbers (step·i mod modulus − 5) / 4. */
function sequence(shape: Shape, modulus = 11, step = 7): Tensor {
  const values = Float64Array.from(
    { length: sizeOf(shape) },
    (_, index) => (((index * step) % modulus) - 5) / 4,
  );
  return tensor(values, shape);
}

describe("convolution", () => {
  const x = sequence([1, 5, 4, 2]);
  const small = sequence([1, 2, 2, 2]);
  const kernel = (...shape: number[]): Tensor => sequence(shape, 13, 5);

  // PyTorch 1.13 in float64: torch.nn.functional, with axes moved from NCHW and OIHW.
  it.each([
    [
      "conv2d, stride 2, padding 1",
      conv2d(x, kernel(3, 2, 2, 3), { strides: 2, padding: 1 }),
      [
        -2.4375, -2.0625, -0.0625, 2.25, -0.9375, 0.75, 0.125, 0, -1.75, -0.875, -1.5625, 1.8125, 1.6875,
        0.625, -2.875, -1.5625, 1.5, 2.9375, 1.25, 1.125, -2.25, 1.6875, 0.125, -0.625, 1.375, 0.5625, 0.5625,
      ],
    ],
    [
      "conv2d, dilation 2",
      conv2d(x, kernel(3, 2, 2, 3), { dilations: [2, 1] }),
      [3.1875, 1.1875, -0.8125, 0.375, 1.9375, 1.0625, -2.4375, -0.75, -3.9375],
    ],
    [
      "conv2d, 2 groups",
      conv2d(x, kernel(2, 2, 1, 4), { groups: 2 }),
      [
        2.125, -0.8125, 1.4375, -1.0625, 1.375, -0.25, -0.125, -1.6875, 0.625, 0.3125, -1.6875, 1.125, 1.875,
        -0.625, 2.75, -3.5625, 1.125, -0.0625, -2.9375, 0.625, -1.6875, 3.9375, -1.0625, 1.375, 1.625,
        -0.4375, 3.375, -3.3125, 0.875, 0.125, -2.3125, 0.875, -3.3125, -0.6875, -0.4375, 1.625, 1.375, -0.25,
        -0.125, -1.6875, 0.625, 0.3125, -1.6875, 1.125, -3.5625, -0.5, 0.1875, 1.875,
      ],
    ],
    [
      "conv2dTranspose, stride 2",
      conv2dTranspose(small, kernel(3, 2, 3, 2), { strides: 2 }),
      [
        1.5625, -1.9375, 0.25, 0.8125, 1.375, -2.125, 0.625, -1.5625, 1.9375, 1.375, 0.8125, -1.375, -1.5625,
        0.625, 1.1875, -2.3125, -1.75, 0.4375, -1.9375, 1.5625, 1, -1.1875, -1.75, 1.75, 0.6875, 2.4375,
        -3.125, -0.5625, 0.375, 2.125, -0.0625, 1.875, -1.0625, 1.6875, 0.375, 2.3125, 1.125, -0.9375,
        -0.5625, 0.625, 1, -1.0625, 0.75, 0, -0.75, 1.75, 1, 0.25, -0.6875, -0.3125, 0.875, -1.1875, -0.8125,
        -0.4375, -0.5, -1.25, 1.25, 0.5, -0.25, -1,
      ],
    ],
    [
      "conv2dTranspose, padding 1, output padding 1",
      conv2dTranspose(small, kernel(3, 2, 3, 2), { strides: 2, padding: 1, outputPadding: 1 }),
      [
        -2.3125, -1.75, 0.4375, -1.9375, 1.5625, 1, -1.1875, -1.75, 1.75, -0.5625, 0.375, 2.125, -0.0625,
        1.875, -1.0625, 1.6875, 0.375, 2.3125, 0.625, 1, -1.0625, 0.75, 0, -0.75, 1.75, 1, 0.25, -1.1875,
        -0.8125, -0.4375, -0.5, -1.25, 1.25, 0.5, -0.25, -1,
      ],
    ],
    [
      "conv1d, stride 2",
      conv1d(sequence([1, 6, 2]), kernel(3, 2, 2), { strides: 2 }),
      [0.25, 0.4375, 1.375, 1.6875],
    ],
    [
      "conv3d",
      conv3d(sequence([1, 3, 2, 3, 1]), kernel(2, 2, 2, 1, 2), {
        padding: [
          [0, 0],
          [1, 1],
          [0, 0],
        ],
      }),
      [
        0, -2.9375, 0.375, -0.875, 2.3125, 1.0625, -2.625, -0.6875, -2.375, 0.125, -2.875, 1.125, 0.875, 0.5,
        -0.125, 1.1875, -1.875, 0.1875, 0.75, 0.5, -2.625, 0.625, 1, 0.25,
      ],
    ],
  ])("%s is PyTorch's", (_name, actual, expected) => {
    expectValues(actual, expected, 1e-12);
  });

  // Each element adds its multiple of the kernel, by NumPy 2.4; then the padding is cut off.
  it.each([
    [
      "conv1dTranspose",
      [1, 3, 1],
      [1, 10, 100],
      (x: Tensor, w: Tensor) =>
        conv1dTranspose(x, w.reshape([3, 1, 1]), { strides: 2, padding: [[1, 2]], outputPadding: 1 }),
      [10, 102, 20, 203, 30],
    ],
    [
      "conv2dTranspose",
      [1, 2, 2, 1],
      [1, 2, 3, 4, 5, 6, 7, 8, 9],
      (x: Tensor, w: Tensor) =>
        conv2dTranspose(x, w.reshape([3, 3, 1, 1]), {
          strides: 2,
          padding: [
            [1, 0],
            [0, 2],
          ],
        }),
      [4, 5, 14, 10, 14, 36, 12, 15, 34, 21, 24, 55],
    ],
    [
      "conv3dTranspose",
      [1, 2, 2, 2, 1],
      [1, 2, 3, 4, 5, 6, 7, 8],
      (x: Tensor, w: Tensor) =>
        conv3dTranspose(x, w.reshape([2, 2, 2, 1, 1]), {
          padding: [
            [1, 0],
            [0, 1],
            [1, 1],
          ],
        }),
      [32, 120, 60, 164],
    ],
  ] as const)("%s takes explicit paddings", (_name, shape, kernel, apply, expected) => {
    const x = arange(1, sizeOf(shape) + 1, 1, "float64").reshape([...shape]);
    expectEveryWay(apply, [x, tensor([...kernel], undefined, "float64")], expected);
  });

  it("conv2dTranspose is the transpose of conv2d, for explicit paddings, dilations and groups too", () => {
    const options = {
      strides: [2, 1],
      dilations: [1, 2],
      groups: 2,
      padding: [
        [2, 1],
        [0, 3],
      ],
    } as const;
    const [image, weights] = [sequence([1, 6, 7, 2]), sequence([3, 2, 1, 4])];
    const result = sequence([...conv2d(image, weights, options).shape]);
    const back = (y: Tensor): Tensor => conv2dTranspose(y, weights, options);
    // Of these sizes the convolution leaves no row out.
    const expected = gradients(conv2d(image, weights, options), [image], result)[0];
    expect(back(result).shape).toEqual(image.shape);
    expectEveryWay(back, [result], Array.from(expected.dataSync()));
  });

  it("has Keras's sizes", () => {
    const image = ones([1, 5, 5, 1]);
    const sizeOfConv = (options: object): number => conv2d(image, ones([3, 3, 1, 1]), options).shape[1];
    expect(sizeOfConv({ strides: 2, padding: "same" })).toBe(3);
    expect(sizeOfConv({ strides: 2 })).toBe(2);
    const transposed = (size: number, options: object): number =>
      conv2dTranspose(image, ones([size, size, 1, 1]), options).shape[1];
    expect(transposed(3, { strides: 2, padding: "same" })).toBe(10);
    expect(transposed(3, { strides: 2 })).toBe(11);
    expect(transposed(1, { strides: 2 })).toBe(10);
  });

  it("says what does not fit", () => {
    expect(() => conv2d(ones([2, 3, 3]), ones([1, 1, 1, 1]))).toThrow(
      "conv2d: takes images [batch, height, width, channels], not [2, 3, 3]",
    );
    expect(() => conv2d(ones([1, 3, 3, 2]), ones([1, 1, 3, 1]))).toThrow(
      "conv2d: the kernel [1, 1, 3, 1] does not fit the image [1, 3, 3, 2]",
    );
    expect(() => conv1d(ones([1, 2, 1]), ones([3, 1, 1]))).toThrow("conv1d: a window of [3]");
    expect(() => conv1d(ones([1, 3, 1]), ones([3, 1, 1]), { strides: 0 })).toThrow(
      "conv1d: the strides are 0",
    );
    expect(() => conv1d(ones([1, 3, 1]), ones([3, 1, 1]), { padding: -1 })).toThrow(
      "conv1d: the paddings are -1",
    );
    expect(() => depthwiseConv2d(ones([1, 3, 3, 2]), ones([1, 1, 3, 1]))).toThrow(
      "depthwiseConv2d: the kernel",
    );
    expect(() => conv1dTranspose(ones([1, 3, 2]), ones([3, 1, 1]))).toThrow("conv1dTranspose: the kernel");
  });
});
