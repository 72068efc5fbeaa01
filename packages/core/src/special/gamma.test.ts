import { describe, expect, it } from "vitest";
import { digamma, lgamma } from "./gamma.ts";

/** The values are mpmath's (1.2.1, 40 digits, rounded to float64). */
const lgammaValues: readonly (readonly [number, number])[] = [
  [1e-300, 690.7755278982137],
  [1e-10, 23.025850929882736],
  [0.1, 2.252712651734206],
  [0.5, 0.5723649429247001],
  [0.9, 0.06637623973474295],
  [0.99, 0.005854806764709781],
  [1.1, -0.049872441259839764],
  [1.2, -0.08537409000331583],
  [1.46, -0.12148500100400743],
  [1.75, -0.08440112102048555],
  [1.99, -0.004195529088791668],
  [2.01, 0.004260022907098346],
  [2.5, 0.2846828704729192],
  [3.5, 1.2009736023470743],
  [4.7, 2.7364051463155667],
  [7.9, 8.32426586800881],
  [8.0, 8.525161361065415],
  [12.3, 18.238983407092245],
  [100.0, 359.1342053695754],
  [10000000000.0, 220258509288.81058],
  [1e300, 6.897755278982137e302],
  [-0.5, 1.2655121234846454],
  [-1.5, 0.860047015376481],
  [-2.1, 1.5317138081950856],
  [-3.3, -0.8243558050174264],
  [-10.5, -15.147270590717842],
  [-100.25, -363.4009232278215],
];

const digammaValues: readonly (readonly [number, number])[] = [
  [1e-300, -9.999999999999999e299],
  [1e-5, -100000.57719921567],
  [0.1, -10.423754940411076],
  [0.5, -1.9635100260214235],
  [0.99, -0.5937863040555952],
  [1.0, -0.5772156649015329],
  [1.46, -0.0015805619870834522],
  [1.4616321449683622, -9.241265521729427e-17],
  [1.5, 0.03648997397857652],
  [2.0, 0.42278433509846713],
  [3.7, 1.1671535393615113],
  [9.9, 2.2411803166063815],
  [10.0, 2.251752589066721],
  [25.0, 3.198742512851974],
  [10000000000.0, 23.025850929890456],
  [-0.5, 0.03648997397857652],
  [-1.3, 2.8825405488661673],
  [-2.9, -8.441500453619376],
  [-10.25, 5.516858419886273],
  [-1e-30, 9.999999999999999e29],
];

const precision = 2e-15;
const infinity = Number.POSITIVE_INFINITY;

describe.each([
  ["lgamma", lgamma, lgammaValues],
  ["digamma", digamma, digammaValues],
] as const)("%s", (_name, compute, values) => {
  it.each(values)("of %d is %d", (x, expected) => {
    expect(Math.abs(compute(x) / expected - 1)).toBeLessThan(precision);
  });

  it("of NaN is NaN", () => {
    expect(compute(Number.NaN)).toBeNaN();
  });
});

describe("poles and limits, as in SciPy", () => {
  it("lgamma is +∞ at 0, −1, −2…, and 0 at 1 and 2", () => {
    expect([0, -0, -1, -2, infinity].map(lgamma)).toEqual([infinity, infinity, infinity, infinity, infinity]);
    expect([lgamma(1), lgamma(2)]).toEqual([0, 0]);
  });

  it("lgamma is +∞ at −∞, as in C", () => {
    expect(lgamma(-infinity)).toBe(infinity);
  });

  it("digamma has the sign of −x at ±0, and no value at the negative integers", () => {
    expect([digamma(0), digamma(-0), digamma(infinity)]).toEqual([-infinity, infinity, infinity]);
    expect([digamma(-1), digamma(-7), digamma(-infinity)]).toEqual([Number.NaN, Number.NaN, Number.NaN]);
  });
});
