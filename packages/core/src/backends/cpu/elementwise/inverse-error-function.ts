import type { V128 } from "../assembler/expression.ts";
import type { FloatLanes } from "./float-lanes.ts";
import { log } from "./logarithm.ts";

/**
 * erfinv(x)/x as polynomials where w = −ln(1 − x²): in w − 3.125 below 6.25, in √w − 3.25 below 16, in √w − 5
 * up to the last float64 below 1. Minimax; the relative error is 2^−57. Source of the form: M. Giles,
 * Approximating the erfinv function, GPU Computing Gems, 2010, whose polynomials have a degree less.
 */
const central = [
  1.6536545626831027, 0.24015818242558834, -0.006033670871426996, -0.0007407025341545553,
  0.0001867342080205296, -0.000013882523394194259, -0.0000013654691772638618, 4.2347881711630924e-7,
  -2.9070389896178623e-8, -4.11266063972962e-9, 1.0512225674981764e-9, -5.414294770588339e-11,
  -1.2978504481074611e-11, 2.6305038797011913e-12, -8.079281693591071e-14, -4.001597897600839e-14,
  6.5333212438281534e-15, -3.986794238784556e-17, -1.2344601861140633e-16, 1.554442307345945e-17,
  6.954462935554535e-19, -3.48730876214041e-19, 1.654914780973171e-20, 3.2187251016259856e-21,
  -3.0035157624802966e-22,
];
const outer = [
  3.0838856104922208, 1.0052589676941655, 0.005370914553555091, -0.0037512085082238335, 0.0024914420979534166,
  -0.0016882755354771155, 0.000953289341663521, -0.00035503781338243123, 0.000024031511859105967,
  0.00006828711428462257, -0.00004732067378231195, 0.000012465042302074882, 0.0000029325499237571808,
  -0.000003985744470252387, 0.0000014816707398323877, -2.7554532744213395e-8, -2.456106061309642e-7,
  1.3153097251613388e-7, -2.0818840710235533e-8, -1.5284572233629607e-8, 7.645645222180389e-9,
];
const tail = [
  4.849906401408584, 1.0103004648645453, -0.0001387193183807923, -0.0002150301198264046,
  0.00007599527811300124, -0.000019681770720212186, 0.000004526052368716609, -9.93029273161052e-7,
  2.2905358551739963e-7, -6.75564860278068e-8, 2.9016537659833632e-8, -1.5254718682092014e-8,
  7.82485009631054e-9, -3.471472478773605e-9, 1.3127831947445207e-9, -4.376126560148733e-10,
  7.118604396374865e-11, 4.291004297352762e-11, -2.07283720938232e-11,
];

/** erfinv on float64 lanes. */
export function erfinv(lanes: FloatLanes, x: V128): V128 {
  const one = lanes.constant(1);
  const w = lanes.let(lanes.neg(log(lanes, lanes.let(lanes.mul(lanes.sub(one, x), lanes.add(one, x))))));
  const ratio = lanes.let(lanes.polynomial(lanes.let(lanes.sub(w, lanes.constant(3.125))), central));
  const isOuter = lanes.let(lanes.ge(w, lanes.constant(6.25)));
  lanes.whenAny(isOuter, () => {
    const root = lanes.let(lanes.sqrt(w));
    const inOuter = lanes.polynomial(lanes.let(lanes.sub(root, lanes.constant(3.25))), outer);
    const inTail = lanes.polynomial(lanes.let(lanes.sub(root, lanes.constant(5))), tail);
    const beyond = lanes.select(lanes.lt(w, lanes.constant(16)), inOuter, inTail);
    lanes.context.f.set(ratio, lanes.select(isOuter, beyond, ratio));
  });
  const atEnd = lanes.eq(lanes.abs(x), one);
  const infinite = lanes.constant(Number.POSITIVE_INFINITY);
  return lanes.mul(x, lanes.select(atEnd, infinite, ratio));
}
