/**
 * Quads of the dtypes of 16 bits. They are held as the float32 vector of the same numbers: what is computed is rounded,
 * and nothing but loads and stores meets the 16 bits.
 */
import { type HalfDType, halfFormats } from "../../../special/half-precision.ts";
import type { V128 } from "../assembler/expression.ts";
import type { FunctionBuilder } from "../assembler/function.ts";
import { f32x4, f64x2, i8x16, i32, i32x4, i64x2, v128 } from "../assembler/instructions.ts";
import { joinLowHalves, lanes, type Quad } from "./quad.ts";

type Operation = (left: V128, right: V128) => V128;

/** The common part of roundings in float32 and float64. */
interface RoundingFormat {
  readonly constant: (value: number) => V128;
  readonly add: Operation;
  readonly sub: Operation;
  readonly mul: Operation;
  readonly pmin: Operation;
  readonly pmax: Operation;
  readonly abs: (vector: V128) => V128;
  readonly significandBits: number;
  /** The power of two that is too large. */
  readonly logarithmOfLimit: number;
  readonly exponentMask: V128;
  readonly signMask: V128;
}

const float32: RoundingFormat = {
  ...f32x4,
  significandBits: 24,
  logarithmOfLimit: 128,
  exponentMask: words(0x7f800000),
  signMask: words(0x80000000),
};

const float64: RoundingFormat = {
  ...f64x2,
  significandBits: 53,
  logarithmOfLimit: 1024,
  exponentMask: i64x2.constant([0x7ff0000000000000n, 0x7ff0000000000000n]),
  signMask: i64x2.constant([-(2n ** 63n), -(2n ** 63n)]),
};

/** The float32 lanes rounded to numbers of the dtype, of two equally near to the even one. */
export function roundFloat32(f: FunctionBuilder, dtype: HalfDType, vector: V128): V128 {
  return dtype === "float16" ? rounded(f, float32, dtype, vector) : roundToUpperHalf(f, vector);
}

/** As `roundFloat32`, of float64, in one rounding. */
export function roundFloat64(f: FunctionBuilder, dtype: HalfDType, quad: Quad): V128 {
  const [low, high] = quad.map((part) => f32x4.demote_f64x2_zero(rounded(f, float64, dtype, part)));
  return joinLowHalves(low, high);
}

/**
 * Adds, and takes off again, a power of two so large that the distance between its neighbours is that of the format's
 * numbers around x: the addition rounds. It needs an exponent range above the format's.
 */
function rounded(f: FunctionBuilder, wide: RoundingFormat, dtype: HalfDType, operand: V128): V128 {
  const { significandBits, smallestNormal, limit } = halfFormats[dtype];
  const vector = f.let(operand);
  const magnitude = f.let(wide.abs(vector));
  const power = v128.and(magnitude, wide.exponentMask);
  const bounded = wide.pmin(wide.pmax(power, wide.constant(smallestNormal)), wide.constant(limit));
  const coarse = f.let(wide.mul(bounded, wide.constant(2 ** (wide.significandBits - significandBits))));
  const nearest = wide.sub(wide.add(magnitude, coarse), coarse);
  // What reaches the limit overflows here, and is infinite.
  const scale = 2 ** (wide.logarithmOfLimit - Math.log2(limit));
  const overflowing = wide.mul(wide.mul(nearest, wide.constant(scale)), wide.constant(1 / scale));
  return v128.or(overflowing, v128.and(vector, wide.signMask));
}

/** To the 16 upper bits: a carry runs into the exponent, and at its end into infinity. */
function roundToUpperHalf(f: FunctionBuilder, operand: V128): V128 {
  const vector = f.let(operand);
  const lastBit = v128.and(i32x4.shr_u(vector, i32.constant(16)), words(1));
  const nearest = i32x4.add(i32x4.add(vector, words(0x7fff)), lastBit);
  const quietNaN = v128.or(vector, words(0x400000));
  const kept = v128.bitselect(quietNaN, nearest, f32x4.ne(vector, vector));
  return v128.and(kept, words(0xffff0000));
}

/** From the exponent of a float16 to that of a float32, in place. */
const rebias = (127 - 15) << 23;

/** The numbers whose 16 bits are in the low halves of the lanes, the upper halves being 0. */
export function fromHalfBits(f: FunctionBuilder, dtype: HalfDType, bits: V128): V128 {
  if (dtype === "bfloat16") return i32x4.shl(bits, i32.constant(16));
  const half = f.let(bits);
  const sign = i32x4.shl(v128.and(half, words(0x8000)), i32.constant(16));
  const moved = f.let(i32x4.shl(v128.and(half, words(0x7fff)), i32.constant(13)));
  const isSpecial = i32x4.ge_s(moved, words(31 << 23));
  const normal = i32x4.add(i32x4.add(moved, words(rebias)), v128.and(isSpecial, words(rebias)));
  // As the significand of a number that begins at the smallest normal one, which is then taken off.
  const { smallestNormal } = halfFormats[dtype];
  const subnormal = f32x4.sub(i32x4.add(moved, words(rebias + (1 << 23))), f32x4.constant(smallestNormal));
  return v128.or(sign, v128.bitselect(subnormal, normal, i32x4.lt_s(moved, words(1 << 23))));
}

/** The 16 bits of float32 lanes that are numbers of the dtype, one after the other in the lower half of a vector. */
export function toHalfBits(f: FunctionBuilder, dtype: HalfDType, operand: V128): V128 {
  if (dtype === "bfloat16") return packHalves(operand, 2);
  const vector = f.let(operand);
  const magnitude = f.let(v128.and(vector, words(0x7fffffff)));
  const sign = v128.and(i32x4.shr_u(vector, i32.constant(16)), words(0x8000));
  const isSpecial = i32x4.ge_s(magnitude, words((127 + 16) << 23));
  const rebiased = i32x4.sub(i32x4.sub(magnitude, words(rebias)), v128.and(isSpecial, words(rebias)));
  const normal = i32x4.shr_u(rebiased, i32.constant(13));
  // From 1/2 on, neighbours are as far apart as the subnormal numbers: 2⁻²⁴.
  const subnormal = i32x4.sub(f32x4.add(magnitude, f32x4.constant(0.5)), f32x4.constant(0.5));
  const isSubnormal = i32x4.lt_s(magnitude, words(rebias + (1 << 23)));
  return packHalves(f.let(v128.or(sign, v128.bitselect(subnormal, normal, isSubnormal))), 0);
}

/** The two bytes of each lane that begin with byte `first`. */
function packHalves(vector: V128, first: number): V128 {
  const bytes = [0, 4, 8, 12].flatMap((lane) => [lane + first, lane + first + 1]);
  return i8x16.shuffle(vector, vector, [...bytes, ...bytes]);
}

function words(bits: number): V128 {
  return i32x4.constant(Array<number>(lanes).fill(bits | 0));
}
