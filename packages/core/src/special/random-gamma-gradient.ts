import { digamma, digammaCorrection } from "./gamma.ts";
import { gaussLegendre } from "./gauss-legendre.ts";
import { polynomial } from "./polynomial.ts";

/** Below it the series is used, which has lost nothing to cancellation there, and above it the integral. */
export const largestSeriesSample = 2;
export const seriesTerms = 28;

/** The integrand is e⁻³⁸ of its largest value, or less, where the integral is cut off. */
export const cutOff = 38;
export const quadrature = gaussLegendre(32);

/** (eᵗ − 1 − t)/t², whose series holds below ½. */
export const exponentialTail = Array.from({ length: 14 }, (_, power) => {
  let factorial = 1;
  for (let factor = 2; factor <= power + 2; factor++) factorial *= factor;
  return 1 / factorial;
});

/**
 * How a draw x of the gamma distribution with the parameter α moves with it, at a fixed quantile:
 *
 *     dx/dα = −(∂P(α, x)/∂α)/p(α, x),
 *
 * with P the regularised lower incomplete gamma function and p the density. Source of the formula: M. Figurnov,
 * S. Mohamed, A. Mnih, "Implicit reparameterization gradients" (2018). Accurate to some 10⁻¹² for α up to 10⁶; NaN for
 * α ≤ 0 and x < 0.
 */
export function randomGammaGradient(alpha: number, sample: number): number {
  if (!(alpha > 0 && sample >= 0)) return Number.NaN;
  if (sample === 0 || sample === Number.POSITIVE_INFINITY) return sample;
  return sample <= largestSeriesSample ? bySeries(alpha, sample) : byIntegral(alpha, sample);
}

/** (x/α) Σₙ cₙ·(ψ(α + n + 1) − ln x) with cₙ = xⁿ/((α + 1)…(α + n)), by P's own series (NIST DLMF 8.7.1). */
function bySeries(alpha: number, sample: number): number {
  let difference = digamma(alpha + 1) - Math.log(sample);
  let coefficient = 1;
  let sum = difference;
  for (let term = 1; term <= seriesTerms; term++) {
    const inverse = 1 / (alpha + term);
    coefficient *= sample * inverse;
    difference += inverse;
    sum += coefficient * difference;
  }
  return (sample / alpha) * sum;
}

/**
 * x ∫₀ (σ(ln x − ψ(α)) + y) e^{−g(σy)} dy with g(t) = x(eᵗ − 1) − αt: the incomplete gamma function's integral at
 * w = x·eᵗ, of the upper one (σ = 1) where x ≥ α, of the lower one (σ = −1) else, so that the integrand decreases.
 */
function byIntegral(alpha: number, sample: number): number {
  const isUpper = sample >= alpha;
  const sign = isUpper ? 1 : -1;
  const end = isUpper ? endOfUpper(alpha, sample) : endOfLower(alpha, sample);
  const far = signedLogarithm(alpha, sample) * sign;
  let sum = 0;
  for (const { node, weight } of quadrature) {
    const y = node * end;
    const t = sign * y;
    const tail = Math.abs(t) < 0.5 ? t * t * polynomial(t, exponentialTail) : Math.expm1(t) - t;
    sum += weight * (far + y) * Math.exp(-(sample * tail + (sample - alpha) * t));
  }
  return sample * end * sum;
}

/** ln x − ψ(α). */
function signedLogarithm(alpha: number, sample: number): number {
  if (alpha < 10) return Math.log(sample) - digamma(alpha);
  return Math.log(sample / alpha) + digammaCorrection(alpha);
}

/** A bound for the root of g(y) = 38, from eʸ − 1 − y ≥ y²/2, and twice by y = ln(1 + (38 + αy)/x). */
function endOfUpper(alpha: number, sample: number): number {
  const ratio = (2 * cutOff) / sample;
  const excess = 1 - alpha / sample;
  let end = ratio / (excess + Math.sqrt(excess * excess + ratio));
  for (let step = 0; step < 2; step++) end = Math.min(end, Math.log1p((cutOff + alpha * end) / sample));
  return end;
}

/** A bound for the root of g(−y) = 38, from e⁻ʸ − 1 + y ≥ y²/(2 + y). */
function endOfLower(alpha: number, sample: number): number {
  const ratio = (2 * cutOff) / alpha;
  const linear = 1 - sample / alpha - ratio / 4;
  const root = Math.sqrt(linear * linear + ratio);
  return linear > 0 ? ratio / (root + linear) : root - linear;
}
