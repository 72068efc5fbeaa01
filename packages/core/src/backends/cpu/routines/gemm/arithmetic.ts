import type { I32, Statement, V128 } from "../../assembler/expression.ts";
import { f32, f32x4, f64, f64x2, i32, i64, v128 } from "../../assembler/instructions.ts";

/** The element types that matrix products are computed in. */
export type GemmDType = "float32" | "float64";

/** The features of the engine beyond the 128-bit SIMD of WebAssembly 2.0. */
export interface GemmFeatures {
  /** Fused multiply-add from relaxed SIMD: Node 22 and later validate it. */
  readonly relaxedSimd: boolean;
}

/** The instructions of one element type, so that one generator serves both. */
export interface Arithmetic {
  readonly dtype: GemmDType;
  /** The size of an element in bytes. */
  readonly size: number;
  /** The base-2 logarithm of `size`. */
  readonly shift: number;
  /** The number of elements in a vector. */
  readonly lanes: number;
  readonly zero: V128;
  /** One element, in every lane. */
  splat(address: I32, offset?: number): V128;
  /** One element in the first lane, 0 in the others. */
  loadElement(address: I32, offset?: number): V128;
  /** Stores the first lane. */
  storeElement(address: I32, vector: V128): Statement;
  add(left: V128, right: V128): V128;
  /** a·b + c, rounded once where the engine fuses it and else twice. */
  multiplyAdd(a: V128, b: V128, c: V128): V128;
  copyElement(destination: I32, source: I32): Statement;
  /** destination += source, for one element. */
  addElement(destination: I32, source: I32): Statement;
}

function float32Arithmetic(fused: boolean): Arithmetic {
  return {
    dtype: "float32",
    size: 4,
    shift: 2,
    lanes: 4,
    zero: f32x4.constant(0),
    splat: v128.load32_splat,
    loadElement: v128.load32_zero,
    storeElement: (address, vector) => v128.store32_lane(address, vector, 0),
    add: f32x4.add,
    multiplyAdd: fused ? f32x4.relaxed_madd : (a, b, c) => f32x4.add(c, f32x4.mul(a, b)),
    copyElement: (destination, source) => i32.store(destination, i32.load(source)),
    addElement: (destination, source) =>
      f32.store(destination, f32.add(f32.load(destination), f32.load(source))),
  };
}

function float64Arithmetic(fused: boolean): Arithmetic {
  return {
    dtype: "float64",
    size: 8,
    shift: 3,
    lanes: 2,
    zero: f64x2.constant(0),
    splat: v128.load64_splat,
    loadElement: v128.load64_zero,
    storeElement: (address, vector) => v128.store64_lane(address, vector, 0),
    add: f64x2.add,
    multiplyAdd: fused ? f64x2.relaxed_madd : (a, b, c) => f64x2.add(c, f64x2.mul(a, b)),
    copyElement: (destination, source) => i64.store(destination, i64.load(source)),
    addElement: (destination, source) =>
      f64.store(destination, f64.add(f64.load(destination), f64.load(source))),
  };
}

export function arithmeticOf(dtype: GemmDType, features: GemmFeatures): Arithmetic {
  return dtype === "float32"
    ? float32Arithmetic(features.relaxedSimd)
    : float64Arithmetic(features.relaxedSimd);
}
