import type { V128 } from "../assembler/expression.ts";
import { v128 } from "../assembler/instructions.ts";
import type { FloatLanes } from "./float-lanes.ts";
import { log } from "./logarithm.ts";
import { sineAndCosineOfPi } from "./sine-of-pi.ts";

/** B₂ₖ/2k, the coefficients of −x^(−2k) in ψ(x) − ln x + 1/(2x). Source: NIST DLMF 5.11.2. */
const digammaSeries = [1 / 12, -1 / 120, 1 / 252, -1 / 240, 1 / 132, -691 / 32760, 1 / 12, -3617 / 8160];

/** The positive zero of ψ, in three parts, and ψ about it. Source: Boost.Math 1.80, digamma.hpp (53 bits). */
const digammaZero = [1569415565 / 2 ** 30, 381566830 / 2 ** 60, 9.016312093258695e-20];
const digammaConstant = 0.9955816268920898;
const digammaNumerator = [
  0.25479851061131553, -0.3255503118680449, -0.6503185377089651, -0.28919126444774784, -0.04525132144873906,
  -0.002071332116774595,
];
const digammaDenominator = [
  1, 2.076711702373047, 1.4606242909763516, 0.43593529692665967, 0.054151797245674226, 0.0021284987017821146,
  -5.578984132167551e-7,
];

/** ψ(1 + t) for 0 ≤ t ≤ 1. */
function digammaFromOne(lanes: FloatLanes, t: V128): V128 {
  const [first, second, third] = digammaZero;
  const coarse = lanes.sub(lanes.sub(t, lanes.constant(first - 1)), lanes.constant(second));
  const fromZero = lanes.let(lanes.sub(coarse, lanes.constant(third)));
  const numerator = lanes.polynomial(t, digammaNumerator);
  const ratio = lanes.div(numerator, lanes.polynomial(t, digammaDenominator));
  return lanes.add(lanes.mul(fromZero, lanes.constant(digammaConstant)), lanes.mul(fromZero, ratio));
}

/** ln x − ψ(x) on float64 lanes, for x ≥ 10. */
export function digammaCorrection(lanes: FloatLanes, x: V128): V128 {
  const inverse = lanes.let(lanes.div(lanes.constant(1), x));
  const square = lanes.let(lanes.mul(inverse, inverse));
  const series = lanes.mul(square, lanes.polynomial(square, digammaSeries));
  return lanes.add(lanes.mul(inverse, lanes.constant(0.5)), series);
}

/** ψ(x) for x > 0, on float64 lanes: below 10 from [1, 2] by ψ(x + 1) = ψ(x) + 1/x. */
export function digammaOfPositive(lanes: FloatLanes, x: V128): V128 {
  const { f } = lanes.context;
  const one = lanes.constant(1);
  const isSmall = lanes.let(lanes.lt(x, one));
  const inverse = lanes.let(lanes.div(one, x));
  const reduced = lanes.let(x);
  const recurrence = lanes.let(lanes.keep(lanes.neg(inverse), isSmall));
  for (let step = 0; step < 8; step++) {
    const isAbove = lanes.let(lanes.ge(reduced, lanes.constant(2)));
    f.set(reduced, lanes.sub(reduced, lanes.keep(one, isAbove)));
    f.set(recurrence, lanes.add(recurrence, lanes.keep(lanes.div(one, reduced), isAbove)));
  }
  const t = lanes.let(lanes.select(isSmall, x, lanes.sub(reduced, one)));
  const near = lanes.add(digammaFromOne(lanes, t), recurrence);
  const far = lanes.sub(log(lanes, x), digammaCorrection(lanes, x));
  return lanes.select(lanes.ge(x, lanes.constant(10)), far, near);
}

/** ψ(x) = Γ′(x)/Γ(x) on float64 lanes; below 0 by the reflection ψ(x) = ψ(1 − x) − π·cot πx. */
export function digamma(lanes: FloatLanes, x: V128): V128 {
  const { f } = lanes.context;
  const zero = lanes.constant(0);
  const isNegative = lanes.let(lanes.lt(x, zero));
  const reflected = lanes.select(isNegative, lanes.sub(lanes.constant(1), x), x);
  const value = lanes.let(digammaOfPositive(lanes, lanes.let(reflected)));
  lanes.whenAny(isNegative, () => {
    const { offset, sine, cosine } = sineAndCosineOfPi(lanes, x);
    const cotangent = lanes.mul(lanes.constant(Math.PI), lanes.div(cosine, sine));
    const signed = v128.xor(cotangent, lanes.sign(offset));
    // Where ψ(1 − x) no longer counts, −1/x, which needs no product with π that could be subnormal.
    const isTiny = lanes.gt(x, lanes.constant(-(2 ** -70)));
    const reflection = lanes.select(isTiny, lanes.div(lanes.constant(-1), x), lanes.sub(value, signed));
    const isPole = lanes.eq(offset, zero);
    const withPoles = lanes.select(isPole, lanes.constant(Number.NaN), reflection);
    f.set(value, lanes.select(isNegative, withPoles, value));
  });
  const infinity = v128.xor(lanes.constant(Number.NEGATIVE_INFINITY), lanes.sign(x));
  return lanes.select(lanes.eq(x, zero), infinity, value);
}
