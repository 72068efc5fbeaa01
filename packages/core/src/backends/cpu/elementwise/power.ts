import type { V128 } from "../assembler/expression.ts";
import { v128 } from "../assembler/instructions.ts";
import { type DoubleDouble, fastAdd, fastTwoSum, multiply, twoProduct, twoSum } from "./double-double.ts";
import { scaledExponential } from "./exponential.ts";
import type { FloatFunction, FloatLanes } from "./float-lanes.ts";
import { decompose, decomposePositive } from "./logarithm.ts";
import { throughFloat64Unrolled } from "./through-float64.ts";

/** log₂((1 + s)/(1 − s))/s in s² for |s| ≤ (√2 − 1)/(√2 + 1), minimax; error 2^−45. */
const log2Series = [
  2.8853900817778495, 0.9617966941140518, 0.5770779421697785, 0.4122092711717132, 0.3199049576333855,
  0.28291033906948815,
];

/** 2^r on |r| ≤ ½, minimax; error 2^−34. */
const exp2Series = [
  0.9999999999616862, 0.6931471807284587, 0.24022651198121367, 0.0555041035339556, 0.009618027257782644,
  0.0013333922612455097, 0.00015469290079084976, 0.000015201909879276544,
];

/** (atanh s − s − s³/3)/s⁵ in s² for |s| ≤ (√2 − 1)/(√2 + 1), minimax; the error relative to atanh is 2^−73. */
const logarithmTail = [
  0.1999999999999999, 0.14285714285722556, 0.11111111108768254, 0.09090909435154024, 0.07692278435734179,
  0.06668158700743829, 0.058374094192669354, 0.05994505330420999,
];

/** ln 2 in two parts; the first has 33 bits, so that its product with an exponent is exact. */
const ln2 = [0.6931471803691238, 1.9082149292705877e-10];

/** |x|^y for float32 in float64 arithmetic, which needs no more than 2^(y·log₂|x|) with a plain logarithm. */
function powerInFloat64(wide: FloatLanes, magnitude: V128, y: V128): V128 {
  const { exponent, significand } = decompose(wide, magnitude);
  const one = wide.constant(1);
  const s = wide.let(wide.div(wide.sub(significand, one), wide.add(significand, one)));
  const series = wide.polynomial(wide.let(wide.mul(s, s)), log2Series);
  const logarithm = wide.multiplyAdd(s, series, exponent);
  const power = wide.mul(y, withLogarithmEnds(wide, magnitude, logarithm));
  const clamped = wide.let(wide.atLeast(wide.atMost(power, 300), -300));
  const shifter = wide.constant(1.5 * 2 ** 52);
  const bits = wide.let(wide.add(clamped, shifter));
  const r = wide.let(wide.sub(clamped, wide.sub(bits, shifter)));
  const scale = wide.shiftLeft(wide.addBits(bits, wide.bits(BigInt(wide.bias))), wide.significandBits);
  return wide.mul(wide.polynomial(r, exp2Series), scale);
}

/** −∞ at 0, x at +∞ and NaN. */
function withLogarithmEnds(lanes: FloatLanes, magnitude: V128, logarithm: V128): V128 {
  const finite = lanes.select(
    lanes.lt(magnitude, lanes.constant(Number.POSITIVE_INFINITY)),
    logarithm,
    magnitude,
  );
  const isZero = lanes.eq(magnitude, lanes.constant(0));
  return lanes.select(isZero, lanes.constant(Number.NEGATIVE_INFINITY), finite);
}

/**
 * ln of positive float64 lanes to about 2^−68, as ln 2^k + 2·atanh s with s = (m − 1)/(m + 1).
 * Source of the form: N. Shibata and F. Petrogalli, SLEEF: a portable vectorized library, 2019 (logk).
 */
