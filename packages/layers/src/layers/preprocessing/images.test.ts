import { getBackend, jit, setBackend, setSeed, tensor } from "@strata/core";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { LayerOptions } from "../../layer/any-layer.ts";
import { input, runLayerTest } from "../../testing/run-layer-test.ts";
import * as layers from "../index.ts";
import type { ImageLayer } from "./images/image-layer.ts";

const common = { seed: 5 };

/** The layers that keep the size of images, in a form that has gradients in inference. */
const sameSize: Readonly<Record<string, (options: LayerOptions) => ImageLayer<unknown>>> = {
  RandomBrightness: (options) => new layers.RandomBrightness(0.2, { ...common, ...options }),
  RandomContrast: (options) => new layers.RandomContrast(0.2, { ...common, ...options }),
  RandomColorDegeneration: (options) => new layers.RandomColorDegeneration(0.5, { ...common, ...options }),
  RandomColorJitter: (options) =>
    new layers.RandomColorJitter({ brightnessFactor: 0.1, hueFactor: 0.2, ...common, ...options }),
  RandomElasticTransform: (options) => new layers.RandomElasticTransform(1, { ...common, ...options }),
  RandomErasing: (options) => new layers.RandomErasing(1, { ...common, ...options }),
  RandomFlip: (options) => new layers.RandomFlip("horizontal", { ...common, ...options }),
  RandomGaussianBlur: (options) => new layers.RandomGaussianBlur(1, { ...common, ...options }),
  RandomGrayscale: (options) => new layers.RandomGrayscale(0.5, { ...common, ...options }),
  RandomHue: (options) => new layers.RandomHue(0.3, { ...common, ...options }),
  RandomInvert: (options) => new layers.RandomInvert(1, { ...common, ...options }),
  RandomPerspective: (options) => new layers.RandomPerspective(1, { scale: 0.3, ...common, ...options }),
  RandomPosterization: (options) =>
    new layers.RandomPosterization([2, 5], { valueRange: [0, 1], ...common, ...options }),
  RandomRotation: (options) => new layers.RandomRotation(0.2, { ...common, ...options }),
  RandomSaturation: (options) => new layers.RandomSaturation([0.2, 0.4], { ...common, ...options }),
  RandomSharpness: (options) => new layers.RandomSharpness(0.4, { ...common, ...options }),
  RandomShear: (options) => new layers.RandomShear(0.3, 0.1, { ...common, ...options }),
  RandomTranslation: (options) => new layers.RandomTranslation(0.2, 0.3, { ...common, ...options }),
  RandomZoom: (options) => new layers.RandomZoom(0.3, { ...common, ...options }),
  Solarization: (options) => new layers.Solarization(0.1, 0.4, { ...common, ...options }),
  CutMix: (options) => new layers.CutMix(1, { ...common, ...options }),
  MixUp: (options) => new layers.MixUp(0.4, { ...common, ...options }),
  AugMix: (options) => new layers.AugMix([0, 1], { numChains: 1, chainDepth: 1, ...common, ...options }),
  RandAugment: (options) => new layers.RandAugment([0, 1], { numOps: 1, ...common, ...options }),
  Equalization: (options) => new layers.Equalization([0, 1], options),
};

beforeEach(() => setSeed(3));

describe("layers of images hold to the common battery", () => {
  beforeAll(() => setBackend("reference"));
  afterAll(() => setBackend("cpu"));
  const inputs = input([null, 4, 5, 3]);
  const given = { training: false };

  it.each(Object.keys(sameSize))("%s", async (name) => {
    await runLayerTest({ make: sameSize[name], inputs, sizes: [[2], [1]], given, isRandom: true });
  });

  it("RandomCrop", async () => {
    const make = (options: LayerOptions) => new layers.RandomCrop(4, 5, { ...common, ...options });
    await runLayerTest({ make, inputs, sizes: [[2], [1]], given, isRandom: true });
  });

  it("CenterCrop, Resizing, AutoContrast, ContrastLimitedAdaptiveHistogramEqualization", async () => {
    const sizes = [[2], [1]];
    await runLayerTest({ make: (options) => new layers.CenterCrop(2, 3, options), inputs, sizes });
    await runLayerTest({ make: (options) => new layers.Resizing(3, 7, options), inputs, sizes });
    await runLayerTest({
      make: (options) => new layers.AutoContrast([0, 1], options),
      inputs,
      sizes,
      isDifferentiable: false,
    });
    await runLayerTest({
      make: (options) =>
        new layers.ContrastLimitedAdaptiveHistogramEqualization([-1, 2], { tileGridSize: 2, ...options }),
      inputs,
      sizes,
      isDifferentiable: false,
    });
  });

  it("MaxNumBoundingBoxes", async () => {
    const boxes = { boxes: input([null, 2, 4]), labels: input([null, 2]) };
    const make = (options: LayerOptions) =>
      new layers.MaxNumBoundingBoxes(3, { boundingBoxFormat: "xyxy", ...options });
    await runLayerTest({
      make,
      inputs: { images: input([null, 4, 5, 3]), boundingBoxes: boxes },
      sizes: [[2], [1]],
    });
  });
});

