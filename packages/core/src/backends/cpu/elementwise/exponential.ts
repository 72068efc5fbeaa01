import type { V128 } from "../assembler/expression.ts";
import type { Local } from "../assembler/function.ts";
import type { FloatLanes } from "./float-lanes.ts";

/** (eʳ − 1 − r)/r² on |r| ≤ ln(2)/2, minimax; the error relative to eʳ is 2^−28 and 2^−64. */
const exponentialTail32 = [0.49999994, 0.16666521, 0.04166839, 0.00836871, 0.0013814593];
const exponentialTail64 = [
  0.5, 0.16666666666666682, 0.041666666666666095, 0.00833333333331705, 0.0013888888889115676,
  0.00019841269896347938, 0.000024801586926494167, 0.0000027557234897190083, 2.755758199523079e-7,
  2.5112024625215064e-8, 2.08265731374778e-9,
];

/** ln 2 in two parts; the upper one has so few bits that its product with an exponent is exact. Source: FreeBSD msun. */
const ln2 = {
  float32: { high: 6.9314575195e-1, low: 1.4286067653e-6 },
  float64: { high: 0.6931471803691238, low: 1.9082149292705877e-10 },
};

/** x = n·ln 2 + r with |r| ≤ ln(2)/2, and eʳ − 1. The low bits of `exponentBits` are the integer n plus an offset. */
interface ReducedExponential {
  readonly expm1: V128;
  readonly exponentBits: V128;
}

/** Reduces x, or the sum of x and `low`, whose sum alone would lose digits. */
function reduceExponential(lanes: FloatLanes, x: V128, offset: number, low?: V128): ReducedExponential {
  // Adding 1.5·2^p makes the unit of the last place one: the sum is rounded to an integer, which is in its low bits.
  const shifter = lanes.constant(1.5 * 2 ** lanes.significandBits + offset);
  const whole = low ? lanes.add(x, low) : x;
  const exponentBits = lanes.let(lanes.multiplyAdd(whole, lanes.constant(Math.LOG2E), shifter));
  const n = lanes.let(lanes.sub(exponentBits, shifter));
  const { high, low: tail } = ln2[lanes.dtype];
  const upper = lanes.multiplySubtract(n, lanes.constant(high), x);
  const product = lanes.multiplySubtract(n, lanes.constant(tail), upper);
  const r = lanes.let(low ? lanes.add(product, low) : product);
  const square = lanes.let(lanes.mul(r, r));
  const series = lanes.polynomialOfSquare(r, square, lanes.pick(exponentialTail32, exponentialTail64));
  const expm1 = lanes.multiplyAdd(square, series, r);
  return { expm1, exponentBits };
}

/** 2^n of n plus the bias, for the exponents of normal numbers. */
function powerOfTwo(lanes: FloatLanes, biasedExponent: V128): V128 {
  return lanes.shiftLeft(biasedExponent, lanes.significandBits);
}

/**
 * 2^n as the product of 2^⌊n/2⌋ and 2^⌈n/2⌉, of n plus twice the bias: n alone may lie beyond the exponents of normal
 * numbers.
 */
function halves(lanes: FloatLanes, exponentBits: V128): readonly [first: Local<"v128">, rest: Local<"v128">] {
  const half = lanes.let(lanes.shiftRight(exponentBits, 1));
  return [half, lanes.let(lanes.subBits(exponentBits, half))];
}

function clampExponent(lanes: FloatLanes, x: V128, lowest: number): V128 {
  return lanes.let(lanes.atLeast(lanes.atMost(x, lanes.pick(90, 711)), lowest));
}

/** eˣ·2^shift. Beyond the range of the format it is +∞ or +0, by the rounding of the last product. */
export function scaledExponential(lanes: FloatLanes, x: V128, shift: number, low?: V128): V128 {
  const { expm1, exponentBits } = reduceExponential(
    lanes,
    clampExponent(lanes, x, lanes.pick(-104, -746)),
    2 * lanes.bias + shift,
    low,
  );
  const [half, rest] = halves(lanes, exponentBits);
  const first = lanes.let(powerOfTwo(lanes, half));
  return lanes.mul(lanes.multiplyAdd(expm1, first, first), powerOfTwo(lanes, rest));
}

/** eˣ·2^shift where the result is neither subnormal nor infinite. */
export function normalExponential(lanes: FloatLanes, x: V128, shift = 0, low?: V128): V128 {
  const { expm1, exponentBits } = reduceExponential(lanes, x, lanes.bias + shift, low);
  const power = lanes.let(powerOfTwo(lanes, exponentBits));
  return lanes.multiplyAdd(expm1, power, power);
}

export function exp(lanes: FloatLanes, x: V128): V128 {
  return scaledExponential(lanes, x, 0);
}

/** eˣ − 1 = 2^n·(eʳ − 1) + (2^n − 1), the terms divided by the second half of 2^n, which multiplies the sum. */
export function expm1(lanes: FloatLanes, x: V128): V128 {
  const reduced = reduceExponential(lanes, clampExponent(lanes, x, lanes.pick(-20, -42)), 2 * lanes.bias);
  const [half, rest] = halves(lanes, reduced.exponentBits);
  const first = lanes.let(powerOfTwo(lanes, half));
  const one = powerOfTwo(lanes, lanes.subBits(lanes.bits(BigInt(2 * lanes.bias)), rest));
  const sum = lanes.multiplyAdd(reduced.expm1, first, lanes.sub(first, one));
  // The sum above turns −0 into +0.
  return lanes.withSign(lanes.mul(sum, powerOfTwo(lanes, rest)), x);
}

/** tanh x = (e²ˣ − 1)/(e²ˣ + 1); it is 1 to rounding from the limit on. */
export function tanh(lanes: FloatLanes, x: V128): V128 {
  const magnitude = lanes.atMost(lanes.abs(x), lanes.pick(9.5, 20));
  const doubled = lanes.let(lanes.mul(magnitude, lanes.constant(2)));
  const reduced = reduceExponential(lanes, doubled, lanes.bias);
  const scale = lanes.let(powerOfTwo(lanes, reduced.exponentBits));
  const one = lanes.constant(1);
  const numerator = lanes.let(lanes.multiplyAdd(reduced.expm1, scale, lanes.sub(scale, one)));
  return lanes.withSign(lanes.div(numerator, lanes.add(numerator, lanes.constant(2))), x);
}

/**
 * 1/(1 + e⁻ˣ) = u/(u + u·e⁻ˣ). The unit u is so small that u·e⁻ˣ is finite for all x whose result is not 0; where it
 * would be subnormal the result is 1, and x is limited.
 */
export function sigmoid(lanes: FloatLanes, x: V128): V128 {
  const clamped = lanes.atLeast(lanes.atMost(x, lanes.pick(70, 670)), lanes.pick(-104, -746));
  const shift = -(lanes.significandBits + 1);
  const power = normalExponential(lanes, lanes.let(lanes.neg(clamped)), shift);
  const unit = lanes.constant(2 ** shift);
  return lanes.div(unit, lanes.add(power, unit));
}
