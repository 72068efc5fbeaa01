import * as core from "../../../index.ts";
import { operation } from "../operation-case.ts";

export const contractionCases = {
  matmul: operation(
    [
      [2, 3, 4],
      [4, 2],
    ],
    (x, y) => core.matmul(x, y),
  ),
  dot: operation([[5], [5]], (x, y) => core.dot(x, y)),
  outer: operation([[3], [4]], (x, y) => core.outer(x, y)),
  tensordot: operation(
    [
      [2, 3, 4],
      [3, 4, 2],
    ],
    (x, y) => core.tensordot(x, y),
  ),
  einsum: operation([[2, 3], [3, 4], [2]], (x, y, z) => core.einsum("ij,jk,i->k", x, y, z)),
};

export const convolutionCases = {
  conv1d: operation(
    [
      [2, 7, 2],
      [3, 2, 3],
    ],
    (x, kernel) => core.conv1d(x, kernel, { strides: 2, padding: "same" }),
  ),
  conv2d: operation(
    [
      [1, 4, 5, 4],
      [2, 3, 2, 2],
    ],
    (x, kernel) => core.conv2d(x, kernel, { groups: 2, dilations: [2, 1] }),
  ),
  conv3d: operation(
    [
      [1, 2, 3, 3, 1],
      [2, 2, 1, 1, 2],
    ],
    (x, kernel) => core.conv3d(x, kernel),
  ),
  conv1dTranspose: operation(
    [
      [2, 3, 2],
      [3, 2, 2],
    ],
    (x, kernel) => core.conv1dTranspose(x, kernel, { strides: 2 }),
  ),
  conv2dTranspose: operation(
    [
      [1, 2, 3, 2],
      [2, 3, 2, 2],
    ],
    (x, kernel) => core.conv2dTranspose(x, kernel, { strides: 2, padding: "same" }),
  ),
  conv3dTranspose: operation(
    [
      [1, 2, 2, 1, 1],
      [2, 1, 2, 2, 1],
    ],
    (x, kernel) => core.conv3dTranspose(x, kernel),
  ),
  depthwiseConv1d: operation(
    [
      [2, 5, 3],
      [2, 3, 2],
    ],
    (x, kernel) => core.depthwiseConv1d(x, kernel),
  ),
  depthwiseConv2d: operation(
    [
      [1, 4, 3, 3],
      [2, 2, 3, 1],
    ],
    (x, kernel) => core.depthwiseConv2d(x, kernel, { padding: 1 }),
  ),
  separableConv1d: operation(
    [
      [1, 5, 2],
      [2, 2, 1],
      [1, 2, 3],
    ],
    (x, depthwise, pointwise) => core.separableConv1d(x, depthwise, pointwise),
  ),
  separableConv2d: operation(
    [
      [1, 4, 3, 2],
      [2, 2, 2, 1],
      [1, 1, 2, 3],
    ],
    (x, depthwise, pointwise) => core.separableConv2d(x, depthwise, pointwise),
  ),
};

export const poolingCases = {
  maxPool1d: operation([[2, 7, 2]], (x) => core.maxPool1d(x, 3, { strides: 2, padding: "same" })),
  maxPool2d: operation([[1, 4, 5, 2]], (x) => core.maxPool2d(x, 2, { strides: 1 })),
  maxPool3d: operation([[1, 3, 3, 2, 1]], (x) => core.maxPool3d(x, [2, 1, 2], { strides: 1 })),
  averagePool1d: operation([[2, 7, 2]], (x) => core.averagePool1d(x, 3, { strides: 2, padding: "same" })),
  averagePool2d: operation([[1, 4, 5, 2]], (x) => core.averagePool2d(x, [2, 3], { strides: 1 })),
  averagePool3d: operation([[1, 3, 3, 2, 1]], (x) => core.averagePool3d(x, [2, 1, 2], { strides: 1 })),
  globalMaxPool: operation([[2, 3, 2]], (x) => core.globalMaxPool(x)),
  globalAveragePool: operation([[2, 3, 2]], (x) => core.globalAveragePool(x)),
  adaptiveMaxPool: operation([[1, 5, 4, 2]], (x) => core.adaptiveMaxPool(x, [2, 3])),
  adaptiveAveragePool: operation([[1, 5, 4, 2]], (x) => core.adaptiveAveragePool(x, [2, 3])),
};
