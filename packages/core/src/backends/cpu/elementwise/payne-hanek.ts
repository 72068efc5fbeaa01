import type { F64, I32, I64, V128 } from "../assembler/expression.ts";
import type { FunctionBuilder, Local } from "../assembler/function.ts";
import { f64, f64x2, i8x16, i32, i64, i64x2, select, v128 } from "../assembler/instructions.ts";
import { type DoubleDouble, multiply } from "./double-double.ts";
import type { FloatLanes } from "./float-lanes.ts";
import { swapHalves, upperThenLowerHalf } from "./shuffles.ts";
import { twice } from "./through-float64.ts";

/**
 * The reduction of huge arguments: x = q·π/2 + r with |r| ≤ π/4, from as many bits of 2/π as the exponent of x
 * asks for. Source: M. Payne and R. Hanek, Radian reduction for trigonometric functions, 1983. It runs lane by
 * lane, in integers, and only where a lane is huge.
 */

/** 40 zero bits, then the first 1240 bits of 2/π, in hexadecimal. */
const twoOverPi =
  "0000000000a2f9836e4e441529fc2757d1f534ddc0db6295993c439041fe5163abdebbc561b7246e" +
  "3a424dd2e006492eea09d1921cfe1deb1cb129a73ee88235f52ebb4484e99c7026b45f7e413991d6" +
  "39835339f49c845f8bbdf9283b1ff897ffde05980fef2f118b5a0a6d1f6d367ecf27cb09b74f463f" +
  "669e5fea2d7527bac7ebe5f17b3d0739f78a5292ea6bfb5fb11f8d5d0856033046fc7b6babf0cfbc";

/** The biased exponent of the x whose first bit of weight is the table's first. */
const tableOrigin = 1037;

/** The bytes of a big-endian 64-bit word, in the order of a lane. */
const bigEndianWords = [7, 6, 5, 4, 3, 2, 1, 0, 15, 14, 13, 12, 11, 10, 9, 8];

const low32 = 0xffffffffn;

function tableChunks(): Uint8Array[] {
  const digits = twoOverPi.match(/../g) ?? [];
  const bytes = Uint8Array.from(digits, (pair) => Number.parseInt(pair, 16));
  return Array.from({ length: bytes.length / 16 }, (_, chunk) => bytes.slice(chunk * 16, chunk * 16 + 16));
}

/** The table's 192 bits from byte `position` on, as three words, the most significant first. */
function tableWindow(f: FunctionBuilder, table: readonly V128[], position: Local<"i32">): I64[] {
  const chunkAt = (index: I32): Local<"v128"> => {
    const wanted = f.let(index);
    const chunk = f.let(table[0]);
    for (let k = 1; k < table.length; k++) {
      f.set(chunk, select(i32.eq(wanted, i32.constant(k)), table[k], chunk));
    }
    return chunk;
  };
  const index = f.let(i32.shr_u(position, i32.constant(4)));
  const chunks = [0, 1, 2].map((ahead) => chunkAt(i32.add(index, i32.constant(ahead))));
  const offset = i8x16.splat(i32.and(position, i32.constant(15)));
  const inFirst = f.let(i8x16.add(v128.constant(Uint8Array.from(bigEndianWords)), offset));
  const inNext = f.let(i8x16.sub(inFirst, i8x16.splat(i32.constant(16))));
  const across = (first: V128, next: V128): Local<"v128"> =>
    f.let(v128.or(i8x16.swizzle(first, inFirst), i8x16.swizzle(next, inNext)));
  const upper = across(chunks[0], chunks[1]);
  const lower = across(chunks[1], chunks[2]);
  return [i64x2.extract_lane(upper, 0), i64x2.extract_lane(upper, 1), i64x2.extract_lane(lower, 0)];
}

function lowHalf(word: I64): I64 {
  return i64.and(word, i64.constant(low32));
}

function highHalf(word: I64): I64 {
  return i64.shr_u(word, i64.constant(32n));
}

/** (words · multiplier) mod 2^192, by limbs of 32 bits; three words, the most significant first. */
function multiplyWords(f: FunctionBuilder, words: readonly I64[], multiplier: Local<"i64">): Local<"i64">[] {
  const limbs = words.toReversed().flatMap((word) => [f.let(lowHalf(word)), f.let(highHalf(word))]);
  let row: Local<"i64">[] = [];
  const addRow = (factor: Local<"i64">, previous: readonly I64[]): Local<"i64">[] => {
    const carry = f.let(i64.constant(0n));
    return previous.map((addend, position) => {
      const sum = f.let(i64.add(i64.add(i64.mul(limbs[position], factor), addend), carry));
      f.set(carry, highHalf(sum));
      return f.let(lowHalf(sum));
    });
  };
  row = addRow(
    f.let(lowHalf(multiplier)),
    limbs.map(() => i64.constant(0n)),
  );
  const shifted = addRow(f.let(highHalf(multiplier)), row.slice(1));
  row = [row[0], ...shifted];
  return [4, 2, 0].map((low) => f.let(i64.or(i64.shl(row[low + 1], i64.constant(32n)), row[low])));
}

