import { checkCount, checkFlag, readOptions } from "../arguments.ts";
import { ShapeError } from "../errors.ts";
import type { GraphNode } from "../graph/node.ts";
import { dataNode } from "../graph/node.ts";
import { applyPrimitive, build } from "../primitives/apply.ts";
import { dilated } from "../primitives/convolution.ts";
import { formatShape, sizeOf } from "../shape.ts";
import { Tensor, type TensorLike } from "../tensor.ts";
import { checkIsFloat } from "./checks.ts";
import { floatNode, operandNode, roundedOnce } from "./operands.ts";
import { largestOfTiles } from "./pooled-tiles.ts";
import { extremum } from "./reduce.ts";
import { max, mean } from "./reductions.ts";
import {
  checkFits,
  checkImage,
  fromVolume,
  type Paddings,
  type PerDimension,
  paddingsOf,
  perDimension,
  toThree,
  toVolume,
  type WindowOptions,
  windowOptions,
} from "./windows.ts";

interface Pool {
  readonly window: readonly number[];
  readonly strides: readonly number[];
  readonly dilations: readonly number[];
  readonly paddings: Paddings;
  readonly sizes: readonly number[];
}

function poolOf(
  operation: string,
  rank: number,
  image: GraphNode,
  size: PerDimension,
  options: WindowOptions,
): Pool {
  readOptions(operation, options, windowOptions);
  checkImage(operation, image, rank);
  const window = perDimension(operation, "window sizes", size, rank);
  const strides = perDimension(operation, "strides", options.strides ?? window, rank);
  const dilations = perDimension(operation, "dilations", options.dilations ?? 1, rank);
  const sizes = image.shape.slice(1, -1);
  const paddings = paddingsOf(operation, options.padding ?? "valid", sizes, window, strides, dilations);
  checkFits(operation, sizes, window, paddings, dilations);
  const pool = { window, strides, dilations, paddings, sizes };
  for (const [axis, size] of window.entries()) {
    if (coverage(pool, axis).every((count) => count > 0)) continue;
    throw new RangeError(
      `${operation}: a padding of ${paddings.before[axis]} and ${paddings.after[axis]} hides whole windows, of ${size} ` +
        `elements at a distance of ${dilations[axis]} in an image of ${sizes[axis]}; it must be less, or the distance`,
    );
  }
  return pool;
}

/** Windows of more places than this are searched by loops, not by instructions for each place. */
const mostTaps = 16;

/** Whether the windows cover each element of the image once, and are small. */
function tiles({ window, strides, dilations, paddings, sizes }: Pool): boolean {
  if (sizeOf(window) > mostTaps) return false;
  return window.every((size, axis) => {
    const isPadded = paddings.before[axis] > 0 || paddings.after[axis] > 0;
    return strides[axis] === size && dilations[axis] === 1 && !isPadded && sizes[axis] % size === 0;
  });
}

function maxPool(
  operation: string,
  rank: number,
  x: TensorLike,
  size: PerDimension,
  options: WindowOptions,
): Tensor {
  const image = operandNode(operation, x);
  const pool = poolOf(operation, rank, image, size, options);
  if (tiles(pool)) return new Tensor(largestOfTiles(image, pool.window));
  const { window, strides, dilations, paddings } = pool;
  const volume = toVolume(image);
  const positions = applyPrimitive("windowArgMax", [volume], {
    window: toThree(window, 1),
    strides: toThree(strides, 1),
    before: toThree(paddings.before, 0),
    after: toThree(paddings.after, 0),
    kernelDilation: toThree(dilations, 1),
  });
  const [batch, ...rest] = volume.shape;
  const elements = build.reshape(volume, [batch, sizeOf(rest), 1]);
  const found = build.reshape(positions, [batch, sizeOf(positions.shape.slice(1))]);
  const largest = build.reshape(build.gather(elements, found, "nan"), positions.shape);
  return new Tensor(fromVolume(largest, rank));
}

