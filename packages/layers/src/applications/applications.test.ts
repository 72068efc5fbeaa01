/** Options of architectures; and two of them train. */
import { FileError, setSeed, uniform } from "@strata/core";
import { afterEach, describe, expect, it } from "vitest";
import type { AnyLayer } from "../layer/any-layer.ts";
import { Input } from "../layers/core/input-layer.ts";
import { ZeroPadding2D } from "../layers/reshaping/zero-padding.ts";
import { Model } from "../models/model.ts";
import { fromKerasConfig } from "../saving/from-keras-config.ts";
import { toKerasConfig } from "../saving/to-keras-config.ts";
import { clearSession } from "../utilities/names.ts";
import { checkedFile, type ImageModel, MobileNet, MobileNetV2, MobileNetV3Small } from "./index.ts";

function dispose(model: AnyLayer): void {
  for (const weight of model.weights) weight.dispose();
}

afterEach(clearSession);

describe("architectures train", () => {
  const small: Readonly<Record<string, () => ImageModel>> = {
    MobileNet: () => MobileNet({ classes: 3, alpha: 0.25, inputShape: [32, 32, 3] }),
    MobileNetV3Small: () =>
      MobileNetV3Small({ classes: 3, alpha: 0.25, minimalistic: true, inputShape: [32, 32, 3] }),
  };
  for (const [name, build] of Object.entries(small)) {
    it(`${name}: a step changes kernels and statistics, and scores are probabilities`, async () => {
      setSeed(1);
      const model = build();
      model.compile({ optimizer: "adam", loss: "sparseCategoricalCrossentropy" });
      const images = uniform([3, 32, 32, 3]);
      const before = model.weights.map((weight) => weight.dataSync());
      const [loss] = await model.trainOnBatch(images, [0, 1, 2]);
      expect(loss).toSatisfy(Number.isFinite);
      const changed = model.weights.filter((weight, index) =>
        weight.dataSync().some((value, place) => value !== before[index][place]),
      );
      expect(changed).toContain(model.weights[0]);
      expect(changed.length).toBeGreaterThan(0.9 * model.weights.length);
      const scores = model.apply(images);
      expect(scores.shape).toEqual([3, 3]);
      for (const sum of scores.sum(-1).dataSync()) expect(sum).toBeCloseTo(1, 5);
      dispose(model);
    });
  }
});

describe("weights of architectures", () => {
  const options = { alpha: 0.25, minimalistic: true, inputShape: [32, 32, 3], classes: 3 } as const;

  it("are read from a file of which the SHA-256 is known", async () => {
    const trained = MobileNetV3Small(options);
    const parts: Uint8Array<ArrayBuffer>[] = [];
    const target = {
      name: "mobile.weights.h5",
      write: (bytes: Uint8Array<ArrayBuffer>) => parts.push(bytes.slice()),
    };
    await trained.saveWeights(target);
    const file = new Blob(parts);
    const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", await file.arrayBuffer()));
    const sha256 = Array.from(digest, (byte) => byte.toString(16).padStart(2, "0")).join("");

    const model = MobileNetV3Small(options);
    await model.loadWeights(await checkedFile(file, sha256));
    expect(model.weights.map((weight) => weight.dataSync())).toEqual(
      trained.weights.map((weight) => weight.dataSync()),
    );
    const others = MobileNetV3Small({ ...options, classes: 5 });
    await expect(others.loadWeights(file)).rejects.toThrow(FileError);
    for (const each of [trained, model, others]) dispose(each);
  });
});

describe("options of architectures", () => {
  const narrow = { alpha: 0.35, inputShape: [32, 32, 3] };

  it("without the top, a model gives a feature map, or its mean or maximum", () => {
    const options = { ...narrow, includeTop: false } as const;
    expect(MobileNetV2(options).outputShape).toEqual([null, 1, 1, 1280]);
    expect(MobileNetV2({ ...options, pooling: "avg" }).outputShape).toEqual([null, 1280]);
    expect(MobileNetV2({ ...options, pooling: "max" }).outputShape).toEqual([null, 1280]);
  });

  it("without the top and a shape, images have any size", () => {
    const model = MobileNetV2({ alpha: 0.35, includeTop: false, pooling: "avg" });
    expect(model.inputShape).toEqual([null, null, null, 3]);
    expect(model.name).toBe("mobilenetv2_0.35_None");
  });

  it("a model can begin with a tensor that has been computed of an input", () => {
    const inputs = Input({ shape: [30, 30, 3] });
    const model = MobileNetV2({
      alpha: 0.35,
      inputTensor: new ZeroPadding2D(1).apply(inputs),
      name: "padded",
    });
    expect(model.inputShape).toEqual([null, 30, 30, 3]);
    expect(model.layers[1].name).toBe("zero_padding2d");
    expect(model.name).toBe("padded");
  });

  it("activations of scores can be left out", () => {
    const model = MobileNetV2({ ...narrow, classes: 2, classifierActivation: null });
    expect(toKerasConfig(model.getLayer("predictions"))).toMatchObject({ config: { activation: "linear" } });
  });

  it("a model is restored from its configuration", () => {
    const model = MobileNetV3Small({ ...narrow, classes: 2 });
    const config = toKerasConfig(model);
    const restored = fromKerasConfig(config);
    if (!(restored instanceof Model)) throw new Error("it is no model");
    expect(toKerasConfig(restored)).toEqual(config);
    expect(restored.countParams()).toBe(model.countParams());
    dispose(model);
    dispose(restored);
  });

  it("what is not accepted is refused, with what is", () => {
    expect(() => MobileNet({ inputShape: [16, 16, 3] })).toThrow(
      "MobileNet: the input shape is [16, 16, 3]; it must be [height, width, channels] with a height and a width of at least 32",
    );
    expect(() => MobileNet({ inputShape: [null, null, 3] })).toThrow("of at least 32");
    expect(() => MobileNet({ inputShape: [64, 64] })).toThrow("it must be [height, width, channels]");
    const options: object = { weights: "imagenet" };
    expect(() => MobileNet(options)).toThrow("await model.loadWeights(source) reads a file that you name");
    const misspelt: object = { includesTop: false };
    expect(() => MobileNet(misspelt)).toThrow('"includesTop" is an unknown option');
    const both = [Input({ shape: [32, 32, 3] }), Input({ shape: [32, 32, 3] })] as const;
    expect(() => MobileNet({ inputTensor: both[0].add(both[1]) })).toThrow("it must depend on one");
  });
});
