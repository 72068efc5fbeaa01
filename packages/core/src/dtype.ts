import { DTypeError, listAlternatives } from "./errors.ts";

interface DTypeTraits {
  readonly bytes: number;
  readonly kind: "float" | "integer" | "bool";
  /** Where two dtypes meet, the one with the higher rank is the result's. */
  readonly promotionRank: number;
}

const traits = {
  float32: { bytes: 4, kind: "float", promotionRank: 3 },
  float64: { bytes: 8, kind: "float", promotionRank: 4 },
  int32: { bytes: 4, kind: "integer", promotionRank: 2 },
  bool: { bytes: 1, kind: "bool", promotionRank: 0 },
  uint8: { bytes: 1, kind: "integer", promotionRank: 1 },
} as const satisfies Record<string, DTypeTraits>;

/**
 * The type of a tensor's elements. `float32` is the default; `bool` is stored as one byte, 0 or 1.
 *
 * @useDeclaredType
 */
export type DType = keyof typeof traits;

/** The typed arrays that hold tensor values on the JavaScript heap: one for each dtype. */
export type TypedArray = Float32Array | Float64Array | Int32Array | Uint8Array;

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

/** The dtype of an operation on both: bool → uint8 → int32 → float32 → float64. */
export function promote(left: DType, right: DType): DType {
  return traits[left].promotionRank >= traits[right].promotionRank ? left : right;
}

/** `dtype` itself where it is a float, else float32: what a real-valued function makes of it. */
export function toFloat(dtype: DType): DType {
  return isFloat(dtype) ? dtype : "float32";
}

const epsilons = {
  float32: 2 ** -23,
  float64: 2 ** -52,
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
export function viewArray(dtype: DType, buffer: ArrayBufferLike, offset: number, length: number): TypedArray {
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
