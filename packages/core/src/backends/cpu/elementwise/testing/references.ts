import { erf, erfc, erfinv } from "../../../../special/error-function.ts";
import { digamma, lgamma } from "../../../../special/gamma.ts";
import { roundHalfToEven } from "../../../../special/rounding.ts";

/** 1/(1 + e⁻ˣ) without overflow, so that small results keep their digits. */
function sigmoid(x: number): number {
  if (x >= 0) return 1 / (1 + Math.exp(-x));
  const power = Math.exp(x);
  return power / (1 + power);
}

/** NumPy's sign: +0 for both zeros. */
function sign(x: number): number {
  return x === 0 ? 0 : Math.sign(x);
}

/**
 * The double that lies closest to a multiple of π/2 (Muller, "Elementary functions", chapter 11). Its cosine, by
 * mpmath with 2,000 bits, since the newest Chromium's own loses digits there. Its sine is 1 to all digits.
 */
const hardestAngle = 6381956970095103 * 2 ** 797;
const hardestCosine = -4.687165924254628e-19;

/** The functions of one operand in float64, accurate to 1 or 2 ulp: V8's Math is a port of fdlibm. */
export const unaryReferences = {
  neg: (x: number) => -x,
  abs: Math.abs,
  sign,
  floor: Math.floor,
  ceil: Math.ceil,
  round: roundHalfToEven,
  trunc: Math.trunc,
  sqrt: Math.sqrt,
  exp: Math.exp,
  expm1: Math.expm1,
  log: Math.log,
  log1p: Math.log1p,
  sin: Math.sin,
  cos: (x: number) => (x === hardestAngle ? hardestCosine : Math.cos(x)),
  tan: (x: number) => (x === hardestAngle ? 1 / hardestCosine : Math.tan(x)),
  asin: Math.asin,
  acos: Math.acos,
  atan: Math.atan,
  sinh: Math.sinh,
  cosh: Math.cosh,
  tanh: Math.tanh,
  asinh: Math.asinh,
  acosh: Math.acosh,
  atanh: Math.atanh,
  sigmoid,
  erf,
  erfc,
  erfinv,
  lgamma,
  digamma,
};

export type UnaryName = keyof typeof unaryReferences;