/** The fraction 0.words as a sum of two floats; its leading bits may be zero. */
function fractionOf(f: FunctionBuilder, words: readonly I64[]): { high: F64; low: F64 } {
  const parts = words.flatMap((word) => [highHalf(word), lowHalf(word)]);
  let high: Local<"f64"> | undefined;
  let low: Local<"f64"> | undefined;
  parts.forEach((part, position) => {
    const scale = f64.constant(2 ** (-32 * (position + 1)));
    const value = f.let(f64.mul(f64.convert_i32_u(i32.wrap_i64(part)), scale));
    if (!high) {
      high = value;
      return;
    }
    const sum = f.let(f64.add(high, value));
    const lost = f64.sub(value, f64.sub(sum, high));
    low = f.let(low ? f64.add(low, lost) : lost);
    high = sum;
  });
  return { high: high ?? f64.constant(0), low: low ?? f64.constant(0) };
}

interface LaneReduction {
  readonly quadrant: I64;
  readonly high: F64;
  readonly low: F64;
}

/** One lane: q mod 4 and r·2/π, both for a positive x given as its bits. */
function reduceLane(f: FunctionBuilder, table: readonly V128[], pattern: I64): LaneReduction {
  const bits = f.let(pattern);
  const biasedExponent = i32.wrap_i64(i64.shr_u(bits, i64.constant(52n)));
  const firstBit = f.let(i32.sub(biasedExponent, i32.constant(tableOrigin)));
  const significand = i64.or(i64.and(bits, i64.constant((1n << 52n) - 1n)), i64.constant(1n << 52n));
  const bitInByte = i64.extend_i32_u(i32.and(firstBit, i32.constant(7)));
  const multiplier = f.let(i64.shl(significand, bitInByte));
  const words = tableWindow(f, table, f.let(i32.shr_s(firstBit, i32.constant(3))));
  // The product's upper two bits are q mod 4, before rounding; what is above them is a multiple of 2π.
  const [top, middle, bottom] = multiplyWords(f, words, multiplier);
  const roundUp = i64.and(i64.shr_u(top, i64.constant(61n)), i64.constant(1n));
  const quadrant = f.let(i64.add(i64.shr_u(top, i64.constant(62n)), roundUp));
  // The rest, as a two's complement fraction of π/2; its magnitude is off by at most one unit of 2^−192.
  const shiftedTop = f.let(drop2(top, middle));
  const negative = f.let(i64.shr_s(shiftedTop, i64.constant(63n)));
  const magnitude = [shiftedTop, drop2(middle, bottom), i64.shl(bottom, i64.constant(2n))].map((word) =>
    f.let(i64.xor(word, negative)),
  );
  const { high, low } = fractionOf(f, magnitude);
  const sign = f.let(f64.convert_i32_s(i32.or(i32.wrap_i64(negative), i32.constant(1))));
  return { quadrant, high: f64.mul(high, sign), low: f64.mul(low, sign) };
}

/** The 64 bits of `word` and `next` after the first two. */
function drop2(word: I64, next: I64): I64 {
  return i64.or(i64.shl(word, i64.constant(2n)), i64.shr_u(next, i64.constant(62n)));
}

/** q mod 4 as an integer in each lane, and r; for lanes ≥ 2^20. Infinite and NaN lanes give r = NaN. */
export function reduceHuge(lanes: FloatLanes, magnitude: V128): { quadrant: V128; r: DoubleDouble } {
  const { f } = lanes.context;
  const table = tableChunks().map((chunk) => f.let(v128.constant(chunk)));
  const remaining = f.let(magnitude);
  const quadrant = f.local("v128");
  const high = f.local("v128");
  const low = f.local("v128");
  twice(lanes, () => {
    const lane = reduceLane(f, table, i64x2.extract_lane(remaining, 0));
    f.set(quadrant, upperThenLowerHalf(quadrant, i64x2.splat(lane.quadrant)));
    f.set(high, upperThenLowerHalf(high, f64x2.splat(lane.high)));
    f.set(low, upperThenLowerHalf(low, f64x2.splat(lane.low)));
    f.set(remaining, swapHalves(remaining));
  });
  const halfPi = { high: lanes.constant(Math.PI / 2), low: lanes.constant(6.123233995736766e-17) };
  const product = multiply(lanes, { high, low }, halfPi);
  const nanIfInfinite = lanes.sub(magnitude, magnitude);
  return { quadrant, r: { high: lanes.add(product.high, nanIfInfinite), low: product.low } };
}
