import { type DType, roundTo } from "../../../dtype.ts";
import type { F64, I32, V128 } from "../assembler/expression.ts";
import type { FunctionBuilder, Local } from "../assembler/function.ts";
import { f32, f32x4, f64, f64x2, i8x16, i16x8, i32, i32x4, i64x2, v128 } from "../assembler/instructions.ts";

/**
 * Four elements of one dtype, the unit of generated code: one vector, or two of float64. A uint8 is held as an
 * int32 from 0 to 255, a bool as a mask of 32 bits, a float16 or bfloat16 as the float32 that it is.
 */
export type Quad = readonly V128[];

/** A quad in locals, which can be written again. */
export type QuadLocal = readonly Local<"v128">[];

export const lanes = 4;

/** The number of vectors that a quad takes. */
export function vectorsOf(dtype: DType): number {
  return dtype === "float64" ? 2 : 1;
}

export function letQuad(f: FunctionBuilder, quad: Quad): QuadLocal {
  return quad.map((vector) => f.let(vector));
}

export function newQuad(f: FunctionBuilder, dtype: DType): QuadLocal {
  return Array.from({ length: vectorsOf(dtype) }, () => f.local("v128"));
}

export function setQuad(f: FunctionBuilder, target: QuadLocal, quad: Quad): void {
  for (const [part, local] of target.entries()) f.set(local, quad[part]);
}

/** The same constant in all lanes. */
export function constantQuad(dtype: DType, value: number): Quad {
  switch (dtype) {
    case "float32":
      return [f32x4.constant(value)];
    case "float16":
    case "bfloat16":
      return [f32x4.constant(roundTo(dtype, value))];
    case "float64":
      return [f64x2.constant(value), f64x2.constant(value)];
    case "bool":
      return [i32x4.constant(Array(lanes).fill(value === 0 ? 0 : -1))];
    case "int32":
    case "uint8":
      return [i32x4.constant(Array(lanes).fill(roundTo(dtype, value)))];
  }
}

/** A float64 number in all lanes, converted to `dtype`; for a dtype of 16 bits it must be one of its numbers. */
export function splatNumber(f: FunctionBuilder, dtype: DType, value: F64): Quad {
  switch (dtype) {
    case "float32":
    case "float16":
    case "bfloat16":
      return [f32x4.splat(f32.demote_f64(value))];
    case "float64": {
      const splat = f.let(f64x2.splat(value));
      return [splat, splat];
    }
    case "bool":
      return [i32x4.neg(i32x4.splat(f64.ne(value, f64.constant(0))))];
    case "int32":
      return [i32x4.splat(i32.trunc_sat_f64_s(value))];
    case "uint8":
      return [i32x4.splat(i32.and(i32.trunc_sat_f64_s(value), i32.constant(0xff)))];
  }
}

/** Lanes before `count` are all ones, the others zero: in 32-bit lanes, or as pairs of 64-bit lanes for float64. */
export function laneMask(dtype: DType, count: number): Quad {
  const valid = [0, 1, 2, 3].map((lane) => (lane < count ? -1 : 0));
  if (dtype !== "float64") return [i32x4.constant(valid)];
  const wide = valid.map((lane) => BigInt(lane));
  return [i64x2.constant(wide.slice(0, 2)), i64x2.constant(wide.slice(2))];
}

/** `quad`, with the lanes from `count` on taken from `others`. */
export function keepLanes(dtype: DType, quad: Quad, count: number, others: Quad): Quad {
  const mask = laneMask(dtype, count);
  return quad.map((vector, part) => v128.bitselect(vector, others[part], mask[part]));
}

/** A 32-bit mask as two 64-bit ones. */
export function widenMask(mask: V128): Quad {
  return [i64x2.extend_low_i32x4_s(mask), i64x2.extend_high_i32x4_s(mask)];
}

/** Two 64-bit masks as a 32-bit one. */
export function narrowMask([low, high]: Quad): V128 {
  return i8x16.shuffle(low, high, lowHalves);
}

/** The low 32 bits of four 64-bit lanes. */
const lowHalves = [0, 1, 2, 3, 8, 9, 10, 11, 16, 17, 18, 19, 24, 25, 26, 27];

/** The low halves of two vectors, one after the other. */
export function joinLowHalves(low: V128, high: V128): V128 {
  return i8x16.shuffle(low, high, [0, 1, 2, 3, 4, 5, 6, 7, 16, 17, 18, 19, 20, 21, 22, 23]);
}

/** The upper half of a vector in both halves. */
export function upperHalf(vector: V128): V128 {
  return i8x16.shuffle(vector, vector, [8, 9, 10, 11, 12, 13, 14, 15, 8, 9, 10, 11, 12, 13, 14, 15]);
}

/** Four bytes, zero-extended to four int32. */
export function extendBytes(bytes: V128): V128 {
  return i32x4.extend_low_i16x8_u(i16x8.extend_low_i8x16_u(bytes));
}

/** The low bytes of four int32 in 0 … 255, in the first four bytes. */
export function packBytes(quad: V128): V128 {
  const narrowed = i16x8.narrow_i32x4_s(quad, quad);
  return i8x16.narrow_i16x8_u(narrowed, narrowed);
}

/** An address with a constant added, as the operands of a load or store. */
export function displaced(address: I32, bytes: number): [address: I32, offset: number] {
  // An immediate offset is unsigned.
  return bytes >= 0 ? [address, bytes] : [i32.add(address, i32.constant(bytes)), 0];
}
