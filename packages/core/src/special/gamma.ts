import { polynomial } from "./polynomial.ts";

/** ln |Γ| after FreeBSD msun, e_lgamma_r.c (Sun Microsystems, 1993). */

/** ln Γ(2 − y) + y/2, split into even and odd powers of y: y·(even(y²) + …). */
const aboutTwo = {
  even: [
    7.72156649015328655494e-2, 6.73523010531292681824e-2, 7.38555086081402883957e-3, 1.19270763183362067845e-3,
    2.20862790713908385557e-4, 2.52144565451257326939e-5,
  ],
  odd: [
    3.22467033424113591611e-1, 2.05808084325167332806e-2, 2.89051383673415629091e-3, 5.10069792153511336608e-4,
    1.08011567247583939954e-4, 4.48640949618915160150e-5,
  ],
};

/** Γ's minimum and ln Γ there: tc, tf and tt. */
const minimum = 1.46163214496836224576;
const atMinimum = -1.21486290535849611461e-1;
const atMinimumRest = -3.63867699703950536541e-18;
const aboutMinimum = [
  [4.83836122723810047042e-1, -3.27885410759859649565e-2, 6.10053870246291332635e-3, -1.40346469989232843813e-3,
    3.15632070903625950361e-4],
  [-1.47587722994593911752e-1, 1.79706750811820387126e-2, -3.68452016781138256760e-3, 8.81081882437654011382e-4,
    -3.12754168375120860518e-4],
  [6.46249402391333854778e-2, -1.03142241298341437450e-2, 2.25964780900612472250e-3, -5.38595305356740546715e-4,
    3.35529192635519073543e-4],
];

/** ln Γ(1 + y) = y·u(y)/v(y) − y/2 about 0. */
const aboutOne = {
  p: [
    -7.72156649015328655494e-2, 6.32827064025093366517e-1, 1.45492250137234768737, 9.77717527963372745603e-1,
    2.28963728064692451092e-1, 1.33810918536787660377e-2,
  ],
  q: [
    1, 2.45597793713041134822, 2.12848976379893395361, 7.69285150456672783825e-1, 1.04222645593369134254e-1,
    3.21709242282423911810e-3,
  ],
};

/** ln Γ(2 + y) = y/2 + y·s(y)/r(y) on [0, 1]. */
const aboveTwo = {
  p: [
    -7.72156649015328655494e-2, 2.14982415960608852501e-1, 3.25778796408930981787e-1, 1.46350472652464452805e-1,
    2.66422703033638609560e-2, 1.84028451407337715652e-3, 3.19475326584100867617e-5,
  ],
  q: [
    1, 1.39200533467621045958, 7.21935547567138069525e-1, 1.71933865632803078993e-1, 1.86459191715652901344e-2,
    7.77942496381893596434e-4, 7.32668430744625636189e-6,
  ],
};

/** ln Γ(x) = (x − ½)(ln x − 1) + w₀ + w₁/x + w₂/x³ + … from 8 on. */
const stirlingConstant = 4.18938533204672725052e-1;
const stirling = [
  8.33333333333329678849e-2, -2.77777777728775536470e-3, 7.93650558643019558500e-4, -5.95187557450339963135e-4,
  8.36339918996282139126e-4, -1.63092934096575273989e-3,
];

/** |sin πx|, from the distance to the nearest integer, which is exact. */
function absoluteSineOfPi(x: number): number {
  const offset = Math.abs(x - Math.round(x));
  return offset < 0.25 ? Math.sin(Math.PI * offset) : Math.cos(Math.PI * (0.5 - offset));
}

function centralSeries(y: number): number {
  const square = y * y;
  const even = polynomial(square, aboutTwo.even);
  const odd = square * polynomial(square, aboutTwo.odd);
  return y * even + odd - 0.5 * y;
}

function minimumSeries(y: number): number {
  const cube = y * y * y;
  const [first, second, third] = aboutMinimum.map((coefficients) => polynomial(cube, coefficients));
  const square = y * y;
  const rest = atMinimumRest - cube * (second + y * third);
  return atMinimum + (square * first - rest);
}