/** How many of the image's elements each window covers, along one dimension. */
function coverage({ window, strides, dilations, paddings, sizes }: Pool, axis: number): number[] {
  const [size, before] = [sizes[axis], paddings.before[axis]];
  const room = size + before + paddings.after[axis] - dilated(window[axis], dilations[axis]);
  return Array.from({ length: Math.floor(room / strides[axis]) + 1 }, (_, at) => {
    const places = Array.from(
      { length: window[axis] },
      (_tap, tap) => at * strides[axis] - before + tap * dilations[axis],
    );
    return places.filter((place) => place >= 0 && place < size).length;
  });
}

function averagePool(
  operation: string,
  rank: number,
  x: TensorLike,
  size: PerDimension,
  options: WindowOptions,
): Tensor {
  const image = checkIsFloat(operation, x);
  const pool = poolOf(operation, rank, image, size, options);
  return new Tensor(roundedOnce(image, (wide) => averageOf(wide, rank, pool)));
}

function averageOf(image: GraphNode, rank: number, pool: Pool): GraphNode {
  const channels = image.shape[rank + 1];
  const ones = build.broadcastTo(build.literal(1, image.dtype), [...toThree(pool.window, 1), 1, channels]);
  const sums = build.convolution(toVolume(image), ones, {
    strides: toThree(pool.strides, 1),
    before: toThree(pool.paddings.before, 0),
    after: toThree(pool.paddings.after, 0),
    kernelDilation: toThree(pool.dilations, 1),
    groups: channels,
  });
  let average = fromVolume(sums, rank);
  pool.sizes.forEach((_, axis) => {
    const counts = coverage(pool, axis);
    const isEven = counts.every((count) => count === counts[0]);
    if (isEven) {
      average = build.div(average, counts[0] ?? 1);
      return;
    }
    const vector = dataNode(Float64Array.from(counts), { shape: [counts.length], dtype: "float64" });
    const along = average.shape.map((_size, each) => (each === axis + 1 ? counts.length : 1));
    average = build.div(average, build.reshape(build.cast(vector, image.dtype), along));
  });
  return average;
}

/**
 * The largest element under each window: [B, W, C] → [B, W', C]. Padding is never the largest; NaN is, and of equal
 * elements the first gets the gradient.
 *
 * @param x The images, volumes or sequences: [batch, ..., channels].
 * @param windowSize The size of the windows.
 * @param options Strides (default: the window's size), padding and dilations.
 * @throws ShapeError if the image has another rank, or the window does not fit it.
 * @throws RangeError if a window sees nothing but padding.
 *
 * @example
 * ```ts
 * import { maxPool1d } from "@strata/core";
 *
 * console.log(maxPool1d([[[1], [4], [2], [3]]], 2).arraySync()); // [[[4], [3]]]
 * ```
 */
export function maxPool1d(x: TensorLike, windowSize: PerDimension, options: WindowOptions = {}): Tensor {
  checkCount("maxPool1d", arguments, 3);
  return maxPool("maxPool1d", 1, x, windowSize, options);
}

/**
 * The largest element under each window: [B, H, W, C] → [B, H', W', C]. Parameters as for {@link maxPool1d}.
 *
 * @param x The images, volumes or sequences: [batch, ..., channels].
 * @param windowSize The size of the window: one number, or one for each axis.
 *
 * @example
 * ```ts
 * import { arange, maxPool2d } from "@strata/core";
 *
 * const x = arange(16).reshape([1, 4, 4, 1]);
 * console.log(maxPool2d(x, 2).reshape([2, 2]).arraySync()); // [[5, 7], [13, 15]]
 * ```
 */
export function maxPool2d(x: TensorLike, windowSize: PerDimension, options: WindowOptions = {}): Tensor {
  checkCount("maxPool2d", arguments, 3);
  return maxPool("maxPool2d", 2, x, windowSize, options);
}

