import { mean, ones, setBackend, setSeed, split, sqrt, square, sub, type Tensor, zeros } from "@strata/core";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { input, runLayerTest } from "../../testing/run-layer-test.ts";
import { ActivityRegularization } from "./activity-regularization.ts";
import { AlphaDropout } from "./alpha-dropout.ts";
import { Dropout } from "./dropout.ts";
import { GaussianDropout } from "./gaussian-dropout.ts";
import { GaussianNoise } from "./gaussian-noise.ts";
import { SpatialDropout1D, SpatialDropout2D, SpatialDropout3D } from "./spatial-dropout.ts";

beforeEach(() => setSeed(3));

describe("regularization layers hold to the common battery", () => {
  beforeAll(() => setBackend("reference"));
  afterAll(() => setBackend("cpu"));

  it("AlphaDropout, GaussianDropout and GaussianNoise", async () => {
    const inputs = input([null, 3]);
    const isRandom = true;
    await runLayerTest({
      make: (options) => new AlphaDropout(0.4, { seed: 2, ...options }),
      inputs,
      isRandom,
    });
    await runLayerTest({ make: (options) => new GaussianDropout(0.4, options), inputs, isRandom });
    await runLayerTest({ make: (options) => new GaussianNoise(0.4, options), inputs, isRandom });
  });

  it("SpatialDropout1D, SpatialDropout2D and SpatialDropout3D", async () => {
    const isRandom = true;
    await runLayerTest({
      make: (options) => new SpatialDropout1D(0.4, options),
      inputs: input([null, null, 2]),
      isRandom,
    });
    await runLayerTest({
      make: (options) => new SpatialDropout2D(0.4, { dataFormat: "channelsFirst", ...options }),
      inputs: input([null, 2, null, null]),
      isRandom,
    });
    await runLayerTest({
      make: (options) => new SpatialDropout3D(0.4, options),
      inputs: input([null, null, 2, 2, 2]),
      isRandom,
    });
  });

  it("ActivityRegularization", async () => {
    await runLayerTest({
      make: (options) => new ActivityRegularization({ l1: 0.1, l2: 0.2, ...options }),
      inputs: input([null, 3]),
    });
  });
});

/** Mean and standard deviation. */
function moments(x: Tensor): [number, number] {
  const average = mean(x);
  return [average.item(), sqrt(mean(square(sub(x, average)))).item()];
}

describe("noise in training", () => {
  const training = { training: true };

  it("Dropout shares what it draws along the axes where noiseShape is 1", () => {
    const layer = new Dropout(0.5, { seed: 1, noiseShape: [null, 1, null] });
    const dropped = layer.apply(ones([4, 6, 5]), training);
    const [first] = split(dropped, 6, 1);
    expect(sub(dropped, first).abs().max().item()).toBe(0);
    expect(new Set(dropped.dataSync())).toEqual(new Set([0, 2]));
    expect(new Dropout(1).apply(ones([2, 2]), training).arraySync()).toEqual([
      [0, 0],
      [0, 0],
    ]);
  });

  it("SpatialDropout drops channels as a whole, in either data format", () => {
    for (const [dataFormat, shape, axes] of [
      ["channelsLast", [8, 3, 4, 6], [1, 2]],
      ["channelsFirst", [8, 6, 3, 4], [2, 3]],
    ] as const) {
      const dropped = new SpatialDropout2D(0.5, { dataFormat, seed: 1 }).apply(ones(shape), training);
      const channels = dropped.mean(axes);
      expect(new Set(channels.dataSync())).toEqual(new Set([0, 2]));
    }
  });

  it("AlphaDropout keeps mean and variance", () => {
    const x = new GaussianNoise(1, { seed: 4 }).apply(zeros([200, 200]), training);
    const [average, deviation] = moments(new AlphaDropout(0.3, { seed: 5 }).apply(x, training));
    expect(average).toBeCloseTo(0, 1);
    expect(deviation).toBeCloseTo(1, 1);
  });

  it("GaussianDropout multiplies by numbers of mean 1, GaussianNoise adds numbers of mean 0", () => {
    const [average, deviation] = moments(
      new GaussianDropout(0.2, { seed: 1 }).apply(ones([200, 200]), training),
    );
    expect(average).toBeCloseTo(1, 1);
    expect(deviation).toBeCloseTo(0.5, 1);
    const [shift, spread] = moments(new GaussianNoise(0.3, { seed: 1 }).apply(ones([200, 200]), training));
    expect(shift).toBeCloseTo(1, 1);
    expect(spread).toBeCloseTo(0.3, 1);
  });

  it("is refused where its share is 1, which no noise has", () => {
    expect(() => new GaussianDropout(1)).toThrow(
      "GaussianDropout: rate is 1; it must be a number of at least 0 and below 1",
    );
    expect(() => new AlphaDropout(-0.5)).toThrow("AlphaDropout: rate is -0.5");
  });
});
