import { philoxConstants } from "../../../random/philox.ts";
import type { V128 } from "../assembler/expression.ts";
import type { FunctionBuilder, Local } from "../assembler/function.ts";
import { i8x16, i32, i32x4, i64, i64x2, v128 } from "../assembler/instructions.ts";
import type { ModuleBuilder } from "../assembler/module.ts";
import { transposeSquare } from "../assembler/transpose.ts";

/**
 * Adds the function `random_bits`, which writes the words [begin, end) of a Philox 4x32-10 stream, word i to
 * output + 4·i. Ranges may be written in any order and by several threads: each word depends on its place alone.
 *
 * Parameters, all i32: state (address of the words key0, key1, counter low, counter high), output (address),
 * begin (a multiple of 4), end. Word i is word i mod 4 of the block of counter + ⌊i / 4⌋, modulo 2⁶⁴.
 */
export function addRandomBits(module: ModuleBuilder): FunctionBuilder {
  const f = module.function("random_bits", { parameters: ["i32", "i32", "i32", "i32"] });
  const state = f.parameter(0, "i32");
  const output = f.parameter(1, "i32");
  const begin = f.parameter(2, "i32");
  const end = f.parameter(3, "i32");
  const key0 = f.let(i32x4.splat(i32.load(state)));
  const key1 = f.let(i32x4.splat(i32.load(state, 4)));
  const firstBlock = i64.extend_i32_u(i32.shr_u(begin, i32.constant(2)));
  const counter = f.let(i64.add(i64.load(state, 8), firstBlock));
  const address = f.let(i32.add(output, i32.shl(begin, i32.constant(2))));
  const rest = f.let(i32.sub(end, begin));

  f.if(i32.gt_s(rest, i32.constant(0)), () => {
    f.loop((again) => {
      const blocks = transposeSquare(f, fourBlocks(f, counter, key0, key1));
      f.if(
        i32.ge_s(rest, i32.constant(16)),
        () => blocks.forEach((block, index) => void f.run(v128.store(address, block, index * 16))),
        () => storePart(f, address, blocks, rest),
      );
      f.set(counter, i64.add(counter, i64.constant(4n)));
      f.set(address, i32.add(address, i32.constant(64)));
      f.set(rest, i32.sub(rest, i32.constant(16)));
      f.branchIf(again, i32.gt_s(rest, i32.constant(0)));
    });
  });
  return f;
}

const evenWords = [0, 1, 2, 3, 8, 9, 10, 11, 16, 17, 18, 19, 24, 25, 26, 27];
const oddWords = [4, 5, 6, 7, 12, 13, 14, 15, 20, 21, 22, 23, 28, 29, 30, 31];

/** The blocks of counter, counter + 1, + 2 and + 3: vector w holds word w of each. */
function fourBlocks(f: FunctionBuilder, counter: Local<"i64">, key0: V128, key1: V128): Local<"v128">[] {
  const { rounds, multipliers, keyIncrements } = philoxConstants;
  const steps = i32x4.constant([0, 1, 2, 3]);
  const low = f.let(i32x4.add(i32x4.splat(i32.wrap_i64(counter)), steps));
  // A lane that wrapped around is below what was added to it; the comparison's "true" is −1.
  const carried = i32x4.lt_u(low, steps);
  const high = i32x4.splat(i32.wrap_i64(i64.shr_u(counter, i64.constant(32n))));
  const words = [low, f.let(i32x4.sub(high, carried)), f.local("v128"), f.local("v128")];
  for (const upper of words.slice(2)) f.set(upper, i32x4.constant([0, 0, 0, 0]));
  const keys = [f.let(key0), f.let(key1)];
  const multiply = (word: V128, multiplier: number): { low: V128; high: V128 } => {
    const factor = i32x4.constant([multiplier, multiplier, multiplier, multiplier]);
    const first = f.let(i64x2.extmul_low_i32x4_u(word, factor));
    const second = f.let(i64x2.extmul_high_i32x4_u(word, factor));
    return { low: i8x16.shuffle(first, second, evenWords), high: i8x16.shuffle(first, second, oddWords) };
  };
  for (let round = 0; round < rounds; round++) {
    const product0 = multiply(words[0], multipliers[0]);
    const product1 = multiply(words[2], multipliers[1]);
    f.set(words[0], v128.xor(v128.xor(product1.high, words[1]), keys[0]));
    f.set(words[1], product1.low);
    f.set(words[2], v128.xor(v128.xor(product0.high, words[3]), keys[1]));
    f.set(words[3], product0.low);
    if (round + 1 === rounds) break;
    keys.forEach((key, index) => {
      const increment = keyIncrements[index];
      f.set(key, i32x4.add(key, i32x4.constant([increment, increment, increment, increment])));
    });
  }
  return words;
}

/** Stores the first 1 to 15 words. */
function storePart(
  f: FunctionBuilder,
  address: Local<"i32">,
  blocks: readonly Local<"v128">[],
  rest: Local<"i32">,
): void {
  blocks.forEach((block, index) => {
    const store = (lane: number): void => {
      const word = index * 4 + lane;
      f.if(i32.gt_s(rest, i32.constant(word)), () =>
        f.run(v128.store32_lane(address, block, lane, word * 4)),
      );
    };
    f.if(
      i32.ge_s(rest, i32.constant(index * 4 + 4)),
      () => f.run(v128.store(address, block, index * 16)),
      () => [0, 1, 2].forEach(store),
    );
  });
}