/**
 * The largest element under each window: [B, D, H, W, C] → [B, D', H', W', C]. Parameters as for {@link maxPool1d}.
 *
 * @param x The images, volumes or sequences: [batch, ..., channels].
 * @param windowSize The size of the window: one number, or one for each axis.
 *
 * @example
 * ```ts
 * import { maxPool3d, ones } from "@strata/core";
 *
 * console.log(maxPool3d(ones([1, 4, 4, 4, 2]), 2).shape); // [1, 2, 2, 2, 2]
 * ```
 */
export function maxPool3d(x: TensorLike, windowSize: PerDimension, options: WindowOptions = {}): Tensor {
  checkCount("maxPool3d", arguments, 3);
  return maxPool("maxPool3d", 3, x, windowSize, options);
}

/**
 * The mean of the elements under each window: [B, W, C] → [B, W', C]. Padding does not count.
 *
 * @param x The images, volumes or sequences: [batch, ..., channels].
 * @param windowSize The size of the windows.
 * @param options Strides (default: the window's size), padding and dilations.
 * @throws ShapeError if the image has another rank, or the window does not fit it.
 * @throws RangeError if a window sees nothing but padding.
 *
 * @example
 * ```ts
 * import { averagePool1d } from "@strata/core";
 *
 * console.log(averagePool1d([[[1], [4], [2], [3]]], 2).arraySync()); // [[[2.5], [2.5]]]
 * ```
 */
export function averagePool1d(x: TensorLike, windowSize: PerDimension, options: WindowOptions = {}): Tensor {
  checkCount("averagePool1d", arguments, 3);
  return averagePool("averagePool1d", 1, x, windowSize, options);
}

/**
 * The mean under each window: [B, H, W, C] → [B, H', W', C]. Parameters as for {@link averagePool1d}.
 *
 * @param x The images, volumes or sequences: [batch, ..., channels].
 * @param windowSize The size of the window: one number, or one for each axis.
 *
 * @example
 * ```ts
 * import { averagePool2d } from "@strata/core";
 *
 * console.log(averagePool2d([[[[1], [2]], [[3], [4]]]], 2).arraySync()); // [[[[2.5]]]]
 * ```
 */
export function averagePool2d(x: TensorLike, windowSize: PerDimension, options: WindowOptions = {}): Tensor {
  checkCount("averagePool2d", arguments, 3);
  return averagePool("averagePool2d", 2, x, windowSize, options);
}

/**
 * The mean under each window: [B, D, H, W, C] → [B, D', H', W', C]. Parameters as for {@link averagePool1d}.
 *
 * @param x The images, volumes or sequences: [batch, ..., channels].
 * @param windowSize The size of the window: one number, or one for each axis.
 *
 * @example
 * ```ts
 * import { averagePool3d, ones } from "@strata/core";
 *
 * console.log(averagePool3d(ones([1, 4, 4, 4, 2]), 2).shape); // [1, 2, 2, 2, 2]
 * ```
 */
export function averagePool3d(x: TensorLike, windowSize: PerDimension, options: WindowOptions = {}): Tensor {
  checkCount("averagePool3d", arguments, 3);
  return averagePool("averagePool3d", 3, x, windowSize, options);
}

function spatialAxes(operation: string, x: TensorLike): number[] {
  const { shape } = operandNode(operation, x);
  if (shape.length < 3) {
    throw new ShapeError(`${operation}: takes images [batch, ..., channels], not ${formatShape(shape)}`);
  }
  return shape.map((_, axis) => axis).slice(1, -1);
}

/**
 * The largest element of each channel: [B, ..., C] → [B, C], or with sizes of 1 in between with `keepDims`.
 *
 * @param x The images, volumes or sequences: [batch, ..., channels].
 * @param keepDims Whether the reduced axes stay, with size 1. Default: false.
 *
 * @example
 * ```ts
 * import { globalMaxPool, ones } from "@strata/core";
 *
 * console.log(globalMaxPool(ones([2, 5, 5, 3])).shape); // [2, 3]
 * ```
 */
