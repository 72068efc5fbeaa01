/** How convolutions and pooling are written: in ONNX channels come before the spatial dimensions. */
import {
  type ConvolutionAttributes,
  dilated,
  type ImageGradientAttributes,
  type PoolingAttributes,
  type WindowAttributes,
} from "../../primitives/convolution.ts";
import type { OnnxAttributes } from "../model.ts";
import { known, knownSizes, type Size, type Symbolic } from "../sizes.ts";
import type { Value } from "../value.ts";
import type { GraphWriter } from "../writer.ts";
import { type Rule, refused } from "./rule.ts";

/** How windows lie on an image, along the spatial dimensions that it really has. */
export interface Windows {
  readonly window: readonly number[];
  readonly strides: readonly number[];
  readonly before: readonly number[];
  readonly after: readonly number[];
  readonly dilations: readonly number[];
  /** How many dimensions of size 1 were left out. */
  readonly skipped: number;
}

/** Leaves out the leading dimensions in which there is one element under one window, as images have that are no volumes. */
export function windowsOf(
  attributes: Symbolic<WindowAttributes>,
  sizes: readonly Size[],
  window: readonly number[],
): Windows {
  const [strides, before, after, dilations] = [
    attributes.strides,
    attributes.before,
    attributes.after,
    attributes.kernelDilation,
  ].map((list) => knownSizes(list, "a window"));
  const isTrivial = (axis: number): boolean =>
    sizes[axis] === 1 && window[axis] === 1 && strides[axis] === 1 && before[axis] === 0 && after[axis] === 0;
  const skipped = isTrivial(0) ? (isTrivial(1) ? 2 : 1) : 0;
  const kept = (list: readonly number[]): readonly number[] => list.slice(skipped);
  return {
    window: kept(window),
    strides: kept(strides),
    before: kept(before),
    after: kept(after),
    dilations: kept(dilations),
    skipped,
  };
}

export function windowAttributes({ window, strides, before, after, dilations }: Windows): OnnxAttributes {
  return {
    kernel_shape: { kind: "ints", value: window },
    strides: { kind: "ints", value: strides },
    pads: { kind: "ints", value: [...before, ...after] },
    dilations: { kind: "ints", value: dilations },
  };
}

/** [B, S1, S2, S3, C] → [B, C, S...]. */
export function channelsFirst(writer: GraphWriter, image: Value, skipped: number): Value {
  const { shape } = image;
  const plain = writer.reshape(image, [shape[0], ...shape.slice(1 + skipped)]);
  const last = plain.shape.length - 1;
  return writer.transpose(
    plain,
    [0, last, ...plain.shape.keys()].filter((axis, place) => place < 2 || (axis > 0 && axis < last)),
  );
}

/** The inverse of {@link channelsFirst}. */
export function channelsLast(writer: GraphWriter, image: Value, skipped: number): Value {
  const spatial = image.shape.map((_, axis) => axis).slice(2);
  const plain = writer.transpose(image, [0, ...spatial, 1]);
  const ones = new Array<Size>(skipped).fill(1);
  return writer.reshape(plain, [plain.shape[0], ...ones, ...plain.shape.slice(1)]);
}

/** [K1, K2, K3, C / groups, D] → [D, C / groups, K...]. */
function kernelOf(writer: GraphWriter, kernel: Value, skipped: number): Value {
  const plain = writer.reshape(kernel, kernel.shape.slice(skipped));
  const rank = plain.shape.length;
  return writer.transpose(plain, [rank - 1, rank - 2, ...plain.shape.keys()].slice(0, rank));
}

/** The image without what a negative padding leaves out, and the windows on that. */
function cropped(
  writer: GraphWriter,
  image: Value,
  attributes: Symbolic<WindowAttributes>,
): { readonly image: Value; readonly attributes: Symbolic<WindowAttributes> } {
  const [before, after] = [attributes.before, attributes.after].map((list) => knownSizes(list, "a padding"));
  if ([...before, ...after].every((count) => count >= 0)) return { image, attributes };
  const least = (count: number): number => Math.max(0, count);
  const most = (count: number): number => Math.max(0, -count);
  const begin = [0, ...before.map(most), 0];
  const size = image.shape.map((length, axis) =>
    axis === 0 || axis === 4 ? length : known(length, "a size") - begin[axis] - most(after[axis - 1]),
  );
  return {
    image: writer.slice(image, begin, size, [1, 1, 1, 1, 1]),
    attributes: { ...attributes, before: before.map(least), after: after.map(least) },
  };
}

