import { checkCount, readOptions } from "../arguments.ts";
import { checkDType, type DType, floatDTypes, isFloat } from "../dtype.ts";
import { DTypeError, listAlternatives, ShapeError } from "../errors.ts";
import { formatShape, sameShape } from "../shape.ts";
import { Tensor, type TensorLike } from "../tensor.ts";
import { cast, div, mul, neg } from "./arithmetic.ts";
import { zerosLike } from "./creation.ts";
import { type Complex, transform } from "./fourier-transform.ts";
import { gather } from "./indexing.ts";
import { operandNode } from "./operands.ts";
import { pad } from "./padding.ts";
import { concat } from "./shapes.ts";
import { flip, slice } from "./slicing.ts";

export type { Complex } from "./fourier-transform.ts";

/** Complex numbers, as the transforms take them: their parts, or real numbers. */
export type ComplexLike = TensorLike | ComplexParts;

/** Complex numbers given by their parts, of the same shape. */
export interface ComplexParts {
  /** The real parts. */
  readonly real: TensorLike;
  /** The imaginary parts. */
  readonly imaginary: TensorLike;
}

function isParts(x: ComplexLike): x is ComplexParts {
  return typeof x === "object" && x !== null && "real" in x;
}

function realOf(operation: string, x: TensorLike): Tensor {
  const node = operandNode(operation, x);
  const t = cast(new Tensor(node), isFloat(node.dtype) ? node.dtype : "float32");
  if (t.rank > 0 && t.shape[t.rank - 1] > 0) return t;
  throw new ShapeError(
    `${operation}: takes [..., N] with at least one element in a row, not ${formatShape(t.shape)}`,
  );
}

function complexOf(operation: string, x: ComplexLike): Complex {
  if (!isParts(x)) {
    const real = realOf(operation, x);
    return { real, imaginary: zerosLike(real) };
  }
  const [real, imaginary] = [realOf(operation, x.real), realOf(operation, x.imaginary)];
  if (real.dtype !== imaginary.dtype) {
    throw new DTypeError(
      `${operation}: the parts are ${real.dtype} and ${imaginary.dtype}; cast one of them`,
    );
  }
  if (sameShape(real.shape, imaginary.shape)) return { real, imaginary };
  throw new ShapeError(
    `${operation}: the parts have the shapes ${formatShape(real.shape)} and ${formatShape(imaginary.shape)}; they must ` +
      "be the same",
  );
}

function lengthOf({ real }: Complex): number {
  return real.shape[real.rank - 1];
}

/**
 * The discrete Fourier transform along the last axis, X[k] = Σ x[j] e^{−2πijk/N}, for any N in O(N log N).
 *
 * @param x Real numbers, or complex ones as `{ real, imaginary }`: [..., N].
 * @throws ShapeError if the parts differ in shape, or have no elements along the last axis.
 *
 * @example
 * ```ts
 * import { fft } from "@strata/core";
 *
 * const { real, imaginary } = fft([1, 0, 0, 0]);
 * console.log(real.arraySync(), imaginary.abs().arraySync()); // [1, 1, 1, 1] [0, 0, 0, 0]
 * ```
 */
export function fft(x: ComplexLike): Complex {
  checkCount("fft", arguments, 1);
  return transform(complexOf("fft", x), -1);
}

/**
 * The inverse of {@link fft}: x[j] = 1/N Σ X[k] e^{2πijk/N}.
 *
 * @param x The tensor.
 *
 * @example
 * ```ts
 * import { fft, ifft } from "@strata/core";
 *
 * console.log(ifft(fft({ real: [1, 2], imaginary: [0, 0] })).real.arraySync()); // [1, 2]
 * ```
 */
export function ifft(x: ComplexLike): Complex {
  checkCount("ifft", arguments, 1);
  const given = complexOf("ifft", x);
  const { real, imaginary } = transform(given, 1);
  const count = lengthOf(given);
  return { real: div(real, count), imaginary: div(imaginary, count) };
}

/**
 * The first ⌊N/2⌋ + 1 elements of the {@link fft} of real numbers; the others are their conjugates.
 *
 * @param x The tensor.
 *
 * @example
 * ```ts
 * import { rfft } from "@strata/core";
 *
 * console.log(rfft([1, 0, 0, 0]).real.arraySync()); // [1, 1, 1]
 * ```
 */
export function rfft(x: TensorLike): Complex {
  checkCount("rfft", arguments, 1);
  const real = realOf("rfft", x);
  const whole = transform({ real, imaginary: zerosLike(real) }, -1);
  const half: [number, number] = [0, Math.floor(lengthOf(whole) / 2) + 1];
  return { real: slice(whole.real, ["...", half]), imaginary: slice(whole.imaginary, ["...", half]) };
}

