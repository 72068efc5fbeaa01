import {
  nearestPixels,
  type ResamplingKernel,
  resamplingKernels,
  resamplingTaps,
  type Taps,
} from "@strata/core/internal";

/** How the pixels between pixels are found. */
export type ImageInterpolation = "nearest" | "area" | keyof typeof kernels;

/** Keras's kernels: core's, and two of TensorFlow's. */
const kernels = {
  ...resamplingKernels,
  gaussian: {
    radius: 1.5,
    // Of a deviation of half a pixel.
    weight: (distance) => (distance < 1.5 ? Math.exp(-2 * distance * distance) : 0),
  },
  // D. Mitchell, A. Netravali, "Reconstruction filters in computer graphics" (1988), with B = C = 1/3.
  mitchellcubic: {
    radius: 2,
    weight(distance) {
      if (distance < 1) return ((7 / 6) * distance - 2) * distance * distance + 8 / 9;
      return distance < 2 ? (((-7 / 18) * distance + 2) * distance - 10 / 3) * distance + 16 / 9 : 0;
    },
  },
} as const satisfies Readonly<Record<string, ResamplingKernel>>;

/** The names of all ways. */
export const imageInterpolations = [
  ...["bilinear", "nearest", "bicubic", "area"],
  ...["lanczos3", "lanczos5", "gaussian", "mitchellcubic"],
] as const satisfies readonly ImageInterpolation[];

/** Pixels row after row, and what they are a rectangle of. */
export interface PixelBlock {
  readonly data: ArrayLike<number>;
  readonly width: number;
  readonly height: number;
  readonly channels: number;
}

/** A part of an image, in pixels. */
export interface Window {
  readonly top: number;
  readonly left: number;
  readonly height: number;
  readonly width: number;
}

/**
 * A part of an image in another size: [height, width, channels]. KnownOptions the pixels that count are looked at, so that a photograph costs
 * little more than what becomes of it.
 *
 * @param antialias Whether an image that shrinks is smoothed, by a kernel as much wider.
 */
export function resampled(
  { data, width, channels }: PixelBlock,
  { top, left, height: fromHeight, width: fromWidth }: Window,
  height: number,
  toWidth: number,
  interpolation: ImageInterpolation,
  antialias: boolean,
): Float32Array {
  const rows = tapsOf(fromHeight, height, interpolation, antialias);
  const columns = tapsOf(fromWidth, toWidth, interpolation, antialias);
  const result = new Float32Array(height * toWidth * channels);
  const line = new Float64Array(fromWidth * channels);
  rows.forEach(({ first, weights }, row) => {
    line.fill(0);
    weights.forEach((weight, tap) => {
      const start = ((top + first + tap) * width + left) * channels;
      for (let at = 0; at < line.length; at++) line[at] += weight * data[start + at];
    });
    columns.forEach((column, place) => {
      const to = (row * toWidth + place) * channels;
      for (let channel = 0; channel < channels; channel++) {
        let sum = 0;
        for (let tap = 0; tap < column.weights.length; tap++) {
          sum += column.weights[tap] * line[(column.first + tap) * channels + channel];
        }
        result[to + channel] = sum;
      }
    });
  });
  return result;
}

function tapsOf(
  from: number,
  to: number,
  interpolation: ImageInterpolation,
  antialias: boolean,
): readonly Taps[] {
  if (interpolation === "nearest") {
    return Array.from(nearestPixels(from, to), (first) => ({ first, weights: [1] }));
  }
  if (interpolation === "area") return areaTaps(from, to);
  return resamplingTaps(from, to, kernels[interpolation], antialias ? Math.max(1, from / to) : 1);
}

/** Each new pixel is a piece of the row, and old pixels weigh as much of it as they cover. */
function areaTaps(from: number, to: number): readonly Taps[] {
  return Array.from({ length: to }, (_, at) => {
    const [start, end] = [(at * from) / to, ((at + 1) * from) / to];
    const first = Math.floor(start);
    const last = Math.min(from, Math.ceil(end));
    const covered = Array.from(
      { length: last - first },
      (_, tap) => Math.min(end, first + tap + 1) - Math.max(start, first + tap),
    );
    return { first, weights: covered.map((each) => each / (end - start)) };
  });
}
