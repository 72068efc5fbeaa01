import { checkCount, describeValue, readOptions } from "../arguments.ts";
import { ShapeError } from "../errors.ts";
import type { GraphNode } from "../graph/node.ts";
import { build } from "../primitives/apply.ts";
import { dilated } from "../primitives/convolution.ts";
import { formatShape } from "../shape.ts";
import { Tensor, type TensorLike } from "../tensor.ts";
import { floatNodes } from "./operands.ts";
import {
  checkFits,
  checkImage,
  fromVolume,
  paddingsOf,
  perDimension,
  toThree,
  toVolume,
  type WindowOptions,
  windowOptions,
} from "./windows.ts";

/** Options of {@link conv1d}, {@link conv2d} and {@link conv3d}. */
export interface ConvolutionOptions extends WindowOptions {
  /**
   * Into how many groups the channels are divided; each group of features sees one group of channels only. Default: 1.
   */
  readonly groups?: number;
}

const convolutionOptions = [...windowOptions, "groups"] as const;

function checkGroups(operation: string, groups: number): void {
  if (Number.isInteger(groups) && groups >= 1) return;
  throw new RangeError(
    `${operation}: groups is ${describeValue(groups)}; it must be an integer of at least 1`,
  );
}

function checkWindow(operation: string, kernel: GraphNode, rank: number): void {
  if (kernel.shape.slice(0, rank).every((size) => size > 0)) return;
  throw new ShapeError(
    `${operation}: the kernel ${formatShape(kernel.shape)} has an empty window; its sizes must be at least 1`,
  );
}

function checkKernel(
  operation: string,
  image: GraphNode,
  kernel: GraphNode,
  rank: number,
  groups: number,
): void {
  const channels = image.shape[rank + 1];
  const [taken, features] = kernel.shape.slice(-2);
  checkGroups(operation, groups);
  checkWindow(operation, kernel, rank);
  if (kernel.shape.length !== rank + 2 || taken * groups !== channels || features % groups !== 0) {
    throw new ShapeError(
      `${operation}: the kernel ${formatShape(kernel.shape)} does not fit the image ${formatShape(image.shape)}; it must ` +
        `have ${rank} window sizes, then ${channels}${groups === 1 ? "" : ` / ${groups}`} channels, then the features` +
        (groups === 1 ? "" : `, which ${groups} divides`),
    );
  }
}

function kernelVolume(kernel: GraphNode): GraphNode {
  return build.reshape(kernel, [...toThree(kernel.shape.slice(0, -2), 1), ...kernel.shape.slice(-2)]);
}

function convolve(
  operation: string,
  rank: number,
  x: TensorLike,
  kernel: TensorLike,
  options: ConvolutionOptions,
): Tensor {
  const { strides = 1, padding = "valid", dilations = 1, groups = 1 } = options;
  const [image, weights] = floatNodes(operation, [x, kernel]);
  checkImage(operation, image, rank);
  checkKernel(operation, image, weights, rank, groups);
  const steps = perDimension(operation, "strides", strides, rank);
  const distances = perDimension(operation, "dilations", dilations, rank);
  const sizes = image.shape.slice(1, -1);
  const window = weights.shape.slice(0, rank);
  const paddings = paddingsOf(operation, padding, sizes, window, steps, distances);
  checkFits(operation, sizes, window, paddings, distances);
  const convolved = build.convolution(toVolume(image), kernelVolume(weights), {
    strides: toThree(steps, 1),
    before: toThree(paddings.before, 0),
    after: toThree(paddings.after, 0),
    kernelDilation: toThree(distances, 1),
    groups,
  });
  return new Tensor(fromVolume(convolved, rank));
}

/**
 * The one-dimensional convolution (cross-correlation, as in all neural networks): [B, W, C] with a kernel
 * [K, C / groups, F] → [B, W', F].
 *
 * @param x The sequences.
 * @param kernel The weights.
 * @param options Strides, padding, dilations and groups.
 * @throws ShapeError if the kernel does not fit.
 *
 * @example
 * ```ts
 * import { conv1d } from "@strata/core";
 *
 * console.log(conv1d([[[1], [2], [3]]], [[[1]], [[1]]]).arraySync()); // [[[3], [5]]]
 * ```
 */
