/** The two formats of 16 bits: how numbers are rounded to them, and their bits. */
import { checkCount, describeValue } from "../arguments.ts";
import { DTypeError, listAlternatives } from "../errors.ts";
import { nameOfView } from "../typed-arrays.ts";

/** The dtypes of 16 bits. */
export type HalfDType = "float16" | "bfloat16";

interface HalfFormat {
  /** The bits of the significand, the leading one included. */
  readonly significandBits: number;
  readonly smallestNormal: number;
  /** The power of two that is too large: what rounds to it is infinite. */
  readonly limit: number;
}

/** float16: IEEE 754's binary16. bfloat16: the upper half of a float32. */
export const halfFormats = {
  float16: { significandBits: 11, smallestNormal: 2 ** -14, limit: 2 ** 16 },
  bfloat16: { significandBits: 8, smallestNormal: 2 ** -126, limit: 2 ** 128 },
} as const satisfies Record<HalfDType, HalfFormat>;

const scratch = new Float64Array(1);
const scratchWords = new Int32Array(scratch.buffer);
const exponentMask = 0x7ff00000;

/** The nearest number of the format, of two the even one; beyond the largest an infinity. */
export function roundToHalf(dtype: HalfDType, value: number): number {
  const { significandBits, smallestNormal, limit } = halfFormats[dtype];
  const magnitude = Math.abs(value);
  // NaN goes this way, too.
  if (!(magnitude < limit)) return value * Number.POSITIVE_INFINITY;
  scratch[0] = magnitude;
  scratchWords[0] = 0;
  scratchWords[1] &= exponentMask;
  // Where the distance between float64 neighbours is that of the format's at `value`, an addition rounds to it.
  const coarse = Math.max(scratch[0], smallestNormal) * 2 ** (53 - significandBits);
  const rounded = magnitude + coarse - coarse;
  const result = rounded < limit ? rounded : Number.POSITIVE_INFINITY;
  return value < 0 || Object.is(value, -0) ? -result : result;
}

/** From the exponent of a float16 to that of a float32, in place. */
const float16Rebias = (127 - 15) << 23;
const infinityBits = 0x7f800000;

/**
 * The bits of numbers in a format of 16 bits, as files and other programs hold them: each number is rounded to the
 * nearest, of two to the even one, and beyond the largest to an infinity.
 *
 * @param values The numbers.
 * @param dtype `"float16"` or `"bfloat16"`.
 * @throws DTypeError for another dtype, TypeError for what are no numbers.
 *
 * @example
 * ```ts
 * import { encodeHalf } from "@strata/core";
 *
 * console.log(encodeHalf([1, -2], "float16")); // Uint16Array [15360, 49152]
 * ```
 */
export function encodeHalf(values: ArrayLike<number>, dtype: HalfDType): Uint16Array<ArrayBuffer> {
  checkCount("encodeHalf", arguments, 2);
  checkHalf("encodeHalf", dtype);
  if (typeof values !== "object" || values === null || typeof values.length !== "number") {
    throw new TypeError(
      `encodeHalf: the values are ${describeValue(values)}; they must be an array of numbers`,
    );
  }
  const rounded = Float32Array.from(values, (value, position) => {
    if (typeof value === "number") return roundToHalf(dtype, value);
    throw new TypeError(
      `encodeHalf: the value at position ${position} is ${describeValue(value)}; it must be a number`,
    );
  });
  return exactHalfBits(rounded, dtype);
}

/** As `encodeHalf`, of numbers that need no rounding. */
export function exactHalfBits(values: Float32Array, dtype: HalfDType): Uint16Array<ArrayBuffer> {
  const words = new Uint32Array(values.buffer, values.byteOffset, values.length);
  const bits = new Uint16Array(values.length);
  const bitsOf = dtype === "float16" ? float16Bits : bfloat16Bits;
  for (let index = 0; index < words.length; index++) bits[index] = bitsOf(words[index]);
  return bits;
}

function bfloat16Bits(word: number): number {
  const isNaN = (word & 0x7fffffff) > infinityBits;
  // A NaN must keep a bit of its significand.
  return isNaN ? (word >>> 16) | 0x40 : word >>> 16;
}

function float16Bits(word: number): number {
  const sign = (word >>> 16) & 0x8000;
  const magnitude = word & 0x7fffffff;
  if (magnitude >= infinityBits) {
    return sign | 0x7c00 | (magnitude > infinityBits ? 0x200 | ((magnitude >>> 13) & 0x3ff) : 0);
  }
  const rebiased = magnitude - float16Rebias;
  if (rebiased >= 1 << 23) return sign | (rebiased >>> 13);
  // Below the smallest normal number: a count of 2⁻²⁴.
  const exponent = magnitude >>> 23;
  const significand = (magnitude & 0x7fffff) | 0x800000;
  return sign | (exponent < 102 ? 0 : significand >>> (126 - exponent));
}

/**
 * The numbers that bits in a format of 16 bits stand for; every one of them is a float32.
 *
 * @param bits The bits, an element each.
 * @param dtype `"float16"` or `"bfloat16"`.
 * @throws DTypeError for another dtype, TypeError for bits in another array.
 *
 * @example
 * ```ts
 * import { decodeHalf, tensor } from "@strata/core";
 *
 * const values = decodeHalf(new Uint16Array([0x3f80, 0xc000]), "bfloat16");
 * console.log(tensor(values, [2], "bfloat16").arraySync()); // [1, -2]
 * ```
 */
export function decodeHalf(bits: Uint16Array, dtype: HalfDType): Float32Array<ArrayBuffer> {
  checkCount("decodeHalf", arguments, 2);
  checkHalf("decodeHalf", dtype);
  if (!ArrayBuffer.isView(bits) || nameOfView(bits) !== "Uint16Array") {
    throw new TypeError(`decodeHalf: the bits are ${describeValue(bits)}; they must be a Uint16Array`);
  }
  const values = new Float32Array(bits.length);
  const words = new Uint32Array(values.buffer);
  for (let index = 0; index < bits.length; index++) {
    if (dtype === "bfloat16") words[index] = bits[index] << 16;
    else {
      const sign = (bits[index] & 0x8000) << 16;
      const moved = (bits[index] & 0x7fff) << 13;
      if (moved >= 1 << 23) {
        const isFinite = moved < 31 << 23;
        words[index] = sign | (moved + (isFinite ? float16Rebias : 2 * float16Rebias));
      } else values[index] = (sign === 0 ? 1 : -1) * (moved >>> 13) * 2 ** -24;
    }
  }
  return values;
}

function checkHalf(operation: string, dtype: HalfDType): void {
  if (Object.hasOwn(halfFormats, dtype)) return;
  throw new DTypeError(
    `${operation}: ${JSON.stringify(dtype)} is no dtype of 16 bits; accepted are ${listAlternatives(Object.keys(halfFormats))}`,
  );
}
