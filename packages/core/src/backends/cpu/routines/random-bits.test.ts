import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { philoxWords } from "../../../special/philox.ts";
import { ModuleBuilder } from "../assembler/module.ts";
import { addRandomBits } from "./random-bits.ts";

function instantiate() {
  const module = new ModuleBuilder({ initial: 1, maximum: 1, shared: false });
  addRandomBits(module);
  const memory = new WebAssembly.Memory({ initial: 1, maximum: 1 });
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(module.encode()), { env: { memory } });
  const randomBits = exports.random_bits;
  if (typeof randomBits !== "function") throw new Error("random_bits is not exported");
  const call = (...values: number[]): void => randomBits(...values);
  return { call, words: new Int32Array(memory.buffer) };
}

const { call, words } = instantiate();
const [stateWord, outputWord, sentinel] = [4, 64, 0x5eed];

/** The words around and in [begin, end) that the function writes, as an array from word 0 to `length`. */
function generate(
  key: readonly [number, number],
  low: number,
  high: number,
  begin: number,
  end: number,
  length: number,
) {
  words.set([...key, low, high], stateWord);
  words.fill(sentinel, outputWord, outputWord + length);
  call(stateWord * 4, outputWord * 4, begin, end);
  return words.slice(outputWord, outputWord + length);
}

const word = fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 });

describe("random bits in WebAssembly", () => {
  it("are the reference's, for every length of the tail", () => {
    for (let count = 0; count <= 70; count++) {
      const expected = new Int32Array(80).fill(sentinel);
      expected.set(philoxWords([1, 2], 3, 4, count));
      expect(generate([1, 2], 3, 4, 0, count, 80)).toEqual(expected);
    }
  });

  it("do not depend on how a range is cut between threads", () => {
    const range = fc.tuple(fc.nat(50), fc.nat(90));
    fc.assert(
      fc.property(word, word, word, word, range, (key0, key1, low, high, [firstBlock, count]) => {
        const begin = 4 * firstBlock;
        const expected = new Int32Array(300).fill(sentinel);
        const stream = philoxWords([key0, key1], low, high, begin + count);
        expected.set(stream.subarray(begin), begin);
        expect(generate([key0, key1], low, high, begin, begin + count, 300)).toEqual(expected);
      }),
    );
  });

  it.each([
    { low: -3, high: 7 },
    { low: -1, high: -1 },
  ])("carry into the counter's high word (counter low $low, high $high)", ({ low, high }) => {
    expect(generate([5, 6], low, high, 0, 64, 64)).toEqual(philoxWords([5, 6], low, high, 64));
  });
});
