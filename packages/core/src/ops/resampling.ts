/** The weights of pixels when an image gets another size. */

/** How far a pixel reaches, in pixels, and its weight at a distance. */
export interface ResamplingKernel {
  readonly radius: number;
  weight(distance: number): number;
}

/** The kernels of images that get another size. */
export const resamplingKernels = {
  bilinear: { radius: 1, weight: (distance) => Math.max(0, 1 - distance) },
  // R. Keys, "Cubic convolution interpolation for digital image processing" (1981), with a = −1/2.
  bicubic: {
    radius: 2,
    weight(distance) {
      if (distance < 1) return (1.5 * distance - 2.5) * distance * distance + 1;
      return distance < 2 ? ((-0.5 * distance + 2.5) * distance - 4) * distance + 2 : 0;
    },
  },
  lanczos3: lanczos(3),
  lanczos5: lanczos(5),
} as const satisfies Readonly<Record<string, ResamplingKernel>>;

/** The sinc, in a window that is the sinc's middle. C. E. Duchon, "Lanczos filtering in one and two dimensions" (1979). */
function lanczos(radius: number): ResamplingKernel {
  const sinc = (x: number): number => (x === 0 ? 1 : Math.sin(Math.PI * x) / (Math.PI * x));
  return {
    radius,
    weight: (distance) => (distance < radius ? sinc(distance) * sinc(distance / radius) : 0),
  };
}

/** The old pixels that a new one is a mean of. */
export interface Taps {
  /** The first of them. */
  readonly first: number;
  /** The weight of each; one in all. */
  readonly weights: readonly number[];
}

/** The old pixels of each new one in a row that gets another length, with a kernel that is `width` times as wide. */
export function resamplingTaps(
  from: number,
  to: number,
  { radius, weight }: ResamplingKernel,
  width: number,
): readonly Taps[] {
  return Array.from({ length: to }, (_, at) => {
    const place = ((at + 0.5) * from) / to - 0.5;
    const weightOf = (tap: number): number => weight(Math.abs(place - tap) / width);
    const begin = Math.ceil(place - radius * width);
    const first = Math.max(0, begin);
    const last = Math.min(from - 1, begin + Math.floor(2 * radius * width));
    const weights = Array.from({ length: last - first + 1 }, (_, tap) => weightOf(first + tap));
    const total = weights.reduce((sum, each) => sum + each, 0);
    return { first, weights: weights.map((each) => each / total) };
  });
}

/** The old pixel of each new one that covers its place. */
export function nearestPixels(from: number, to: number): Int32Array {
  return Int32Array.from({ length: to }, (_, at) => Math.min(from - 1, Math.floor(((at + 0.5) * from) / to)));
}
