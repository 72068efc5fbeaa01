import { polynomial } from "./polynomial.ts";

/**
 * erf and erfc after FreeBSD msun, s_erf.c (Sun Microsystems, 1993; error below 1 ulp): rational functions on
 * four intervals.
 */

/** On |x| < 0.84375: erf x = x + x·p(x²)/q(x²). */
const central = {
  p: [
    1.28379167095512558561e-1, -3.25042107247001499370e-1, -2.84817495755985104766e-2, -5.77027029648944159157e-3,
    -2.37630166566501626084e-5,
  ],
  q: [
    1, 3.97917223959155352819e-1, 6.50222499887672944485e-2, 5.08130628187576562776e-3, 1.32494738004321644526e-4,
    -3.96022827877536812320e-6,
  ],
};

/** On 0.84375 ≤ |x| < 1.25: erf x = c + p(|x| − 1)/q(|x| − 1). */
const aboutOneConstant = 8.45062911510467529297e-1;
const aboutOne = {
  p: [
    -2.36211856075265944077e-3, 4.14856118683748331666e-1, -3.72207876035701323847e-1, 3.18346619901161753674e-1,
    -1.10894694282396677476e-1, 3.54783043256182359371e-2, -2.16637559486879084300e-3,
  ],
  q: [
    1, 1.06420880400844228286e-1, 5.40397917702171048937e-1, 7.18286544141962662868e-2, 1.26171219808761642112e-1,
    1.36370839120290507362e-2, 1.19844998467991074170e-2,
  ],
};

/** On 1.25 ≤ |x| < 1/0.35: erfc x = e^(−x² − 0.5625 + p(1/x²)/q(1/x²))/x. */
const middle = {
  p: [
    -9.86494403484714822705e-3, -6.93858572707181764372e-1, -1.05586262253232909814e1, -6.23753324503260060396e1,
    -1.62396669462573470355e2, -1.84605092906711035994e2, -8.12874355063065934246e1, -9.81432934416914548592,
  ],
  q: [
    1, 1.96512716674392571292e1, 1.37657754143519042600e2, 4.34565877475229228821e2, 6.45387271733267880336e2,
    4.29008140027567833386e2, 1.08635005541779435134e2, 6.57024977031928170135, -6.04244152148580987438e-2,
  ],
};

/** The same beyond 1/0.35. */
const far = {
  p: [
    -9.86494292470009928597e-3, -7.99283237680523006574e-1, -1.77579549177547519889e1, -1.60636384855821916062e2,
    -6.37566443368389627722e2, -1.02509513161107724954e3, -4.83519191608651397019e2,
  ],
  q: [
    1, 3.03380607434824582924e1, 3.25792512996573918826e2, 1.53672958608443695994e3, 3.19985821950859553908e3,
    2.55305040643316442583e3, 4.74528541206955367215e2, -2.24409524465858183362e1,
  ],
};

interface Rational {
  readonly p: readonly number[];
  readonly q: readonly number[];
}

function rational(x: number, { p, q }: Rational): number {
  return polynomial(x, p) / polynomial(x, q);
}

const words = new Uint32Array(2);
const float = new Float64Array(words.buffer);
const lowWord = new Uint8Array(Uint16Array.of(1).buffer)[0] === 1 ? 0 : 1;

/** x without the lower half of its significand, so that its square is exact. */
function upperHalf(x: number): number {
  float[0] = x;
  words[lowWord] = 0;
  return float[0];
}

/** erfc x for x ≥ 1.25; e^(−x²) is split so that the exponent is exact. */
function complementOfLarge(x: number): number {
  if (x > 28) return 0;
  const series = rational(1 / (x * x), x < 1 / 0.35 ? middle : far);
  const upper = upperHalf(x);
  const exponential = Math.exp(-upper * upper - 0.5625) * Math.exp((upper - x) * (upper + x) + series);
  return exponential / x;
}

