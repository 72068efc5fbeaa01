import { setBackend, setSeed, tensor } from "@strata/core";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { fromKerasConfig } from "../../saving/from-keras-config.ts";
import { toKerasConfig } from "../../saving/to-keras-config.ts";
import { input, runLayerTest } from "../../testing/run-layer-test.ts";
import { CustomScaleLayer } from "./custom-scale-layer.ts";
import { LayerScale } from "./layer-scale.ts";

beforeEach(() => setSeed(3));

describe("layers of architectures hold to the common battery", () => {
  beforeAll(() => setBackend("reference"));
  afterAll(() => setBackend("cpu"));

  it("LayerScale", async () => {
    await runLayerTest({
      make: (options) => new LayerScale({ initValues: 0.5, projectionDim: 3, ...options }),
      inputs: input([null, null, 3]),
      trainableWeights: 1,
    });
  });

  it("CustomScaleLayer", async () => {
    await runLayerTest({
      make: (options) => new CustomScaleLayer({ scale: 0.25, ...options }),
      inputs: [input([null, null, 3]), input([null, null, 3])],
    });
  });
});

describe("layers of architectures compute, and are written, as in Keras", () => {
  it("LayerScale gives each channel a factor", () => {
    const layer = new LayerScale({ initValues: 0.5, projectionDim: 2, name: "scale" });
    expect(layer.apply([[2, 4]]).arraySync()).toEqual([[1, 2]]);
    expect(toKerasConfig(layer)).toMatchObject({
      module: "keras.src.applications.convnext",
      class_name: "LayerScale",
      config: { name: "scale", init_values: 0.5, projection_dim: 2 },
      registered_name: "LayerScale",
    });
    expect(fromKerasConfig(toKerasConfig(layer))).toBeInstanceOf(LayerScale);
  });

  it("CustomScaleLayer adds the second input, scaled, to the first", () => {
    const layer = new CustomScaleLayer({ scale: 0.5, name: "sum" });
    expect(layer.apply([tensor([[1, 2]]), tensor([[2, 4]])]).arraySync()).toEqual([[2, 4]]);
    expect(toKerasConfig(layer)).toMatchObject({
      module: "keras.src.applications.inception_resnet_v2",
      class_name: "CustomScaleLayer",
      config: { name: "sum", scale: 0.5 },
      registered_name: "CustomScaleLayer",
    });
    expect(fromKerasConfig(toKerasConfig(layer))).toBeInstanceOf(CustomScaleLayer);
  });
});
