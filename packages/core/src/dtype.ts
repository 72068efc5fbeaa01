import { DTypeError, listAlternatives } from "./errors.ts";
import { type HalfDType, roundToHalf } from "./special/half-precision.ts";

interface DTypeTraits {
  readonly bytes: number;
  readonly kind: "float" | "integer" | "bool";
  /** If two dtypes meet, the one with the higher rank is the result's; of two with one rank, neither is. */
  readonly promotionRank: number;
}

const traits = {
  float32: { bytes: 4, kind: "float", promotionRank: 4 },
  float64: { bytes: 8, kind: "float", promotionRank: 5 },
  float16: { bytes: 2, kind: "float", promotionRank: 3 },
  bfloat16: { bytes: 2, kind: "float", promotionRank: 3 },
  int32: { bytes: 4, kind: "integer", promotionRank: 2 },
  bool: { bytes: 1, kind: "bool", promotionRank: 0 },
  uint8: { bytes: 1, kind: "integer", promotionRank: 1 },
} as const satisfies Record<string, DTypeTraits>;

/**
 * The type of a tensor's elements. `float32` is the default; `bool` is stored as one byte, 0 or 1. `float16` and
 * `bfloat16` are for storage: Variables and what a program stores take two bytes an element, each operation computes in
 * float32, sums included, and its result is rounded to the nearest number of the dtype, of two to the even one. Where
 * they meet integers, the result is theirs; where they meet each other, it is float32.
 *
 * @useDeclaredType
 */
export type DType = keyof typeof traits;

/**
 * The typed arrays that hold tensor values on the JavaScript heap. Those of `float16` and `bfloat16` are a Float32Array,
 * which holds each of their numbers exactly; `encodeHalf` makes their bits of it, `decodeHalf` the numbers of the bits.
 */
export type TypedArray = Float32Array | Float64Array | Int32Array | Uint8Array;

/** The dtypes that arithmetic is done in. */
export type ArithmeticDType = Exclude<DType, HalfDType>;

/** All dtypes, in the order in which the documentation lists them. */
export const dtypes = Object.keys(traits) as readonly DType[];

export function bytesPerElement(dtype: DType): number {
  return traits[dtype].bytes;
}

export function isFloat(dtype: DType): boolean {
  return traits[dtype].kind === "float";
}

export function isInteger(dtype: DType): boolean {
  return traits[dtype].kind === "integer";
}

/** Whether it is a dtype of 16 bits: stored as such, and computed in float32. */
export function isHalf(dtype: DType): dtype is HalfDType {
  return dtype === "float16" || dtype === "bfloat16";
}

/** The dtype in which arithmetic on `dtype` is done. */
export function arithmeticDType(dtype: DType): ArithmeticDType {
  return isHalf(dtype) ? "float32" : dtype;
}

/** The dtypes that have gradients. */
export const floatDTypes = dtypes.filter(isFloat);

/** The dtype of an operation on both: bool → uint8 → int32 → float16 or bfloat16 → float32 → float64. */
export function promote(left: DType, right: DType): DType {
  const difference = traits[left].promotionRank - traits[right].promotionRank;
  if (difference === 0 && left !== right) return "float32";
  return difference >= 0 ? left : right;
}

/** `dtype` itself where it is a float, else float32: what a real-valued function makes of it. */
export function toFloat(dtype: DType): DType {
  return isFloat(dtype) ? dtype : "float32";
}

const epsilons = {
  float32: 2 ** -23,
  float64: 2 ** -52,
  float16: 2 ** -10,
  bfloat16: 2 ** -7,
  int32: 0,
  uint8: 0,
  bool: 0,
} as const satisfies Record<DType, number>;

/** The distance from 1 to the next number. */
export function epsilonOf(dtype: DType): number {
  return epsilons[dtype];
}

export function isDType(value: unknown): value is DType {
  return typeof value === "string" && Object.hasOwn(traits, value);
}

/** Throws a DTypeError in `operation`'s name unless `value` is a dtype. */
export function checkDType(operation: string, value: unknown): asserts value is DType {
  if (!isDType(value)) {
    throw new DTypeError(
      `${operation}: ${JSON.stringify(value)} is no dtype; accepted are ${listAlternatives(dtypes)}`,
    );
  }
}

export function allocateArray(dtype: DType, length: number): TypedArray {
  switch (dtype) {
    case "float32":
    case "float16":
    case "bfloat16":
      return new Float32Array(length);
    case "float64":
      return new Float64Array(length);
    case "int32":
      return new Int32Array(length);
    case "bool":
    case "uint8":
      return new Uint8Array(length);
  }
}

/** A typed array over `length` elements of `buffer` from the byte `offset` on: a window, not a copy. */
export function viewArray(
  dtype: ArithmeticDType,
  buffer: ArrayBufferLike,
  offset: number,
  length: number,
): TypedArray {
  switch (dtype) {
    case "float32":
      return new Float32Array(buffer, offset, length);
    case "float64":
      return new Float64Array(buffer, offset, length);
    case "int32":
      return new Int32Array(buffer, offset, length);
    case "bool":
    case "uint8":
      return new Uint8Array(buffer, offset, length);
  }
}

/** `value` as an element of `dtype` holds it: rounded, wrapped or made 0 or 1. */
export function roundTo(dtype: DType, value: number): number {
  switch (dtype) {
    case "float32":
      return Math.fround(value);
    case "float16":
    case "bfloat16":
      return roundToHalf(dtype, value);
    case "float64":
      return value;
    case "int32":
      return value | 0;
    case "uint8":
      return value & 0xff;
    case "bool":
      return value === 0 ? 0 : 1;
  }
}
