/** Errors in units of the last place of the float nearest to the true value. */

const floats = new Float32Array(1);
const words = new Int32Array(floats.buffer);
const doubles = new Float64Array(1);
const longWords = new BigInt64Array(doubles.buffer);

function ulp32(value: number): number {
  floats[0] = Math.abs(value);
  const exponent = words[0] >>> 23;
  return 2 ** (Math.max(exponent, 1) - 150);
}

function ulp64(value: number): number {
  doubles[0] = Math.abs(value);
  const exponent = Number(longWords[0] >> 52n);
  return 2 ** (Math.max(exponent, 1) - 1075);
}

/** How far `actual` is from `expected`; ∞ where only one is NaN, or a zero has the other sign. */
function ulpError(actual: number, expected: number, rounded: number, ulp: number): number {
  if (Object.is(actual, rounded)) return Number.isFinite(actual) ? Math.abs(expected - actual) / ulp : 0;
  if (Number.isNaN(actual) || Number.isNaN(rounded)) return Number.POSITIVE_INFINITY;
  if (actual === 0 && rounded === 0) return Number.POSITIVE_INFINITY;
  if (!Number.isFinite(actual) || !Number.isFinite(rounded)) return Number.POSITIVE_INFINITY;
  return Math.abs(actual - expected) / ulp;
}

/** The error of a float32 against a float64 reference. */
export function ulpError32(actual: number, expected: number): number {
  const rounded = Math.fround(expected);
  return ulpError(actual, expected, rounded, ulp32(rounded));
}

export function ulpError64(actual: number, expected: number): number {
  return ulpError(actual, expected, expected, ulp64(expected));
}
