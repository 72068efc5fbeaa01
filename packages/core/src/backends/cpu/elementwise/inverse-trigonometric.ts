import type { V128 } from "../assembler/expression.ts";
import { v128 } from "../assembler/instructions.ts";
import type { FloatLanes } from "./float-lanes.ts";

/** (asin x − x)/x³ in x² on [0, 1/2], minimax; the relative error of asin is 2^−27 and 2^−59. */
const arcsineTail32 = [0.16666754, 0.074952416, 0.04547712, 0.02414751, 0.04221871];
const arcsineTail64 = [
  0.16666666666666763, 0.07499999999970262, 0.04464285717512102, 0.030381942683599856, 0.022372215660865304,
  0.017351600081461048, 0.013980961573046598, 0.011397775035407731, 0.010786534117438953,
  0.003683023886553324, 0.02176354072154738, -0.021077347675385136, 0.032676922373385216,
];

/** (atan x − x)/x³ in x² on [0, tan(π/8)], minimax; the relative error of atan is 2^−30 and 2^−59. */
const arctangentTail32 = [-0.33333316, 0.19998483, -0.1424374, 0.10595144, -0.06081166];
const arctangentTail64 = [
  -0.333333333333332, 0.19999999999953663, -0.14285714280204134, 0.11111110783817994, -0.0909089776714259,
  0.07692060362501746, -0.06663105461098368, 0.058478974207336616, -0.050393309318374796, 0.03806495719802639,
  -0.017907346102353942,
];

/** π/2 and π/4 as sums of two float64; π/2 as a sum of two float32. */
const halfPi = {
  float32: { high: 1.5707963705062866, low: -4.3711390001862426e-8 },
  float64: { high: 1.5707963267948966, low: 6.123233995736766e-17 },
};

interface SplitArcsine {
  /** asin of the smaller argument: of |x|, or of √((1 − |x|)/2) where |x| > 1/2. */
  readonly angle: V128;
  readonly isLarge: V128;
}

/** For |x| > 1/2: asin |x| = π/2 − 2·asin √((1 − |x|)/2). */
function arcsineOfSmaller(lanes: FloatLanes, magnitude: V128): SplitArcsine {
  const half = lanes.constant(0.5);
  const isLarge = lanes.let(lanes.gt(magnitude, half));
  const folded = lanes.let(lanes.mul(lanes.sub(lanes.constant(1), magnitude), half));
  const square = lanes.let(lanes.select(isLarge, folded, lanes.mul(magnitude, magnitude)));
  const argument = lanes.let(lanes.select(isLarge, lanes.sqrt(folded), magnitude));
  const tail = lanes.polynomial(square, lanes.pick(arcsineTail32, arcsineTail64));
  const angle = lanes.multiplyAdd(lanes.mul(square, argument), tail, argument);
  return { angle: lanes.let(angle), isLarge };
}

/** π/2 − angle, in the full precision of π/2. */
function complement(lanes: FloatLanes, angle: V128): V128 {
  const { high, low } = halfPi[lanes.dtype];
  return lanes.sub(lanes.constant(high), lanes.sub(angle, lanes.constant(low)));
}

export function asin(lanes: FloatLanes, x: V128): V128 {
  const { angle, isLarge } = arcsineOfSmaller(lanes, lanes.let(lanes.abs(x)));
  const doubled = lanes.let(lanes.add(angle, angle));
  return lanes.withSign(lanes.select(isLarge, complement(lanes, doubled), angle), x);
}

/** acos x = π/2 − asin x; from 1/2 on 2·asin √((1 − x)/2), below −1/2 π minus that. */
export function acos(lanes: FloatLanes, x: V128): V128 {
  const { angle, isLarge } = arcsineOfSmaller(lanes, lanes.let(lanes.abs(x)));
  const doubled = lanes.let(lanes.add(angle, angle));
  const { high, low } = halfPi[lanes.dtype];
  const fromPi = lanes.sub(lanes.constant(2 * high), lanes.sub(doubled, lanes.constant(2 * low)));
  const isNegative = lanes.let(lanes.lt(x, lanes.constant(0)));
  const large = lanes.select(isNegative, fromPi, doubled);
  const signed = lanes.let(v128.xor(angle, lanes.sign(x)));
  return lanes.select(isLarge, large, complement(lanes, signed));
}

/** atan of lanes that are not negative: above tan(π/8) by π/4 + atan((t − 1)/(t + 1)), above tan(3π/8) by −1/t. */
function arctangent(lanes: FloatLanes, t: V128): V128 {
  const one = lanes.constant(1);
  const isMiddle = lanes.let(lanes.gt(t, lanes.constant(Math.SQRT2 - 1)));
  const isLarge = lanes.let(lanes.gt(t, lanes.constant(Math.SQRT2 + 1)));
  const numerator = lanes.select(isLarge, lanes.constant(-1), lanes.select(isMiddle, lanes.sub(t, one), t));
  const denominator = lanes.select(isLarge, t, lanes.select(isMiddle, lanes.add(t, one), one));
  const reduced = lanes.let(lanes.div(numerator, denominator));
  const square = lanes.let(lanes.mul(reduced, reduced));
  const tail = lanes.polynomial(square, lanes.pick(arctangentTail32, arctangentTail64));
  const { high, low } = halfPi[lanes.dtype];
  const part = (value: number): V128 =>
    lanes.select(isLarge, lanes.constant(value), lanes.keep(lanes.constant(value / 2), isMiddle));
  const rest = lanes.multiplyAdd(lanes.mul(square, reduced), tail, part(low));
  return lanes.add(part(high), lanes.add(rest, reduced));
}

export function atan(lanes: FloatLanes, x: V128): V128 {
  const magnitude = lanes.let(lanes.abs(x));
  return lanes.withSign(arctangent(lanes, magnitude), x);
}

/** The angle of the point (x, y): atan of the smaller over the larger coordinate, turned to its octant. */
export function atan2(lanes: FloatLanes, y: V128, x: V128): V128 {
  const across = lanes.let(lanes.abs(x));
  const up = lanes.let(lanes.abs(y));
  const isSteep = lanes.let(lanes.gt(up, across));
  const larger = lanes.let(lanes.select(isSteep, up, across));
  const smaller = lanes.let(lanes.select(isSteep, across, up));
  // 0/0 counts as 0, and ∞/∞ as 1.
  const quotient = lanes.let(lanes.div(smaller, larger));
  const isEqual = lanes.eq(smaller, larger);
  const whenEqual = lanes.keep(lanes.constant(1), lanes.gt(larger, lanes.constant(0)));
  const angle = lanes.let(arctangent(lanes, lanes.let(lanes.select(isEqual, whenEqual, quotient))));
  const turned = lanes.let(lanes.select(isSteep, complement(lanes, angle), angle));
  const { high, low } = halfPi[lanes.dtype];
  const fromPi = lanes.sub(lanes.constant(2 * high), lanes.sub(turned, lanes.constant(2 * low)));
  const isLeft = lanes.testBit(x, lanes.totalBits - 1);
  const value = lanes.let(lanes.withSign(lanes.select(isLeft, fromPi, turned), y));
  const isUnordered = v128.or(lanes.isNaN(x), lanes.isNaN(y));
  return lanes.select(isUnordered, lanes.add(x, y), value);
}
