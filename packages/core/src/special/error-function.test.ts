import { describe, expect, it } from "vitest";
import { erf, erfc, erfinv } from "./error-function.ts";

/** The values are mpmath's (1.2.1, 40 digits, rounded to float64). */
const erfValues: readonly (readonly [number, number])[] = [
  [1e-300, 1.1283791670955126e-300],
  [1e-8, 1.1283791670955126e-8],
  [0.1, 0.1124629160182849],
  [0.5, 0.5204998778130465],
  [0.84, 0.7651427114549945],
  [0.85, 0.7706680576083526],
  [1.0, 0.8427007929497149],
  [1.2, 0.9103139782296353],
  [1.25, 0.9229001282564583],
  [2.0, 0.9953222650189527],
  [2.857, 0.9999466417399131],
  [3.0, 0.9999779095030014],
  [5.0, 0.9999999999984626],
  [-0.7, -0.6778011938374184],
  [-1.1, -0.8802050695740817],
  [-2.5, -0.999593047982555],
];

const erfcValues: readonly (readonly [number, number])[] = [
  [1e-20, 1.0],
  [0.1, 0.887537083981715],
  [0.25, 0.7236736098317631],
  [0.5, 0.4795001221869535],
  [0.84375, 0.23277433876765838],
  [1.0, 0.15729920705028513],
  [1.25, 0.07709987174354177],
  [2.0, 0.004677734981047266],
  [3.0, 2.209049699858544e-5],
  [5.0, 1.537459794428035e-12],
  [10.0, 2.088487583762545e-45],
  [20.0, 5.395865611607901e-176],
  [26.5, 2.2109076642637343e-307],
  [-0.3, 1.3286267594591274],
  [-1.0, 1.8427007929497148],
  [-3.0, 1.9999779095030015],
];

const erfinvValues: readonly (readonly [number, number])[] = [
  [1e-300, 8.86226925452758e-301],
  [1e-8, 8.86226925452758e-9],
  [0.1, 0.08885599049425769],
  [0.46, 0.43332422154706796],
  [0.5, 0.4769362762044699],
  [0.84, 0.9935356283473041],
  [0.86, 1.0435418436397588],
  [0.9, 1.1630871536766743],
  [0.99, 1.8213863677184494],
  [0.999999, 3.458910737275499],
  [0.9999999999990905, 5.05125408524939],
  [0.9999999999999999, 5.8635847487551676],
  [-0.3, -0.2724627147267543],
  [-0.95, -1.3859038243496777],
];

const precision = 6e-16;

describe.each([
  ["erf", erf, erfValues],
  ["erfc", erfc, erfcValues],
  ["erfinv", erfinv, erfinvValues],
] as const)("%s", (_name, compute, values) => {
  it.each(values)("of %d is %d", (x, expected) => {
    expect(Math.abs(compute(x) / expected - 1)).toBeLessThan(precision);
  });

  it("of NaN is NaN", () => {
    expect(compute(Number.NaN)).toBeNaN();
  });
});

describe("the ends of the error functions, as in SciPy", () => {
  it("keeps signed zeros", () => {
    expect(erf(-0)).toBe(-0);
    expect(erfinv(-0)).toBe(-0);
    expect(erfc(-0)).toBe(1);
  });

  it("has limits at ±∞", () => {
    expect([erf(Number.POSITIVE_INFINITY), erf(Number.NEGATIVE_INFINITY)]).toEqual([1, -1]);
    expect([erfc(Number.POSITIVE_INFINITY), erfc(Number.NEGATIVE_INFINITY)]).toEqual([0, 2]);
  });

  it("inverts only between −1 and 1", () => {
    expect([erfinv(1), erfinv(-1)]).toEqual([Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]);
    expect(erfinv(1.5)).toBeNaN();
  });
});