export function conv1d(x: TensorLike, kernel: TensorLike, options: ConvolutionOptions = {}): Tensor {
  checkCount("conv1d", arguments, 3);
  return convolve("conv1d", 1, x, kernel, readOptions("conv1d", options, convolutionOptions));
}

/**
 * The two-dimensional convolution: [B, H, W, C] with a kernel [KH, KW, C / groups, F] → [B, H', W', F]. Parameters as for
 * {@link conv1d}.
 *
 * @param x The images, volumes or sequences, of the shape above.
 * @param kernel The kernel, of the shape above.
 *
 * @example
 * ```ts
 * import { conv2d, ones } from "@strata/core";
 *
 * const y = conv2d(ones([1, 3, 3, 1]), ones([2, 2, 1, 1]), { padding: "same" });
 * console.log(y.reshape([3, 3]).arraySync()); // [[4, 4, 2], [4, 4, 2], [2, 2, 1]]
 * ```
 */
export function conv2d(x: TensorLike, kernel: TensorLike, options: ConvolutionOptions = {}): Tensor {
  checkCount("conv2d", arguments, 3);
  return convolve("conv2d", 2, x, kernel, readOptions("conv2d", options, convolutionOptions));
}

/**
 * The three-dimensional convolution: [B, D, H, W, C] with a kernel [KD, KH, KW, C / groups, F] → [B, D', H', W', F].
 * Parameters as for {@link conv1d}.
 *
 * @param x The images, volumes or sequences, of the shape above.
 * @param kernel The kernel, of the shape above.
 *
 * @example
 * ```ts
 * import { conv3d, ones } from "@strata/core";
 *
 * console.log(conv3d(ones([1, 4, 4, 4, 1]), ones([3, 3, 3, 1, 8])).shape); // [1, 2, 2, 2, 8]
 * ```
 */
export function conv3d(x: TensorLike, kernel: TensorLike, options: ConvolutionOptions = {}): Tensor {
  checkCount("conv3d", arguments, 3);
  return convolve("conv3d", 3, x, kernel, readOptions("conv3d", options, convolutionOptions));
}

/**
 * A convolution of each channel with kernels of its own: [B, H, W, C] with [KH, KW, C, M] → [B, H', W', C·M]; the M
 * features of a channel follow each other.
 *
 * @param x The images, volumes or sequences, of the shape above.
 * @param kernel The kernel, of the shape above.
 * @param options Strides, padding and dilations.
 * @throws ShapeError if the kernel does not fit.
 *
 * @example
 * ```ts
 * import { depthwiseConv2d, ones } from "@strata/core";
 *
 * console.log(depthwiseConv2d(ones([1, 5, 5, 3]), ones([2, 2, 3, 1])).shape); // [1, 4, 4, 3]
 * ```
 */
export function depthwiseConv2d(x: TensorLike, kernel: TensorLike, options: WindowOptions = {}): Tensor {
  checkCount("depthwiseConv2d", arguments, 3);
  return depthwise("depthwiseConv2d", 2, x, kernel, options);
}

/**
 * As {@link depthwiseConv2d}, of sequences: [B, W, C] with [K, C, M] → [B, W', C·M].
 *
 * @param x The images, volumes or sequences, of the shape above.
 * @param kernel The kernel, of the shape above.
 *
 * @example
 * ```ts
 * import { depthwiseConv1d, ones } from "@strata/core";
 *
 * console.log(depthwiseConv1d(ones([1, 5, 3]), ones([2, 3, 1])).shape); // [1, 4, 3]
 * ```
 */
export function depthwiseConv1d(x: TensorLike, kernel: TensorLike, options: WindowOptions = {}): Tensor {
  checkCount("depthwiseConv1d", arguments, 3);
  return depthwise("depthwiseConv1d", 1, x, kernel, options);
}

function depthwise(
  operation: string,
  rank: number,
  x: TensorLike,
  kernel: TensorLike,
  options: WindowOptions,
): Tensor {
  readOptions(operation, options, windowOptions);
  const [image, weights] = floatNodes(operation, [x, kernel]);
  checkImage(operation, image, rank);
  const channels = image.shape[rank + 1];
  if (weights.shape.length !== rank + 2 || weights.shape[rank] !== channels) {
    throw new ShapeError(
      `${operation}: the kernel ${formatShape(weights.shape)} does not fit the image ${formatShape(image.shape)}; it must ` +
        `have ${rank} window sizes, then ${channels} channels, then the features of each`,
    );
  }
  const grouped = build.reshape(weights, [
    ...weights.shape.slice(0, rank),
    1,
    channels * weights.shape[rank + 1],
  ]);
  return convolve(operation, rank, new Tensor(image), new Tensor(grouped), { ...options, groups: channels });
}

