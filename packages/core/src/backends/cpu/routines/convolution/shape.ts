import type { Routine } from "../../../../compiler/program.ts";
import { bytesPerElement, type DType } from "../../../../dtype.ts";
import { type Shape, sizeOf } from "../../../../shape.ts";
import type { Providers } from "../routine.ts";
import { numbersOf, type Windows, windowsOf } from "../windows.ts";

/** The sizes of a convolution or of one of its gradients. */
export interface ConvolutionShape extends Windows {
  readonly dtype: "float32" | "float64";
  /** Bytes of an element. */
  readonly bytes: number;
  readonly examples: number;
  readonly groups: number;
  /** Channels of a group, and features of a group. */
  readonly channels: number;
  readonly features: number;
  /** Windows of one image. */
  readonly windowsOfImage: number;
  /** Elements under a window, of one group. */
  readonly patch: number;
}

/** Of a routine with these shapes of images, kernels and results, whichever of them it computes. */
export function convolutionShape(routine: Routine, image: Shape, kernel: Shape): ConvolutionShape {
  const windows = windowsOf(routine, image, kernel.slice(0, 3));
  const [groups] = numbersOf(routine, "groups");
  const dtype = floatOf(routine.output.dtype);
  return {
    ...windows,
    dtype,
    bytes: bytesPerElement(dtype),
    examples: image[0],
    groups,
    channels: kernel[3],
    features: kernel[4] / groups,
    windowsOfImage: sizeOf(windows.counts),
    patch: sizeOf(kernel.slice(0, 4)),
  };
}

function floatOf(dtype: DType): "float32" | "float64" {
  if (dtype === "float32" || dtype === "float64") return dtype;
  throw new Error(`convolution: there is no convolution of ${dtype}`);
}

export function windowsOfAll({ examples, windowsOfImage }: ConvolutionShape): number {
  return examples * windowsOfImage;
}

/** The bytes of the whole kernel. */
export function kernelBytes({ patch, features, groups, bytes }: ConvolutionShape): number {
  return patch * features * groups * bytes;
}

/** Additions and multiplications of the products, padding included. */
export function operationsOf({
  examples,
  windowsOfImage,
  patch,
  features,
  groups,
}: ConvolutionShape): number {
  return 2 * examples * windowsOfImage * patch * features * groups;
}

/** Convolutions of fewer multiplications take less time than it takes to share them with other threads. */
const leastSharedWork = 2 ** 18;

/** How many threads a convolution is cut for. */
export function threadsFor(shape: ConvolutionShape, { threads }: Providers): number {
  return operationsOf(shape) >= 2 * leastSharedWork ? threads : 1;
}

/** Whether each window is one pixel, and each pixel a window, so that the image is the matrix of its patches. */
export function isPointwise({ window, sizes, counts, strides, before }: ConvolutionShape): boolean {
  return (
    sizeOf(window) === 1 &&
    before.every((count) => count === 0) &&
    sizes.every((size, axis) => size === counts[axis] && (strides[axis] === 1 || size === 1))
  );
}

/** Whether each channel has a kernel of its own, which no matrix product gains from. */
export function isDepthwise({ channels, groups, features }: ConvolutionShape): boolean {
  return channels === 1 && groups > 1 && features === 1;
}
