import { afterEach, describe, expect, it } from "vitest";
import {
  beta,
  Generator,
  gamma,
  gradients,
  jit,
  normal,
  scan,
  setBackend,
  type Tensor,
  tensor,
  truncatedNormal,
  uniform,
  variable,
} from "../index.ts";
import { randomGammaGradient } from "../special/random-gamma-gradient.ts";

afterEach(() => setBackend("cpu"));

const generator = () => new Generator(23);
const draws = 20_000;

describe.each(["cpu", "reference"] as const)(
  "draws are differentiable by the distribution's parameters on %s",
  (backend) => {
    it("uniform, at fixed places between the bounds", () => {
      setBackend(backend);
      const minimum = tensor([[-1], [2]], [2, 1], "float64");
      const maximum = tensor([3, 4, 5], [3], "float64");
      const options = { dtype: "float64", generator: generator() } as const;
      const drawn = uniform([2, 3], { minimum, maximum, ...options });
      const places = drawn.sub(minimum).div(maximum.sub(minimum));
      const [low, high] = gradients(drawn.sum(), [minimum, maximum]);
      expect(low.sub(places.mul(-1).add(1).sum(1, true)).abs().max().item()).toBeLessThan(1e-12);
      expect(high.sub(places.sum(0)).abs().max().item()).toBeLessThan(1e-12);
    });

    it.each([normal, truncatedNormal])("%o, at fixed distances from the mean", (distribution) => {
      setBackend(backend);
      const mean = tensor([1, -2], [2], "float64");
      const standardDeviation = tensor(3, [], "float64");
      const options = { dtype: "float64", generator: generator() } as const;
      const drawn = distribution([4, 2], { mean, standardDeviation, ...options });
      const [towardsMean, towardsDeviation] = gradients(drawn.sum(), [mean, standardDeviation]);
      expect(towardsMean.arraySync()).toEqual([4, 4]);
      expect(towardsDeviation.sub(drawn.sub(mean).div(3).sum()).abs().item()).toBeLessThan(1e-12);
    });

    it("gamma, at fixed quantiles", () => {
      setBackend(backend);
      const alpha = tensor([0.05, 0.7, 3, 12, 4000], [5], "float64");
      const rate = tensor([1, 2, 3, 4, 5], [5], "float64");
      const drawn = gamma([7, 5], alpha, rate, { generator: generator() });
      const weights = uniform([7, 5], { dtype: "float64", generator: generator() });
      const [towardsAlpha, towardsRate] = gradients(drawn.mul(weights).sum(), [alpha, rate]);
      const [values, factors] = [drawn.dataSync(), weights.dataSync()];
      const expected = [...alpha.dataSync()].map((each, column) => {
        let sum = 0;
        for (let at = column; at < 35; at += 5) {
          const scale = column + 1;
          sum += (factors[at] * randomGammaGradient(each, values[at] * scale)) / scale;
        }
        return sum;
      });
      towardsAlpha.dataSync().forEach((slope, index) => {
        expect(slope / expected[index]).toBeCloseTo(1, 9);
      });
      const sums = drawn.mul(weights).sum(0).div(rate).neg();
      expect(towardsRate.sub(sums).abs().max().item()).toBeLessThan(1e-9);
    });
  },
);

describe("the mean of the gradients is the gradient of the mean:", () => {
  it.each([0.4, 1, 6.5])("gamma's moments, at α = %f", (at) => {
    const alpha = tensor(at);
    const drawn = gamma([draws], alpha, 2, { generator: generator() });
    // E x = α/β, and E x² = α(α + 1)/β².
    expect(gradients(drawn.mean(), [alpha])[0].item() * 2).toBeCloseTo(1, 1);
    expect((gradients(drawn.square().mean(), [alpha])[0].item() * 4) / (2 * at + 1)).toBeCloseTo(1, 1);
  });

  it("beta's mean", () => {
    const [a, b] = [tensor(2), tensor(3)];
    const [towardsA, towardsB] = gradients(beta([draws], a, b, { generator: generator() }).mean(), [a, b]);
    // α/(α + β)
    expect(Math.abs(towardsA.item() - 3 / 25)).toBeLessThan(0.005);
    expect(Math.abs(towardsB.item() + 2 / 25)).toBeLessThan(0.005);
  });
});

describe("gradients of draws", () => {
  it("pass through jit and scan", () => {
    const alpha = variable(3);
    const step = jit(() => {
      const [total] = scan(
        (sum: Tensor, _x: Tensor) => [sum.add(gamma([500], alpha).mean()), sum],
        tensor(0),
        tensor([0, 0, 0, 0]),
      );
      return gradients(total, [alpha])[0];
    });
    expect(step().item() / 4).toBeCloseTo(1, 1);
  });

  it("of gamma can be taken by α once, and by β twice; more is an error, not 0", () => {
    const [alpha, rate] = [tensor([2, 3]), tensor([1, 2])];
    const drawn = gamma([2], alpha, rate, { generator: generator() });
    const [first] = gradients(drawn.sum(), [alpha]);
    const message = "draws of gamma and beta can be differentiated by their parameters once";
    expect(() => gradients(first.sum(), [alpha])).toThrow(message);
    const [towardsRate] = gradients(drawn.sum(), [rate]);
    const [second] = gradients(towardsRate.sum(), [rate]);
    const expected = drawn.mul(2).div(rate.square());
    expect(second.sub(expected).abs().max().item()).toBeLessThan(1e-5);
  });

  it("reject parameters that do not fit the result", () => {
    expect(() => normal([2, 3], { mean: [1, 2] })).toThrow(
      "normal: the mean has the shape [2]; it must broadcast to the result's, [2, 3]",
    );
    expect(() => uniform([2], { maximum: [[1], [2]] })).toThrow("uniform: the maximum has the shape [2, 1]");
  });
});
