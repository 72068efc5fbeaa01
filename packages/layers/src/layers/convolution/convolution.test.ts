import { ones, setBackend, setSeed, tensor } from "@strata/core";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { fromKerasConfig } from "../../saving/from-keras-config.ts";
import { toKerasConfig } from "../../saving/to-keras-config.ts";
import { input, runLayerTest } from "../../testing/run-layer-test.ts";
import { Conv1D, Conv2D, Conv3D } from "./convolution.ts";
import { DepthwiseConv1D, DepthwiseConv2D } from "./depthwise-convolution.ts";
import { SeparableConv1D, SeparableConv2D } from "./separable-convolution.ts";
import { Conv1DTranspose, Conv2DTranspose, Conv3DTranspose } from "./transposed-convolution.ts";

beforeEach(() => setSeed(3));

const sequences = input([null, null, 2]);
const images = input([null, null, 4, 2]);
const channelsFirst = { inputs: input([null, 2, null, 4]), dataFormat: "channelsFirst" } as const;
const volumes = input([null, 3, null, 3, 2]);
const sizes = [
  [2, 5, 4],
  [1, 6, 3],
];

describe("convolutions hold to the common battery", () => {
  beforeAll(() => setBackend("reference"));
  afterAll(() => setBackend("cpu"));

  it("Conv1D, Conv2D and Conv3D", async () => {
    const common = { sizes, trainableWeights: 2 };
    await runLayerTest({
      make: (options) => new Conv1D(3, 2, { padding: "causal", activation: "tanh", ...options }),
      inputs: sequences,
      ...common,
    });
    const { inputs, dataFormat } = channelsFirst;
    await runLayerTest({ make: (options) => new Conv2D(3, [2, 3], options), inputs: images, ...common });
    await runLayerTest({
      make: (options) =>
        new Conv2D(4, 2, { strides: [2, 1], padding: "same", groups: 2, dataFormat, ...options }),
      inputs,
      ...common,
    });
    await runLayerTest({ make: (options) => new Conv3D(2, [2, 2, 1], options), inputs: volumes, ...common });
  });

  it("Conv1DTranspose, Conv2DTranspose and Conv3DTranspose", async () => {
    const common = { sizes, trainableWeights: 2 };
    const { inputs, dataFormat } = channelsFirst;
    await runLayerTest({
      make: (options) => new Conv1DTranspose(3, 2, { strides: 3, outputPadding: 1, ...options }),
      inputs: sequences,
      ...common,
    });
    await runLayerTest({
      make: (options) =>
        new Conv2DTranspose(3, 3, { strides: 2, padding: "same", outputPadding: 1, dataFormat, ...options }),
      inputs,
      ...common,
    });
    await runLayerTest({
      make: (options) => new Conv3DTranspose(2, [2, 1, 2], options),
      inputs: volumes,
      ...common,
    });
  });

  it("DepthwiseConv1D, DepthwiseConv2D, SeparableConv1D and SeparableConv2D", async () => {
    const { inputs, dataFormat } = channelsFirst;
    await runLayerTest({
      make: (options) => new DepthwiseConv1D(2, { depthMultiplier: 2, ...options }),
      inputs: sequences,
      sizes,
      trainableWeights: 2,
    });
    await runLayerTest({
      make: (options) => new DepthwiseConv2D(2, { dilationRate: 2, dataFormat, ...options }),
      inputs,
      sizes,
      trainableWeights: 2,
    });
    await runLayerTest({
      make: (options) => new SeparableConv1D(3, 2, { padding: "same", useBias: false, ...options }),
      inputs: sequences,
      sizes,
      trainableWeights: 2,
    });
    await runLayerTest({
      make: (options) => new SeparableConv2D(3, 2, { depthMultiplier: 2, ...options }),
      inputs: images,
      sizes,
      trainableWeights: 3,
    });
  });
});

describe("transposed convolutions", () => {
  // By hand, from Keras's rule: of all (size − 1) · stride + window elements, (size − 1) · stride + window mod 2 +
  // outputPadding are kept, in the middle, the odd one of the others being cut off at the end.
  it.each([
    [3, 0, [1, 3, 2]],
    [3, 1, [1, 1, 3, 2]],
    [4, 0, [3, 3]],
    [4, 1, [1, 3, 3]],
  ] as const)(
    'of a window of %s by strides of 2 with "same" and an output padding of %s keep what Keras keeps',
    (window, outputPadding, expected) => {
      const options = { strides: 2, outputPadding, padding: "same", kernelInitializer: "ones" } as const;
      const found = new Conv1DTranspose(1, window, options).apply(tensor([1, 2]).reshape([1, 2, 1]));
      expect(Array.from(found.dataSync())).toEqual(expected);
    },
  );
});

describe("convolutions say what does not fit", () => {
  it("when they are made", () => {
    expect(() => new Conv2D(0, 3)).toThrow("Conv2D: filters is 0; it must be a positive integer");
    // @ts-expect-error images have no past
    expect(() => new Conv2D(3, 3, { padding: "causal" })).toThrow(
      'Conv2D: padding is "causal"; it must be "valid" or "same"',
    );
    expect(() => new Conv2D(3, 3, { groups: 2, name: "conv" })).toThrow(
      "conv: filters is 3, which the number of groups, 2, does not divide; it must be a multiple",
    );
    // @ts-expect-error there is no such format
    expect(() => new Conv2D(3, 3, { dataFormat: "x" })).toThrow(/"channelsLast" or "channelsFirst"/);
    expect(() => new Conv2D(3, [3, 3, 3])).toThrow(
      "kernelSize is [3, 3, 3]; it must be an integer of at least 1",
    );
    expect(() => new Conv1D(3, 3, { strides: 2, dilationRate: 2, name: "conv" })).toThrow(
      "conv: strides is [2] and dilationRate [2]; one of them must be 1",
    );
    expect(() => new Conv1DTranspose(3, 3, { strides: 2, outputPadding: 2, name: "up" })).toThrow(
      "up: outputPadding is [2]; it must be less than strides, [2], in each dimension",
    );
  });

  it("when they are called", () => {
    expect(() => new Conv2D(4, 3, { groups: 2, name: "conv" }).apply(ones([1, 5, 5, 3]))).toThrow(
      "conv: the input has 3 channels, which 2 groups do not divide",
    );
    expect(() => new Conv2D(4, 3, { name: "conv" }).apply(ones([1, 5, 5]))).toThrow(
      "conv: the input has the shape [1, 5, 5]; it must have 4 dimensions, [batch, height, width, channels]",
    );
    const built = new Conv2D(4, 3, { name: "conv", dataFormat: "channelsFirst" });
    built.buildFor([null, 3, 5, 5]);
    expect(() => built.apply(ones([1, 2, 5, 5]))).toThrow("it must have the size 3 in axis 1");
  });
});

describe("configurations", () => {
  it("take a layer's other names, and write its own", () => {
    const { class_name } = toKerasConfig(
      fromKerasConfig({ class_name: "Convolution2D", config: { filters: 1, kernel_size: 2 } }),
    ) as { class_name: string };
    expect(class_name).toBe("Conv2D");
  });
});