/**
 * A depthwise convolution and then a mixture of the channels at each pixel: kernels [KH, KW, C, M] and [1, 1, C·M, F].
 *
 * @param x The images, volumes or sequences, of the shape above.
 * @param depthwiseKernel As for {@link depthwiseConv2d}.
 * @param pointwiseKernel As for {@link conv2d}, with a window of one pixel.
 *
 * @example
 * ```ts
 * import { ones, separableConv2d } from "@strata/core";
 *
 * console.log(separableConv2d(ones([1, 5, 5, 3]), ones([2, 2, 3, 1]), ones([1, 1, 3, 8])).shape); // [1, 4, 4, 8]
 * ```
 */
export function separableConv2d(
  x: TensorLike,
  depthwiseKernel: TensorLike,
  pointwiseKernel: TensorLike,
  options: WindowOptions = {},
): Tensor {
  checkCount("separableConv2d", arguments, 4);
  return separable("separableConv2d", 2, x, depthwiseKernel, pointwiseKernel, options);
}

/**
 * As {@link separableConv2d}, of sequences: kernels [K, C, M] and [1, C·M, F].
 *
 * @param x The images, volumes or sequences, of the shape above.
 * @param depthwiseKernel The kernel of each channel, of the shape above.
 * @param pointwiseKernel The kernel that mixes the channels, of the shape above.
 *
 * @example
 * ```ts
 * import { ones, separableConv1d } from "@strata/core";
 *
 * console.log(separableConv1d(ones([1, 5, 3]), ones([2, 3, 1]), ones([1, 3, 8])).shape); // [1, 4, 8]
 * ```
 */
export function separableConv1d(
  x: TensorLike,
  depthwiseKernel: TensorLike,
  pointwiseKernel: TensorLike,
  options: WindowOptions = {},
): Tensor {
  checkCount("separableConv1d", arguments, 4);
  return separable("separableConv1d", 1, x, depthwiseKernel, pointwiseKernel, options);
}

function separable(
  operation: string,
  rank: number,
  x: TensorLike,
  depthwiseKernel: TensorLike,
  pointwiseKernel: TensorLike,
  options: WindowOptions,
): Tensor {
  const mixed = depthwise(operation, rank, x, depthwiseKernel, options);
  return convolve(operation, rank, mixed, pointwiseKernel, {});
}

/** Options of {@link conv1dTranspose} and its relatives. */
export interface TransposedConvolutionOptions extends WindowOptions {
  /**
   * How many elements are added at the end of each spatial dimension, less than its stride: several sizes give the same
   * size under a convolution. Default: 0 for explicit paddings; with `"same"` the result has size · stride elements,
   * with `"valid"` the size that Keras gives, size · stride + max(window − stride, 0).
   */
  readonly outputPadding?: number | readonly number[] | null;
  /** Into how many groups the channels are divided. Default: 1. */
  readonly groups?: number;
}

