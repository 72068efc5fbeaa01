import type { V128 } from "../assembler/expression.ts";
import { scaledExponential } from "./exponential.ts";
import type { FloatLanes } from "./float-lanes.ts";
import { log1p } from "./logarithm.ts";

/** (sinh x − x)/x³ in x² on [0, 1], minimax; the error relative to sinh is 2^−34 and 2^−73. */
const sinhTail32 = [0.16666667, 0.00833335, 0.0001983616, 2.816951e-6];
const sinhTail64 = [
  0.16666666666666666, 0.008333333333333333, 0.000198412698412696, 0.000002755731922411629,
  2.5052108346509456e-8, 1.6059050601221886e-10, 7.646482897343875e-13, 2.8482329895876663e-15,
];

/** e^|x|/2 and e^−|x|/2; the first overflows where sinh and cosh do. */
function halfExponentials(lanes: FloatLanes, magnitude: V128) {
  const growing = lanes.let(scaledExponential(lanes, magnitude, -1));
  return { growing, decaying: lanes.div(lanes.constant(0.25), growing) };
}

export function sinh(lanes: FloatLanes, x: V128): V128 {
  const magnitude = lanes.let(lanes.abs(x));
  const square = lanes.let(lanes.mul(magnitude, magnitude));
  const tail = lanes.polynomial(square, lanes.pick(sinhTail32, sinhTail64));
  const small = lanes.multiplyAdd(lanes.mul(square, magnitude), tail, magnitude);
  const { growing, decaying } = halfExponentials(lanes, magnitude);
  const isSmall = lanes.lt(magnitude, lanes.constant(1));
  return lanes.withSign(lanes.select(isSmall, small, lanes.sub(growing, decaying)), x);
}

export function cosh(lanes: FloatLanes, x: V128): V128 {
  const { growing, decaying } = halfExponentials(lanes, lanes.let(lanes.abs(x)));
  return lanes.add(growing, decaying);
}

/** From here on 1 is lost beside x, while x² is still finite. */
const oneIsLost = { float32: 2 ** 30, float64: 2 ** 60 };

/** log(1 + argument), plus ln 2 in the lanes of `doubled`. */
function log1pOfDoubled(lanes: FloatLanes, argument: V128, doubled: V128): V128 {
  return lanes.add(log1p(lanes, lanes.let(argument)), lanes.keep(lanes.constant(Math.LN2), doubled));
}

/** asinh x = ln(x + √(x² + 1)) = log1p(x + x²/(1 + √(x² + 1))). */
export function asinh(lanes: FloatLanes, x: V128): V128 {
  const magnitude = lanes.let(lanes.abs(x));
  const isLarge = lanes.let(lanes.gt(magnitude, lanes.constant(oneIsLost[lanes.dtype])));
  const square = lanes.let(lanes.mul(magnitude, magnitude));
  const one = lanes.constant(1);
  const quotient = lanes.div(square, lanes.add(one, lanes.sqrt(lanes.add(square, one))));
  const argument = lanes.select(isLarge, magnitude, lanes.add(magnitude, quotient));
  return lanes.withSign(log1pOfDoubled(lanes, argument, isLarge), x);
}

/** acosh x = ln(x + √(x² − 1)) = log1p(t + √(2t + t²)) with t = x − 1. */
export function acosh(lanes: FloatLanes, x: V128): V128 {
  const isLarge = lanes.let(lanes.gt(x, lanes.constant(oneIsLost[lanes.dtype])));
  const t = lanes.let(lanes.sub(x, lanes.constant(1)));
  const root = lanes.sqrt(lanes.add(lanes.add(t, t), lanes.mul(t, t)));
  const argument = lanes.select(isLarge, x, lanes.add(t, root));
  const value = log1pOfDoubled(lanes, argument, isLarge);
  return lanes.select(lanes.lt(x, lanes.constant(1)), lanes.constant(Number.NaN), value);
}

/** atanh x = log1p(2x/(1 − x))/2, where 2x/(1 − x) = 2x + 2x²/(1 − x). */
export function atanh(lanes: FloatLanes, x: V128): V128 {
  const magnitude = lanes.let(lanes.abs(x));
  const doubled = lanes.let(lanes.add(magnitude, magnitude));
  const quotient = lanes.div(lanes.mul(doubled, magnitude), lanes.sub(lanes.constant(1), magnitude));
  const value = lanes.mul(log1p(lanes, lanes.let(lanes.add(doubled, quotient))), lanes.constant(0.5));
  const isOutside = lanes.gt(magnitude, lanes.constant(1));
  return lanes.select(isOutside, lanes.constant(Number.NaN), lanes.withSign(value, x));
}
