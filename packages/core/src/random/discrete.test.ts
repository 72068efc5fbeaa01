import { describe, expect, it } from "vitest";
import { onBackend } from "../ops/testing/battery.ts";
import { bernoulli, categorical, permutation, randint } from "./discrete.ts";
import { beta, gamma } from "./gamma.ts";
import { Generator } from "./generator.ts";

describe("discrete distributions", () => {
  const generator = (): Generator => new Generator(11);

  it("randint draws every integer of its range evenly", () => {
    const values = randint([6000], -2, 4, { generator: generator() }).dataSync();
    const counts = [0, 0, 0, 0, 0, 0];
    for (const value of values) counts[value + 2]++;
    // Each count has mean 1000 and standard deviation 28.9.
    for (const count of counts) expect(Math.abs(count - 1000)).toBeLessThan(130);
    expect(() => randint([1], 3, 3)).toThrow("randint: the bounds are 3 and 3");
    const rule = "the integers from the first to below the second must all be";
    expect(() => randint([1], 0, 2 ** 40)).toThrow(
      `randint: the bounds are 0 and 1099511627776; ${rule} int32`,
    );
    expect(() => randint([1], -(2 ** 31) - 1, 0)).toThrow(`${rule} int32`);
    expect(() => randint([1], 0, 257, { dtype: "uint8" })).toThrow(`${rule} uint8`);
    const whole = randint([2000], -(2 ** 31), 2 ** 31, { generator: generator() });
    expect(Math.abs(whole.cast("float64").mean().item())).toBeLessThan(2 ** 28);
    expect(() => randint([1], 0, 3, { dtype: "float32" })).toThrow("randint: draws integers, not float32");
  });

  it("bernoulli is true as often as it should be", () => {
    const share = bernoulli([10_000], 0.3, { generator: generator() }).cast("float32").mean().item();
    expect(Math.abs(share - 0.3)).toBeLessThan(0.02);
    expect(
      bernoulli([2, 50], [[0], [1]], { generator: generator() })
        .cast("int32")
        .sum(1)
        .arraySync(),
    ).toEqual([0, 50]);
    expect(() => bernoulli([2], 1.5)).toThrow("bernoulli: the probability is 1.5");
  });

  it("categorical follows the probabilities", () => {
    const logits = [[Math.log(0.1), Math.log(0.6), Math.log(0.3), Number.NEGATIVE_INFINITY]];
    const drawn = categorical(logits, 10_000, { generator: generator() });
    expect(drawn.shape).toEqual([1, 10_000]);
    const counts = [0, 0, 0, 0];
    for (const value of drawn.dataSync()) counts[value]++;
    for (const [index, share] of [0.1, 0.6, 0.3, 0].entries()) {
      expect(Math.abs(counts[index] / 10_000 - share)).toBeLessThan(0.02);
    }
    expect(() => categorical([[]], 2)).toThrow("categorical: takes logits [..., K]");
  });

  it("permutation has every integer once, and moves rows whole", () => {
    const order = permutation(50, { generator: generator() }).dataSync();
    expect([...order].sort((a, b) => a - b)).toEqual(Array.from({ length: 50 }, (_, index) => index));
    expect([...order]).not.toEqual(Array.from({ length: 50 }, (_, index) => index));
    const rows = permutation(
      [
        [1, 10],
        [2, 20],
        [3, 30],
      ],
      { generator: generator() },
    ).dataSync();
    for (let row = 0; row < 3; row++) expect(rows[2 * row + 1]).toBe(10 * rows[2 * row]);
    expect(() => permutation(-1)).toThrow("permutation: the count is -1");
  });

  it.each([0.5, 1, 4.5])("gamma of shape %f has its mean and variance", (alpha) => {
    const drawn = gamma([20_000], alpha, 2, { generator: generator() });
    expect(drawn.min().item()).toBeGreaterThanOrEqual(0);
    const mean = drawn.mean().item();
    // Mean α/β and variance α/β²; of 20,000 draws the mean's standard deviation is √(α/20,000)/β.
    expect(Math.abs(mean - alpha / 2)).toBeLessThan(5 * Math.sqrt(alpha / 20_000));
    const spread = drawn.sub(mean).square().mean().item();
    expect(Math.abs(spread / (alpha / 4) - 1)).toBeLessThan(0.1);
  });

  it("beta has its mean", () => {
    const drawn = beta([20_000], 2, 3, { generator: generator() });
    expect(Math.abs(drawn.mean().item() - 0.4)).toBeLessThan(0.01);
    expect(drawn.max().item()).toBeLessThanOrEqual(1);
  });

  it("draws the same on both backends", () => {
    const draw = () => [
      randint([31], 0, 100, { generator: generator() }).arraySync(),
      categorical([[0, 1, 2]], 17, { generator: generator() }).arraySync(),
    ];
    expect(onBackend("cpu", draw)).toEqual(onBackend("reference", draw));
  });
});