function logGammaBelowTwo(x: number): number {
  // Small arguments are those of ln Γ(x + 1) = ln Γ(x) + ln x.
  const isSmall = x <= 0.9;
  const shifted = isSmall ? -Math.log(x) : 0;
  if (isSmall) {
    if (x >= 0.7316) return shifted + centralSeries(1 - x);
    if (x >= 0.23164) return shifted + minimumSeries(x - (minimum - 1));
    return shifted + belowSeries(x);
  }
  if (x >= 1.7316) return centralSeries(2 - x);
  if (x >= 1.23164) return minimumSeries(x - minimum);
  return belowSeries(x - 1);
}

function belowSeries(y: number): number {
  return (y * polynomial(y, aboutOne.p)) / polynomial(y, aboutOne.q) - 0.5 * y;
}

/** ln |Γ(x)|; +∞ at the poles 0, −1, −2… and at ±∞, as in C. */
export function lgamma(x: number): number {
  if (x < 0) {
    if (x === Number.NEGATIVE_INFINITY) return Number.POSITIVE_INFINITY;
    // Γ(x)·Γ(1 − x) = π/sin πx
    return -Math.log(absoluteSineOfPi(x) / Math.PI) - lgamma(1 - x);
  }
  if (x < 2) return logGammaBelowTwo(x);
  if (x < 8) {
    const y = x - Math.floor(x);
    let product = 1;
    for (let factor = Math.floor(x) - 1; factor >= 2; factor--) product *= y + factor;
    const series = (y * polynomial(y, aboveTwo.p)) / polynomial(y, aboveTwo.q) + 0.5 * y;
    return series + Math.log(product);
  }
  if (x === Number.POSITIVE_INFINITY) return x;
  const inverse = 1 / x;
  const correction = stirlingConstant + inverse * polynomial(inverse * inverse, stirling);
  return (x - 0.5) * (Math.log(x) - 1) + correction;
}

/** B₂, B₄, … Source: NIST DLMF, table 24.2.1. */
const bernoulli = [
  1 / 6, -1 / 30, 1 / 42, -1 / 30, 5 / 66, -691 / 2730, 7 / 6, -3617 / 510, 43867 / 798, -174611 / 330, 854513 / 138,
];

/** The positive zero of ψ in three parts, and ψ(1 + t) about it on [0, 1]. Source: Boost.Math, digamma.hpp, 53 bits. */
const digammaZero = [1569415565 / 2 ** 30, 381566830 / 2 ** 60, 9.016312093258695918615325266959189453125e-20];
const aboutDigammaZero = {
  constant: 0.99558162689208984375,
  p: [
    0.25479851061131551, -0.32555031186804491, -0.65031853770896507, -0.28919126444774784, -0.045251321448739056,
    -0.0020713321167745952,
  ],
  q: [
    1, 2.0767117023730469, 1.4606242909763515, 0.43593529692665969, 0.054151797245674225, 0.0021284987017821144,
    -0.55789841321675513e-6,
  ],
};

function sineAndCosineOfPi(x: number): { sine: number; cosine: number } {
  const offset = x - Math.round(x);
  const isFar = Math.abs(offset) > 0.25;
  const rest = Math.PI * (isFar ? 0.5 - Math.abs(offset) : offset);
  if (!isFar) return { sine: Math.sin(rest), cosine: Math.cos(rest) };
  return { sine: Math.sign(offset) * Math.cos(rest), cosine: Math.sin(rest) };
}

/** ψ(1 + t) for 0 ≤ t ≤ 1. */
function digammaFromOne(t: number): number {
  const fromZero = t - (digammaZero[0] - 1) - digammaZero[1] - digammaZero[2];
  const ratio = polynomial(t, aboutDigammaZero.p) / polynomial(t, aboutDigammaZero.q);
  return fromZero * aboutDigammaZero.constant + fromZero * ratio;
}

/**
 * The digamma function ψ(x) = Γ′(x)/Γ(x). As in SciPy it is −∞ at +0, +∞ at −0, and NaN at the negative
 * integers.
 */
