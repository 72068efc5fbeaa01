import { arithmeticDType, type DType, isHalf } from "../../../dtype.ts";
import type { HalfDType } from "../../../special/half-precision.ts";
import type { V128 } from "../assembler/expression.ts";
import type { FunctionBuilder } from "../assembler/function.ts";
import { f32x4, f64x2, i32x4, v128 } from "../assembler/instructions.ts";
import { roundFloat32, roundFloat64 } from "./half.ts";
import { constantQuad, joinLowHalves, letQuad, narrowMask, type Quad, upperHalf, widenMask } from "./quad.ts";

/**
 * Converts between dtypes by the rules of `convert` in primitives/selection.ts: floats are truncated and saturated
 * to int32, uint8 keeps the low byte, anything but 0 (NaN too) is true.
 */
export function castQuad(f: FunctionBuilder, quad: Quad, from: DType, to: DType): Quad {
  if (from === to) return quad;
  if (isHalf(from)) return castQuad(f, quad, arithmeticDType(from), to);
  if (isHalf(to)) return castToHalf(f, quad, from, to);
  if (to === "bool") return [nonZero(from, quad)];
  switch (from) {
    case "float32":
      return fromFloat32(f, quad[0], to);
    case "float64":
      return fromFloat64(quad, to);
    case "bool":
      return fromMask(f, quad[0], to);
    case "int32":
    case "uint8":
      return fromInt32(f, quad[0], to);
  }
}

/** In one rounding: neither float64 nor int32 goes through float32, which might round to the middle of two numbers. */
function castToHalf(f: FunctionBuilder, quad: Quad, from: DType, to: HalfDType): Quad {
  switch (from) {
    case "float64":
      return [roundFloat64(f, to, quad)];
    case "int32":
      return castToHalf(f, letQuad(f, castQuad(f, quad, "int32", "float64")), "float64", to);
    case "float32":
      return [roundFloat32(f, to, quad[0])];
    default:
      // Up to 256, integers are numbers of both.
      return castQuad(f, quad, from, "float32");
  }
}

function nonZero(from: DType, quad: Quad): V128 {
  const zero = constantQuad(from, 0);
  switch (from) {
    case "float32":
      return f32x4.ne(quad[0], zero[0]);
    case "float64":
      return narrowMask(quad.map((vector, part) => f64x2.ne(vector, zero[part])));
    default:
      return i32x4.ne(quad[0], zero[0]);
  }
}

function fromFloat32(f: FunctionBuilder, vector: V128, to: DType): Quad {
  if (to === "float64") {
    const [shared] = letQuad(f, [vector]);
    return [f64x2.promote_low_f32x4(shared), f64x2.promote_low_f32x4(upperHalf(shared))];
  }
  return [lowByteIf(to, i32x4.trunc_sat_f32x4_s(vector))];
}

function fromFloat64([low, high]: Quad, to: DType): Quad {
  if (to === "float32") return [joinLowHalves(f32x4.demote_f64x2_zero(low), f32x4.demote_f64x2_zero(high))];
  const integers = joinLowHalves(i32x4.trunc_sat_f64x2_s_zero(low), i32x4.trunc_sat_f64x2_s_zero(high));
  return [lowByteIf(to, integers)];
}

function fromInt32(f: FunctionBuilder, vector: V128, to: DType): Quad {
  if (to === "float32") return [f32x4.convert_i32x4_s(vector)];
  if (to !== "float64") return [lowByteIf(to, vector)];
  const [shared] = letQuad(f, [vector]);
  return [f64x2.convert_low_i32x4_s(shared), f64x2.convert_low_i32x4_s(upperHalf(shared))];
}

function fromMask(f: FunctionBuilder, mask: V128, to: DType): Quad {
  const one = constantQuad(to, 1);
  if (to !== "float64") return [v128.and(mask, one[0])];
  const [shared] = letQuad(f, [mask]);
  return widenMask(shared).map((wide, part) => v128.and(wide, one[part]));
}

/** An int32 as `to` holds it. */
export function lowByteIf(to: DType, vector: V128): V128 {
  return to === "uint8" ? v128.and(vector, i32x4.constant([0xff, 0xff, 0xff, 0xff])) : vector;
}