function preciseLogarithm(lanes: FloatLanes, magnitude: V128): DoubleDouble {
  const { exponent, significand } = decomposePositive(lanes, magnitude);
  const one = lanes.constant(1);
  const numerator = lanes.let(lanes.sub(significand, one));
  const denominator = twoSum(lanes, one, significand);
  const quotient = lanes.let(lanes.div(numerator, denominator.high));
  const product = twoProduct(lanes, quotient, denominator.high);
  const remainder = lanes.sub(lanes.sub(numerator, product.high), product.low);
  const rest = lanes.sub(remainder, lanes.mul(quotient, denominator.low));
  const s = { high: quotient, low: lanes.let(lanes.div(rest, denominator.high)) };
  const square = multiply(lanes, s, s);
  const cube = multiply(lanes, square, s);
  const third = { high: lanes.constant(1 / 3), low: lanes.constant(1.850371707708594e-17) };
  const tail = lanes.polynomial(square.high, logarithmTail);
  const fifth = lanes.mul(lanes.mul(cube.high, square.high), tail);
  const cubeTerm = multiply(lanes, cube, third);
  const higher = fastTwoSum(lanes, cubeTerm.high, lanes.let(lanes.add(cubeTerm.low, fifth)));
  const half = fastAdd(lanes, s, higher);
  const two = lanes.constant(2);
  const ofSignificand = {
    high: lanes.let(lanes.mul(half.high, two)),
    low: lanes.let(lanes.mul(half.low, two)),
  };
  const [high, low] = ln2;
  const ofExponent = fastTwoSum(
    lanes,
    lanes.let(lanes.mul(exponent, lanes.constant(high))),
    lanes.let(lanes.mul(exponent, lanes.constant(low))),
  );
  return fastAdd(lanes, ofExponent, ofSignificand);
}

/** |x|^y for float64: e^(y·ln|x|) with the logarithm and the product in twice the precision. */
function precisePower(lanes: FloatLanes, magnitude: V128, y: V128): V128 {
  const logarithm = preciseLogarithm(lanes, magnitude);
  // Beyond 2^66 every power of another number than 1 is 0 or ∞.
  const limited = lanes.let(lanes.atLeast(lanes.atMost(y, 2 ** 66), -(2 ** 66)));
  const product = twoProduct(lanes, limited, logarithm.high);
  const low = lanes.add(product.low, lanes.mul(limited, logarithm.low));
  const isModerate = lanes.lt(lanes.abs(product.high), lanes.constant(800));
  const keptLow = lanes.let(lanes.keep(low, isModerate));
  const ends = lanes.mul(y, withLogarithmEnds(lanes, magnitude, lanes.constant(0)));
  const isEnd = v128.or(
    lanes.eq(magnitude, lanes.constant(0)),
    v128.not(lanes.lt(magnitude, lanes.constant(Number.POSITIVE_INFINITY))),
  );
  const exponent = lanes.let(lanes.select(isEnd, ends, product.high));
  return scaledExponential(lanes, exponent, 0, keptLow);
}

/** The signs and the special cases of IEEE 754 (and C): x^0 = 1^y = 1, (−1)^±∞ = 1. */
function withSpecialCases(power: FloatFunction): FloatFunction {
  return (lanes, x, y) => {
    const one = lanes.constant(1);
    const magnitude = lanes.let(lanes.abs(x));
    const value = lanes.let(power(lanes, magnitude, y));
    const half = lanes.let(lanes.mul(y, lanes.constant(0.5)));
    const isInteger = lanes.let(lanes.eq(lanes.trunc(y), y));
    const isOdd = v128.andnot(isInteger, lanes.eq(lanes.trunc(half), half));
    const signed = v128.xor(value, v128.and(lanes.sign(x), isOdd));
    const isNegative = lanes.lt(x, lanes.constant(0));
    const isFinite = lanes.lt(magnitude, lanes.constant(Number.POSITIVE_INFINITY));
    const isInvalid = v128.andnot(v128.and(isNegative, isFinite), isInteger);
    const real = lanes.select(isInvalid, lanes.constant(Number.NaN), signed);
    const isUnitBase = lanes.eq(magnitude, one);
    const isInfinite = lanes.eq(lanes.abs(y), lanes.constant(Number.POSITIVE_INFINITY));
    const isOne = v128.or(
      v128.or(lanes.eq(y, lanes.constant(0)), lanes.eq(x, one)),
      v128.and(isUnitBase, isInfinite),
    );
    return lanes.select(isOne, one, real);
  };
}

const power32 = withSpecialCases(throughFloat64Unrolled(powerInFloat64));
const power64 = withSpecialCases(precisePower);

export function pow(lanes: FloatLanes, x: V128, y: V128): V128 {
  return lanes.dtype === "float32" ? power32(lanes, x, y) : power64(lanes, x, y);
}
