import {
  type ArithmeticDType,
  bytesPerElement,
  type DType,
  isHalf,
  type TypedArray,
} from "../../../dtype.ts";
import { decodeHalf, exactHalfBits } from "../../../special/half-precision.ts";
import type { LinearMemory } from "./linear-memory.ts";

/** The window on `memory` whose elements are of `dtype`. */
function windowOf(memory: LinearMemory, dtype: ArithmeticDType): TypedArray {
  switch (dtype) {
    case "float32":
      return memory.float32;
    case "float64":
      return memory.float64;
    case "int32":
      return memory.int32;
    case "bool":
    case "uint8":
      return memory.uint8;
  }
}

/** Copies `values`, numbers of the dtype, to `address`, a multiple of 64. */
export function writeValues(memory: LinearMemory, address: number, dtype: DType, values: TypedArray): void {
  // Divided, not shifted: addresses go up to 2³², and shifts work on signed 32-bit numbers.
  const start = address / bytesPerElement(dtype);
  if (isHalf(dtype)) memory.uint16.set(exactHalfBits(Float32Array.from(values), dtype), start);
  else windowOf(memory, dtype).set(values, start);
}

/** Writes one number of the dtype to `length` elements at `address`, a multiple of 64. */
export function fillValues(
  memory: LinearMemory,
  address: number,
  dtype: DType,
  length: number,
  value: number,
): void {
  const start = address / bytesPerElement(dtype);
  const end = start + length;
  if (isHalf(dtype)) memory.uint16.fill(exactHalfBits(Float32Array.of(value), dtype)[0], start, end);
  else windowOf(memory, dtype).fill(value, start, end);
}

/** A copy of the `length` elements at `address`. */
export function readValues(memory: LinearMemory, address: number, dtype: DType, length: number): TypedArray {
  const start = address / bytesPerElement(dtype);
  if (isHalf(dtype)) return decodeHalf(memory.uint16.subarray(start, start + length), dtype);
  return windowOf(memory, dtype).slice(start, start + length);
}
