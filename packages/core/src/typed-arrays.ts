/** The typed arrays that ops take, recognised by their name, since those of another realm have other constructors. */
import type { DType, TypedArray } from "./dtype.ts";
import { DTypeError } from "./errors.ts";

/** A Float16Array, where the engine has them. */
export interface Float16ArrayLike extends ArrayLike<number>, ArrayBufferView {
  /** The name of its class. */
  readonly [Symbol.toStringTag]: "Float16Array";
}

/** The typed arrays that ops take where they take numbers: all but those of bigints. */
export type NumericArray =
  | TypedArray
  | Uint8ClampedArray
  | Int8Array
  | Int16Array
  | Uint16Array
  | Uint32Array
  | Float16ArrayLike;

/** The dtype of the tensor that is made of each. */
const dtypesOfArrays = {
  Float32Array: "float32",
  Float64Array: "float64",
  Float16Array: "float16",
  Int32Array: "int32",
  Int16Array: "int32",
  Int8Array: "int32",
  Uint32Array: "int32",
  Uint16Array: "int32",
  Uint8Array: "uint8",
  Uint8ClampedArray: "uint8",
} as const satisfies Record<string, DType>;

const names: readonly string[] = Object.keys(dtypesOfArrays);

/** The name of the class of a view of bytes, in whichever realm it was made. */
export function nameOfView(view: ArrayBufferView): string {
  return Object.prototype.toString.call(view).slice("[object ".length, -1);
}

/** Throws a DTypeError in `operation`'s name for a view of bytes that no op takes as numbers. */
export function checkNumericArray(operation: string, view: ArrayBufferView): asserts view is NumericArray {
  const name = nameOfView(view);
  if (names.includes(name)) return;
  const reason = name.startsWith("Big")
    ? "no dtype holds integers of 64 bits; convert them, as by Float64Array.from(values, Number)"
    : `accepted are ${names.slice(0, -1).join(", ")} and ${names[names.length - 1]}`;
  throw new DTypeError(`${operation}: does not take a ${name}; ${reason}`);
}

/** The dtype that a typed array gives a tensor. */
export function dtypeOfArray(values: NumericArray): DType {
  return dtypesOfArrays[values[Symbol.toStringTag]];
}

/** Whether its numbers may be too large for the dtype of its tensor. */
export function isUint32Array(values: NumericArray): values is Uint32Array {
  return values[Symbol.toStringTag] === "Uint32Array";
}
