import { describe, expect, it } from "vitest";
import { floorDivide, floorMod, roundHalfToEven } from "./rounding.ts";

const infinity = Number.POSITIVE_INFINITY;
const notANumber = Number.NaN;

describe("roundHalfToEven", () => {
  it.each([
    [0.5, 0],
    [1.5, 2],
    [2.5, 2],
    [-0.5, -0],
    [-1.5, -2],
    [-2.5, -2],
    [0.49999999999999994, 0],
    [2.4, 2],
    [2.6, 3],
    [-0.3, -0],
    [-0, -0],
    [2 ** 52 + 1, 2 ** 52 + 1],
    [infinity, infinity],
    [-infinity, -infinity],
    [notANumber, notANumber],
  ])("of %d is %d, as NumPy's rint", (x, expected) => {
    expect(roundHalfToEven(x)).toBe(expected);
  });
});

/** x, y, np.mod(x, y), np.floor_divide(x, y) of NumPy 1.24. */
const divisions = [
  [7, 3, 1, 2],
  [-7, 3, 2, -3],
  [7, -3, -2, -3],
  [-7, -3, -1, 2],
  [6, -3, -0, -2],
  [0, 5, 0, 0],
  [-0, 5, 0, -0],
  [0, -5, -0, -0],
  [1, infinity, 1, 0],
  [-1, infinity, infinity, -1],
  [1, -infinity, -infinity, -1],
  [1, 0.1, 0.09999999999999995, 9],
  [5, 0, notANumber, infinity],
  [-5, 0, notANumber, -infinity],
  [0, 0, notANumber, notANumber],
  [infinity, 2, notANumber, notANumber],
  [notANumber, 2, notANumber, notANumber],
] as const;

describe.each(divisions)("%d divided by %d", (x, y, remainder, quotient) => {
  it(`leaves ${remainder}`, () => {
    expect(floorMod(x, y)).toBe(remainder);
  });

  it(`is ${quotient}, rounded down`, () => {
    expect(floorDivide(x, y)).toBe(quotient);
  });
});
