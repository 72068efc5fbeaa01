import type { DType } from "../../../dtype.ts";
import type { Attributes } from "../../../graph/attributes.ts";
import { polygammaOrder } from "../../../primitives/transcendental.ts";
import type { V128 } from "../assembler/expression.ts";
import { f32x4, f64x2, i32x4, v128 } from "../assembler/instructions.ts";
import { sign, softsign } from "./arithmetic.ts";
import { digamma } from "./digamma.ts";
import type { Emitter } from "./emitter.ts";
import { erf, erfc } from "./error-function.ts";
import { exp, expm1, sigmoid, tanh } from "./exponential.ts";
import { type FloatFunction, FloatLanes } from "./float-lanes.ts";
import { acosh, asinh, atanh, cosh, sinh } from "./hyperbolic.ts";
import {
  floorDivideIntegers,
  moduloOfIntegers,
  powerOfIntegers,
  shiftLeftIntegers,
  shiftRightIntegers,
  signOfInteger,
  wrapToByte,
} from "./integer.ts";
import { erfinv } from "./inverse-error-function.ts";
import { acos, asin, atan, atan2 } from "./inverse-trigonometric.ts";
import { lgamma } from "./log-gamma.ts";
import { log, log1p } from "./logarithm.ts";
import { floorDiv, mod } from "./modulo.ts";
import { polygamma } from "./polygamma.ts";
import { pow } from "./power.ts";
import { randomGammaGradient } from "./random-gamma-gradient.ts";
import { throughFloat64 } from "./through-float64.ts";
import { cos, sin, tan } from "./trigonometric.ts";

type Unary = (operand: V128) => V128;
type Binary = (left: V128, right: V128) => V128;

function unary(instruction: Unary): Emitter {
  return (_context, [x]) => instruction(x);
}

function binary(instruction: Binary): Emitter {
  return (_context, [a, b]) => instruction(a, b);
}

/** A function that is written for both float types at once. */
function floats(inner: FloatFunction) {
  return {
    float32: emitterFor(inner, "float32"),
    float64: emitterFor(inner, "float64"),
  };
}

/** A function that is written for float64, through which float32 goes. */
function floatsThroughFloat64(inner: FloatFunction) {
  return chosenThroughFloat64(() => inner);
}

/** The same, where the attributes say which function. */
function chosenThroughFloat64(choose: (attributes: Attributes) => FloatFunction) {
  const float32: Emitter = (context, operands, attributes) =>
    throughFloat64(choose(attributes))(new FloatLanes(context, "float32"), ...operands);
  const float64: Emitter = (context, operands, attributes) =>
    choose(attributes)(new FloatLanes(context, "float64"), ...operands);
  return { float32, float64 };
}

function emitterFor(inner: FloatFunction, dtype: "float32" | "float64"): Emitter {
  return (context, operands) => inner(new FloatLanes(context, dtype), ...operands);
}

/** A function that wraps: uint8 is int32 modulo 256. */
function integers(inner: Emitter) {
  return { int32: inner, uint8: wrapToByte(inner) };
}

/** A function whose result on uint8 lanes is a uint8 already. */
function integersAlike(inner: Emitter) {
  return { int32: inner, uint8: inner };
}

