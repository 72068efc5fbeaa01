import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { philox, philoxWords } from "./philox.ts";

const word = fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 });

describe("Philox 4x32-10", () => {
  // Random123, tests/kat_vectors, "philox4x32 10".
  it.each([
    {
      counter: [0, 0, 0, 0],
      key: [0, 0],
      block: [0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8],
    },
    {
      counter: [0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff],
      key: [0xffffffff, 0xffffffff],
      block: [0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd],
    },
    {
      counter: [0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344],
      key: [0xa4093822, 0x299f31d0],
      block: [0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1],
    },
  ] as const)("gives the published block for the key $key", ({ counter, key, block }) => {
    expect(philox(key, counter).map((value) => value >>> 0)).toEqual(block);
  });

  it("gives the same words whether a stream is drawn at once or continued from a later counter", () => {
    fc.assert(
      fc.property(word, word, word, word, fc.nat(40), (key0, key1, low, high, skipped) => {
        const whole = philoxWords([key0, key1], low, high, 4 * skipped + 9);
        const start = BigInt.asUintN(32, BigInt(low)) + (BigInt.asUintN(32, BigInt(high)) << 32n);
        const later = start + BigInt(skipped);
        const laterLow = Number(BigInt.asIntN(32, later));
        const laterHigh = Number(BigInt.asIntN(32, later >> 32n));
        expect(whole.slice(4 * skipped)).toEqual(philoxWords([key0, key1], laterLow, laterHigh, 9));
      }),
    );
  });
});
