import type { V128 } from "../assembler/expression.ts";
import type { Local } from "../assembler/function.ts";
import { v128 } from "../assembler/instructions.ts";
import type { FloatLanes } from "./float-lanes.ts";

/** Lg1… of FreeBSD msun, e_logf.c and e_log.c: log((1 + s)/(1 − s)) = 2s + s·(Lg1·s² + Lg2·s⁴ + …). */
const series32 = [0.66666662693, 0.40000972152, 0.28498786688, 0.24279078841];
const series64 = [
  0.6666666666666735, 0.3999999999940942, 0.2857142874366239, 0.22222198432149784, 0.1818357216161805,
  0.15313837699209373, 0.14798198605116586,
];

/** ln 2 in two parts; the upper one times an exponent is exact. Source: FreeBSD msun. */
const ln2 = {
  float32: { high: 6.9313812256e-1, low: 9.0580006145e-6 },
  float64: { high: 0.6931471803691238, low: 1.9082149292705877e-10 },
};

/** The bit patterns of 1 and √½. */
const patterns = {
  float32: { one: 0x3f800000n, rootHalf: 0x3f3504f3n },
  float64: { one: 0x3ff0000000000000n, rootHalf: 0x3fe6a09e667f3bcdn },
};

/** A positive x as 2^exponent·significand with √½ ≤ significand < √2. */
export interface Decomposition {
  /** As a float. */
  readonly exponent: Local<"v128">;
  readonly significand: Local<"v128">;
  /** The exponent plus the bias, as an integer in each lane. */
  readonly biasedExponent: Local<"v128">;
}

/** Decomposes lanes that are positive, finite and normal; others give something without a trap. */
export function decompose(lanes: FloatLanes, x: V128): Decomposition {
  const { one, rootHalf } = patterns[lanes.dtype];
  const moved = lanes.let(lanes.addBits(x, lanes.bits(one - rootHalf)));
  const biasedExponent = lanes.let(lanes.shiftRight(moved, lanes.significandBits));
  const unit = 2 ** lanes.significandBits;
  const exponent = lanes.let(
    lanes.sub(v128.or(biasedExponent, lanes.constant(unit)), lanes.constant(unit + lanes.bias)),
  );
  const fraction = v128.and(moved, lanes.significandMask());
  const significand = lanes.let(lanes.addBits(fraction, lanes.bits(rootHalf)));
  return { exponent, significand, biasedExponent };
}

/** `decompose`, also for subnormal numbers. */
export function decomposePositive(lanes: FloatLanes, x: V128): Omit<Decomposition, "biasedExponent"> {
  const isSubnormal = lanes.let(lanes.lt(x, lanes.constant(2 ** (1 - lanes.bias))));
  const shift = lanes.significandBits + 1;
  const scaled = lanes.let(lanes.select(isSubnormal, lanes.mul(x, lanes.constant(2 ** shift)), x));
  const { exponent, significand } = decompose(lanes, scaled);
  const corrected = lanes.sub(exponent, lanes.keep(lanes.constant(shift), isSubnormal));
  return { exponent: lanes.let(corrected), significand };
}

/** ln(2^exponent·(1 + f)) for √½ − 1 ≤ f < √2 − 1. Source: FreeBSD msun, e_log.c. */
function logarithmOf(lanes: FloatLanes, exponent: V128, f: V128): V128 {
  const s = lanes.let(lanes.div(f, lanes.add(f, lanes.constant(2))));
  const square = lanes.let(lanes.mul(s, s));
  const tail = lanes.mul(square, lanes.polynomial(square, lanes.pick(series32, series64)));
  const halfSquare = lanes.let(lanes.mul(lanes.mul(f, f), lanes.constant(0.5)));
  const { high, low } = ln2[lanes.dtype];
  const series = lanes.multiplyAdd(s, lanes.add(halfSquare, tail), lanes.mul(exponent, lanes.constant(low)));
  const rest = lanes.sub(lanes.sub(halfSquare, series), f);
  return lanes.sub(lanes.mul(exponent, lanes.constant(high)), rest);
}

/** `value` for finite x above the pole, x itself for +∞ and NaN, −∞ at the pole, NaN below it. */
function withLogarithmLimits(lanes: FloatLanes, x: V128, pole: number, value: V128): V128 {
  const above = lanes.select(lanes.lt(x, lanes.constant(Number.POSITIVE_INFINITY)), value, x);
  const atPole = lanes.eq(x, lanes.constant(pole));
  const otherwise = lanes.select(
    atPole,
    lanes.constant(Number.NEGATIVE_INFINITY),
    lanes.constant(Number.NaN),
  );
  return lanes.select(lanes.gt(x, lanes.constant(pole)), above, otherwise);
}

export function log(lanes: FloatLanes, x: V128): V128 {
  const { f } = lanes.context;
  const one = lanes.constant(1);
  const isNormal = v128.and(
    lanes.ge(x, lanes.constant(2 ** (1 - lanes.bias))),
    lanes.lt(x, lanes.constant(Number.POSITIVE_INFINITY)),
  );
  // Numbers that are not normal are rare: they cost one test, unless there are some.
  const hasOthers = f.let(v128.any_true(v128.not(isNormal)));
  const { exponent, significand } = decompose(lanes, x);
  f.if(hasOthers, () => {
    const positive = decomposePositive(lanes, x);
    f.set(exponent, positive.exponent);
    f.set(significand, positive.significand);
  });
  const value = lanes.let(logarithmOf(lanes, exponent, lanes.let(lanes.sub(significand, one))));
  f.if(hasOthers, () => f.set(value, withLogarithmLimits(lanes, x, 0, value)));
  return value;
}

/** ln(1 + x): what the sum 1 + x lost to rounding is added to f again. */
export function log1p(lanes: FloatLanes, x: V128): V128 {
  const one = lanes.constant(1);
  const sum = lanes.let(lanes.add(x, one));
  const rounded = lanes.let(lanes.sub(sum, x));
  const lost = lanes.add(lanes.sub(one, rounded), lanes.sub(x, lanes.sub(sum, rounded)));
  const { exponent, significand, biasedExponent } = decompose(lanes, sum);
  const inverseBits = lanes.subBits(lanes.bits(BigInt(2 * lanes.bias)), biasedExponent);
  const inverse = lanes.shiftLeft(inverseBits, lanes.significandBits);
  // For large x nothing of weight was lost, and 2^−exponent may leave the normal numbers.
  const matters = lanes.lt(x, lanes.constant(2 ** (lanes.significandBits + 2)));
  const correction = lanes.keep(lanes.mul(lost, inverse), matters);
  const f = lanes.let(lanes.add(lanes.sub(significand, one), correction));
  // The series turns −0 into +0.
  const value = lanes.let(lanes.withSign(logarithmOf(lanes, exponent, f), x));
  const isInside = v128.and(
    lanes.gt(x, lanes.constant(-1)),
    lanes.lt(x, lanes.constant(Number.POSITIVE_INFINITY)),
  );
  lanes.whenAny(v128.not(isInside), () => {
    lanes.context.f.set(value, withLogarithmLimits(lanes, x, -1, value));
  });
  return value;
}
