import { describe, expect, it } from "vitest";
import { tensor } from "../tensor.ts";
import { arange } from "./creation.ts";
import { cropAndResize } from "./crop-and-resize.ts";
import { resize } from "./resize.ts";
import { expectValues, testOps } from "./testing/battery.ts";

testOps("resize", [
  {
    name: "cropAndResize",
    inputs: [[2, 4, 5, 2], { shape: [3, 4], from: 0.1, to: 0.9 }],
    apply: (x, boxes) => cropAndResize(x, boxes, [1, 0, 1], [3, 2]),
    tolerance: 1e-4,
  },
  { name: "bilinear", inputs: [[2, 3, 5, 2]], apply: (x) => resize(x, [5, 3]) },
  { name: "bicubic", inputs: [[1, 3, 4, 1]], apply: (x) => resize(x, [7, 2], { interpolation: "bicubic" }) },
  { name: "lanczos", inputs: [[1, 7, 4, 1]], apply: (x) => resize(x, [3, 6], { interpolation: "lanczos3" }) },
  {
    name: "smoothed",
    inputs: [[1, 7, 5, 2]],
    apply: (x) => resize(x, [3, 2], { interpolation: "bicubic", antialias: true }),
  },
  { name: "nearest", inputs: [[1, 3, 4, 2]], apply: (x) => resize(x, [2, 7], { interpolation: "nearest" }) },
]);

describe("resize", () => {
  const x = tensor([0, 1, 4, 9, 16, 25], [1, 2, 3, 1], "float64");

  // PyTorch 1.13: torch.nn.functional.interpolate, align_corners=False.
  it("is PyTorch's", () => {
    expectValues(resize(x, [3, 4]), [0, 0.625, 2.125, 4, 4.5, 7, 10.75, 14.5, 9, 13.375, 19.375, 25], 1e-8);
  });

  it("counts every pixel of an image that it shrinks and smooths", () => {
    const row = tensor([0, 0, 8, 0, 0, 0, 0, 0], [1, 1, 8, 1], "float64");
    const shrunk = (antialias: boolean) => resize(row, [1, 2], { antialias }).reshape([2]);
    expectValues(shrunk(false), [4, 0], 1e-8);
    // A triangle that is 4 pixels wide on either side, of which two lie beyond the border: its weights add up to 3.5.
    expectValues(shrunk(true), [(8 * 0.875) / 3.5, (8 * 0.125) / 3.5], 1e-8);
  });

  it("says what does not fit", () => {
    expect(() => resize(x, [0, 2])).toThrow(
      "resize: the size is [0,2]; it must be two integers of at least 1",
    );
    expect(() => resize([1], [1, 1])).toThrow("resize: takes images [batch, height, width, channels]");
  });
});

describe("cropAndResize", () => {
  const x = arange(16).reshape([1, 4, 4, 1]);

  it("gives the image for the whole box, and what is asked for outside", () => {
    expect(cropAndResize(x, [[0, 0, 1, 1]], [0], [4, 4]).arraySync()).toEqual(x.cast("float32").arraySync());
    const crops = cropAndResize(
      x,
      [
        [0, 0, 1 / 3, 1 / 3],
        [-1, 0, 1, 1],
      ],
      [0, 0],
      [2, 2],
      9,
    ).reshape([2, 4]);
    expectValues(crops, [0, 1, 4, 5, 9, 9, 12, 15], 1e-5);
    expectValues(cropAndResize(x, [[0, 0, 1, 1]], [0], [1, 1]), [7.5]);
  });

  it("says what does not fit", () => {
    expect(() => cropAndResize(x, [[0, 0, 1]], [0], [1, 1])).toThrow("cropAndResize: takes boxes [N, 4]");
    expect(() => cropAndResize(x, [[0, 0, 1, 1]], [0], [0, 1])).toThrow("cropAndResize: the size is [0,1]");
  });
});
