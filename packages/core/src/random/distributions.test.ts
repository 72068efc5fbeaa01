import { describe, expect, it } from "vitest";
import "../ops/methods.ts";
import { less } from "../ops/arithmetic.ts";
import { full } from "../ops/creation.ts";
import type { Shape } from "../shape.ts";
import type { Tensor } from "../tensor.ts";
import { normal, truncatedNormal } from "./distributions.ts";
import { beta, gamma } from "./gamma.ts";
import { Generator } from "./generator.ts";

const count = 20_000;
const shape = [count];
const seeded = () => ({ generator: new Generator(3) });

/** The share of the draws below a bound. */
function shareBelow(drawn: Tensor, bound: number): number {
  return less(drawn, bound).cast("float32").mean().item();
}

// SciPy 1.10, scipy.stats: cdf of norm, truncnorm(-2, 2), gamma(2.5), gamma(0.4, scale=0.5) and beta(2, 3.5).
describe("draws are distributed as SciPy says:", () => {
  const around = [-1.5, -0.5, 0, 0.75, 1.8];
  it.each([
    {
      name: "normal",
      drawn: () => normal(shape, seeded()),
      bounds: around,
      shares: [0.0668072013, 0.308537539, 0.5, 0.773372648, 0.964069681],
    },
    {
      name: "truncatedNormal",
      drawn: () => truncatedNormal(shape, seeded()),
      bounds: around,
      shares: [0.0461572357, 0.299410671, 0.5, 0.78640411, 0.986191524],
    },
    {
      name: "gamma, 2.5",
      drawn: () => gamma(shape, 2.5, 1, seeded()),
      bounds: [0.2, 0.8, 1.5, 3, 6],
      shares: [0.00467040676, 0.0987506555, 0.300014164, 0.693781082, 0.965212219],
    },
    {
      name: "gamma, 0.4, with the rate 2",
      drawn: () => gamma(shape, 0.4, 2, seeded()),
      bounds: [0.01, 0.05, 0.2, 0.5, 1],
      shares: [0.234360771, 0.436236405, 0.701441271, 0.880526105, 0.967147195],
    },
    {
      name: "beta, 2 and 3.5",
      drawn: () => beta(shape, 2, 3.5, seeded()),
      bounds: [0.1, 0.25, 0.4, 0.6, 0.8],
      shares: [0.0663533322, 0.314960374, 0.598449087, 0.874520822, 0.986404707],
    },
  ])("$name", ({ drawn, bounds, shares }) => {
    const values = drawn();
    for (const [index, bound] of bounds.entries()) {
      // Four standard deviations of a share of so many draws.
      const allowed = 4 * Math.sqrt((shares[index] * (1 - shares[index])) / count);
      expect(Math.abs(shareBelow(values, bound) - shares[index])).toBeLessThan(allowed);
    }
  });
});

describe("draws of the outermost bits", () => {
  /** Draws the same bits everywhere. */
  class Constant extends Generator {
    private readonly word: number;

    constructor(word: number) {
      super(0);
      this.word = word;
    }

    override bits(wanted: Shape): Tensor {
      return full(wanted, this.word, "int32");
    }
  }

  it.each(["float32", "float64"] as const)(
    "are finite, and as far on one side as on the other, of %s",
    (dtype) => {
      for (const draw of [normal, truncatedNormal]) {
        const [lowest, highest] = [0, -1].map((word) =>
          draw([], { dtype, generator: new Constant(word) }).item(),
        );
        expect(highest).toBeLessThan(dtype === "float32" ? 5.5 : 8);
        expect(highest).toBeGreaterThan(1.99);
        expect(lowest).toBe(-highest);
      }
    },
  );
});
