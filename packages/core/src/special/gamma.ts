import { evenBernoulli } from "./bernoulli.ts";
import { polynomial } from "./polynomial.ts";

/** ln |Γ| after FreeBSD msun, e_lgamma_r.c (Sun Microsystems, 1993). */

/** ln Γ(2 − y) + y/2, split into even and odd powers of y: y·(even(y²) + …). */
const aboutTwo = {
  even: [
    0.07721566490153287, 0.06735230105312927, 0.007385550860814029, 0.0011927076318336207,
    0.00022086279071390839, 0.000025214456545125733,
  ],
  odd: [
    0.3224670334241136, 0.020580808432516733, 0.0028905138367341563, 0.0005100697921535113,
    0.00010801156724758394, 0.000044864094961891516,
  ],
};

/** Γ's minimum and ln Γ there: tc, tf and tt. */
const minimum = 1.4616321449683622;
const atMinimum = -0.12148629053584961;
const atMinimumRest = -3.638676997039505e-18;
const aboutMinimum = [
  [
    0.48383612272381005, -0.032788541075985965, 0.006100538702462913, -0.0014034646998923284,
    0.00031563207090362595,
  ],
  [
    -0.1475877229945939, 0.01797067508118204, -0.0036845201678113826, 0.000881081882437654,
    -0.00031275416837512086,
  ],
  [
    0.06462494023913339, -0.010314224129834144, 0.0022596478090061247, -0.0005385953053567405,
    0.0003355291926355191,
  ],
];

/** ln Γ(1 + y) = y·u(y)/v(y) − y/2 about 0. */
const aboutOne = {
  p: [
    -0.07721566490153287, 0.6328270640250934, 1.4549225013723477, 0.9777175279633727, 0.22896372806469245,
    0.013381091853678766,
  ],
  q: [
    1, 2.4559779371304113, 2.128489763798934, 0.7692851504566728, 0.10422264559336913, 0.003217092422824239,
  ],
};

/** ln Γ(2 + y) = y/2 + y·s(y)/r(y) on [0, 1]. */
const aboveTwo = {
  p: [
    -0.07721566490153287, 0.21498241596060885, 0.325778796408931, 0.14635047265246445, 0.02664227030336386,
    0.0018402845140733772, 0.00003194753265841009,
  ],
  q: [
    1, 1.3920053346762105, 0.7219355475671381, 0.17193386563280308, 0.01864591917156529,
    0.0007779424963818936, 0.000007326684307446256,
  ],
};

/** ln Γ(x) = (x − ½)(ln x − 1) + w₀ + w₁/x + w₂/x³ + … from 8 on. */
const stirlingConstant = 0.4189385332046727;
const stirling = [
  0.08333333333333297, -0.0027777777772877554, 0.0007936505586430196, -0.00059518755745034,
  0.0008363399189962821, -0.0016309293409657527,
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
    if (x === Number.NEGATIVE_INFINITY || Number.isInteger(x)) return Number.POSITIVE_INFINITY;
    // Γ(x)·Γ(1 − x) = π/sin πx
    return -Math.log(absoluteSineOfPi(x) / Math.PI) - lgamma(1 - x);
  }
  if (x === 1 || x === 2) return 0;
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

/** The positive zero of ψ in three parts, and ψ(1 + t) about it on [0, 1]. Source: Boost.Math, digamma.hpp, 53 bits. */
const digammaZero = [1569415565 / 2 ** 30, 381566830 / 2 ** 60, 9.016312093258695e-20];
const aboutDigammaZero = {
  constant: 0.9955816268920898,
  p: [
    0.25479851061131553, -0.3255503118680449, -0.6503185377089651, -0.28919126444774784, -0.04525132144873906,
    -0.002071332116774595,
  ],
  q: [
    1, 2.076711702373047, 1.4606242909763516, 0.43593529692665967, 0.054151797245674226,
    0.0021284987017821146, -5.578984132167551e-7,
  ],
};

/** sin πx and cos πx; the reduction by whole turns is exact. */
export function sineAndCosineOfPi(x: number): { sine: number; cosine: number } {
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

const digammaSeries = evenBernoulli.map((value, index) => value / (2 * index + 2));

/** ln x − ψ(x) for x ≥ 10 (NIST DLMF 5.11.2). */
export function digammaCorrection(x: number): number {
  const inverse = 1 / x;
  const square = inverse * inverse;
  return 0.5 * inverse + square * polynomial(square, digammaSeries);
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
  if (x >= 10) return Math.log(x) - digammaCorrection(x);
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