/** The error function, 2/√π ∫₀ˣ e^(−t²) dt. */
export function erf(x: number): number {
  const magnitude = Math.abs(x);
  if (magnitude < 0.84375) return x + x * rational(x * x, central);
  const sign = Math.sign(x);
  if (magnitude < 1.25) return sign * (aboutOneConstant + rational(magnitude - 1, aboutOne));
  return sign * (1 - complementOfLarge(magnitude));
}

/** The complementary error function 1 − erf x, with small results to full precision. */
export function erfc(x: number): number {
  const magnitude = Math.abs(x);
  if (magnitude < 0.84375) {
    const correction = x * rational(x * x, central);
    return x < 0.25 ? 1 - (x + correction) : 0.5 - (x - 0.5 + correction);
  }
  if (magnitude < 1.25) {
    const series = rational(magnitude - 1, aboutOne);
    return x >= 0 ? 1 - aboutOneConstant - series : 1 + (aboutOneConstant + series);
  }
  return x < 0 ? 2 - complementOfLarge(magnitude) : complementOfLarge(x);
}

/**
 * The normal quantile Φ⁻¹(½ + q) = q·p(r)/q(r) with r = 0.180625 − q² for |q| ≤ 0.425, and beyond in the root of
 * −ln of the tail; one step of Newton's method removes what is left of the error. Source: M. Wichura, Algorithm AS 241 (PPND16), Applied Statistics 37, 1988.
 */
const quantileCentral = {
  p: [
    3.3871328727963666080, 1.3314166789178437745e2, 1.9715909503065514427e3, 1.3731693765509461125e4,
    4.5921953931549871457e4, 6.7265770927008700853e4, 3.3430575583588128105e4, 2.5090809287301226727e3,
  ],
  q: [
    1, 4.2313330701600911252e1, 6.8718700749205790830e2, 5.3941960214247511077e3, 2.1213794301586595867e4,
    3.9307895800092710610e4, 2.8729085735721942674e4, 5.2264952788528545610e3,
  ],
};
const quantileMiddle = {
  p: [
    1.42343711074968357734, 4.63033784615654529590, 5.76949722146069140550, 3.64784832476320460504,
    1.27045825245236838258, 2.41780725177450611770e-1, 2.27238449892691845833e-2, 7.74545014278341407640e-4,
  ],
  q: [
    1, 2.05319162663775882187, 1.67638483018380384940, 6.89767334985100004550e-1, 1.48103976427480074590e-1,
    1.51986665636164571966e-2, 5.47593808499534494600e-4, 1.05075007164441684324e-9,
  ],
};
const quantileFar = {
  p: [
    6.65790464350110377720, 5.46378491116411436990, 1.78482653991729133580, 2.96560571828504891230e-1,
    2.65321895265761230930e-2, 1.24266094738807843860e-3, 2.71155556874348757815e-5, 2.01033439929228813265e-7,
  ],
  q: [
    1, 5.99832206555887937690e-1, 1.36929880922735805310e-1, 1.48753612908506148525e-2,
    7.86869131145613259100e-4, 1.84631831751005468180e-5, 1.42151175831644588870e-7, 2.04426310338993978564e-15,
  ],
};

/** The inverse of erf on [−1, 1]; ±∞ at the ends, NaN outside. */
export function erfinv(y: number): number {
  const magnitude = Math.abs(y);
  if (!(magnitude < 1)) return magnitude === 1 ? y * Number.POSITIVE_INFINITY : Number.NaN;
  if (magnitude <= 0.85) {
    const half = y / 2;
    const start = (half * rational(0.180625 - half * half, quantileCentral)) / Math.SQRT2;
    return start - (erf(start) - y) / errorFunctionSlope(start);
  }
  const root = Math.sqrt(-Math.log((1 - magnitude) / 2));
  const quantile = root <= 5 ? rational(root - 1.6, quantileMiddle) : rational(root - 5, quantileFar);
  const start = quantile / Math.SQRT2;
  // erfc has a small relative error also far out, and 1 − |y| is exact.
  return Math.sign(y) * (start + (erfc(start) - (1 - magnitude)) / errorFunctionSlope(start));
}

function errorFunctionSlope(x: number): number {
  return (2 / Math.sqrt(Math.PI)) * Math.exp(-x * x);
}
