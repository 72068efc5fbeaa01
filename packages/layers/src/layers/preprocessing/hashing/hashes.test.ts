import { describe, expect, it } from "vitest";
import { bucketOf } from "./buckets.ts";
import { bytesOf, fingerprint64 } from "./fingerprint64.ts";
import { sipHash } from "./sip-hash.ts";

describe("fingerprint64", () => {
  // TensorFlow's tests of Fingerprint64, and the examples of BigQuery's FARM_FINGERPRINT (which are signed).
  it.each([
    ["Hello", 15404698994557526151n],
    ["World", 18308117990299812472n],
    ["1footrue", BigInt.asUintN(64, -1541654101129638711n)],
    ["2applefalse", 2794438866806483259n],
    ["3true", BigInt.asUintN(64, -4880158226897771312n)],
  ])("of %j is FarmHash's", (text, expected) => {
    expect(fingerprint64(bytesOf(text))).toBe(expected);
  });

  it("differs for texts that differ in one letter, of any length", () => {
    const texts = Array.from({ length: 200 }, (_, length) => "a".repeat(length));
    const changed = texts.slice(1).map((text) => `${text.slice(0, -1)}b`);
    const all = [...texts, ...changed].map((text) => fingerprint64(bytesOf(text)));
    expect(new Set(all).size).toBe(all.length);
    expect(all.every((hash) => hash >= 0n && hash < 1n << 64n)).toBe(true);
  });
});

describe("sipHash", () => {
  // The vectors of the authors' reference implementation: the key is 00 01 … 0f, the input 00 01 … of a length.
  it.each([
    [0, 0x726fdb47dd0e0e31n],
    [1, 0x74f839c593dc67fdn],
    [8, 0x93f5f5799a932462n],
    [15, 0xa129ca6149be45e5n],
  ])("of %i bytes is SipHash-2-4", (length, expected) => {
    const bytes = new DataView(Uint8Array.from({ length }, (_, index) => index).buffer);
    expect(sipHash(bytes, [0x0706050403020100n, 0x0f0e0d0c0b0a0908n])).toBe(expected);
  });
});

describe("bucketOf", () => {
  it("hashes whole numbers as they are written in decimals", () => {
    for (const number of [0, -7, 4000])
      expect(bucketOf(number, 10, null)).toBe(bucketOf(String(number), 10, null));
  });
});
