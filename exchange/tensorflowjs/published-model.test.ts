import { FileError, tensor } from "@strata/core";
import { loadModel, Model } from "@strata/layers";
import { expect, it } from "vitest";
import { describeWith, importPeer } from "../peers.ts";
import { Folder } from "./folder.ts";
import { importTensorFlow, type TensorFlowTensor } from "./tensorflow.ts";

/** A model that nsfwjs ships: `model.json`, and the files of weights in base64. */
interface Published {
  readonly name: string;
  modelJson(): Promise<{
    readonly default: { readonly weightsManifest: readonly { readonly paths: readonly string[] }[] };
  }>;
  readonly weightBundles: readonly (() => Promise<{ readonly default: string }>)[];
}

interface Nsfwjs {
  load(
    name: string,
    options: { modelDefinitions: readonly Published[] },
  ): Promise<{
    classify(
      image: TensorFlowTensor,
    ): Promise<readonly { readonly className: string; readonly probability: number }[]>;
  }>;
}

/** The classes, as nsfwjs lists them. */
const classes = ["Drawing", "Hentai", "Neutral", "Porn", "Sexy"];

/** Smooth colours with an edge between them, 224 × 224 pixels of 0 to 255. */
function picture(): Float32Array {
  const pixels = new Float32Array(224 * 224 * 3);
  for (let y = 0, at = 0; y < 224; y++) {
    for (let x = 0; x < 224; x++) {
      const isInside = (x - 100) ** 2 + (y - 120) ** 2 < 70 ** 2;
      pixels[at++] = isInside ? 200 : Math.round((255 * x) / 224);
      pixels[at++] = isInside ? 160 : Math.round((255 * y) / 224);
      pixels[at++] = isInside ? 120 : Math.round(128 + 100 * Math.sin(x / 9));
    }
  }
  return pixels;
}

async function folderOf({ modelJson, weightBundles }: Published): Promise<Folder> {
  const folder = new Folder();
  const json = (await modelJson()).default;
  folder.files.set("model.json", new TextEncoder().encode(JSON.stringify(json)));
  const paths = json.weightsManifest.flatMap((group) => group.paths);
  for (const [index, path] of paths.entries()) {
    folder.files.set(path, new Uint8Array(Buffer.from((await weightBundles[index]()).default, "base64")));
  }
  return folder;
}

describeWith(["@tensorflow/tfjs", "nsfwjs"], "the models of the npm package nsfwjs:", () => {
  it("MobileNet v2, with weights of 8 bits, classifies an image as nsfwjs does", async () => {
    const tf = await importTensorFlow();
    const { MobileNetV2Model } = await importPeer<{ MobileNetV2Model: Published }>(
      "nsfwjs/models/mobilenet_v2",
    );
    const { load } = await importPeer<Nsfwjs>("nsfwjs/core");
    const theirs = await load("MobileNetV2", { modelDefinitions: [MobileNetV2Model] });
    const expected = await theirs.classify(tf.tensor(picture(), [224, 224, 3], "int32"));

    const model = await loadModel((await folderOf(MobileNetV2Model)).source());
    expect(model).toBeInstanceOf(Model);
    expect(model.layers.length).toBe(162);
    const image = tensor(picture(), [1, 224, 224, 3]).div(255);
    const probabilities = await (await model.predict(image, { verbose: 0 })).data();
    expect(expected.length).toBe(classes.length);
    for (const { className, probability } of expected) {
      expect(probabilities[classes.indexOf(className)]).toBeCloseTo(probability, 5);
    }
  }, 60_000);

  it("a graph model is refused in words", async () => {
    const { MobileNetV2MidModel } = await importPeer<{ MobileNetV2MidModel: Published }>(
      "nsfwjs/models/mobilenet_v2_mid",
    );
    const loading = loadModel((await folderOf(MobileNetV2MidModel)).source());
    await expect(loading).rejects.toThrow(FileError);
    await expect(loading).rejects.toThrow(
      "model.json, format: it is a graph model: operations of TensorFlow without the layers",
    );
  });
});
