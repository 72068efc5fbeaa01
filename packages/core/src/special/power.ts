import { polynomial } from "./polynomial.ts";

/**
 * x^y after FreeBSD msun, e_pow.c (Sun Microsystems, 2004; error below 0.7 ulp): 2^(y·log₂x) with both the
 * logarithm and the product in about 80 bits. JavaScript's own power may be hundreds of ulp off.
 */

/** log₂ x is expanded about 1 and about 3/2, whose logarithm is the sum of these two. */
const logarithmOfCentre = { high: 0.5849624872207642, low: 1.350039202129749e-8 };

/** (2/3)·(log((1 + s)/(1 − s))·3/(2s) − 3 − s²)/s⁴ in s². */
const logarithmSeries = [
  0.5999999999999946, 0.4285714285785502, 0.33333332981837743, 0.272728123808534, 0.23066074577556175,
  0.20697501780033842,
];

/** r − r·(eʳ + 1)/(eʳ − 1) + 2, over r², in r². */
const exponentialSeries = [
  0.16666666666666602, -0.0027777777777015593, 6.613756321437934e-5, -1.6533902205465252e-6,
  4.1381367970572385e-8,
];

const ln2 = { whole: Math.LN2, high: 0.6931471824645996, low: -1.904654299957768e-9 };
const twoThirdsOfLog2E = { whole: 0.9617966939259756, high: 0.9617967009544373, low: -7.028461650952758e-9 };

const words = new BigUint64Array(1);
const float = new Float64Array(words.buffer);

/** x without the lower 32 bits of its significand, so that products are exact. */
function upper(x: number): number {
  float[0] = x;
  words[0] &= 0xffffffff00000000n;
  return float[0];
}

/** x = 2^exponent·significand with 1 ≤ significand < 2. */
function decompose(x: number): { exponent: number; significand: number } {
  if (x < 2 ** -1022) {
    const { exponent, significand } = decompose(x * 2 ** 53);
    return { exponent: exponent - 53, significand };
  }
  float[0] = x;
  const exponent = Number(words[0] >> 52n) - 1023;
  words[0] = (words[0] & 0xfffffffffffffn) | 0x3ff0000000000000n;
  return { exponent, significand: float[0] };
}

/** log₂ of a positive number as a sum of two. */
function log2(x: number): { high: number; low: number } {
  let { exponent, significand } = decompose(x);
  const isNearOne = significand < 1.224744871391589;
  if (significand >= 1.7320508075688772) {
    significand /= 2;
    exponent += 1;
  }
  const centre = isNearOne || significand < 1 ? 1 : 1.5;
  const difference = significand - centre;
  const inverse = 1 / (significand + centre);
  const ratio = difference * inverse;
  const ratioHigh = upper(ratio);
  const sumHigh = upper(significand + centre);
  const sumLow = significand - (sumHigh - centre);
  const ratioLow = inverse * (difference - ratioHigh * sumHigh - ratioHigh * sumLow);

  const square = ratio * ratio;
  const rest = square * square * polynomial(square, logarithmSeries) + ratioLow * (ratioHigh + ratio);
  const squareHigh = ratioHigh * ratioHigh;
  const seriesHigh = upper(3 + squareHigh + rest);
  const seriesLow = rest - (seriesHigh - 3 - squareHigh);
  const productHigh = ratioHigh * seriesHigh;
  const productLow = ratioLow * seriesHigh + seriesLow * ratio;
  const logarithmHigh = upper(productHigh + productLow);
  const logarithmLow = productLow - (logarithmHigh - productHigh);

  const offset = centre === 1 ? { high: 0, low: 0 } : logarithmOfCentre;
  const scaledHigh = twoThirdsOfLog2E.high * logarithmHigh;
  const scaledLow = twoThirdsOfLog2E.low * logarithmHigh + logarithmLow * twoThirdsOfLog2E.whole + offset.low;
  const high = upper(scaledHigh + scaledLow + offset.high + exponent);
  return { high, low: scaledLow - (high - exponent - offset.high - scaledHigh) };
}

/** 2^(high + low); beyond the range of float64 it is ∞ or 0. */
function exp2(high: number, low: number): number {
  if (high >= 1025) return Number.POSITIVE_INFINITY;
  if (high <= -1076) return 0;
  const n = Math.round(high + low);
  const rest = high - n;
  const head = upper(rest + low);
  const tail = (low - (head - rest)) * ln2.whole + head * ln2.low;
  const leading = head * ln2.high;
  const r = leading + tail;
  const lost = tail - (r - leading);
  const square = r * r;
  const reduced = r - square * polynomial(square, exponentialSeries);
  const value = 1 - ((r * reduced) / (reduced - 2) - (lost + r * lost) - r);
  // 2^n in two factors: it may be subnormal, or above the largest number while the value is below 1.
  const half = Math.floor(n / 2);
  return value * 2 ** half * 2 ** (n - half);
}

/** |x|^y for a finite |x| other than 0 and 1 and a finite y. */
function powerOfMagnitude(magnitude: number, y: number): number {
  // Beyond 2^66 every power is 0 or ∞; the logarithm is at least 2^−53.
  const exponent = Math.max(Math.min(y, 2 ** 66), -(2 ** 66));
  const logarithm = log2(magnitude);
  const exponentHigh = upper(exponent);
  const low = (exponent - exponentHigh) * logarithm.high + exponent * logarithm.low;
  return exp2(exponentHigh * logarithm.high, low);
}

/** x^y with the special cases of IEEE 754, C and NumPy: where JavaScript gives NaN, 1^y and (−1)^±∞ are 1. */
export function power(x: number, y: number): number {
  if (x === 1 || (x === -1 && Math.abs(y) === Number.POSITIVE_INFINITY)) return 1;
  const isOrdinary = Number.isFinite(x) && Number.isFinite(y) && x !== 0 && y !== 0 && x !== -1;
  if (!isOrdinary || (x < 0 && !Number.isInteger(y))) return x ** y;
  const magnitude = powerOfMagnitude(Math.abs(x), y);
  return x < 0 && y % 2 !== 0 ? -magnitude : magnitude;
}
