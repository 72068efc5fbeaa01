import { evenBernoulli } from "./bernoulli.ts";
import { digamma, sineAndCosineOfPi } from "./gamma.ts";
import { polynomial } from "./polynomial.ts";

/** Beyond it the coefficients of the reflection come near the end of float64's range. */
export const highestPolygammaOrder = 100;

/**
 * How ψ⁽ⁿ⁾ is computed for one order n ≥ 1. With s = n + 1, and y = x + `terms` or more,
 *
 *     (−1)ˢ ψ⁽ⁿ⁾(x) = factor · [Σₖ (scale/(x + k))ˢ + scale · (scale/y)ⁿ · (1/n + 1/(2y) + series(1/y²)/y²)],
 *
 * the Hurwitz zeta function by Euler–Maclaurin summation (NIST DLMF 25.11.28), times n!, which is divided among the
 * powers: `scale` is a power of two, and `factor` is n!/scaleˢ.
 */
export interface PolygammaFormula {
  readonly sign: 1 | -1;
  /** The series holds from this argument on. */
  readonly start: number;
  readonly scale: number;
  readonly factor: number;
  readonly series: readonly number[];
  /** ψ⁽ⁿ⁾(x) ± ψ⁽ⁿ⁾(1 − x) as a polynomial in c = cot πx: of its powers c⁰, c², … for odd n, c¹, c³, … for even n. */
  readonly reflection: readonly number[];
}

const formulas = new Map<number, PolygammaFormula>();

/** The formula for an order from 1 to 100. */
export function polygammaFormula(order: number): PolygammaFormula {
  const known = formulas.get(order);
  if (known) return known;
  const exponent = order + 1;
  const factors = Array.from({ length: order }, (_, index) => index + 1);
  const logarithm = factors.reduce((sum, factor) => sum + Math.log2(factor), 0);
  const scale = 2 ** Math.floor(logarithm / exponent);
  const formula: PolygammaFormula = {
    sign: order % 2 === 1 ? 1 : -1,
    start: 10 + exponent,
    scale,
    factor: factors.reduce((product, factor) => product * (factor / scale), 1 / scale),
    series: eulerMaclaurin(exponent),
    reflection: derivativeOfCotangent(order).map((coefficient) => -Math.PI * coefficient),
  };
  formulas.set(order, formula);
  return formula;
}

/**
 * The polygamma function ψ⁽ⁿ⁾(x), the n-th derivative of digamma, for orders n from 0 to 100. At the poles 0, −1, −2… it
 * is +∞ for odd n and, as from the right, −∞ for even n ≥ 2.
 */
export function polygamma(order: number, x: number): number {
  checkPolygammaOrder(order);
  if (order === 0) return digamma(x);
  if (Number.isNaN(x) || x === Number.NEGATIVE_INFINITY) return Number.NaN;
  const { sign, reflection } = polygammaFormula(order);
  if (x <= 0 && Number.isInteger(x)) return sign * Number.POSITIVE_INFINITY;
  if (x > 0) return sign * magnitudeOfPositive(order, x);
  // ψ⁽ⁿ⁾(1 − x) + (−1)ⁿ⁺¹ψ⁽ⁿ⁾(x) = (−1)ⁿ π dⁿ/dxⁿ cot πx (NIST DLMF 5.15.6)
  const { sine, cosine } = sineAndCosineOfPi(x);
  const cotangent = cosine / sine;
  const reflected = polynomial(cotangent * cotangent, reflection);
  return (sign === 1 ? reflected : cotangent * reflected) - magnitudeOfPositive(order, 1 - x);
}

/** A RangeError unless the order is an integer from 0 to 100. */
export function checkPolygammaOrder(order: number): void {
  if (Number.isInteger(order) && order >= 0 && order <= highestPolygammaOrder) return;
  throw new RangeError(
    `polygamma: the order is ${order}; it must be an integer from 0 to ${highestPolygammaOrder}`,
  );
}

function magnitudeOfPositive(order: number, x: number): number {
  const { start, scale, factor, series } = polygammaFormula(order);
  const terms = Math.max(0, Math.ceil(start - x));
  let sum = 0;
  for (let k = terms - 1; k >= 0; k--) sum += (scale / (x + k)) ** (order + 1);
  const inverse = 1 / (x + terms);
  const square = inverse * inverse;
  const tail = 1 / order + (0.5 * inverse + square * polynomial(square, series));
  return factor * (sum + scale * (scale * inverse) ** order * tail);
}

/** Bₖ/k! · s(s + 1)…(s + k − 2) for k = 2, 4, … */
function eulerMaclaurin(s: number): number[] {
  let factor = s / 2;
  return evenBernoulli.map((value, index) => {
    const k = 2 * index + 2;
    const coefficient = value * factor;
    factor *= ((s + k - 1) * (s + k)) / ((k + 1) * (k + 2));
    return coefficient;
  });
}

/**
 * dⁿ/dxⁿ cot πx as a polynomial in the cotangent, of which every other coefficient is 0 and left out: the derivative of
 * cᵏ is −kπ·cᵏ⁻¹(1 + c²).
 */
function derivativeOfCotangent(order: number): number[] {
  let coefficients = [0, 1];
  for (let derivatives = 0; derivatives < order; derivatives++) {
    const next = new Array<number>(coefficients.length + 1).fill(0);
    for (let power = 1; power < coefficients.length; power++) {
      const derived = -power * coefficients[power] * Math.PI;
      next[power - 1] += derived;
      next[power + 1] += derived;
    }
    coefficients = next;
  }
  return coefficients.filter((_, power) => power % 2 !== order % 2);
}