export function globalMaxPool(x: TensorLike, keepDims = false): Tensor {
  checkCount("globalMaxPool", arguments, 2);
  return extremum("globalMaxPool", "max", x, spatialAxes("globalMaxPool", x), keepDims);
}

/**
 * The mean of each channel: [B, ..., C] → [B, C], or with sizes of 1 in between with `keepDims`.
 *
 * @param x The images, volumes or sequences: [batch, ..., channels].
 * @param keepDims Whether the reduced axes stay, with size 1. Default: false.
 *
 * @example
 * ```ts
 * import { globalAveragePool, ones } from "@strata/core";
 *
 * console.log(globalAveragePool(ones([2, 5, 5, 3])).shape); // [2, 3]
 * ```
 */
export function globalAveragePool(x: TensorLike, keepDims = false): Tensor {
  checkCount("globalAveragePool", arguments, 2);
  checkFlag("globalAveragePool", "keepDims", keepDims);
  return mean(x, spatialAxes("globalAveragePool", x), keepDims);
}

function adaptive(operation: string, x: TensorLike, outputSize: PerDimension, reduce: typeof max): Tensor {
  const t = new Tensor(operandNode(operation, x));
  const axes = spatialAxes(operation, t);
  const counts = perDimension(operation, "output sizes", outputSize, axes.length);
  return axes.reduce((pooled, axis, dimension) => {
    const [size, count] = [pooled.shape[axis], counts[dimension]];
    if (size === 0)
      throw new ShapeError(`${operation}: the image ${formatShape(t.shape)} has no elements to pool`);
    if (size % count === 0) {
      const split = [...pooled.shape.slice(0, axis), count, size / count, ...pooled.shape.slice(axis + 1)];
      return reduce(pooled.reshape(split), axis + 1);
    }
    const ones = pooled.shape.map(() => 1);
    const parts = Array.from({ length: count }, (_, part) => {
      const begin = Math.floor((part * size) / count);
      const end = Math.ceil(((part + 1) * size) / count);
      const first = pooled.shape.map((_size, each) => (each === axis ? begin : 0));
      const shape = pooled.shape.map((length, each) => (each === axis ? end - begin : length));
      return reduce(new Tensor(build.slice(pooled.node, first, shape, ones)), axis, true).node;
    });
    return new Tensor(parts.length === 1 ? parts[0] : applyPrimitive("concat", parts, { axis }));
  }, t);
}

/**
 * The largest element of each of so many parts of an image, which are as even as they can be: part i of n reaches from
 * ⌊i·S/n⌋ to ⌈(i + 1)·S/n⌉, as in PyTorch.
 *
 * @param x The images, volumes or sequences: [batch, ..., channels].
 * @param outputSize How many parts along the spatial dimensions.
 *
 * @example
 * ```ts
 * import { adaptiveMaxPool, ones } from "@strata/core";
 *
 * console.log(adaptiveMaxPool(ones([1, 7, 7, 3]), [2, 2]).shape); // [1, 2, 2, 3]
 * ```
 */
export function adaptiveMaxPool(x: TensorLike, outputSize: PerDimension): Tensor {
  checkCount("adaptiveMaxPool", arguments, 2);
  return adaptive("adaptiveMaxPool", x, outputSize, max);
}

/**
 * The mean of each of so many parts of an image. Parameters as for {@link adaptiveMaxPool}.
 *
 * @param x The images, volumes or sequences: [batch, ..., channels].
 *
 * @example
 * ```ts
 * import { adaptiveAveragePool, ones } from "@strata/core";
 *
 * console.log(adaptiveAveragePool(ones([1, 7, 7, 3]), [2, 2]).shape); // [1, 2, 2, 3]
 * ```
 */
export function adaptiveAveragePool(x: TensorLike, outputSize: PerDimension): Tensor {
  checkCount("adaptiveAveragePool", arguments, 2);
  return adaptive("adaptiveAveragePool", new Tensor(floatNode("adaptiveAveragePool", x)), outputSize, mean);
}
