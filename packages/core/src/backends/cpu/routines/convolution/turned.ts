import { dilated } from "../../../../primitives/convolution.ts";
import { sizeOf } from "../../../../shape.ts";
import type { I32 } from "../../assembler/expression.ts";
import type { FunctionBuilder } from "../../assembler/function.ts";
import { v128 } from "../../assembler/instructions.ts";
import { transposeSquare } from "../../assembler/transpose.ts";
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

/** Lays out the kernel of `shape` as that of the turned convolution: taps from last to first, features before channels. */
export function turnKernel(f: FunctionBuilder, shape: ConvolutionShape, kernel: I32, turned: I32): void {
  const { window, channels, features, groups, bytes, dtype } = shape;
  const arithmetic = arithmeticOf(dtype, { relaxedSimd: false });
  const hasSquares = channels % arithmetic.lanes === 0 && features % arithmetic.lanes === 0;
  const side = hasSquares ? arithmetic.lanes : 1;
  const [channelBytes, featureBytes] = [features * groups * bytes, channels * groups * bytes];
  const turnSquare = (from: I32, to: I32): void => {
    if (side === 1) {
      f.run(arithmetic.copyElement(to, from));
      return;
    }
    const rows = Array.from({ length: side }, (_, row) => v128.load(from, row * channelBytes));
    transposeSquare(f, rows).forEach((column, index) => {
      f.run(v128.store(to, column, index * featureBytes));
    });
  };
  const taps = sizeOf(window);
  const tapBytes = channels * channelBytes;
  const [source, target] = [f.let(kernel), f.let(turned)];
  advance(f, target, (taps - 1) * tapBytes);
  countTo(f, taps, () => {
    const channelTarget = f.let(target);
    countTo(f, channels / side, () => {
      const [groupSource, groupTarget] = [f.let(source), f.let(channelTarget)];
      countTo(f, groups, () => {
        const [from, to] = [f.let(groupSource), f.let(groupTarget)];
        countTo(f, features / side, () => {
          turnSquare(from, to);
          advance(f, from, side * bytes);
          advance(f, to, side * featureBytes);
        });
        advance(f, groupSource, features * bytes);
        advance(f, groupTarget, channels * bytes);
      });
      advance(f, source, side * channelBytes);
      advance(f, channelTarget, side * bytes);
    });
    advance(f, target, -tapBytes);
  });
}
