/** Rows that slide windows over images [B, S1, S2, S3, C]. Fewer dimensions are more of size 1. */
import { ShapeError } from "../errors.ts";
import type { Attributes } from "../graph/attributes.ts";
import type { GraphNode } from "../graph/node.ts";
import { formatShape, type Shape } from "../shape.ts";
import { foldExamples, stackedInput } from "./batching.ts";
import type { Build } from "./build.ts";
import { commonDType, floatDTypes, numericDTypes } from "./elementwise.ts";
import type { RoutinePrimitive } from "./primitive.ts";

/** How windows lie on an image: a number for each of the three spatial dimensions. */
export interface WindowAttributes extends Attributes {
  /** Distances between windows. */
  readonly strides: readonly number[];
  /** How many zeros stand before and after; below 0, how many elements are left out. */
  readonly before: readonly number[];
  readonly after: readonly number[];
  /** Distances between neighbours of the image: d − 1 zeros are put between them. */
  readonly inputDilation: readonly number[];
  /** Distances between neighbours within a window. */
  readonly kernelDilation: readonly number[];
}

export interface ConvolutionAttributes extends WindowAttributes {
  /** Into how many parts the channels are divided that know nothing of each other. */
  readonly groups: number;
}

/** The static properties of a maximum over windows, of these sizes. */
export interface PoolingAttributes extends WindowAttributes {
  readonly window: readonly number[];
}

/** The length of `size` elements at a distance. */
export function dilated(size: number, distance: number): number {
  return size === 0 ? 0 : (size - 1) * distance + 1;
}

/** How many windows of each size fit along each spatial dimension. */
export function windowCounts(sizes: Shape, window: Shape, attributes: WindowAttributes): number[] {
  const { strides, before, after, inputDilation, kernelDilation } = attributes;
  return sizes.map((size, axis) => {
    const padded = dilated(size, inputDilation[axis]) + before[axis] + after[axis];
    const room = padded - dilated(window[axis], kernelDilation[axis]);
    return room < 0 ? 0 : Math.floor(room / strides[axis]) + 1;
  });
}

/**
 * The cross-correlation of images [B, S1, S2, S3, C] with kernels [K1, K2, K3, C / groups, D]: [B, O1, O2, O3, D].
 * Its gradients are convolutions again: V. Dumoulin, F. Visin, "A guide to convolution arithmetic" (2016).
 */
const convolution: RoutinePrimitive<ConvolutionAttributes> = {
  kind: "routine",
  name: "convolution",
  arity: 2,
  batch(call) {
    const { inputs, batched, attributes, count, apply, build } = call;
    const [image, kernel] = inputs;
    if (!batched[1]) {
      const folded = build.reshape(image, [count * image.shape[1], ...image.shape.slice(2)]);
      const output = apply([folded, kernel], attributes);
      return build.reshape(output, [count, image.shape[1], ...output.shape.slice(1)]);
    }
    // Kernels of its own make each example a group of channels.
    const images = build.transpose(stackedInput(call, 0), [1, 2, 3, 4, 0, 5]);
    const kernels = build.transpose(kernel, [1, 2, 3, 4, 0, 5]);
    const [channels, features] = [images.shape[5], kernels.shape[5]];
    const output = apply(
      [
        build.reshape(images, [...images.shape.slice(0, 4), count * channels]),
        build.reshape(kernels, [...kernels.shape.slice(0, 4), count * features]),
      ],
      { ...attributes, groups: count * attributes.groups },
    );
    const separate = build.reshape(output, [...output.shape.slice(0, 4), count, features]);
    return build.transpose(separate, [4, 0, 1, 2, 3, 5]);
  },
  infer(inputs, attributes) {
    const [{ shape: image }, { shape: kernel }] = inputs;
    const { groups } = attributes;
    if (
      image.length !== 5 ||
      kernel.length !== 5 ||
      image[4] !== kernel[3] * groups ||
      kernel[4] % groups !== 0
    ) {
      throw new ShapeError(
        `convolution: the kernel ${formatShape(kernel)} in ${groups} groups does not fit the image ${formatShape(image)}`,
      );
    }
    const counts = windowCounts(image.slice(1, 4), kernel.slice(0, 3), attributes);
    return {
      shape: [image[0], ...counts, kernel[4]],
      dtype: commonDType("convolution", inputs, floatDTypes),
    };
  },
  vjp: ({ inputs: [image, kernel], gradient, attributes, build }) => [
    towardsImage(image.shape, kernel, gradient, attributes, build),
    towardsKernel(image, kernel.shape, gradient, attributes, build),
  ],
  evaluate([image, kernel], attributes, output) {
    const [, , , channels, features] = kernel.shape;
    const imageChannels = image.shape[4];
    const featuresOfGroup = features / attributes.groups;
    forEachWindow(image.shape, kernel.shape.slice(0, 3), attributes, output.shape, (position, tap, pixel) => {
      for (let feature = 0; feature < features; feature++) {
        const firstChannel = Math.floor(feature / featuresOfGroup) * channels;
        let sum = 0;
        for (let channel = 0; channel < channels; channel++) {
          const weight = kernel.values[(tap * channels + channel) * features + feature];
          sum += image.values[pixel * imageChannels + firstChannel + channel] * weight;
        }
        output.values[position * features + feature] += sum;
      }
    });
  },
};

/**
 * For each window and channel of images [B, S1, S2, S3, C] where in its image the first of the largest elements lies,
 * or the first NaN; as int32.
 */
