import type { V128 } from "../assembler/expression.ts";
import type { FunctionBuilder } from "../assembler/function.ts";
import { f64x2, i32, i32x4, v128 } from "../assembler/instructions.ts";
import type { EmitContext, Emitter } from "./emitter.ts";
import { joinLowWords, swapHalves } from "./shuffles.ts";

/** Arithmetic on int32 lanes, modulo 2^32. */

function splatInteger(value: number): V128 {
  return i32x4.constant([value, value, value, value]);
}

const zero = splatInteger(0);
const one = splatInteger(1);

/** A function of uint8 from one of int32: the result modulo 256. */
export function wrapToByte(inner: Emitter): Emitter {
  return (context, operands, attributes) => v128.and(inner(context, operands, attributes), splatInteger(255));
}

export const signOfInteger: Emitter = (_context, [x]) => i32x4.sub(i32x4.gt_s(zero, x), i32x4.gt_s(x, zero));

/**
 * ⌊a/b⌋ by float64 division, whose rounding cannot cross an integer for operands of 32 bits. −2³¹/−1 is 2³¹,
 * which the sum with 1.5·2^52 wraps to −2³¹ in its low word.
 */
function floorQuotient(f: FunctionBuilder, a: V128, b: V128): V128 {
  const half = (dividend: V128, divisor: V128): V128 => {
    const quotient = f64x2.div(f64x2.convert_low_i32x4_s(dividend), f64x2.convert_low_i32x4_s(divisor));
    return f.let(f64x2.add(f64x2.floor(quotient), f64x2.constant(1.5 * 2 ** 52)));
  };
  return joinLowWords(half(a, b), half(swapHalves(a), swapHalves(b)));
}

/** ⌊a/b⌋; 0 where b = 0, as in NumPy. */
export const floorDivideIntegers: Emitter = ({ f }, [a, b]) =>
  v128.andnot(floorQuotient(f, a, b), i32x4.eq(b, zero));

/** a − b·⌊a/b⌋, with the sign of b; 0 where b = 0, as in NumPy. */
export const moduloOfIntegers: Emitter = ({ f }, [a, b]) =>
  v128.andnot(i32x4.sub(a, i32x4.mul(floorQuotient(f, a, b), b)), i32x4.eq(b, zero));

/** a^b by repeated squaring. A negative exponent gives 0, unless the base is 1 or −1. */
export const powerOfIntegers: Emitter = ({ f }, [a, b]) => {
  const base = f.let(a);
  const exponent = f.let(b);
  const result = f.let(one);
  f.loop((again) => {
    const isOdd = i32x4.eq(v128.and(exponent, one), one);
    f.set(result, v128.bitselect(i32x4.mul(result, base), result, isOdd));
    f.set(base, i32x4.mul(base, base));
    f.set(exponent, i32x4.shr_u(exponent, i32.constant(1)));
    f.branchIf(again, v128.any_true(exponent));
  });
  // Of the bits of a negative exponent only the lowest counts for the bases 1 and −1.
  const vanishes = v128.and(i32x4.lt_s(b, zero), i32x4.ne(i32x4.abs(a), one));
  return v128.andnot(result, vanishes);
};

type Shift = (vector: V128, count: number) => V128;

/** Shifts each lane by its own count below 32, by one conditional shift for each bit of the count. */
function shiftEachLane({ f }: EmitContext, vector: V128, counts: V128, shift: Shift): V128 {
  const result = f.let(vector);
  const shared = f.let(counts);
  for (let bit = 0; bit < 5; bit++) {
    const flag = splatInteger(1 << bit);
    const isSet = i32x4.eq(v128.and(shared, flag), flag);
    f.set(result, v128.bitselect(shift(result, 1 << bit), result, isSet));
  }
  return result;
}

/** a·2^b; 0 where b < 0 or b ≥ 32, as in NumPy. */
export const shiftLeftIntegers: Emitter = (context, [a, b]) => {
  const shifted = shiftEachLane(context, a, b, (vector, count) => i32x4.shl(vector, i32.constant(count)));
  return v128.and(shifted, i32x4.lt_u(b, splatInteger(32)));
};

/** ⌊a/2^b⌋; the sign alone (0 or −1) where b < 0 or b ≥ 32, as in NumPy. */
export const shiftRightIntegers: Emitter = (context, [a, b]) =>
  shiftEachLane(context, a, i32x4.min_u(b, splatInteger(31)), (vector, count) =>
    i32x4.shr_s(vector, i32.constant(count)),
  );
