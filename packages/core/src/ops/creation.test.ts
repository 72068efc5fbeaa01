import { expect, it } from "vitest";
import { arange, full, oneHot, ones, scalar, zeros } from "./creation.ts";
import { hannWindow } from "./fourier.ts";
import { eye, linspace } from "./matrices.ts";
import { expectValues } from "./testing/battery.ts";

// NumPy 1.24: np.arange, np.linspace, np.eye, np.full.
it("tensors are made as NumPy makes them", () => {
  expect(arange(3, -4, -2).arraySync()).toEqual([3, 1, -1, -3]);
  expectValues(arange(0.5, 2, 0.4), [0.5, 0.9, 1.3, 1.7], 1e-7);
  expect(linspace(-1, 2, 5).arraySync()).toEqual([-1, -0.25, 0.5, 1.25, 2]);
  expect(eye(2, 3, 1).arraySync()).toEqual([
    [0, 1, 0],
    [0, 0, 1],
  ]);
  expect(full([1, 2], 2.5).arraySync()).toEqual([[2.5, 2.5]]);
  expect([zeros([0, 3]).shape, ones([2]).arraySync(), scalar(true).item()]).toEqual([[0, 3], [1, 1], 1]);
});

// PyTorch 1.13: torch.nn.functional.one_hot, torch.hann_window.
it("classes and windows are PyTorch's", () => {
  expect(oneHot([2, 0], 4).arraySync()).toEqual([
    [0, 0, 1, 0],
    [1, 0, 0, 0],
  ]);
  expectValues(
    hannWindow(5, "float64"),
    [0, 0.345491502813, 0.904508497187, 0.904508497187, 0.345491502813],
    1e-11,
  );
});
