import type { V128 } from "../assembler/expression.ts";
import { v128 } from "../assembler/instructions.ts";
import type { DoubleDouble } from "./double-double.ts";
import type { FloatLanes } from "./float-lanes.ts";
import { reduceToQuadrant } from "./trigonometric-reduction.ts";

/** (sin r − r)/r³ in r² on |r| ≤ π/4, minimax; the relative error of sin is 2^−37 and 2^−58. */
const sineTail32 = [-0.16666667, 0.008333329, -0.00019839335, 2.7183116e-6];
const sineTail64 = [
  -0.16666666666666632, 0.008333333333322424, -0.00019841269829816698, 0.000002755731369514909,
  -2.5050758642125e-8, 1.5896827320306948e-10,
];

/** (cos r − 1 + r²/2)/r⁴ in r² on |r| ≤ π/4, minimax; the relative error of cos is 2^−33 and 2^−64. */
const cosineTail32 = [0.041666646, -0.0013887316, 2.4433157e-5];
const cosineTail64 = [
  0.041666666666666595, -0.0013888888888873058, 0.000024801587288852026, -2.7557314179379183e-7,
  2.087570085207016e-9, -1.1358536995778245e-11,
];

/** sin(r), where r = high + low. */
function sineKernel(lanes: FloatLanes, { high, low }: DoubleDouble, square: V128): V128 {
  const tail = lanes.polynomial(square, lanes.pick(sineTail32, sineTail64));
  const cube = lanes.mul(square, high);
  if (lanes.dtype === "float32") return lanes.multiplyAdd(cube, tail, high);
  const halfSquare = lanes.mul(square, lanes.constant(0.5));
  return lanes.add(high, lanes.multiplyAdd(cube, tail, lanes.multiplySubtract(halfSquare, low, low)));
}

/** cos(r), where r = high + low; what 1 − r²/2 loses to rounding is added again. */
function cosineKernel(lanes: FloatLanes, { high, low }: DoubleDouble, square: V128): V128 {
  const tail = lanes.polynomial(square, lanes.pick(cosineTail32, cosineTail64));
  const one = lanes.constant(1);
  const halfSquare = lanes.let(lanes.mul(square, lanes.constant(0.5)));
  const leading = lanes.let(lanes.sub(one, halfSquare));
  const lost = lanes.sub(lanes.sub(one, leading), halfSquare);
  const corrected = lanes.dtype === "float32" ? lost : lanes.sub(lost, lanes.mul(high, low));
  return lanes.add(leading, lanes.multiplyAdd(lanes.mul(square, square), tail, corrected));
}

/** sin(r) and cos(r) for |r| ≤ π/4. */
export function sineAndCosine(lanes: FloatLanes, r: DoubleDouble): { sine: V128; cosine: V128 } {
  const square = lanes.let(lanes.mul(r.high, r.high));
  return { sine: lanes.let(sineKernel(lanes, r, square)), cosine: lanes.let(cosineKernel(lanes, r, square)) };
}

/** The sign bit of lanes whose quadrant has bit 1, +0 elsewhere. */
function signOfQuadrant(lanes: FloatLanes, quadrant: V128): V128 {
  return lanes.sign(lanes.shiftLeft(quadrant, lanes.totalBits - 2));
}

export function sin(lanes: FloatLanes, x: V128): V128 {
  const { quadrant, r } = reduceToQuadrant(lanes, lanes.let(lanes.abs(x)));
  const { sine, cosine } = sineAndCosine(lanes, r);
  const value = lanes.select(lanes.testBit(quadrant, 0), cosine, sine);
  return v128.xor(value, v128.xor(signOfQuadrant(lanes, quadrant), lanes.sign(x)));
}

export function cos(lanes: FloatLanes, x: V128): V128 {
  const { quadrant, r } = reduceToQuadrant(lanes, lanes.let(lanes.abs(x)));
  const { sine, cosine } = sineAndCosine(lanes, r);
  const value = lanes.select(lanes.testBit(quadrant, 0), sine, cosine);
  return v128.xor(value, signOfQuadrant(lanes, lanes.addBits(quadrant, lanes.bits(1n))));
}

export function tan(lanes: FloatLanes, x: V128): V128 {
  const { quadrant, r } = reduceToQuadrant(lanes, lanes.let(lanes.abs(x)));
  const { sine, cosine } = sineAndCosine(lanes, r);
  const isOdd = lanes.let(lanes.testBit(quadrant, 0));
  const quotient = lanes.div(lanes.select(isOdd, cosine, sine), lanes.select(isOdd, sine, cosine));
  return v128.xor(quotient, v128.xor(lanes.sign(isOdd), lanes.sign(x)));
}
