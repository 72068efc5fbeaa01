import { arange, setBackend, setSeed, zeros } from "@strata/core";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { input, runLayerTest } from "../../testing/run-layer-test.ts";
import { Cropping1D, Cropping2D, Cropping3D } from "./cropping.ts";
import { Permute } from "./permute.ts";
import { RepeatVector } from "./repeat-vector.ts";
import { Reshape } from "./reshape.ts";
import { UpSampling1D, UpSampling2D, UpSampling3D } from "./up-sampling.ts";
import { ZeroPadding1D, ZeroPadding2D, ZeroPadding3D } from "./zero-padding.ts";

beforeEach(() => setSeed(3));

describe("reshaping layers hold to the common battery", () => {
  beforeAll(() => setBackend("reference"));
  afterAll(() => setBackend("cpu"));
  const sequences = input([null, null, 2]);
  const images = input([null, null, 4, 2]);
  const first = input([null, 2, null, 4]);
  const volumes = input([null, 3, null, 4, 1]);
  const dataFormat = "channelsFirst";

  it("Reshape, Permute and RepeatVector", async () => {
    await runLayerTest({ make: (options) => new Reshape([2, -1], options), inputs: input([null, null, 4]) });
    await runLayerTest({ make: (options) => new Permute([2, 3, 1], options), inputs: images });
    await runLayerTest({ make: (options) => new RepeatVector(3, options), inputs: input([null, 2]) });
  });

  it("Cropping1D, Cropping2D and Cropping3D", async () => {
    await runLayerTest({ make: (options) => new Cropping1D([0, 2], options), inputs: sequences });
    await runLayerTest({ make: (options) => new Cropping2D([[1, 0], 1], options), inputs: images });
    await runLayerTest({
      make: (options) => new Cropping2D([[1, 0], 1], { dataFormat, ...options }),
      inputs: first,
    });
    await runLayerTest({ make: (options) => new Cropping3D([1, 0, [0, 2]], options), inputs: volumes });
  });

  it("ZeroPadding1D, ZeroPadding2D and ZeroPadding3D", async () => {
    await runLayerTest({ make: (options) => new ZeroPadding1D([0, 2], options), inputs: sequences });
    await runLayerTest({ make: (options) => new ZeroPadding2D([[1, 0], 2], options), inputs: images });
    await runLayerTest({
      make: (options) => new ZeroPadding2D(1, { dataFormat, ...options }),
      inputs: first,
    });
    await runLayerTest({ make: (options) => new ZeroPadding3D([1, 0, [0, 2]], options), inputs: volumes });
  });

  it("UpSampling1D, UpSampling2D and UpSampling3D", async () => {
    await runLayerTest({ make: (options) => new UpSampling1D(3, options), inputs: sequences });
    for (const interpolation of ["nearest", "bilinear", "bicubic", "lanczos3", "lanczos5"] as const) {
      await runLayerTest({
        make: (options) => new UpSampling2D([2, 1], { interpolation, ...options }),
        inputs: images,
      });
    }
    await runLayerTest({ make: (options) => new UpSampling2D(2, { dataFormat, ...options }), inputs: first });
    await runLayerTest({ make: (options) => new UpSampling3D([1, 2, 3], options), inputs: volumes });
  });
});

describe("reshaping layers say what does not fit", () => {
  it("Reshape", () => {
    expect(() => new Reshape([5], { name: "shaped" }).apply(zeros([2, 4]))).toThrow(
      "shaped: a sample of the shape [4] has 4 elements, which the shape [5] cannot hold",
    );
    expect(() => new Reshape([-1, 3]).apply(zeros([2, 4]))).toThrow(/cannot hold/);
    expect(() => new Reshape([-1, -1])).toThrow("of which one may be -1");
  });

  it("Permute", () => {
    expect(() => new Permute([0, 1])).toThrow(
      "Permute: dims is [0, 1]; it must be an array of the integers from 1 on",
    );
  });

  it("Cropping1D", () => {
    expect(() => new Cropping1D([3, 3], { name: "cut" }).apply(zeros([1, 5, 1]))).toThrow(
      "cut: 3 + 3 are to be cut off axis 1 of the input [1, 5, 1], which leaves nothing",
    );
    expect(() => new Cropping1D([1, 2, 3] as never)).toThrow("an integer of at least 0, or [before, after]");
    expect(() => new Cropping2D([1, [2, -1]])).toThrow("an array of 2 of them or of pairs [before, after]");
  });
});

describe("UpSampling2D", () => {
  it("takes Keras's interpolations, and gives constants back under each", () => {
    const image = zeros([1, 4, 4, 1]).add(3);
    for (const interpolation of ["bilinear", "bicubic", "lanczos3", "lanczos5"] as const) {
      const grown = new UpSampling2D(2, { interpolation }).apply(image).dataSync();
      for (const value of grown) expect(value).toBeCloseTo(3, 5);
    }
    // @ts-expect-error there is no such interpolation
    expect(() => new UpSampling2D(2, { interpolation: "cubic" })).toThrow(/"bicubic" or "lanczos3"/);
  });

  it("repeats pixels", () => {
    const image = arange(4).reshape([1, 2, 2, 1]);
    expect(new UpSampling2D([1, 2]).apply(image).reshape([2, 4]).arraySync()).toEqual([
      [0, 0, 1, 1],
      [2, 2, 3, 3],
    ]);
  });
});
