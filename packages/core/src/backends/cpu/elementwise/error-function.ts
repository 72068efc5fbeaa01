import type { V128 } from "../assembler/expression.ts";
import { split } from "./double-double.ts";
import { normalExponential } from "./exponential.ts";
import type { FloatLanes } from "./float-lanes.ts";

/** erf(x)/x − 1 in x² on [0, 1], minimax; the relative error of erf is 2^−29 and 2^−62. */
const centralTail32 = [
  0.12837917, -0.37612626, 0.112835854, -0.026853813, 0.0051883277, -0.00080101955, 7.853866e-5,
];
const centralTail64 = [
  0.1283791670955126, -0.3761263890318375, 0.11283791670954857, -0.026866170645072896, 0.005223977624780876,
  -0.000854832697874269, 0.00012055331036915838, -0.000014925593507237789, 0.0000016460972821912495,
  -1.635002526759207e-7, 1.4657880102715033e-8, -1.1365666826634602e-9, 5.945263003837841e-11,
];

/** The same on [0, 1/2], interpolated at Chebyshev nodes for erfc, whose relative error is 2^−29 and 2^−65. */
const innerTail32 = [0.12837917, -0.37612608, 0.112828314, -0.026757732, 0.0047190827];
const innerTail64 = [
  0.1283791670955126, -0.3761263890318375, 0.1128379167095487, -0.02686617064499972, 0.0052239776220169365,
  -0.0008548326510724796, 0.00012055286202005714, -0.000014923003368152099, 0.000001637123442577,
  -1.462091340945175e-7,
];

/**
 * (1 + 2x)·eˣ²·erfc(x) in t = (x − c)/(x + c): minimax on [1/2, 10.1] for float32, with the relative error 2^−29;
 * interpolated at Chebyshev nodes on [1/2, 28] for float64, with the error 2^−59.
 */
const scaledComplementCenters = { float32: 2.5, float64: 3 };
const scaledComplement32 = [
  1.2648382, -0.12235677, -0.09902438, 0.1576303, -0.10297056, 0.03275555, 0.0009579364, -0.004348589,
  0.0004121518, 0.000534747,
];
const scaledComplement64 = [
  1.2530080582697296, -0.1356211061245812, -0.0475622943534507, 0.12964515870276203, -0.11927366341531179,
  0.06830802734394434, -0.02377051491853638, 0.002529391816335117, 0.0018886903564002055,
  -0.0007798322714918795, -0.00010515976008945177, 0.00012509932758636072, 0.0000049491714476033325,
  -0.000020100376113106087, -7.300550882569987e-7, 0.000003471616676593574, 3.52693258412998e-7,
  -6.146346341425417e-7, -1.3432312409451292e-7, 9.877438074940672e-8, 3.42329907978226e-8,
  -1.0659628807393203e-8, -4.325370719107278e-9,
];

/** ln(erfc x) on [1, 4], minimax for erf, whose relative error is 2^−30. */
const logComplement32 = [
  -0.0003415278, -1.1270891, -0.63814485, -0.103106715, 0.021838041, -0.0029476515, 0.00018637837,
];

/** erf near 0, by the coefficients of (erf(x)/x − 1) in x². */
function central(lanes: FloatLanes, x: V128, coefficients: readonly number[]): V128 {
  const square = lanes.let(lanes.mul(x, x));
  const fourth = lanes.let(lanes.mul(square, square));
  return lanes.multiplyAdd(x, lanes.polynomialOfSquare(square, fourth, coefficients), x);
}

/**
 * erfc on lanes ≥ 1/2: e^(−x²)·P((x − c)/(x + c))/(1 + 2x).
 * Source of the form: M. Shepherd and J. Laframboise, Chebyshev approximation of (1 + 2x)exp(x²)erfc x, 1981.
 */
function complementOfLarge(lanes: FloatLanes, magnitude: V128): V128 {
  // Beyond the limit it is 0.
  const x = lanes.let(lanes.atMost(magnitude, lanes.pick(10.1, 27.3)));
  const center = lanes.constant(scaledComplementCenters[lanes.dtype]);
  const t = lanes.let(lanes.div(lanes.sub(x, center), lanes.add(x, center)));
  const square = lanes.let(lanes.mul(t, t));
  const coefficients = lanes.pick(scaledComplement32, scaledComplement64);
  const polynomial = lanes.polynomialOfSquare(t, square, coefficients);
  // The power is multiplied by 2^shift, and the rest divided by it: only their product may be subnormal.
  const shift = lanes.significandBits + 1;
  const unit = lanes.constant(2 ** shift);
  const denominator = lanes.multiplyAdd(x, lanes.constant(2 ** (shift + 1)), unit);
  const scaled = lanes.let(lanes.div(polynomial, denominator));
  // −x² = −u² + (u − x)(u + x), where u is the upper half of x, whose square is exact.
  const { high: upper } = split(lanes, x);
  const low = lanes.let(lanes.mul(lanes.sub(upper, x), lanes.add(upper, x)));
  const power = normalExponential(lanes, lanes.let(lanes.neg(lanes.mul(upper, upper))), shift, low);
  return lanes.mul(power, scaled);
}

export function erf(lanes: FloatLanes, x: V128): V128 {
  const magnitude = lanes.let(lanes.abs(x));
  const one = lanes.constant(1);
  const isSmall = lanes.lt(magnitude, one);
  const complement = lanes.let(
    lanes.dtype === "float32" ? complement32(lanes, magnitude) : complementOfLarge(lanes, magnitude),
  );
  const small = central(lanes, magnitude, lanes.pick(centralTail32, centralTail64));
  const value = lanes.select(isSmall, small, lanes.sub(one, complement));
  return lanes.withSign(value, x);
}

/** erfc on float32 lanes ≥ 1, to an error that is small beside 1. */
function complement32(lanes: FloatLanes, magnitude: V128): V128 {
  const x = lanes.let(lanes.atMost(magnitude, 4));
  const square = lanes.let(lanes.mul(x, x));
  return normalExponential(lanes, lanes.let(lanes.polynomialOfSquare(x, square, logComplement32)));
}

export function erfc(lanes: FloatLanes, x: V128): V128 {
  const magnitude = lanes.let(lanes.abs(x));
  const isCentral = lanes.lt(magnitude, lanes.constant(0.5));
  const nearOne = lanes.sub(lanes.constant(1), central(lanes, x, lanes.pick(innerTail32, innerTail64)));
  const right = lanes.let(complementOfLarge(lanes, magnitude));
  const left = lanes.sub(lanes.constant(2), right);
  const outer = lanes.select(lanes.lt(x, lanes.constant(0)), left, right);
  return lanes.select(isCentral, nearOne, outer);
}
