/** Rows that slide windows over images [B, S1, S2, S3, C]. Fewer dimensions are more of size 1. */
import { floatDTypes } from "../dtype.ts";
import { ShapeError } from "../errors.ts";
import type { Attributes } from "../graph/attributes.ts";
import { formatShape, type Shape, sameShape } from "../shape.ts";
import { foldExamples } from "./batching.ts";
import { batchForm } from "./convolution-batching.ts";
import { commonDType, numericDTypes } from "./elementwise.ts";
import type { RoutinePrimitive } from "./primitive.ts";

/** How windows lie on an image: a number for each of the three spatial dimensions. */
export interface WindowAttributes extends Attributes {
  /** Distances between windows. */
  readonly strides: readonly number[];
  /** How many zeros stand before and after; below 0, how many elements are left out. */
  readonly before: readonly number[];
  readonly after: readonly number[];
  /** Distances between neighbours within a window. */
  readonly kernelDilation: readonly number[];
}

export interface ConvolutionAttributes extends WindowAttributes {
  /** Into how many parts the channels are divided that know nothing of each other. */
  readonly groups: number;
}

/** Of a convolution, seen from its result and its kernel; `sizes` are those of the image. */
export interface ImageGradientAttributes extends ConvolutionAttributes {
  readonly sizes: readonly number[];
}

/** Of a convolution, seen from its image and its result; `window` are the sizes of the kernel. */
export interface KernelGradientAttributes extends ConvolutionAttributes {
  readonly window: readonly number[];
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
  const { strides, before, after, kernelDilation } = attributes;
  return sizes.map((size, axis) => {
    const room = size + before[axis] + after[axis] - dilated(window[axis], kernelDilation[axis]);
    return room < 0 ? 0 : Math.floor(room / strides[axis]) + 1;
  });
}

/**
 * The cross-correlation of images [B, S1, S2, S3, C] with kernels [K1, K2, K3, C / groups, D]: [B, O1, O2, O3, D].
 *
 * With a gradient of its result it is a form that is linear in the image, in the kernel and in the gradient. This row
 * and the next two are its derivatives with respect to one of the three, and so are the gradients of each.
 */
const convolution: RoutinePrimitive<ConvolutionAttributes> = {
  kind: "routine",
  name: "convolution",
  arity: 2,
  batch: batchForm(["image", "kernel"], "result"),
  infer(inputs, attributes) {
    const [{ shape: image }, { shape: kernel }] = inputs;
    checkFit("convolution", image, kernel, attributes);
    const counts = windowCounts(image.slice(1, 4), kernel.slice(0, 3), attributes);
    return {
      shape: [image[0], ...counts, kernel[4]],
      dtype: commonDType("convolution", inputs, floatDTypes),
    };
  },
  vjp: ({ inputs: [image, kernel], gradient, attributes, build }) => [
    build.convolutionImageGradient(gradient, kernel, { ...attributes, sizes: image.shape.slice(1, 4) }),
    build.convolutionKernelGradient(image, gradient, { ...attributes, window: kernel.shape.slice(0, 3) }),
  ],
  evaluate([image, kernel], attributes, output) {
    forEachTerm(image.shape, kernel.shape, attributes, output.shape, (element, weight, result) => {
      output.values[result] += image.values[element] * kernel.values[weight];
    });
  },
};

/** The gradient of a convolution with respect to its image: from that of its result, and the kernel. */
const convolutionImageGradient: RoutinePrimitive<ImageGradientAttributes> = {
  kind: "routine",
  name: "convolutionImageGradient",
  arity: 2,
  batch: batchForm(["result", "kernel"], "image"),
  infer(inputs, attributes) {
    const [{ shape: gradient }, { shape: kernel }] = inputs;
    const image = [gradient[0], ...attributes.sizes, kernel[3] * attributes.groups];
    checkFit("convolutionImageGradient", image, kernel, attributes, gradient);
    return { shape: image, dtype: commonDType("convolutionImageGradient", inputs, floatDTypes) };
  },
  vjp({ inputs: [result, kernel], gradient: image, attributes: { sizes: _, ...attributes }, build }) {
    return [
      build.convolution(image, kernel, attributes),
      build.convolutionKernelGradient(image, result, { ...attributes, window: kernel.shape.slice(0, 3) }),
    ];
  },
  evaluate([gradient, kernel], attributes, output) {
    forEachTerm(output.shape, kernel.shape, attributes, gradient.shape, (element, weight, result) => {
      output.values[element] += gradient.values[result] * kernel.values[weight];
    });
  },
};

