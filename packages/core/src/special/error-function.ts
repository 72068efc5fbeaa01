import { polynomial } from "./polynomial.ts";

/**
 * erf and erfc after FreeBSD msun, s_erf.c (Sun Microsystems, 1993; error below 1 ulp): rational functions on
 * four intervals.
 */

/** On |x| < 0.84375: erf x = x + x·p(x²)/q(x²). */
const central = {
  p: [
    0.12837916709551256, -0.3250421072470015, -0.02848174957559851, -0.005770270296489442,
    -0.000023763016656650163,
  ],
  q: [
    1, 0.39791722395915535, 0.0650222499887673, 0.005081306281875766, 0.00013249473800432164,
    -0.000003960228278775368,
  ],
};

/** On 0.84375 ≤ |x| < 1.25: erf x = c + p(|x| − 1)/q(|x| − 1). */
const aboutOneConstant = 0.8450629115104675;
const aboutOne = {
  p: [
    -0.0023621185607526594, 0.41485611868374833, -0.3722078760357013, 0.31834661990116175,
    -0.11089469428239668, 0.035478304325618236, -0.002166375594868791,
  ],
  q: [
    1, 0.10642088040084423, 0.540397917702171, 0.07182865441419627, 0.12617121980876164, 0.01363708391202905,
    0.011984499846799107,
  ],
};

/** On 1.25 ≤ |x| < 1/0.35: erfc x = e^(−x² − 0.5625 + p(1/x²)/q(1/x²))/x. */
const middle = {
  p: [
    -0.009864944034847148, -0.6938585727071818, -10.558626225323291, -62.375332450326006, -162.39666946257347,
    -184.60509290671104, -81.2874355063066, -9.814329344169145,
  ],
  q: [
    1, 19.651271667439257, 137.65775414351904, 434.56587747522923, 645.3872717332679, 429.00814002756783,
    108.63500554177944, 6.570249770319282, -0.0604244152148581,
  ],
};

/** The same beyond 1/0.35. */
const far = {
  p: [
    -0.0098649429247001, -0.799283237680523, -17.757954917754752, -160.63638485582192, -637.5664433683896,
    -1025.0951316110772, -483.5191916086514,
  ],
  q: [
    1, 30.33806074348246, 325.7925129965739, 1536.729586084437, 3199.8582195085955, 2553.0504064331644,
    474.52854120695537, -22.44095244658582,
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
    3.3871328727963665, 133.14166789178438, 1971.5909503065513, 13731.69376550946, 45921.95393154987,
    67265.7709270087, 33430.57558358813, 2509.0809287301227,
  ],
  q: [
    1, 42.31333070160091, 687.1870074920579, 5394.196021424751, 21213.794301586597, 39307.89580009271,
    28729.085735721943, 5226.495278852854,
  ],
};
const quantileMiddle = {
  p: [
    1.4234371107496835, 4.630337846156546, 5.769497221460691, 3.6478483247632045, 1.2704582524523684,
    0.2417807251774506, 0.022723844989269184, 0.0007745450142783414,
  ],
  q: [
    1, 2.053191626637759, 1.6763848301838038, 0.6897673349851, 0.14810397642748008, 0.015198666563616457,
    0.0005475938084995345, 1.0507500716444169e-9,
  ],
};
const quantileFar = {
  p: [
    6.657904643501103, 5.463784911164114, 1.7848265399172913, 0.29656057182850487, 0.026532189526576124,
    0.0012426609473880784, 0.000027115555687434876, 2.0103343992922881e-7,
  ],
  q: [
    1, 0.599832206555888, 0.1369298809227358, 0.014875361290850615, 0.0007868691311456133,
    0.000018463183175100548, 1.421511758316446e-7, 2.0442631033899397e-15,
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
