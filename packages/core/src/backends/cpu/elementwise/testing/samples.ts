/** Arguments drawn so that every order of magnitude comes up, and the neighbourhoods where formulas change. */

export const specialValues: readonly number[] = [
  0,
  -0,
  1,
  -1,
  0.5,
  -0.5,
  Number.POSITIVE_INFINITY,
  Number.NEGATIVE_INFINITY,
  Number.NaN,
  Number.MIN_VALUE,
  -Number.MIN_VALUE,
  2 ** -1022,
  2 ** -1022 - 2 ** -1074,
  Number.MAX_VALUE,
  -Number.MAX_VALUE,
  709.782712893384,
  709.7827128933841,
  710.4758600739439,
  710.475860073944,
  -708.3964185322641,
  -745.1332191019411,
  -745.1332191019412,
  // The float64 closest to a multiple of π/2. Source: J.-M. Muller, Elementary Functions, 1997.
  6381956970095103 * 2 ** 797,
];

let state = 88172645463325252n;

/** 64 random bits. Source: G. Marsaglia, Xorshift RNGs, 2003. */
export function randomBits(): bigint {
  state ^= BigInt.asUintN(64, state << 13n);
  state ^= state >> 7n;
  state ^= BigInt.asUintN(64, state << 17n);
  return state;
}

export function between(low: number, high: number): number {
  return low + (high - low) * (Number(randomBits() >> 11n) / 2 ** 53);
}

/** ±2^e with e between the two exponents. */
export function powerBetween(low: number, high: number): number {
  return (between(-1, 1) < 0 ? -1 : 1) * 2 ** between(low, high);
}

const pattern = new BigUint64Array(1);
const float = new Float64Array(pattern.buffer);

/** Any bit pattern of float64: all exponents alike, NaN included. */
export function anyFloat64(): number {
  pattern[0] = randomBits();
  return float[0];
}

const draws = [
  anyFloat64,
  () => between(-2, 2),
  () => between(-30, 30),
  () => powerBetween(-40, 5),
  () => powerBetween(-30, 30),
  () => Math.round(between(-1e6, 1e6)) * (Math.PI / 2) * (1 + powerBetween(-53, -50)),
  () => between(-760, 720),
  () => 1 + powerBetween(-52, -1),
  () => powerBetween(-52, -1) - 1,
];

/** The kinds of arguments in turn. */
export function drawFloat64(position: number): number {
  return draws[position % draws.length]();
}
