import { philoxConstants } from "../../../special/philox.ts";
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

  // V8 builds a constant anew wherever it stands, also in a loop: locals keep them.
  const everyLane = (word: number) => f.let(i32x4.splat(i32.constant(word)));
  const factors = philoxConstants.multipliers.map(everyLane);
  const increments = philoxConstants.keyIncrements.map(everyLane);
  const steps = f.let(i32x4.constant([0, 1, 2, 3]));

  f.if(i32.gt_s(rest, i32.constant(0)), () => {
    f.loop((again) => {
      const words = counterWords(f, counter, steps);
      encrypt(f, words, [f.let(key0), f.let(key1)], factors, increments);
      const blocks = transposeSquare(f, words);
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

/** The words of counter, counter + 1, + 2 and + 3: vector w holds word w of each. */
function counterWords(f: FunctionBuilder, counter: Local<"i64">, steps: V128): Local<"v128">[] {
  const low = f.let(i32x4.add(i32x4.splat(i32.wrap_i64(counter)), steps));
  // A lane that wrapped around is below what was added to it; the comparison's "true" is −1.
  const carried = i32x4.lt_u(low, steps);
  const high = i32x4.splat(i32.wrap_i64(i64.shr_u(counter, i64.constant(32n))));
  const zero = i32x4.constant([0, 0, 0, 0]);
  return [low, f.let(i32x4.sub(high, carried)), f.let(zero), f.let(zero)];
}

/** Replaces four counters by their random blocks: the rounds of Philox, as in `philox`. */
function encrypt(
  f: FunctionBuilder,
  words: readonly Local<"v128">[],
  keys: readonly Local<"v128">[],
  factors: readonly V128[],
  increments: readonly V128[],
): void {
  const multiply = (word: V128, factor: V128): { low: V128; high: V128 } => {
    const first = f.let(i64x2.extmul_low_i32x4_u(word, factor));
    const second = f.let(i64x2.extmul_high_i32x4_u(word, factor));
    return { low: i8x16.shuffle(first, second, evenWords), high: i8x16.shuffle(first, second, oddWords) };
  };
  const [word0, word1, word2, word3] = words;
  for (let round = 0; round < philoxConstants.rounds; round++) {
    if (round > 0) {
      keys.forEach((key, index) => {
        f.set(key, i32x4.add(key, increments[index]));
      });
    }
    const product0 = multiply(word0, factors[0]);
    const product1 = multiply(word2, factors[1]);
    f.set(word0, v128.xor(v128.xor(product1.high, word1), keys[0]));
    f.set(word1, product1.low);
    f.set(word2, v128.xor(v128.xor(product0.high, word3), keys[1]));
    f.set(word3, product0.low);
  }
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
