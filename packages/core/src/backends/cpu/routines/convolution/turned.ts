import { dilated } from "../../../../primitives/convolution.ts";
import { sizeOf } from "../../../../shape.ts";
import type { I32 } from "../../assembler/expression.ts";
import type { FunctionBuilder } from "../../assembler/function.ts";
import { advance, countTo } from "../count.ts";
import { arithmeticOf } from "../gemm/arithmetic.ts";
import { type ConvolutionShape, isPointwise } from "./shape.ts";

/** By how much the products may grow, and how many features patches may have for each channel. Measured. */
const mostExtraWork = 1.25;
const mostFeaturesOfChannel = 2;

/**
 * The convolution of the gradient with the kernel turned round that is the gradient towards the image: V. Dumoulin,
 * F. Visin, "A guide to convolution arithmetic" (2016), section 4. Null where it does not pay: strides would spread
 * the gradient with zeros, an image larger than the result has more windows than the convolution had, and patches of
 * the gradient are larger than those of an image of few channels.
 */
export function turnedConvolution(shape: ConvolutionShape): ConvolutionShape | null {
  const { sizes, counts, strides, window, kernelDilation, before, channels, features } = shape;
  const pixels = sizeOf(sizes);
  const hasStrides = strides.some((stride, axis) => stride !== 1 && counts[axis] > 1);
  if (hasStrides || isPointwise(shape)) return null;
  if (pixels > mostExtraWork * shape.windowsOfImage || features > mostFeaturesOfChannel * channels)
    return null;
  const margin = window.map((size, axis) => dilated(size, kernelDilation[axis]) - 1 - before[axis]);
  return {
    ...shape,
    sizes: counts,
    counts: sizes,
    strides: [1, 1, 1],
    before: margin,
    after: sizes.map((size, axis) => size - counts[axis] + before[axis]),
    channels: features,
    features: channels,
    windowsOfImage: pixels,
    patch: sizeOf(window) * features,
  };
}

/** The bytes of the turned kernel, a multiple of 64. */
export function turnedKernelBytes({ patch, features, groups, bytes }: ConvolutionShape): number {
  return Math.ceil((patch * features * groups * bytes) / 64) * 64;
}

/** Lays out the kernel of `shape` as that of the turned convolution: taps from last to first, features before channels. */
export function turnKernel(f: FunctionBuilder, shape: ConvolutionShape, kernel: I32, turned: I32): void {
  const { window, channels, features, groups, bytes, dtype } = shape;
  const { copyElement } = arithmeticOf(dtype, { relaxedSimd: false });
  const taps = sizeOf(window);
  const tapBytes = channels * features * groups * bytes;
  const [source, target] = [f.let(kernel), f.let(turned)];
  advance(f, target, (taps - 1) * tapBytes);
  countTo(f, taps, () => {
    const channelTarget = f.let(target);
    countTo(f, channels, () => {
      const groupTarget = f.let(channelTarget);
      countTo(f, groups, () => {
        const to = f.let(groupTarget);
        countTo(f, features, () => {
          f.run(copyElement(to, source));
          advance(f, source, bytes);
          advance(f, to, channels * groups * bytes);
        });
        advance(f, groupTarget, channels * bytes);
      });
      advance(f, channelTarget, bytes);
    });
    advance(f, target, -tapBytes);
  });
}