/** The gradient of a convolution with respect to its kernel: from the image, and the gradient of the result. */
const convolutionKernelGradient: RoutinePrimitive<KernelGradientAttributes> = {
  kind: "routine",
  name: "convolutionKernelGradient",
  arity: 2,
  batch: batchForm(["image", "result"], "kernel"),
  infer(inputs, attributes) {
    const [{ shape: image }, { shape: gradient }] = inputs;
    const { window, groups } = attributes;
    const kernel = [...window, Math.floor(image[4] / groups), gradient[4]];
    checkFit("convolutionKernelGradient", image, kernel, attributes, gradient);
    return { shape: kernel, dtype: commonDType("convolutionKernelGradient", inputs, floatDTypes) };
  },
  vjp({ inputs: [image, result], gradient: kernel, attributes: { window: _, ...attributes }, build }) {
    return [
      build.convolutionImageGradient(result, kernel, { ...attributes, sizes: image.shape.slice(1, 4) }),
      build.convolution(image, kernel, attributes),
    ];
  },
  evaluate([image, gradient], attributes, output) {
    forEachTerm(image.shape, output.shape, attributes, gradient.shape, (element, weight, result) => {
      output.values[weight] += image.values[element] * gradient.values[result];
    });
  },
};

function checkFit(
  operation: string,
  image: Shape,
  kernel: Shape,
  attributes: ConvolutionAttributes,
  result?: Shape,
): void {
  const { groups } = attributes;
  const isConsistent =
    image.length === 5 && kernel.length === 5 && image[4] === kernel[3] * groups && kernel[4] % groups === 0;
  if (!isConsistent) {
    throw new ShapeError(
      `${operation}: the kernel ${formatShape(kernel)} in ${groups} groups does not fit the image ${formatShape(image)}`,
    );
  }
  if (result === undefined) return;
  const expected = [image[0], ...windowCounts(image.slice(1, 4), kernel.slice(0, 3), attributes), kernel[4]];
  if (!sameShape(result, expected)) {
    throw new ShapeError(
      `${operation}: the result of the convolution is ${formatShape(expected)}, not ${formatShape(result)}`,
    );
  }
}

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

export const convolutionPrimitives = {
  convolution,
  convolutionImageGradient,
  convolutionKernelGradient,
  windowArgMax,
};

/** Visits the terms of a convolution: the places of their factors in the image and the kernel, and of their sum. */
function forEachTerm(
  image: Shape,
  kernel: Shape,
  attributes: ConvolutionAttributes,
  output: Shape,
  visit: (element: number, weight: number, result: number) => void,
): void {
  const [channels, features] = kernel.slice(3);
  const featuresOfGroup = features / attributes.groups;
  forEachWindow(image, kernel.slice(0, 3), attributes, output, (position, tap, pixel) => {
    for (let channel = 0; channel < channels; channel++) {
      const weights = (tap * channels + channel) * features;
      for (let feature = 0; feature < features; feature++) {
        const group = Math.floor(feature / featuresOfGroup);
        const element = pixel * image[4] + group * channels + channel;
        visit(element, weights + feature, position * features + feature);
      }
    }
  });
}

/** Visits each element under each window: the numbers of the window, of the place in it, and of the image's element. */
function forEachWindow(
  [batch, ...sizes]: Shape,
  window: Shape,
  { strides, before, kernelDilation }: WindowAttributes,
  [, ...counts]: Shape,
  visit: (position: number, tap: number, pixel: number) => void,
): void {
  const places = (axis: number, at: number): (number | null)[] =>
    Array.from({ length: window[axis] }, (_, tap) => {
      const place = at * strides[axis] - before[axis] + tap * kernelDilation[axis];
      return place >= 0 && place < sizes[axis] ? place : null;
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
