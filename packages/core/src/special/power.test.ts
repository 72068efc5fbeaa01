import { describe, expect, it } from "vitest";
import { power } from "./power.ts";

const infinity = Number.POSITIVE_INFINITY;

/** mpmath's values (1.2.1, 60 digits, rounded to float64). */
const values = [
  [1.0000001685688586, 3437013104.796548, 4.155650877069669e251],
  [2, 1023.9999, 1.7975685325879886e308],
  [1.1, 100.5, 14453.22815520849],
  [1e-310, 0.5, 9.999999999999986e-156],
  [-3, 5, -243],
  [1e300, -1.05, 1e-315],
  [0.9999999, 1e9, 3.720057571493637e-44],
] as const;

describe("power", () => {
  it.each(values)("of %d and %d is %d", (x, y, expected) => {
    expect(Math.abs(power(x, y) / expected - 1)).toBeLessThan(2.5e-16);
  });

  it("is exact where the result is a float", () => {
    for (let y = 0; y < 30; y++) expect(power(3, y)).toBe(Number(3n ** BigInt(y)));
    for (let y = -1074; y < 1024; y++) expect(Math.log2(power(2, y))).toBe(y);
  });
});

describe("the special cases of power, as in C", () => {
  it.each([
    [Number.NaN, 0, 1],
    [1, Number.NaN, 1],
    [1, infinity, 1],
    [-1, infinity, 1],
    [-1, -infinity, 1],
    [-1, 3, -1],
    [0, -1, infinity],
    [-0, -1, -infinity],
    [-0, -2, infinity],
    [-0, 3, -0],
    [0, 0.5, 0],
    [-infinity, 3, -infinity],
    [-infinity, 0.5, infinity],
    [-infinity, -3, -0],
    [infinity, -1, 0],
    [0.5, infinity, 0],
    [0.5, -infinity, infinity],
    [0.5, -1074, infinity],
    [-2, 0.5, Number.NaN],
    [2, Number.NaN, Number.NaN],
    [Number.NaN, 1, Number.NaN],
  ])("%d to the power %d is %d", (x, y, expected) => {
    expect(power(x, y)).toBe(expected);
  });
});
