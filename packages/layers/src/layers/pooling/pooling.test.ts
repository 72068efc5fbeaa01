import { ones, setBackend, setSeed, tensor } from "@strata/core";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { maskOf } from "../../layer/masks.ts";
import { toKerasConfig } from "../../saving/to-keras-config.ts";
import { input, runLayerTest } from "../../testing/run-layer-test.ts";
import { Masking } from "../core/masking.ts";
import {
  AdaptiveAveragePooling1D,
  AdaptiveAveragePooling2D,
  AdaptiveAveragePooling3D,
  AdaptiveMaxPooling1D,
  AdaptiveMaxPooling2D,
  AdaptiveMaxPooling3D,
} from "./adaptive-pooling.ts";
import {
  GlobalAveragePooling1D,
  GlobalAveragePooling2D,
  GlobalAveragePooling3D,
  GlobalMaxPooling1D,
  GlobalMaxPooling2D,
  GlobalMaxPooling3D,
} from "./global-pooling.ts";
import {
  AveragePooling1D,
  AveragePooling2D,
  AveragePooling3D,
  MaxPooling1D,
  MaxPooling2D,
  MaxPooling3D,
} from "./pooling.ts";

beforeEach(() => setSeed(3));

const sequences = input([null, null, 2]);
const images = input([null, null, 4, 2]);
const channelsFirst = input([null, 2, null, 4]);
const volumes = input([null, 3, null, 3, 1]);
const sizes = [
  [2, 5, 4],
  [1, 6, 3],
];

describe("pooling layers hold to the common battery", () => {
  beforeAll(() => setBackend("reference"));
  afterAll(() => setBackend("cpu"));

  it.each([
    [MaxPooling1D, MaxPooling2D, MaxPooling3D],
    [AveragePooling1D, AveragePooling2D, AveragePooling3D],
  ])("$className and its relatives", async (OfSequences, OfImages, OfVolumes) => {
    await runLayerTest({
      make: (options) => new OfSequences(2, { strides: 1, padding: "same", ...options }),
      inputs: sequences,
      sizes,
    });
    await runLayerTest({ make: (options) => new OfImages([2, 3], options), inputs: images, sizes });
    await runLayerTest({
      make: (options) => new OfImages(2, { dataFormat: "channelsFirst", ...options }),
      inputs: channelsFirst,
      sizes,
    });
    await runLayerTest({ make: (options) => new OfVolumes(2, options), inputs: volumes, sizes });
  });

  it.each([
    [GlobalMaxPooling1D, GlobalMaxPooling2D, GlobalMaxPooling3D],
    [GlobalAveragePooling1D, GlobalAveragePooling2D, GlobalAveragePooling3D],
  ])("$className and its relatives", async (OfSequences, OfImages, OfVolumes) => {
    await runLayerTest({ make: (options) => new OfSequences(options), inputs: sequences, sizes });
    await runLayerTest({
      make: (options) => new OfImages({ keepDims: true, ...options }),
      inputs: images,
      sizes,
    });
    await runLayerTest({
      make: (options) => new OfImages({ dataFormat: "channelsFirst", ...options }),
      inputs: channelsFirst,
      sizes,
    });
    await runLayerTest({ make: (options) => new OfVolumes(options), inputs: volumes, sizes });
  });

  it.each([
    [AdaptiveMaxPooling1D, AdaptiveMaxPooling2D, AdaptiveMaxPooling3D],
    [AdaptiveAveragePooling1D, AdaptiveAveragePooling2D, AdaptiveAveragePooling3D],
  ])("$className and its relatives", async (OfSequences, OfImages, OfVolumes) => {
    await runLayerTest({ make: (options) => new OfSequences(2, options), inputs: sequences, sizes });
    await runLayerTest({
      make: (options) => new OfImages([2, 3], { dataFormat: "channelsFirst", ...options }),
      inputs: channelsFirst,
      sizes,
    });
    await runLayerTest({ make: (options) => new OfVolumes([3, 2, 1], options), inputs: volumes, sizes });
  });
});

describe("pooling layers", () => {
  it("have strides of the windows' size, and say so in their configuration", () => {
    expect(toKerasConfig(new MaxPooling2D([2, 3]))).toMatchObject({ config: { strides: [2, 3] } });
    expect(new AveragePooling1D(3).strides).toEqual([3]);
  });

  it("take the mean of the steps that count", () => {
    const masked = new Masking().apply(tensor([2, 0, 4]).reshape([1, 3, 1]));
    const pooled = new GlobalAveragePooling1D().apply(masked);
    expect(pooled.arraySync()).toEqual([[3]]);
    expect(maskOf(pooled)).toBeNull();
  });

  it("say what they take", () => {
    expect(() => new MaxPooling2D(2, { name: "pool" }).apply(ones([1, 4, 4]))).toThrow(
      "pool: the input has the shape [1, 4, 4]; it must have 4 dimensions",
    );
    expect(() => new MaxPooling1D(0)).toThrow(
      "MaxPooling1D: poolSize is 0; it must be an integer of at least 1",
    );
    expect(() => new AdaptiveMaxPooling2D([1, 2, 3])).toThrow("an array of 2 of them");
  });
});
