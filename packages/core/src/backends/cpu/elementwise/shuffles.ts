import type { V128 } from "../assembler/expression.ts";
import { i8x16 } from "../assembler/instructions.ts";

const lowerHalves = [0, 1, 2, 3, 4, 5, 6, 7, 16, 17, 18, 19, 20, 21, 22, 23];
const upperThenLower = [8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23];
const lowWords = [0, 1, 2, 3, 8, 9, 10, 11, 16, 17, 18, 19, 24, 25, 26, 27];

/** The lower halves of two vectors as one vector. */
export function joinLowerHalves(first: V128, second: V128): V128 {
  return i8x16.shuffle(first, second, lowerHalves);
}

/** The upper half of `first`, then the lower half of `second`. */
export function upperThenLowerHalf(first: V128, second: V128): V128 {
  return i8x16.shuffle(first, second, upperThenLower);
}

/** The upper half of a vector, then its lower half. */
export function swapHalves(vector: V128): V128 {
  return upperThenLowerHalf(vector, vector);
}

/** The low 32 bits of the four 64-bit lanes of two vectors. */
export function joinLowWords(first: V128, second: V128): V128 {
  return i8x16.shuffle(first, second, lowWords);
}
