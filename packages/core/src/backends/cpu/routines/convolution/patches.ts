import type { I32 } from "../../assembler/expression.ts";
import type { FunctionBuilder, Local } from "../../assembler/function.ts";
import { i32 } from "../../assembler/instructions.ts";

import { advance, countTo, elementAddress, minimum } from "../count.ts";
import { addRun, copyRun, zeroRun } from "../runs.ts";
import { firstPlace, forEachLine, forEachTap, type WindowLine } from "../windows.ts";
import type { ConvolutionShape } from "./shape.ts";
import type { Tile } from "./tiles.ts";

/**
 * Copies what lies under the tile's windows into a matrix with a row for each window, and zeros for the padding.
 * `images` is the address of the first channel that takes part.
 */
export function gatherPatches(
  f: FunctionBuilder,
  shape: ConvolutionShape,
  images: I32,
  tile: Tile,
  matrix: I32,
): void {
  const { bytes } = shape;
  const atRun: AtRun = (pixel, patch, elements) => copyRun(f, patch, pixel, elements * bytes);
  forEachRun(f, shape, images, tile, matrix, atRun, (patch, elements) => zeroRun(f, patch, elements * bytes));
}

/** Adds such a matrix to what lies under the windows. */
export function scatterPatches(
  f: FunctionBuilder,
  shape: ConvolutionShape,
  images: I32,
  tile: Tile,
  matrix: I32,
): void {
  const atRun: AtRun = (pixel, patch, elements) => addRun(f, shape.dtype, pixel, patch, elements);
  forEachRun(f, shape, images, tile, matrix, atRun, null);
}

type AtRun = (pixel: Local<"i32">, patch: Local<"i32">, elements: number) => void;
type AtGap = (patch: Local<"i32">, elements: number) => void;

/**
 * Visits all runs of elements that are neighbours both in the image and in a patch, and the gaps of the patches that
 * fall on padding. Windows that lie within the image along the last dimension have the longest runs, and no tests.
 */
function forEachRun(
  f: FunctionBuilder,
  shape: ConvolutionShape,
  images: I32,
  { begin, end }: Tile,
  matrix: I32,
  atRun: AtRun,
  atGap: AtGap | null,
): void {
  const { sizes, window, bytes, channels, groups, patch } = shape;
  const lineElements = window[2] * channels;
  const planeElements = window[1] * lineElements;
  const patchBytes = patch * bytes;
  const row = f.let(matrix);
  forEachLine(f, shape, begin, end, (line) => {
    const length = f.let(i32.sub(line.to, line.from));
    const target = f.let(row);
    const gap = (elements: number) => () => {
      if (atGap) {
        const to = f.let(target);
        countTo(f, length, () => {
          atGap(to, elements);
          advance(f, to, patchBytes);
        });
      }
      advance(f, target, elements * bytes);
    };
    forEachTap(
      f,
      shape,
      0,
      line.first[0],
      (row0) => {
        const plane = f.let(i32.add(i32.mul(line.example, i32.constant(sizes[0])), row0));
        forEachTap(
          f,
          shape,
          1,
          line.first[1],
          (row1) => {
            const pixels = i32.mul(
              i32.add(i32.mul(plane, i32.constant(sizes[1])), row1),
              i32.constant(sizes[2]),
            );
            const start = f.let(elementAddress(images, pixels, channels * groups * bytes));
            visitLine(f, shape, line, start, target, atRun, atGap);
            advance(f, target, lineElements * bytes);
          },
          gap(lineElements),
        );
      },
      gap(planeElements),
    );
    f.set(row, i32.add(row, i32.mul(length, i32.constant(patchBytes))));
  });
}

/** The part of a line's patches that lies on one line of the image, from `start` on. */
function visitLine(
  f: FunctionBuilder,
  shape: ConvolutionShape,
  { from, to }: WindowLine,
  start: I32,
  target: I32,
  atRun: AtRun,
  atGap: AtGap | null,
): void {
  const { sizes, window, strides, before, counts, kernelDilation, bytes, channels, groups, patch } = shape;
  const pixelBytes = channels * groups * bytes;
  const tapBytes = channels * bytes;
  const patchBytes = patch * bytes;
  const covered = (window[2] - 1) * kernelDilation[2] + 1;
  // The first window that lies within the image, and the first behind it that does not.
  const firstInside = Math.max(0, Math.ceil(before[2] / strides[2]));
  const lastPlace = sizes[2] - covered + before[2];
  const endInside = lastPlace < 0 ? 0 : Math.floor(lastPlace / strides[2]) + 1;

  const position = f.let(from);
  const row = f.let(target);
  const each = (end: I32, body: () => void): void =>
    f.loopWhileBelow(position, end, 1, () => {
      body();
      advance(f, row, patchBytes);
    });
  const atEdge = (): void => {
    const patchAt = f.let(row);
    forEachTap(
      f,
      shape,
      2,
      firstPlace(shape, 2, position),
      (element) => {
        atRun(f.let(elementAddress(start, element, pixelBytes)), patchAt, channels);
        advance(f, patchAt, tapBytes);
      },
      () => {
        atGap?.(patchAt, channels);
        advance(f, patchAt, tapBytes);
      },
    );
  };
  const atRuns = (pixel: Local<"i32">): void => {
    if (groups === 1 && kernelDilation[2] === 1) {
      atRun(pixel, row, window[2] * channels);
      return;
    }
    const [pixelAt, patchAt] = [f.let(pixel), f.let(row)];
    countTo(f, window[2], () => {
      atRun(pixelAt, patchAt, channels);
      advance(f, pixelAt, kernelDilation[2] * pixelBytes);
      advance(f, patchAt, tapBytes);
    });
  };
  if (firstInside > 0) each(minimum(f, to, i32.constant(firstInside)), atEdge);
  if (endInside > firstInside) {
    const pixel = f.let(elementAddress(start, firstPlace(shape, 2, position), pixelBytes));
    each(minimum(f, to, i32.constant(endInside)), () => {
      atRuns(pixel);
      advance(f, pixel, strides[2] * pixelBytes);
    });
  }
  if (endInside < counts[2]) each(to, atEdge);
}