describe.each(["cpu", "reference"] as const)("layers of images on %s", (backend) => {
  const before = getBackend();
  beforeAll(() => setBackend(backend));
  afterAll(() => setBackend(before));
  const images = tensor(
    Float64Array.from({ length: 2 * 4 * 5 * 3 }, (_, index) => (Math.sin(index) + 1) / 2),
    [2, 4, 5, 3],
    "float32",
  );

  it.each(Object.keys(sameSize))("%s draws anew in each call, also when it is compiled", (name) => {
    const layer = sameSize[name]({});
    const run = jit((x: typeof images) => layer.apply(x, { training: true }) as typeof images);
    const results = Array.from({ length: 6 }, () => JSON.stringify(run(images).arraySync()));
    if (name !== "Equalization") expect(new Set(results).size).toBeGreaterThan(1);
    expect(layer.apply(images, { training: false }).arraySync()).toEqual(images.arraySync());
  });

  it.each(Object.keys(sameSize))(
    "%s does the same to images with the channels first, and to one image",
    (name) => {
      const transformed = (x: typeof images, options: object = {}) =>
        sameSize[name](options).apply(x, { training: true });
      const difference = (one: typeof images, other: typeof images) => one.sub(other).abs().max().item();
      const first = transformed(images.transpose([0, 3, 1, 2]), { dataFormat: "channelsFirst" });
      expect(difference(first.transpose([0, 2, 3, 1]), transformed(images))).toBeLessThan(1e-5);
      // One image has nothing to be cut into.
      if (name === "CutMix") return;
      const single = transformed(images.slice([0]));
      expect(difference(single, transformed(images.slice([[0, 1]])).squeeze(0))).toBeLessThan(1e-5);
    },
  );
});

describe("boxes and masks move with their images", () => {
  const images = tensor(
    Float64Array.from({ length: 16 }, (_, index) => index),
    [1, 4, 4, 1],
    "float32",
  );
  const data = {
    images,
    segmentationMasks: images,
    boundingBoxes: { boxes: [[[0, 1, 2, 3]]], labels: [[7]] },
  };

  it("in a flip", () => {
    const layer = new layers.RandomFlip("horizontal", { boundingBoxFormat: "xyxy", seed: 1 });
    const results = Array.from({ length: 8 }, () => layer.apply(data));
    const isFlipped = results.map(({ images: each }) => each.dataSync()[0] === 3);
    expect(isFlipped).toContain(true);
    expect(isFlipped).toContain(false);
    results.forEach(({ boundingBoxes, segmentationMasks, images: each }, index) => {
      expect(segmentationMasks.arraySync()).toEqual(each.arraySync());
      expect(boundingBoxes.boxes.arraySync()).toEqual([[isFlipped[index] ? [2, 1, 4, 3] : [0, 1, 2, 3]]]);
    });
  });

  it("in a translation, and a box that leaves the image loses its class", () => {
    const options = { boundingBoxFormat: "xyxy", fillMode: "constant", interpolation: "nearest" } as const;
    const right = new layers.RandomTranslation(0, [0.25, 0.25], options).apply(data);
    expect(right.boundingBoxes.boxes.arraySync()).toEqual([[[1, 1, 3, 3]]]);
    expect(right.images.slice([0, 1, null, 0]).arraySync()).toEqual([0, 4, 5, 6]);
    const away = new layers.RandomTranslation([1, 1], 0, options).apply(data);
    expect(away.boundingBoxes.labels.arraySync()).toEqual([[-1]]);
  });

  it("in a resize", () => {
    const { boundingBoxes } = new layers.Resizing(8, 2, { boundingBoxFormat: "xywh" }).apply(data);
    expect(boundingBoxes.boxes.arraySync()).toEqual([[[0, 2, 1, 6]]]);
  });

  it("or it says that they cannot", () => {
    expect(() =>
      new layers.RandomElasticTransform(1, { boundingBoxFormat: "xyxy", name: "bend" }).apply(data),
    ).toThrow(
      "bend: boundingBoxes cannot be given; the layer transforms images, labels and segmentationMasks",
    );
    expect(() => new layers.RandomFlip({ name: "flip" }).apply(data)).toThrow(
      'flip: there are boundingBoxes, and boundingBoxFormat is null; it must say what their four numbers are, as "xyxy"',
    );
  });
});

describe("MixUp and CutMix", () => {
  const images = tensor(new Float32Array(2 * 4 * 4).fill(1).fill(0, 16), [2, 4, 4, 1]);
  const labels = [
    [1, 0],
    [0, 1],
  ];

  it.each([new layers.MixUp(1, { seed: 2 }), new layers.CutMix(1, { seed: 2 })])(
    "mix labels as images",
    (layer) => {
      for (let draw = 0; draw < 5; draw++) {
        const mixed = layer.apply({ images, labels });
        const shares = mixed.images.mean([1, 2, 3]).arraySync() as number[];
        const found = mixed.labels.arraySync() as number[][];
        found.forEach(([first, second], index) => {
          expect(first + second).toBeCloseTo(1, 5);
          // A box covers whole pixels: its area is near to the share.
          expect(Math.abs(first - shares[index])).toBeLessThan(0.45);
        });
      }
    },
  );
});
