import { describe, expect, it } from "vitest";
import "../ops/methods.ts";
import { gradients } from "../autodiff/gradients.ts";
import { jit } from "../jit.ts";
import { less } from "../ops/arithmetic.ts";
import { full } from "../ops/creation.ts";
import type { Shape } from "../shape.ts";
import { type Tensor, tensor } from "../tensor.ts";
import { onBackend } from "../testing/backends.ts";
import { normal, truncatedNormal, uniform } from "./distributions.ts";
import { beta, gamma } from "./gamma.ts";
import { Generator } from "./generator.ts";
import { setSeed, shuffledIndices } from "./seed.ts";

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
        const [lowest, highest] = [-(2 ** 31), 2 ** 31 - 1].map((word) =>
          draw([], { dtype, generator: new Constant(word) }).item(),
        );
        expect(highest).toBeLessThan(8.3);
        expect(highest).toBeGreaterThan(draw === normal ? 8.2 : 1.99);
        expect(lowest).toBe(-highest);
      }
    },
  );
});

describe.each(["cpu", "reference"] as const)("uniform on %s", (backend) => {
  it.each([
    ["float32", 10, 11],
    ["float32", 1e6, 1e6 + 1],
    ["float32", -1e6 - 1, -1e6],
    ["float32", -3e38, 3e38],
    ["float32", 0.1, 0.3],
    ["float32", 0, 0.1],
    ["float64", 10, 11],
    ["float64", 1e15, 1e15 + 1],
    ["float64", -1.7e308, 1.7e308],
    ["float16", 10, 11],
    ["float16", -60_000, 60_000],
    ["bfloat16", -11, -10],
  ] as const)("of %s from %d is always below %d, and not below the first", (dtype, minimum, maximum) => {
    onBackend(backend, () => {
      const bounds = [minimum, maximum].map((bound) => tensor(bound, [], dtype));
      const [lowest, highest] = bounds.map((bound) => bound.item());
      const draws = [
        { minimum, maximum },
        { minimum: bounds[0], maximum: bounds[1] },
      ].map((given) => () => uniform([4000], { ...given, dtype, ...seeded() }));
      for (const draw of [...draws, jit(draws[0])]) {
        const values = draw().dataSync();
        expect(Math.min(...values)).toBeGreaterThanOrEqual(lowest);
        expect(Math.max(...values)).toBeLessThan(highest);
        const places = [...values].map((value) => (value / 2 - lowest / 2) / (highest / 2 - lowest / 2));
        const mean = places.reduce((sum, place) => sum + place) / places.length;
        // Four standard deviations, and half of the distance between neighbouring numbers.
        const isCoarse =
          dtype === "bfloat16" || Math.max(maximum, -minimum) / (maximum / 2 - minimum / 2) > 1e5;
        expect(Math.abs(mean - 0.5)).toBeLessThan(isCoarse ? 0.085 : 0.025);
      }
    });
  });

  it("meets all numbers between its bounds equally often", () => {
    onBackend(backend, () => {
      const values = uniform([16_000], { minimum: 1e6, maximum: 1e6 + 1, ...seeded() }).dataSync();
      const counts = Array.from({ length: 16 }, () => 0);
      for (const value of values) counts[(value - 1e6) * 16]++;
      // Mean 1000, standard deviation 31.
      for (const found of counts) expect(Math.abs(found - 1000)).toBeLessThan(125);
    });
  });
});

it.each([
  [
    { minimum: 2, maximum: 1 },
    "uniform: the bounds are 2 and 1; they must be finite, and the first not above",
  ],
  [{ maximum: Number.POSITIVE_INFINITY }, "uniform: the bounds are 0 and Infinity; they must be finite"],
  [
    { minimum: tensor(0), maximum: Number.NEGATIVE_INFINITY },
    "uniform: a bound is -Infinity; it must be finite",
  ],
])("uniform refuses bounds between which there is nothing to draw: %j", (bounds, message) => {
  expect(() => uniform([2], bounds)).toThrow(message);
});

describe("beta and gamma of small parameters", () => {
  const draw = (a: Tensor, b: Tensor): Tensor => beta([4000], a, b, seeded()).cast("float64");
  const both = (["float32", "float64", "float16"] as const).flatMap((dtype) =>
    [0.01, 0.001].map((at) => ({ dtype, at })),
  );

  it.each(both)("have no NaN, their mean, and its slopes: $dtype, $at", ({ dtype, at }) => {
    const [alpha, other] = [tensor([at], undefined, dtype), tensor([at], undefined, dtype)];
    for (const each of [draw, jit(draw)]) {
      const mean = each(alpha, other).mean();
      // Nearly all draws are 0 or 1, so that four standard deviations of the mean are 0.032.
      expect(Math.abs(mean.item() - 0.5)).toBeLessThan(0.035);
    }
    // Of α/(α + β); few draws have any slope.
    const slopes = gradients(draw(alpha, other).mean(), [alpha, other]).map((slope) => slope.item() * 4 * at);
    expect(Math.abs(slopes[0] - 1)).toBeLessThan(0.6);
    expect(Math.abs(slopes[1] + 1)).toBeLessThan(0.6);
  });

  it.each(["float32", "float64", "float16"] as const)("agree on both backends: %s", (dtype) => {
    const shape = [3, 40];
    const alpha = tensor([[0.001], [0.02], [0.3]], undefined, dtype);
    const program = (): number[] => {
      const drawn = [beta(shape, alpha, alpha, seeded()), gamma(shape, alpha, 1, seeded())];
      const slopes = drawn.map((each) => gradients(each.sum(), [alpha])[0]);
      return [...drawn, ...slopes].flatMap((each) => [...each.dataSync()]);
    };
    const expected = onBackend("reference", program);
    const tolerance = { float32: 2e-4, float64: 1e-9, float16: 2e-2 }[dtype];
    onBackend("cpu", program).forEach((value, index) => {
      expect(Math.abs(value - expected[index])).toBeLessThan(
        tolerance * Math.max(1, Math.abs(expected[index])),
      );
    });
  });
});

describe("seeds", () => {
  it.each([2 ** 32, -1, 0.5, Number.NaN])("that are no 32 bits are refused: %d", (seed) => {
    const rule = `is ${seed}; it must be an integer from 0 to 2³² − 1`;
    expect(() => setSeed(seed)).toThrow(`setSeed: the seed ${rule}`);
    expect(() => new Generator(seed)).toThrow(`Generator: the seed ${rule}`);
    expect(() => new Generator(1, seed)).toThrow(`Generator: the stream ${rule}`);
    expect(() => shuffledIndices(3, seed)).toThrow(`shuffledIndices: the round ${rule}`);
  });

  it("of all 32 bits have numbers of their own", () => {
    const first = [0, 1, 2 ** 31, 2 ** 32 - 1].map((seed) =>
      normal([], { generator: new Generator(seed) }).item(),
    );
    expect(new Set(first).size).toBe(4);
  });
});
