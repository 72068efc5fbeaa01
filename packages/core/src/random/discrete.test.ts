import { describe, expect, it } from "vitest";
import { onBackend } from "../ops/testing/battery.ts";
import { bernoulli, categorical, randint } from "./discrete.ts";
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

  it("draws the same on both backends", () => {
    const draw = () => [
      randint([31], 0, 100, { generator: generator() }).arraySync(),
      categorical([[0, 1, 2]], 17, { generator: generator() }).arraySync(),
    ];
    expect(onBackend("cpu", draw)).toEqual(onBackend("reference", draw));
  });
});