export function digamma(x: number): number {
  if (x === 0) return -1 / x;
  if (x < 0) {
    if (Number.isInteger(x) || x === Number.NEGATIVE_INFINITY) return Number.NaN;
    // What ψ(1 − x) adds to −1/x no longer counts.
    if (x > -(2 ** -70)) return -1 / x;
    const { sine, cosine } = sineAndCosineOfPi(x);
    return digamma(1 - x) - (Math.PI * cosine) / sine;
  }
  if (x >= 10) {
    const inverse = 1 / x;
    const square = inverse * inverse;
    const series = polynomial(square, bernoulli.map((value, k) => value / (2 * k + 2)));
    return Math.log(x) - (0.5 * inverse + square * series);
  }
  // ψ(x + 1) = ψ(x) + 1/x
  if (x < 1) return digammaFromOne(x) - 1 / x;
  let sum = 0;
  let reduced = x;
  while (reduced > 2) {
    reduced -= 1;
    sum += 1 / reduced;
  }
  return digammaFromOne(reduced - 1) + sum;
}

/** The trigamma function ψ′(x); +∞ at the poles 0, −1, −2… */
export function trigamma(x: number): number {
  return polygamma(1, x);
}

/**
 * The polygamma function ψ⁽ⁿ⁾(x), the n-th derivative of digamma, for n ≥ 0. At the poles 0, −1, −2… it is +∞
 * for odd n and, as from the right, −∞ for even n ≥ 2.
 */
export function polygamma(n: number, x: number): number {
  if (!Number.isInteger(n) || n < 0) {
    throw new RangeError(`polygamma: the order is a non-negative integer, and was ${n}`);
  }
  if (n === 0) return digamma(x);
  if (Number.isNaN(x)) return x;
  const sign = n % 2 === 1 ? 1 : -1;
  if (x === Number.POSITIVE_INFINITY) return sign * 0;
  if (x === Number.NEGATIVE_INFINITY) return Number.NaN;
  if (x <= 0 && Number.isInteger(x)) return sign * Number.POSITIVE_INFINITY;
  if (x < 0) {
    // ψ⁽ⁿ⁾(1 − x) + (−1)ⁿ⁺¹ψ⁽ⁿ⁾(x) = (−1)ⁿ π dⁿ/dxⁿ cot πx (NIST DLMF 5.15.6)
    return sign * (-sign * Math.PI * derivativeOfCotangent(n, x) - polygamma(n, 1 - x));
  }
  return sign * factorial(n) * hurwitzZeta(n + 1, x);
}

/** Σ (x + k)^(−s), by Euler–Maclaurin summation (NIST DLMF 25.11.28). */
function hurwitzZeta(s: number, x: number): number {
  const terms = Math.max(0, Math.ceil(10 + s - x));
  let sum = 0;
  for (let k = terms - 1; k >= 0; k--) sum += (x + k) ** -s;
  const start = x + terms;
  let series = 1 / (s - 1) + 0.5 / start;
  let factor = s / 2;
  bernoulli.forEach((value, k) => {
    factor /= start * start;
    series += value * factor;
    factor *= ((s + 2 * k + 1) * (s + 2 * k + 2)) / ((2 * k + 3) * (2 * k + 4));
  });
  return sum + start ** (1 - s) * series;
}

function factorial(n: number): number {
  let product = 1;
  for (let factor = 2; factor <= n; factor++) product *= factor;
  return product;
}

/** dⁿ/dxⁿ cot πx as a polynomial in the cotangent: the derivative of cᵏ is −kπ·cᵏ⁻¹(1 + c²). */
function derivativeOfCotangent(n: number, x: number): number {
  const { sine, cosine } = sineAndCosineOfPi(x);
  let coefficients = [0, 1];
  for (let order = 0; order < n; order++) {
    const next = new Array<number>(coefficients.length + 1).fill(0);
    for (let power = 1; power < coefficients.length; power++) {
      const derived = -power * coefficients[power] * Math.PI;
      next[power - 1] += derived;
      next[power + 1] += derived;
    }
    coefficients = next;
  }
  return polynomial(cosine / sine, coefficients);
}
