/** Weights as Keras publishes them, in files that h5py writes in their layout: they cannot be downloaded by a test. */
import { execFileSync } from "node:child_process";
import { zeros } from "@strata/core";
import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { VarianceScaling } from "../initializers/variance-scaling.ts";
import { Model } from "../models/model.ts";
import { hasH5py } from "../testing/h5py.node.ts";
import { clearSession } from "../utilities/names.ts";
import { EfficientNetB0, type ImageModel, MobileNet } from "./index.ts";

const script = `
import h5py, io, json, sys
import numpy as np
out = io.BytesIO()
with h5py.File(out, "w") as file:
    layers = json.load(sys.stdin)
    file.attrs["layer_names"] = [each["name"].encode() for each in layers]
    file.attrs["backend"] = b"tensorflow"
    file.attrs["keras_version"] = b"2.1.5"
    for index, layer in enumerate(layers):
        group = file.create_group(layer["name"])
        # Of a layer without weights it is an empty array of numbers.
        group.attrs["weight_names"] = [each[0].encode() for each in layer["weights"]]
        for name, shape in layer["weights"]:
            group.create_dataset(name, data=np.full(shape, index + 1, dtype="float32"))
sys.stdout.buffer.write(out.getvalue())
`;

/** The number of its layer in every weight. */
function fileOf(model: ImageModel): Uint8Array {
  const layers = model.layers.map(({ name, weightPaths }) => ({
    name,
    weights: [...weightPaths].map(([path, { shape }]) => [`${name}/${path}:0`, shape]),
  }));
  const input = JSON.stringify(layers);
  return new Uint8Array(execFileSync("/usr/bin/python3", ["-c", script], { input, maxBuffer: 2 ** 26 }));
}

const options = { alpha: 0.25, inputShape: [32, 32, 3] } as const;

/** What stands first in the weights of each layer that has any. */
const firstsOf = (model: ImageModel): ReadonlyMap<string, readonly number[]> =>
  new Map(
    model.layers
      .filter(({ weights }) => weights.length > 0)
      .map(({ name, weights }) => [name, weights.map((each) => each.value.dataSync()[0])]),
  );

beforeEach(() => {
  clearSession();
  // Initial values take long to draw, and are replaced.
  vi.spyOn(VarianceScaling.prototype, "apply").mockImplementation((shape, dtype) => zeros(shape, dtype));
});
afterEach(() => vi.restoreAllMocks());

describe.runIf(hasH5py)("weights in the files that Keras publishes", () => {
  let whole: Uint8Array;
  let withoutTop: Uint8Array;
  beforeAll(() => {
    whole = fileOf(MobileNet({ ...options, classes: 10 }));
    withoutTop = fileOf(MobileNet({ ...options, includeTop: false }));
  });

  it("are taken over in order, whatever the layers are called", async () => {
    const model = MobileNet({ ...options, classes: 10 });
    await model.loadWeights(whole);
    const places = model.layers.map(({ name }) => name);
    const found = [...firstsOf(model)];
    expect(found.length).toBe(55);
    for (const [name, firsts] of found) expect(new Set(firsts)).toEqual(new Set([places.indexOf(name) + 1]));
  });

  it("without the top fit a network with one by name, whose top stays as it is", async () => {
    const model = MobileNet({ ...options, classes: 4 });
    await expect(model.loadWeights(withoutTop)).rejects.toThrow(
      "with byName: true layers are found by their names",
    );
    await model.loadWeights(withoutTop, { byName: true });
    const firsts = firstsOf(model);
    expect(firsts.get("conv1")).toEqual([2]);
    expect(firsts.get("conv_pw_13")?.[0]).toBeGreaterThan(50);
    expect(firsts.get("conv_preds")).toEqual([0, 0]);
  });

  it("of another number of classes are refused, or left out where the caller says so", async () => {
    const model = MobileNet({ ...options, classes: 4 });
    await expect(model.loadWeights(whole)).rejects.toThrow("conv_preds, weight 0: it has the shape");
    expect(firstsOf(model).get("conv1")).toEqual([0]);
    const warn = vi.spyOn(console, "warn").mockImplementation(() => undefined);
    await model.loadWeights(whole, { skipMismatch: true });
    expect(warn).toHaveBeenCalledOnce();
    expect(firstsOf(model).get("conv1")).toEqual([2]);
  });

  it("are not read by the option weights, which says how they are, and where they come from", () => {
    for (const weights of ["imagenet", "/home/me/mobilenet_1_0_224_tf.h5"]) {
      const given: object = { ...options, weights };
      expect(() => MobileNet(given)).toThrow(
        "await model.loadWeights(source) reads a file that you name; those that Keras has trained are written by " +
          "model.save_weights in Python, and are in ~/.keras/models where it was used",
      );
    }
  });
});

it("EfficientNet brings pixels to the scale that the published weights were trained with", async () => {
  const pixels = [[[[255, 127.5, 0]]]];
  const [mean, deviation] = [
    [0.485, 0.456, 0.406],
    [0.229, 0.224, 0.225],
  ];
  for (const includeImageNetScaling of [false, true]) {
    clearSession();
    const network = EfficientNetB0({
      includeTop: false,
      includeImageNetScaling,
      inputShape: [null, null, 3],
    });
    const normalization = network.getLayer("normalization");
    normalization.setWeights([mean, deviation.map((each) => each ** 2), 0]);
    const last = network.layers[includeImageNetScaling ? 3 : 2];
    const found = new Model({ inputs: network.input, outputs: last.output }).apply(pixels);
    const expected = mean.map((each, channel) => {
      const normal = (pixels[0][0][0][channel] / 255 - each) / deviation[channel];
      return includeImageNetScaling ? normal / Math.sqrt(deviation[channel]) : normal;
    });
    expect([...found.dataSync()].map((each) => each.toFixed(4))).toEqual(
      expected.map((each) => each.toFixed(4)),
    );
  }
});
