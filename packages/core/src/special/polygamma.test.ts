import { describe, expect, it } from "vitest";
import { digamma } from "./gamma.ts";
import { polygamma } from "./polygamma.ts";

/** The values are mpmath's (1.2.1, 40 digits, rounded to float64). */
/** Order, argument, value. */
const polygammaValues: readonly (readonly [number, number, number])[] = [
  [1, 1e-150, 1e300],
  [1, 1e-5, 10000000001.644909],
  [1, 0.1, 101.43329915079275],
  [1, 0.5, 4.934802200544679],
  [1, 1.0, 1.6449340668482264],
  [1, 1.5, 0.9348022005446793],
  [1, 2.0, 0.6449340668482264],
  [1, 5.5, 0.19934238698962767],
  [1, 10.0, 0.10516633568168575],
  [1, 30.0, 0.033895060357739946],
  [1, 10000000000.0, 1.00000000005e-10],
  [1, -0.5, 8.934802200544679],
  [1, -1.3, 14.53687624413708],
  [1, -10.25, 19.646252424622652],
  [2, 0.1, -2001.8614573783436],
  [2, 1, -2.4041138063191885],
  [2, 2.5, -0.2362040516417274],
  [2, 12, -0.007547205368998912],
  [2, 40, -0.0006408202718352986],
  [2, -0.4, 21.287168462856535],
  [2, -2.75, -124.11765305971518],
  [3, 0.1, 60004.51287679026],
  [3, 1, 6.493939402266829],
  [3, 2.5, 0.22390584881725206],
  [3, 12, 0.001310093231070826],
  [3, 40, 3.24414001515635e-5],
  [3, -0.4, 281.78204104534575],
  [3, -2.75, 1558.4897512832936],
  [5, 0.1, 120000069.30751093],
  [5, 1, 122.0811674381339],
  [5, 2.5, 0.5785691785671835],
  [5, 12, 0.00011820829051081491],
  [5, 40, 2.4938943509996704e-7],
  [5, -0.4, 31876.50690776846],
  [5, -2.75, 492231.2077521004],
  [9, 0.1, 3628800000140126.0],
  [9, 1, 363240.91142238263],
  [9, 2.5, 39.49072156988489],
  [9, 12, 1.1145599233175027e-5],
  [9, 40, 1.7183204966049744e-10],
  [9, -0.4, 3520710403.9693604],
  [9, -2.75, 380513743241.60614],
];

const precision = 2e-15;
const infinity = Number.POSITIVE_INFINITY;

describe("polygamma", () => {
  it.each(polygammaValues)("of order %d at %d is %d", (order, x, expected) => {
    expect(Math.abs(polygamma(order, x) / expected - 1)).toBeLessThan(precision);
  });

  it("of order 0 is digamma", () => {
    expect(polygamma(0, 2.5)).toBe(digamma(2.5));
  });

  it("refuses another order", () => {
    expect(() => polygamma(-1, 2)).toThrow(RangeError);
    expect(() => polygamma(1.5, 2)).toThrow(RangeError);
    expect(() => polygamma(101, 2)).toThrow(
      "polygamma: the order is 101; it must be an integer from 0 to 100",
    );
  });

  it("is, at the poles 0, −1, −2…, +∞ for odd orders and −∞ for even ones, as in SciPy", () => {
    expect([0, -0, -1, infinity].map((x) => polygamma(1, x))).toEqual([infinity, infinity, infinity, 0]);
    expect([0, -1].map((x) => polygamma(2, x))).toEqual([-infinity, -infinity]);
    expect([1, 2].map((order) => polygamma(order, -infinity))).toEqual([Number.NaN, Number.NaN]);
  });

  /** The powers and factorials within are beyond float64; the values are mpmath's. */
  it.each([
    [20, 0.5, -5.10216531273943e24],
    [20, -3.3, 2.325831561706772e29],
    [50, 7.5, -7.172756658718659e19],
    [50, 100000.0, -6.084339474262657e-188],
    [100, 1.5, -1.5303349262176004e140],
    [100, 60.0, -2.9377271655593164e-22],
    [100, -0.4, 1.4519261613315542e198],
    [1, 1e200, 1e-200],
    [2, 1e-90, -2e270],
  ] as const)("of order %d at %d loses no more digits than its powers do", (order, x, expected) => {
    expect(Math.abs(polygamma(order, x) / expected - 1)).toBeLessThan(order * Number.EPSILON);
  });
});
