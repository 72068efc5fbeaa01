import type { V128 } from "./expression.ts";
import type { FunctionBuilder, Local } from "./function.ts";
import { i8x16 } from "./instructions.ts";

const lowWords = [0, 1, 2, 3, 16, 17, 18, 19, 4, 5, 6, 7, 20, 21, 22, 23];
const highWords = [8, 9, 10, 11, 24, 25, 26, 27, 12, 13, 14, 15, 28, 29, 30, 31];
const lowPairs = [0, 1, 2, 3, 4, 5, 6, 7, 16, 17, 18, 19, 20, 21, 22, 23];
const highPairs = [8, 9, 10, 11, 12, 13, 14, 15, 24, 25, 26, 27, 28, 29, 30, 31];

/** The 32-bit lanes 0 and 1 of two vectors in turn: a0 b0 a1 b1. */
export function interleaveLow(a: V128, b: V128): V128 {
  return i8x16.shuffle(a, b, lowWords);
}

/** The 32-bit lanes 2 and 3 of two vectors in turn: a2 b2 a3 b3. */
export function interleaveHigh(a: V128, b: V128): V128 {
  return i8x16.shuffle(a, b, highWords);
}

/** The columns of the square matrix whose rows are two vectors of two lanes, or four vectors of four. */
export function transposeSquare(f: FunctionBuilder, rows: readonly V128[]): Local<"v128">[] {
  const pair = (a: V128, b: V128) => [
    f.let(i8x16.shuffle(a, b, lowPairs)),
    f.let(i8x16.shuffle(a, b, highPairs)),
  ];
  if (rows.length === 2) return pair(rows[0], rows[1]);
  if (rows.length !== 4)
    throw new RangeError(`transposeSquare: takes 2 or 4 vectors, was given ${rows.length}`);
  const [low01, high01] = [f.let(interleaveLow(rows[0], rows[1])), f.let(interleaveHigh(rows[0], rows[1]))];
  const [low23, high23] = [f.let(interleaveLow(rows[2], rows[3])), f.let(interleaveHigh(rows[2], rows[3]))];
  return [...pair(low01, low23), ...pair(high01, high23)];
}