function convolveTransposed(
  operation: string,
  rank: number,
  x: TensorLike,
  kernel: TensorLike,
  options: TransposedConvolutionOptions,
): Tensor {
  const {
    strides = 1,
    padding = "valid",
    dilations = 1,
    outputPadding = null,
    groups = 1,
  } = readOptions(operation, options, [...convolutionOptions, "outputPadding"]);
  checkGroups(operation, groups);
  const [image, weights] = floatNodes(operation, [x, kernel]);
  checkImage(operation, image, rank);
  const steps = perDimension(operation, "strides", strides, rank);
  const distances = perDimension(operation, "dilations", dilations, rank);
  const sizes = image.shape.slice(1, -1);
  const window = weights.shape.slice(0, rank);
  const channels = weights.shape[rank + 1];
  if (weights.shape.length !== rank + 2 || channels !== image.shape[rank + 1] || channels % groups !== 0) {
    throw new ShapeError(
      `${operation}: the kernel ${formatShape(weights.shape)} does not fit the image ${formatShape(image.shape)}; it must ` +
        `have ${rank} window sizes, then the features, then ${image.shape[rank + 1]} channels`,
    );
  }
  checkWindow(operation, weights, rank);
  const covered = window.map((size, axis) => dilated(size, distances[axis]));
  const added =
    outputPadding === null ? null : perDimension(operation, "output paddings", outputPadding, rank, 0);
  const pads = paddingsOf(operation, padding, steps, window, steps, distances);
  const outputs = sizes.map((size, axis) => {
    const step = steps[axis];
    if (padding === "same" && added === null) return size * step;
    const least = Math.max(0, (size - 1) * step + covered[axis] - pads.before[axis] - pads.after[axis]);
    const extra =
      added === null ? (padding === "valid" ? Math.max(0, step - covered[axis]) : 0) : added[axis];
    return least + extra;
  });
  // What is sought is the gradient, with respect to its image, of the convolution that has x for a result.
  const { before } =
    padding === "same" ? paddingsOf(operation, padding, outputs, window, steps, distances) : pads;
  const after = outputs.map(
    (size, axis) => (sizes[axis] - 1) * steps[axis] + covered[axis] - size - before[axis],
  );
  const grown = build.convolutionImageGradient(toVolume(image), kernelVolume(weights), {
    strides: toThree(steps, 1),
    before: toThree(before, 0),
    after: toThree(after, 0),
    kernelDilation: toThree(distances, 1),
    groups,
    sizes: toThree(outputs, 1),
  });
  return new Tensor(fromVolume(grown, rank));
}

/**
 * The transpose of {@link conv1d} as a linear map, with which sequences grow: [B, W, C] with a kernel
 * [K, F / groups, C] → [B, W', F].
 *
 * @param x The sequences.
 * @param kernel The weights, laid out as those of the convolution that it transposes.
 * @param options Strides, padding, dilations, output padding and groups.
 * @throws ShapeError if the kernel does not fit.
 *
 * @example
 * ```ts
 * import { conv1dTranspose } from "@strata/core";
 *
 * console.log(conv1dTranspose([[[1], [2]]], [[[1]], [[1]]]).arraySync()); // [[[1], [3], [2]]]
 * ```
 */
export function conv1dTranspose(
  x: TensorLike,
  kernel: TensorLike,
  options: TransposedConvolutionOptions = {},
): Tensor {
  checkCount("conv1dTranspose", arguments, 3);
  return convolveTransposed("conv1dTranspose", 1, x, kernel, options);
}

/**
 * The transpose of {@link conv2d}: [B, H, W, C] with a kernel [KH, KW, F / groups, C] → [B, H', W', F]. Parameters as for
 * {@link conv1dTranspose}.
 *
 * @param x The images, volumes or sequences, of the shape above.
 * @param kernel The kernel, of the shape above.
 *
 * @example
 * ```ts
 * import { conv2dTranspose, ones } from "@strata/core";
 *
 * console.log(conv2dTranspose(ones([1, 4, 4, 3]), ones([2, 2, 8, 3]), { strides: 2 }).shape); // [1, 8, 8, 8]
 * ```
 */
export function conv2dTranspose(
  x: TensorLike,
  kernel: TensorLike,
  options: TransposedConvolutionOptions = {},
): Tensor {
  checkCount("conv2dTranspose", arguments, 3);
  return convolveTransposed("conv2dTranspose", 2, x, kernel, options);
}

/**
 * The transpose of {@link conv3d}: [B, D, H, W, C] with a kernel [KD, KH, KW, F / groups, C] → [B, D', H', W', F].
 * Parameters as for {@link conv1dTranspose}.
 *
 * @param x The images, volumes or sequences, of the shape above.
 * @param kernel The kernel, of the shape above.
 *
 * @example
 * ```ts
 * import { conv3dTranspose, ones } from "@strata/core";
 *
 * console.log(conv3dTranspose(ones([1, 4, 4, 4, 3]), ones([2, 2, 2, 8, 3]), { strides: 2 }).shape); // [1, 8, 8, 8, 8]
 * ```
 */
export function conv3dTranspose(
  x: TensorLike,
  kernel: TensorLike,
  options: TransposedConvolutionOptions = {},
): Tensor {
  checkCount("conv3dTranspose", arguments, 3);
  return convolveTransposed("conv3dTranspose", 3, x, kernel, options);
}
