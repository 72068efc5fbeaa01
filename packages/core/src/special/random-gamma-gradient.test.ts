import { describe, expect, it } from "vitest";
import { randomGammaGradient } from "./random-gamma-gradient.ts";

/** α, a draw, and dx/dα by mpmath (1.2.1, 40 digits), from the incomplete gamma function's integral. */
const values: readonly (readonly [number, number, number])[] = [
  [0.001, 1e-200, 4.599414466669988e-195],
  [0.05, 1e-9, 4.045084173163175e-7],
  [0.3, 0.7, 2.338650104806125],
  [0.3, 12.5, 5.796463030036303],
  [1.0, 0.01, 0.05055692236986734],
  [1.0, 1.9999, 1.6316553287946365],
  [1.0, 2.0001, 1.6317275945180514],
  [2.1, 2.05, 1.0689908841818752],
  [2.5, 9.0, 1.891711800090848],
  [9.99, 4.0, 0.6211735045740743],
  [10.0, 15.0, 1.236787473442169],
  [40.0, 31.0, 0.881620235559097],
  [1234.5, 1300.0, 1.0262103595126606],
  [1000000.0, 999000.0, 0.9994999998332667],
];

/** α, and two quantiles of SciPy (1.10.1), gammaincinv(α ± 10⁻⁴, p), with the one between them. */
const quantiles: readonly (readonly [number, number, number, number])[] = [
  [0.5, 0.03206949621777838, 0.03211526650094456, 0.0320923773336508],
  [0.5, 3.3171468035686, 3.3177497697575777, 3.3174483005106072],
  [3.0, 2.673960586895916, 2.6741600405711434, 2.674060313723559],
  [8.0, 3.9807522305011735, 3.980893342065401, 3.9808227861892758],
  [70.0, 80.91338775806297, 80.91360310828017, 80.91349543317432],
];

describe("randomGammaGradient", () => {
  it.each(values)("of α = %d at %d is %d", (alpha, sample, expected) => {
    expect(Math.abs(randomGammaGradient(alpha, sample) / expected - 1)).toBeLessThan(2e-12);
  });

  it.each(quantiles)("of α = %d is the slope of a quantile between %d and %d", (alpha, below, above, at) => {
    expect(randomGammaGradient(alpha, at) / ((above - below) / 2e-4)).toBeCloseTo(1, 6);
  });

  it("is 1 of a large mean, 0 at 0, and NaN outside of the distribution", () => {
    expect(randomGammaGradient(1e15, 1e15)).toBeCloseTo(1, 6);
    expect(randomGammaGradient(2, 0)).toBe(0);
    expect(randomGammaGradient(1e20, 3)).toBeGreaterThan(0);
    const outside = [
      [0, 1],
      [-1, 1],
      [1, -1],
      [Number.NaN, 1],
      [1, Number.NaN],
    ];
    for (const [alpha, sample] of outside) expect(randomGammaGradient(alpha, sample)).toBeNaN();
  });
});
