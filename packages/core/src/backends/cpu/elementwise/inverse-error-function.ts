import type { V128 } from "../assembler/expression.ts";
import type { FloatLanes } from "./float-lanes.ts";
import { log } from "./logarithm.ts";

/**
 * erfinv(x)/x as polynomials, lowest power first, where w = −ln(1 − x²): in w − 3.125 below 6.25, in √w − 3.25
 * below 16, in √w − 5 beyond. Source: M. Giles, Approximating the erfinv function, GPU Computing Gems, 2010.
 */
const central = [
  1.6536545626831027, 0.24015818242558962, -0.006033670871430149, -0.000740702534166267,
  0.00018673420803405714, -0.000013882523362786469, -1.3654692000834678645e-6, 4.2347877827932404e-7,
  -2.9070369957882005e-8, -4.112633980346984e-9, 1.0512122733215323e-9, -5.415412054294628e-11,
  -1.2975133253453532e-11, 2.6335093153082323e-12, -8.151934197605472e-14,
  -4.054566272975207e-14, 6.637638134358324e-15, 2.0972767875968562e-17, -1.333171662854621e-16,
  1.1157877678025181e-17, 1.28584807152564e-18, -1.6850591381820166e-19, -3.64441206401782e-21,
];
const outer = [
  3.0838856104922208, 1.0052589676941592, 0.005370914553590064, -0.003751208507569241,
  0.002491442096107851, -0.0016882755560235047, 0.0009532893797373805, -0.0003550375203628475,
  0.000024031110387097894, 0.00006828485145957318, -0.000047318229009055734, 0.000012475304481671779,
  2.9234449089955446044e-6, -4.013867526981545969e-6, 1.5027403968909827627e-6, 1.8239629214389228e-8,
  -2.7517406297064545e-7, 9.075656193888539e-8, 2.2137376921775787e-9,
];
const tail = [
  4.849906401408584, 1.0103004648645344, -0.00013871931833623122, -0.00021503011930044477,
  0.00007599527703001776, -0.00001968177810553167, 0.000004526062597223154, -9.9298272942317e-7,
  2.2900482228026655e-7, -6.771199775845234e-8, 2.914795345090108e-8, -1.496002662714924e-8,
  7.61570120807834e-9, -3.789465440126737e-9, 1.5076572693500548e-9, -2.555641816996525e-10,
  -2.7109920616438573e-11,
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
