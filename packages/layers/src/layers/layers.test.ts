import { setBackend, setSeed, tensor } from "@strata/core";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { runLayerTest } from "../testing/run-layer-test.ts";
import { Activation } from "./activation.ts";
import { Dense } from "./dense.ts";
import { Dropout } from "./dropout.ts";
import { Flatten } from "./flatten.ts";

beforeEach(() => setSeed(3));

describe("layers hold to the common battery: shapes, gradients, config, a training step", () => {
  beforeAll(() => setBackend("reference"));
  afterAll(() => setBackend("cpu"));

  it.each([
    { config: { units: 4 }, inputShape: [5, 3], outputShape: [5, 4], trainableWeights: 2 },
    { config: { units: 4, useBias: false }, inputShape: [5, 3], outputShape: [5, 4], trainableWeights: 1 },
    {
      config: {
        units: 3,
        activation: "tanh",
        kernelInitializer: { className: "HeNormal", config: { seed: 4 } },
        biasInitializer: "ones",
      },
      inputShape: [2, 3, 2],
      outputShape: [2, 3, 3],
      trainableWeights: 2,
    },
    {
      config: { units: 2, activation: "softmax" },
      inputShape: [1, 1],
      outputShape: [1, 2],
      trainableWeights: 2,
    },
  ] as const)("Dense $config.units on $inputShape", async (test) => {
    await runLayerTest({ layer: Dense, ...test });
  });

  it("Dropout", async () => {
    const test = { inputShape: [4, 3], outputShape: [4, 3] };
    await runLayerTest({ layer: Dropout, config: { rate: 0.4, seed: 2 }, ...test });
    await runLayerTest({ layer: Dropout, config: { rate: 0 }, ...test });
  });

  it("Flatten", async () => {
    await runLayerTest({ layer: Flatten, config: {}, inputShape: [2, 3, 4], outputShape: [2, 12] });
  });

  it.each(["relu", "gelu", "hard_sigmoid", "Softplus", "linear"] as const)(
    "Activation %s",
    async (activation) => {
      await runLayerTest({
        layer: Activation,
        config: { activation },
        inputShape: [2, 5],
        outputShape: [2, 5],
      });
    },
  );
});

describe("Dense", () => {
  it("computes activation(x · kernel + bias)", () => {
    const layer = new Dense(2, { activation: "relu" });
    layer.buildFor([null, 2]);
    layer.setWeights([
      [
        [1, 2],
        [3, 4],
      ],
      [10, -100],
    ]);
    expect(layer.apply([[1, 1]]).arraySync()).toEqual([[14, 0]]);
  });

  it("takes any dimensions before the last, and whole numbers", () => {
    const layer = new Dense(1, { kernelInitializer: "ones" });
    expect(layer.apply(tensor(Uint8Array.of(1, 2, 3, 250), [2, 1, 2])).arraySync()).toEqual([[[3]], [[253]]]);
  });

  it.each([0, -1, 1.5, Number.NaN, Number.POSITIVE_INFINITY])(
    "says that %s is no number of units",
    (units) => {
      expect(() => new Dense(units)).toThrow(RangeError);
      expect(() => new Dense(units)).toThrow(`Dense: units is ${units}; it must be a positive integer`);
    },
  );

  it("names what it was given and what it takes when an input does not fit", () => {
    const layer = new Dense(2, { name: "head", inputShape: [3] });
    layer.buildFor([null, 3]);
    expect(() => layer.apply([[1, 2]])).toThrow(
      'Dense: "head" was given an input of the shape [1, 2]; it takes [batch, ..., 3]',
    );
    expect(() => new Dense(2).apply([1, 2])).toThrow("[batch, ..., inputs]");
  });

  it("lists the activations when one is unknown, and refuses options that there are not", () => {
    // @ts-expect-error the name is not in the union
    expect(() => new Dense(2, { activation: "rely" })).toThrow(
      /Dense: there is no activation "rely"; .*"relu"/,
    );
    // @ts-expect-error the option is Keras's spelling
    expect(() => new Dense(2, { use_bias: false })).toThrow(/there is no option "use_bias"; .*"useBias"/);
  });
});

describe("Dropout", () => {
  it("does nothing outside of training", () => {
    expect(new Dropout(0.9).apply([[1, 2, 3]]).arraySync()).toEqual([[1, 2, 3]]);
  });

  it("drops the share that it says in training, scales the others, and draws anew each time", () => {
    const layer = new Dropout(0.25, { seed: 1 });
    const ones = tensor(new Float32Array(4000).fill(1), [1, 4000]);
    const first = layer.apply(ones, { training: true }).dataSync();
    const dropped = first.filter((value) => value === 0).length;
    expect(dropped / 4000).toBeCloseTo(0.25, 1);
    expect(new Set(first)).toEqual(new Set([0, Math.fround(1 / 0.75)]));
    expect(layer.apply(ones, { training: true }).dataSync()).not.toEqual(first);
  });

  it.each([-0.1, 1, Number.NaN])("refuses the rate %s", (rate) => {
    expect(() => new Dropout(rate)).toThrow(`Dropout: rate is ${rate}; it must be at least 0 and below 1`);
  });
});

describe("Flatten", () => {
  it("makes a vector of one number a column", () => {
    expect(new Flatten().apply([1, 2]).arraySync()).toEqual([[1], [2]]);
  });
});
