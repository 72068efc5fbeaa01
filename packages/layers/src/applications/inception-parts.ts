/** The building blocks of Inception v3 and Inception-ResNet v2. */
import type { SymbolicTensor } from "../layer/symbolic-tensor.ts";
import { Conv2D } from "../layers/convolution/convolution.ts";
import { Activation } from "../layers/core/activation.ts";
import { Concatenate } from "../layers/merging/concatenate.ts";
import { BatchNormalization } from "../layers/normalization/batch-normalization.ts";
import { AveragePooling2D, MaxPooling2D } from "../layers/pooling/pooling.ts";
import { chain } from "./architecture.ts";

/** A convolution, a normalization without a scale, and ReLU. */
export function convolution(
  filters: number,
  kernel: number | readonly [number, number],
  name: string | null = null,
) {
  return activated(new Conv2D(filters, kernel, { padding: "same", useBias: false, name }), name);
}

/** As {@link convolution}, of windows that lie within the input. */
export function inner(filters: number, kernel: number, strides = 1) {
  return activated(new Conv2D(filters, kernel, { strides, useBias: false }));
}

function activated(layer: Conv2D, name: string | null = null) {
  return [
    layer,
    new BatchNormalization({ scale: false, name: name === null ? null : `${name}_bn` }),
    new Activation("relu", { name: name === null ? null : `${name}_ac` }),
  ];
}

/**
 * The layers that both networks begin with: [height, width, channels] → about an eighth of height and width, 192 channels.
 */
export function stem(input: SymbolicTensor): SymbolicTensor {
  return chain(
    input,
    ...inner(32, 3, 2),
    ...inner(32, 3),
    ...convolution(64, 3),
    new MaxPooling2D(3, { strides: 2 }),
    ...inner(80, 1),
    ...inner(192, 3),
    new MaxPooling2D(3, { strides: 2 }),
  );
}

/** 1 × 1; 1 × 1 and 5 × 5; 1 × 1 and twice 3 × 3; and a mean, side by side. */
export function wideBlock(
  x: SymbolicTensor,
  filters: { readonly first: number; readonly mean: number },
  name: string,
): SymbolicTensor {
  return new Concatenate({ name }).apply([
    chain(x, ...convolution(filters.first, 1)),
    chain(x, ...convolution(48, 1), ...convolution(64, 5)),
    chain(x, ...convolution(64, 1), ...convolution(96, 3), ...convolution(96, 3)),
    chain(x, mean(), ...convolution(filters.mean, 1)),
  ]);
}

/** The mean of 3 × 3 neighbours. */
export function mean(): AveragePooling2D {
  return new AveragePooling2D(3, { strides: 1, padding: "same" });
}
