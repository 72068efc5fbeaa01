import { describe, expect, it } from "vitest";
import { DecimalReader } from "./decimal.ts";

const reader = new DecimalReader();

/** What the reader makes of a text: a number, or null where it leaves the decision to others. */
function read(text: string): number | null {
  const bytes = new TextEncoder().encode(`${text}\n`);
  return reader.read(bytes, 0) && reader.end === text.length ? reader.value : null;
}

/** Draws that are the same in each run. */
function* draws(): Generator<number, never> {
  for (let state = 1; ; ) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    yield state / 2 ** 32;
  }
}

describe("a number in decimal notation", () => {
  it("is the double that JavaScript reads, to the bit, for 60,000 of all lengths and exponents", () => {
    const random = draws();
    const next = (): number => random.next().value;
    let undecided = 0;
    for (let index = 0; index < 20_000; index++) {
      const value = (next() + next() * 2 ** -32) * 10 ** Math.floor(next() * 12 - 6);
      const texts = [
        String(index % 2 === 0 ? value : -value),
        value.toExponential(Math.floor(next() * 20)),
        value.toFixed(Math.floor(next() * 25)),
      ];
      for (const text of texts) {
        const found = read(text);
        if (found === null) undecided++;
        else if (!Object.is(found, Number(text))) expect.fail(`${text} is read as ${found}`);
      }
    }
    expect(undecided).toBeLessThan(6000);
  });

  it("that lies halfway between two doubles, or next to it, is not guessed", () => {
    // 2^53 + 1 is halfway; IEEE 754 takes the even one.
    for (const text of [
      "9007199254740993",
      "9007199254740993.0000000000001",
      "9007199254740992.9999999999",
    ]) {
      expect([null, Number(text)]).toContain(read(text));
    }
  });

  it("has a sign, a point and an exponent, or not", () => {
    const texts = [
      "0",
      "-0",
      "+1",
      "007",
      "1.",
      ".5",
      "-.5e1",
      "1E+3",
      "1e-3",
      "0.000000000000000000001",
      "12e22",
    ];
    for (const text of texts) expect(read(text)).toBe(Number(text));
  });

  it("is none without digits, and after a broken exponent", () => {
    for (const text of ["", "-", ".", "+.", "e5", "1e", "1e+", "1.2.3", "0x10", "1_000", "nan"]) {
      expect(read(text)).toBe(null);
    }
  });

  it("beyond the powers of ten that are doubles is left to others", () => {
    for (const text of ["1e23", "1e-23", "1e999", "1e-999999999999", `1${"0".repeat(400)}`]) {
      expect(read(text)).toBe(null);
    }
  });
});