/**
 * The inverse of {@link rfft}: real numbers, [..., N/2 + 1] → [..., N].
 *
 * @param x The tensor.
 * @param length N, of which the half spectrum does not know whether it is odd. Default: even.
 * @throws RangeError if the spectrum is not that of so many numbers.
 *
 * @example
 * ```ts
 * import { irfft, rfft } from "@strata/core";
 *
 * console.log(irfft(rfft([1, 2, 3, 4])).arraySync()); // [1, 2, 3, 4]
 * ```
 */
export function irfft(x: ComplexLike, length?: number): Tensor {
  checkCount("irfft", arguments, 2);
  const given = complexOf("irfft", x);
  const half = lengthOf(given);
  const count = length ?? 2 * (half - 1);
  if (!Number.isInteger(count) || count < 1 || Math.floor(count / 2) + 1 !== half) {
    throw new RangeError(
      `irfft: ${half} elements are not the spectrum of ${count} numbers; accepted are ${2 * half - 2} and ${2 * half - 1}`,
    );
  }
  const mirrored = (part: Tensor): Tensor => flip(slice(part, ["...", [1, count - half + 1]]), -1);
  const whole = {
    real: concat([given.real, mirrored(given.real)], -1),
    imaginary: concat([given.imaginary, neg(mirrored(given.imaginary))], -1),
  };
  return div(transform(whole, 1).real, count);
}

/** Options of {@link stft}. */
export interface StftOptions {
  /** How many numbers each frame is filled up to with zeros. Default: the frame's length. */
  readonly fftLength?: number;
  /** The window that frames are multiplied by: [frameLength]. Default: the periodic Hann window. */
  readonly window?: TensorLike;
}

/**
 * ½ − ½ cos(2πj/N), the periodic Hann window: [length].
 *
 * @param dtype The dtype of the result.
 *
 * @example
 * ```ts
 * import { hannWindow } from "@strata/core";
 *
 * console.log(hannWindow(4).arraySync()); // [0, 0.5, 1, 0.5]
 * ```
 */
export function hannWindow(length: number, dtype: DType = "float32"): Tensor {
  checkCount("hannWindow", arguments, 2);
  if (!Number.isInteger(length) || length < 1) {
    throw new RangeError(`hannWindow: the length is ${length}; it must be an integer of at least 1`);
  }
  checkDType("hannWindow", dtype);
  if (!isFloat(dtype)) {
    throw new DTypeError(`hannWindow: the dtype is ${dtype}; accepted are ${listAlternatives(floatDTypes)}`);
  }
  const values = Float64Array.from({ length }, (_, at) => 0.5 - 0.5 * Math.cos((2 * Math.PI * at) / length));
  return cast(new Tensor(operandNode("hannWindow", values)), dtype);
}

/**
 * The Fourier transforms of overlapping frames of a real signal: [..., T] → [..., frames, fftLength/2 + 1].
 *
 * @param signal The numbers.
 * @param frameLength How many of them are in a frame.
 * @param frameStep How far frames are apart.
 * @param options The length of the transforms, and the window.
 * @throws RangeError for lengths that are no integers of at least 1, or a transform shorter than a frame.
 */
export function stft(
  signal: TensorLike,
  frameLength: number,
  frameStep: number,
  options: StftOptions = {},
): Complex {
  checkCount("stft", arguments, 4);
  const { fftLength = frameLength, window } = readOptions("stft", options, ["fftLength", "window"]);
  const t = realOf("stft", signal);
  const isValid = [frameLength, frameStep, fftLength].every((value) => Number.isInteger(value) && value > 0);
  if (!isValid || fftLength < frameLength) {
    throw new RangeError(
      `stft: the frame's length is ${frameLength}, the step ${frameStep} and the transform's length ${fftLength}; they must ` +
        "be integers of at least 1, the last not less than the first",
    );
  }
  const length = t.shape[t.rank - 1];
  const count = length < frameLength ? 0 : Math.floor((length - frameLength) / frameStep) + 1;
  const positions = Int32Array.from(
    { length: count * frameLength },
    (_, index) => Math.floor(index / frameLength) * frameStep + (index % frameLength),
  );
  const indices = new Tensor(operandNode("stft", positions)).reshape([count, frameLength]);
  const factors =
    window === undefined ? hannWindow(frameLength, t.dtype) : new Tensor(operandNode("stft", window));
  if (!sameShape(factors.shape, [frameLength])) {
    throw new ShapeError(
      `stft: the window has the shape ${formatShape(factors.shape)}; it must be [${frameLength}]`,
    );
  }
  const frames = mul(gather(t, indices, -1), factors);
  const paddings = frames.shape.map((_, axis): [number, number] => [
    0,
    axis === t.rank ? fftLength - frameLength : 0,
  ]);
  return rfft(pad(frames, paddings));
}