/** For each elementwise primitive and element type, the emitter of one vector. */
export const elementwiseEmitters = {
  neg: { float32: unary(f32x4.neg), float64: unary(f64x2.neg), ...integers(unary(i32x4.neg)) },
  abs: { float32: unary(f32x4.abs), float64: unary(f64x2.abs), ...integersAlike(unary(i32x4.abs)) },
  sign: { ...floats(sign), ...integersAlike(signOfInteger) },
  floor: { float32: unary(f32x4.floor), float64: unary(f64x2.floor) },
  ceil: { float32: unary(f32x4.ceil), float64: unary(f64x2.ceil) },
  round: { float32: unary(f32x4.nearest), float64: unary(f64x2.nearest) },
  trunc: { float32: unary(f32x4.trunc), float64: unary(f64x2.trunc) },
  sqrt: { float32: unary(f32x4.sqrt), float64: unary(f64x2.sqrt) },
  exp: floats(exp),
  expm1: floats(expm1),
  log: floats(log),
  log1p: floats(log1p),
  sin: floats(sin),
  cos: floats(cos),
  tan: floats(tan),
  asin: floats(asin),
  acos: floats(acos),
  atan: floats(atan),
  sinh: floats(sinh),
  cosh: floats(cosh),
  tanh: floats(tanh),
  asinh: floats(asinh),
  acosh: floats(acosh),
  atanh: floats(atanh),
  sigmoid: floats(sigmoid),
  softsign: floats(softsign),
  erf: floats(erf),
  erfc: floats(erfc),
  erfinv: floatsThroughFloat64(erfinv),
  lgamma: floatsThroughFloat64(lgamma),
  digamma: floatsThroughFloat64(digamma),
  polygamma: chosenThroughFloat64((attributes) => polygamma(polygammaOrder(attributes))),
  randomGammaGradient: floatsThroughFloat64(randomGammaGradient),
  add: { float32: binary(f32x4.add), float64: binary(f64x2.add), ...integers(binary(i32x4.add)) },
  sub: { float32: binary(f32x4.sub), float64: binary(f64x2.sub), ...integers(binary(i32x4.sub)) },
  mul: { float32: binary(f32x4.mul), float64: binary(f64x2.mul), ...integers(binary(i32x4.mul)) },
  div: { float32: binary(f32x4.div), float64: binary(f64x2.div) },
  mod: { ...floats(mod), ...integersAlike(moduloOfIntegers) },
  floorDiv: { ...floats(floorDiv), ...integersAlike(floorDivideIntegers) },
  pow: { ...floats(pow), ...integers(powerOfIntegers) },
  maximum: {
    float32: binary(f32x4.max),
    float64: binary(f64x2.max),
    ...integersAlike(binary(i32x4.max_s)),
    bool: binary(v128.or),
  },
  minimum: {
    float32: binary(f32x4.min),
    float64: binary(f64x2.min),
    ...integersAlike(binary(i32x4.min_s)),
    bool: binary(v128.and),
  },
  atan2: floats(atan2),
  equal: {
    float32: binary(f32x4.eq),
    float64: binary(f64x2.eq),
    ...integersAlike(binary(i32x4.eq)),
    bool: binary(i32x4.eq),
  },
  notEqual: {
    float32: binary(f32x4.ne),
    float64: binary(f64x2.ne),
    ...integersAlike(binary(i32x4.ne)),
    bool: binary(v128.xor),
  },
  less: {
    float32: binary(f32x4.lt),
    float64: binary(f64x2.lt),
    ...integersAlike(binary(i32x4.lt_s)),
    bool: binary((a, b) => v128.andnot(b, a)),
  },
  lessEqual: {
    float32: binary(f32x4.le),
    float64: binary(f64x2.le),
    ...integersAlike(binary(i32x4.le_s)),
    bool: binary((a, b) => v128.or(v128.not(a), b)),
  },
  after: {
    float32: unary((x) => x),
    float64: unary((x) => x),
    ...integersAlike(unary((x) => x)),
    bool: unary((x) => x),
  },
  bitwiseAnd: { ...integersAlike(binary(v128.and)), bool: binary(v128.and) },
  bitwiseOr: { ...integersAlike(binary(v128.or)), bool: binary(v128.or) },
  bitwiseXor: { ...integersAlike(binary(v128.xor)), bool: binary(v128.xor) },
  shiftLeft: integers(shiftLeftIntegers),
  shiftRight: integersAlike(shiftRightIntegers),
} satisfies Record<string, Partial<Record<DType, Emitter>>>;

export function emitterOf(name: string, dtype: DType): Emitter {
  const table: Readonly<Record<string, Readonly<Partial<Record<DType, Emitter>>> | undefined>> =
    elementwiseEmitters;
  const emitter = table[name]?.[dtype];
  if (emitter === undefined) throw new Error(`cpu: there is no code for ${name} of ${dtype}`);
  return emitter;
}