const convolution: Rule<ConvolutionAttributes> = {
  write({ writer, inputs: [given, kernel], attributes: { groups, ...rest }, output: { shape, dtype } }) {
    const { image, attributes } = cropped(writer, given, rest);
    const window = knownSizes(kernel.shape.slice(0, 3), "a kernel");
    const windows = windowsOf(attributes, image.shape.slice(1, 4), window);
    const { skipped } = windows;
    const inputs = [channelsFirst(writer, image, skipped), kernelOf(writer, kernel, skipped)];
    const type = { shape: [shape[0], shape[4], ...shape.slice(1 + skipped, 4)], dtype };
    const convolved = writer.value("Conv", inputs, type, {
      ...windowAttributes(windows),
      group: { kind: "int", value: known(groups, "a number of groups") },
    });
    return channelsLast(writer, convolved, skipped);
  },
};

/** The transposed convolution, cut to the image: what no window reaches is 0. */
const convolutionImageGradient: Rule<ImageGradientAttributes> = {
  write({ writer, inputs: [result, kernel], attributes, output: { shape, dtype } }) {
    const window = knownSizes(kernel.shape.slice(0, 3), "a kernel");
    const windows = windowsOf(attributes, shape.slice(1, 4), window);
    const { skipped, strides, dilations, before } = windows;
    const sizes = knownSizes(attributes.sizes.slice(skipped), "a size");
    const counts = knownSizes(result.shape.slice(1 + skipped, 4), "a size");
    const reached = counts.map(
      (count, axis) => (count - 1) * strides[axis] + dilated(windows.window[axis], dilations[axis]),
    );
    const after = reached.map((size, axis) => size - before[axis] - sizes[axis]);
    const cut = (list: readonly number[]): number[] => list.map((count) => Math.max(0, count));
    const missing = (list: readonly number[]): number[] => list.map((count) => Math.max(0, -count));
    const inner = reached.map((size, axis) => size - cut(before)[axis] - cut(after)[axis]);
    const inputs = [channelsFirst(writer, result, skipped), kernelOf(writer, kernel, skipped)];
    const type = { shape: [shape[0], shape[4], ...inner], dtype };
    const grown = writer.value("ConvTranspose", inputs, type, {
      ...windowAttributes({ ...windows, before: cut(before), after: cut(after) }),
      group: { kind: "int", value: known(attributes.groups, "a number of groups") },
    });
    const padded = writer.pad(grown, [0, 0, ...missing(before)], [0, 0, ...missing(after)], 0, [
      shape[0],
      shape[4],
      ...sizes,
    ]);
    return channelsLast(writer, padded, skipped);
  },
};

/**
 * The positions among all elements of the image, from those among the pixels of a channel that ONNX gives. What gathers at
 * them gets the maxima themselves.
 */
const windowArgMax: Rule<PoolingAttributes> = {
  write({ writer, inputs: [image], attributes, output: { shape } }) {
    const window = knownSizes(attributes.window, "a window");
    const windows = windowsOf(attributes, image.shape.slice(1, 4), window);
    const { skipped } = windows;
    const floats = image.dtype === "int32" ? writer.cast(image, "float64") : image;
    const [maxima, indices] = writer.node(
      "MaxPool",
      [channelsFirst(writer, floats, skipped).name],
      windowAttributes(windows),
      2,
    );
    const pooled = [shape[0], shape[4], ...shape.slice(1 + skipped, 4)];
    const found = { name: maxima, shape: pooled, dtype: floats.dtype, origin: null };
    const places: Value = { name: indices, shape: pooled, dtype: "int64", origin: null };
    const pixels = knownSizes(image.shape.slice(1, 4), "a size").reduce((product, size) => product * size);
    const channels = known(image.shape[4], "a number of channels");
    const pixel = writer.map("Mod", [places, pixels]);
    const channel = writer.reshape(writer.range(channels), [channels, ...windows.window.map(() => 1)]);
    const positions = writer.map("Add", [
      writer.map("Mul", [writer.cast(pixel, "int32"), channels]),
      channel,
    ]);
    const result = channelsLast(writer, positions, skipped);
    const largest = writer.cast(channelsLast(writer, found, skipped), image.dtype);
    return { ...result, origin: { kind: "positions", image, maxima: largest } };
  },
};

export const windowRules = {
  convolution,
  convolutionImageGradient,
  convolutionKernelGradient: refused("a gradient with respect to a kernel, which ONNX has no operator for"),
  windowArgMax,
} satisfies Record<string, Rule>;
