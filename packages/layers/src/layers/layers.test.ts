import { setBackend, setSeed, tensor } from "@strata/core";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { AnyLayer } from "../layer/any-layer.ts";
import { input, runLayerTest } from "../testing/run-layer-test.ts";
import { ELU } from "./activations/elu.ts";
import { Softmax } from "./activations/softmax.ts";
import { Activation } from "./core/activation.ts";
import { Dense } from "./core/dense.ts";
import { EinsumDense } from "./core/einsum-dense.ts";
import { Embedding } from "./embedding/embedding.ts";
import { Dropout } from "./regularization/dropout.ts";
import { Flatten } from "./reshaping/flatten.ts";
import { Reshape } from "./reshaping/reshape.ts";

beforeEach(() => setSeed(3));

describe("layers hold to the common battery: shapes, gradients, config, a training step", () => {
  beforeAll(() => setBackend("reference"));
  afterAll(() => setBackend("cpu"));

  it("Dense", async () => {
    const inputs = input([null, 3]);
    await runLayerTest({ make: (options) => new Dense(4, options), inputs, trainableWeights: 2 });
    await runLayerTest({
      make: (options) => new Dense(2, { useBias: false, activation: "softmax", ...options }),
      inputs: input([null, null, 3]),
      trainableWeights: 1,
    });
  });

  it("Dropout", async () => {
    const inputs = input([null, 3]);
    await runLayerTest({
      make: (options) => new Dropout(0.4, { seed: 2, ...options }),
      inputs,
      isRandom: true,
    });
    await runLayerTest({ make: (options) => new Dropout(0, options), inputs });
  });

  it("Flatten", async () => {
    await runLayerTest({ make: (options) => new Flatten(options), inputs: input([null, null, 3]) });
    await runLayerTest({
      make: (options) => new Flatten({ dataFormat: "channelsFirst", ...options }),
      inputs: input([null, 3, null]),
    });
  });

  it.each(["relu", "gelu", "hard_sigmoid", "softplus", "linear"] as const)("Activation %s", async (name) => {
    await runLayerTest({ make: (options) => new Activation(name, options), inputs: input([null, 5]) });
  });
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
      "head: the input has the shape [1, 2]; it must have the size 3 in axis -1",
    );
    expect(() => new Dense(2, { name: "tail" }).apply([1, 2])).toThrow(
      "tail: the input has the shape [2]; it must have at least 2 dimensions, that of the batch included",
    );
  });

  it("lists the activations when one is unknown, and refuses options that there are not", () => {
    // @ts-expect-error the name is not in the union
    expect(() => new Dense(2, { activation: "rely" })).toThrow(
      /Dense: activation: "rely" is an unknown activation.*accepted are .*"relu"/,
    );
    // @ts-expect-error the option is Keras's spelling
    expect(() => new Dense(2, { use_bias: false })).toThrow(
      /"use_bias" is an unknown option.*accepted are .*useBias/,
    );
  });
});

describe("layers of one tensor", () => {
  it.each([
    new Activation("relu", { name: "one" }),
    new Dropout(0.5, { name: "one" }),
    new ELU({ name: "one" }),
    new Embedding(3, 2, { name: "one" }),
    new EinsumDense("ab,bc->ac", 2, { name: "one" }),
    new Flatten({ name: "one" }),
    new Reshape([-1], { name: "one" }),
    new Softmax({ name: "one" }),
  ] as const)("say so to who gives $constructor.name several", (layer: AnyLayer) => {
    const pair = [tensor([[1, 2]]), tensor([[3, 4]])];
    expect(() => layer.apply(pair)).toThrow(
      "one: the input is the structure [•, •]; the layer takes one tensor",
    );
  });
});

describe("Dropout", () => {
  it("is told by its name what stands in the place of options", () => {
    // @ts-expect-error Keras takes the activation by position, too
    expect(() => new Dense(3, "relu")).toThrow(
      'Dense: argument 2 is "relu"; accepted are units, an object of options, as in new Dense(units, { name: … })',
    );
  });

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

  it.each([-0.1, 1.1, Number.NaN])("refuses the rate %s", (rate) => {
    expect(() => new Dropout(rate)).toThrow(`Dropout: rate is ${rate}; it must be a number from 0 to 1`);
  });
});

describe("Flatten", () => {
  it("makes a vector of one number a column", () => {
    expect(new Flatten().apply([1, 2]).arraySync()).toEqual([[1], [2]]);
  });
});