const windowArgMax: RoutinePrimitive<PoolingAttributes> = {
  kind: "routine",
  name: "windowArgMax",
  arity: 1,
  batch: foldExamples,
  infer([{ shape, dtype }], attributes) {
    if (shape.length !== 5)
      throw new ShapeError(`windowArgMax: takes images of rank 5, not ${formatShape(shape)}`);
    commonDType("windowArgMax", [{ shape, dtype }], numericDTypes);
    const counts = windowCounts(shape.slice(1, 4), attributes.window, attributes);
    return { shape: [shape[0], ...counts, shape[4]], dtype: "int32" };
  },
  vjp: null,
  evaluate([image], attributes, output) {
    const [, height, width, depth, channels] = image.shape;
    const pixels = height * width * depth;
    // Windows that see nothing but padding have no largest element: the place after the last stands for none.
    output.values.fill(pixels * channels);
    forEachWindow(image.shape, attributes.window, attributes, output.shape, (position, _tap, pixel) => {
      for (let channel = 0; channel < channels; channel++) {
        const at = position * channels + channel;
        const value = image.values[pixel * channels + channel];
        const first = Math.floor(pixel / pixels) * pixels * channels;
        const known = output.values[at];
        const best = known === pixels * channels ? Number.NEGATIVE_INFINITY : image.values[first + known];
        const isFirst = known === pixels * channels;
        if (isFirst || value > best || (Number.isNaN(value) && !Number.isNaN(best))) {
          output.values[at] = (pixel % pixels) * channels + channel;
        }
      }
    });
  },
};

export const convolutionPrimitives = { convolution, windowArgMax };

/** Visits each element under each window: the numbers of the window, of the place in it, and of the image's element. */
function forEachWindow(
  [batch, ...sizes]: Shape,
  window: Shape,
  { strides, before, inputDilation, kernelDilation }: WindowAttributes,
  [, ...counts]: Shape,
  visit: (position: number, tap: number, pixel: number) => void,
): void {
  const places = (axis: number, at: number): (number | null)[] =>
    Array.from({ length: window[axis] }, (_, tap) => {
      const place = at * strides[axis] - before[axis] + tap * kernelDilation[axis];
      const isElement = place >= 0 && place % inputDilation[axis] === 0;
      const element = place / inputDilation[axis];
      return isElement && element < sizes[axis] ? element : null;
    });
  const lists = [0, 1, 2].map((axis) => Array.from({ length: counts[axis] }, (_, at) => places(axis, at)));
  let position = 0;
  for (let example = 0; example < batch; example++) {
    for (const rows of lists[0]) {
      for (const columns of lists[1]) {
        for (const depths of lists[2]) {
          let tap = 0;
          for (const row of rows) {
            for (const column of columns) {
              for (const depth of depths) {
                if (row !== null && column !== null && depth !== null) {
                  visit(position, tap, ((example * sizes[0] + row) * sizes[1] + column) * sizes[2] + depth);
                }
                tap++;
              }
            }
          }
          position++;
        }
      }
    }
  }
}

/** The gradient spread out by the strides, under the kernel turned round. */
function towardsImage(
  image: Shape,
  kernel: GraphNode,
  gradient: GraphNode,
  { strides, before, inputDilation, kernelDilation, groups }: ConvolutionAttributes,
  build: Build,
): GraphNode {
  const window = kernel.shape.slice(0, 3);
  const [channels, features] = kernel.shape.slice(3);
  const sizes = image.slice(1, 4);
  const turned = build.slice(kernel, [...window.map((size) => Math.max(0, size - 1)), 0, 0], kernel.shape, [
    ...window.map((size) => (size > 0 ? -1 : 1)),
    1,
    1,
  ]);
  const grouped = build.reshape(turned, [...window, channels, groups, features / groups]);
  const swapped = build.reshape(build.transpose(grouped, [0, 1, 2, 5, 4, 3]), [
    ...window,
    features / groups,
    groups * channels,
  ]);
  const first = window.map((size, axis) => dilated(size, kernelDilation[axis]) - 1 - before[axis]);
  return build.convolution(gradient, swapped, {
    strides: inputDilation,
    inputDilation: strides,
    kernelDilation,
    before: first,
    after: sizes.map((size, axis) => {
      const spread = dilated(gradient.shape[axis + 1], strides[axis]);
      return (
        dilated(size, inputDilation[axis]) -
        spread -
        first[axis] +
        dilated(window[axis], kernelDilation[axis]) -
        1
      );
    }),
    groups,
  });
}

/** The image under the gradient as a kernel, with examples in the place of channels. */
function towardsKernel(
  image: GraphNode,
  kernel: Shape,
  gradient: GraphNode,
  { strides, before, inputDilation, kernelDilation, groups }: ConvolutionAttributes,
  build: Build,
): GraphNode {
  const [batch, ...rest] = image.shape;
  const sizes = rest.slice(0, 3);
  const window = kernel.slice(0, 3);
  const channels = kernel[3];
  const grouped = build.reshape(image, [batch, ...sizes, groups, channels]);
  const images = build.reshape(build.transpose(grouped, [5, 1, 2, 3, 4, 0]), [
    channels,
    ...sizes,
    groups * batch,
  ]);
  const kernels = build.transpose(gradient, [1, 2, 3, 0, 4]);
  const found = build.convolution(images, kernels, {
    strides: kernelDilation,
    inputDilation,
    kernelDilation: strides,
    before,
    after: window.map((size, axis) => {
      const needed = (size - 1) * kernelDilation[axis] + dilated(gradient.shape[axis + 1], strides[axis]);
      return needed - dilated(sizes[axis], inputDilation[axis]) - before[axis];
    }),
    groups,
  });
  return build.transpose(found, [1, 2, 3, 0, 4]);
}
