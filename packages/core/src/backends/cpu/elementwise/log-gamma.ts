import type { V128 } from "../assembler/expression.ts";
import { v128 } from "../assembler/instructions.ts";
import type { FloatLanes } from "./float-lanes.ts";
import { log } from "./logarithm.ts";
import { sineAndCosineOfPi } from "./sine-of-pi.ts";

/** ln Γ(1 + e)/e on |e| ≤ 0.3 and ln Γ(2 + e)/e on −0.7 ≤ e ≤ 0.5, minimax; the relative error is 2^−59 and 2^−57. */
const aboutOne = [
  -0.5772156649015329, 0.8224670334241132, -0.4006856343865316, 0.27058080842782517, -0.20738555102863035,
  0.1695571769876931, -0.14404989677124042, 0.12550967058837473, -0.11133426604584216, 0.1000993936454984,
  -0.0909539908318972, 0.08335613860479665, -0.07693383917247279, 0.07138136815685811, -0.06663300560910564,
  0.06322591501183314, -0.05938913425948919, 0.04940957283568135, -0.04742012084541604, 0.07798312494823322,
  -0.07291429785809916,
];
const aboutTwo = [
  0.42278433509846713, 0.32246703342411326, -0.06735230105319899, 0.020580808427779606, -0.007385551028587455,
  0.0028905103310931848, -0.0011927539148866313, 0.0005096695131602881, -0.00022315470130498016,
  0.00009945772084554114, -0.00004492678357406238, 0.000020505017657297727, -0.000009436785118679282,
  0.0000043887969567617585, -0.0000020438669739529938, 9.030991074464675e-7, -4.636939235593513e-7,
  3.163661002039556e-7, -2.3910521393301403e-8, -3.456961415262302e-8, -1.2075452274234355e-7,
];

/** w0… of FreeBSD msun, e_lgamma_r.c: ln Γ(x) = (x − ½)(ln x − 1) + w0 + w1/x + w2/x³ + …, x ≥ 8. */
const stirlingConstant = 0.4189385332046727;
const stirling = [
  0.08333333333333297, -0.0027777777772877554, 0.0007936505586430196, -0.00059518755745034,
  0.0008363399189962821, -0.0016309293409657527,
];

/** A polynomial whose coefficients differ from lane to lane. */
function selectedPolynomial(
  lanes: FloatLanes,
  x: V128,
  mask: V128,
  whenTrue: readonly number[],
  whenFalse: readonly number[],
): V128 {
  let value: V128 = lanes.constant(0);
  for (let power = whenTrue.length - 1; power >= 0; power--) {
    const term = lanes.select(mask, lanes.constant(whenTrue[power]), lanes.constant(whenFalse[power]));
    value = lanes.multiplyAdd(value, x, term);
  }
  return value;
}

/**
 * ln Γ(x) for x > 0 (and +∞ at 0). Below 8 the recurrence Γ(x + 1) = x·Γ(x) leads to an argument near a zero of
 * ln Γ, 1 or 2, and what is expanded is the distance e from it.
 */
function logGammaOfPositive(lanes: FloatLanes, x: V128): V128 {
  const { f } = lanes.context;
  const one = lanes.constant(1);
  const two = lanes.constant(2);
  const isLarge = lanes.let(lanes.ge(x, lanes.constant(8)));
  const isSmall = lanes.let(lanes.lt(x, lanes.constant(0.7)));

  const reduced = lanes.let(x);
  const product = lanes.let(one);
  for (let step = 0; step < 6; step++) {
    const isAbove = lanes.let(lanes.ge(reduced, lanes.constant(2.5)));
    f.set(reduced, lanes.sub(reduced, lanes.keep(one, isAbove)));
    f.set(product, lanes.select(isAbove, lanes.mul(product, reduced), product));
  }
  // A small x stands for x + 1, whose distances from 1 and 2 are x and x − 1.
  const isNearOne = lanes.let(
    lanes.select(isSmall, lanes.lt(x, lanes.constant(0.3)), lanes.lt(reduced, lanes.constant(1.3))),
  );
  const fromOne = lanes.select(isSmall, x, lanes.sub(reduced, one));
  const fromTwo = lanes.select(isSmall, lanes.sub(x, one), lanes.sub(reduced, two));
  const e = lanes.let(lanes.select(isNearOne, fromOne, fromTwo));
  const central = lanes.let(lanes.mul(e, selectedPolynomial(lanes, e, isNearOne, aboutOne, aboutTwo)));

  const argument = lanes.let(lanes.select(v128.or(isLarge, isSmall), x, product));
  const logarithm = lanes.let(log(lanes, argument));
  const recurrence = lanes.select(isSmall, lanes.sub(central, logarithm), lanes.add(central, logarithm));

  const inverse = lanes.let(lanes.div(one, x));
  const series = lanes.polynomial(lanes.let(lanes.mul(inverse, inverse)), stirling);
  const correction = lanes.multiplyAdd(inverse, series, lanes.constant(stirlingConstant));
  const leading = lanes.mul(lanes.sub(x, lanes.constant(0.5)), lanes.sub(logarithm, one));
  return lanes.select(isLarge, lanes.add(leading, correction), recurrence);
}

/** ln |Γ(x)| on float64 lanes; below 0 by the reflection Γ(x)·Γ(1 − x) = π/sin πx. */
export function lgamma(lanes: FloatLanes, x: V128): V128 {
  const { f } = lanes.context;
  const infinity = lanes.constant(Number.POSITIVE_INFINITY);
  const isNegative = lanes.let(lanes.lt(x, lanes.constant(0)));
  const reflected = lanes.select(isNegative, lanes.sub(lanes.constant(1), x), lanes.abs(x));
  const value = lanes.let(logGammaOfPositive(lanes, lanes.let(reflected)));
  lanes.whenAny(isNegative, () => {
    const { sine } = sineAndCosineOfPi(lanes, x);
    const logSine = log(lanes, lanes.let(lanes.mul(sine, lanes.constant(1 / Math.PI))));
    const reflection = lanes.neg(lanes.add(logSine, value));
    // Every large number is an integer, and a pole, where −ln|sin πx| − ln Γ(1 − x) may be ∞ − ∞.
    const isPole = lanes.eq(sine, lanes.constant(0));
    const withPoles = lanes.select(isPole, infinity, reflection);
    f.set(value, lanes.select(isNegative, withPoles, value));
  });
  return lanes.select(lanes.eq(lanes.abs(x), infinity), infinity, value);
}
