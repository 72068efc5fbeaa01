import { setBackend, setSeed } from "@strata/core";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { input, runLayerTest } from "../../testing/run-layer-test.ts";
import { ELU } from "./elu.ts";
import { LeakyReLU } from "./leaky-relu.ts";
import { PReLU } from "./prelu.ts";
import { ReLU } from "./relu.ts";
import { Softmax } from "./softmax.ts";

beforeEach(() => setSeed(3));

describe("layers of activations hold to the common battery", () => {
  beforeAll(() => setBackend("reference"));
  afterAll(() => setBackend("cpu"));
  const inputs = input([null, 4, null]);

  it("ReLU", async () => {
    await runLayerTest({ make: (options) => new ReLU(options), inputs });
    await runLayerTest({ make: (options) => new ReLU({ maxValue: 0.9, ...options }), inputs });
    const all = { maxValue: 0.9, negativeSlope: 0.2, threshold: 0.3 };
    await runLayerTest({ make: (options) => new ReLU({ ...all, ...options }), inputs });
  });

  it("LeakyReLU and ELU", async () => {
    await runLayerTest({ make: (options) => new LeakyReLU(options), inputs });
    await runLayerTest({ make: (options) => new ELU({ alpha: 0.5, ...options }), inputs });
  });

  it("PReLU", async () => {
    await runLayerTest({
      make: (options) => new PReLU({ alphaInitializer: "uniform", ...options }),
      inputs: input([null, 4]),
      trainableWeights: 1,
    });
    await runLayerTest({
      make: (options) => new PReLU({ alphaInitializer: "ones", sharedAxes: 2, ...options }),
      inputs,
      trainableWeights: 1,
    });
  });

  it("Softmax", async () => {
    await runLayerTest({ make: (options) => new Softmax(options), inputs });
    await runLayerTest({ make: (options) => new Softmax([1, 2], options), inputs });
  });
});

describe("ReLU", () => {
  it("passes NaN on, and refuses bounds below 0", () => {
    const layer = new ReLU({ threshold: 1, maxValue: 3 });
    expect(layer.apply([[Number.NaN, 0.5, 2, 5]]).arraySync()).toEqual([[Number.NaN, 0, 2, 3]]);
    expect(() => new ReLU({ maxValue: -1 })).toThrow(
      "ReLU: maxValue is -1; it must be a number of at least 0, or null",
    );
  });
});

describe("Softmax", () => {
  it("gives 0 to what a mask leaves out, also where it leaves out all", () => {
    const mask = [
      [true, true, false],
      [false, false, false],
    ];
    const given = [
      [1, 1, 9],
      [1, 2, 3],
    ];
    expect(new Softmax().apply(given, { mask }).arraySync()).toEqual([
      [0.5, 0.5, 0],
      [0, 0, 0],
    ]);
  });
});
