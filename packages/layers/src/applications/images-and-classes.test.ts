/** What comes before the networks, and behind: values of images, names of classes, files that are the right ones. */
import { FileError, tensor } from "@strata/core";
import { describe, expect, it } from "vitest";
import { Input } from "../layers/core/input-layer.ts";
import { Model } from "../models/model.ts";
import {
  checkedFile,
  convnext,
  decodePredictions,
  preprocessInput,
  readClassIndex,
  resnet,
} from "./index.ts";

const pixels = [[[255, 127.5, 0]]];

describe("preprocessInput", () => {
  it("takes images with channels first, too", () => {
    for (const mode of ["caffe", "tf", "torch"] as const) {
      const last = preprocessInput(pixels, mode);
      const first = preprocessInput(tensor(pixels).transpose([2, 0, 1]), mode, {
        dataFormat: "channelsFirst",
      });
      expect(first.transpose([1, 2, 0]).arraySync()).toEqual(last.arraySync());
    }
  });

  it("makes floats of whole numbers, and keeps float64", () => {
    expect(preprocessInput(tensor([[[255, 0, 0]]], undefined, "uint8"), "tf").dtype).toBe("float32");
    expect(preprocessInput(tensor(pixels, undefined, "float64"), "tf").dtype).toBe("float64");
  });

  it("is a step of a model", () => {
    const inputs = Input({ shape: [1, 1, 3] });
    const model = new Model({ inputs, outputs: resnet.preprocessInput(inputs) });
    expect(model.apply([pixels]).arraySync()).toEqual(resnet.preprocessInput([pixels]).arraySync());
    expect(convnext.preprocessInput(inputs)).toBe(inputs);
  });

  it("refuses another mode and other channels, with what it takes", () => {
    expect(() => Reflect.apply(preprocessInput, null, [pixels, "keras"])).toThrow(
      'preprocessInput: the mode is "keras"; it must be "caffe", "tf" or "torch"',
    );
    expect(() => preprocessInput([[[1, 2]]], "tf")).toThrow("axis -1 must be that of three channels");
  });
});

describe("decodePredictions", () => {
  const classes = ["tench", "goldfish", "shark"].map((description, index) => ({
    id: `n${index}`,
    description,
  }));

  it("gives the best classes of each image, best first", async () => {
    const scores = [
      [0.1, 0.7, 0.2],
      [0.5, 0, 0.5],
    ];
    expect(await decodePredictions(scores, classes, { top: 2 })).toEqual([
      [
        { id: "n1", description: "goldfish", score: expect.closeTo(0.7) },
        { id: "n2", description: "shark", score: expect.closeTo(0.2) },
      ],
      [
        { id: "n0", description: "tench", score: 0.5 },
        { id: "n2", description: "shark", score: 0.5 },
      ],
    ]);
    expect((await decodePredictions(scores, classes))[0]).toHaveLength(3);
  });

  it("refuses scores of another number of classes", async () => {
    await expect(decodePredictions([[1, 2]], classes)).rejects.toThrow(
      "decodePredictions: the predictions have the shape [1, 2]; it must be [images, 3]",
    );
  });
});

describe("files", () => {
  const text = '{ "1": ["n1", "goldfish"], "0": ["n0", "tench"] }';
  const sha256 = "a919ea892106e640f78d38313acc165bb4fb34e5d0d7d749542d9186e8a3b9e1";

  it("a class index is read by the numbers of its classes", async () => {
    expect((await readClassIndex(new Blob([text]))).map(({ description }) => description)).toEqual([
      "tench",
      "goldfish",
    ]);
  });

  it.each([
    ["[]", "it must be an object with a class by number"],
    ['{ "0": ["n0"] }', "class 0: it must be an array of a name and a description"],
    ['{ "1": ["n0", "tench"] }', "class 0: it must be"],
    ['{ "0": ["n0", "tench"]', "it is no JSON"],
  ])("a class index of another form is refused: %s", async (json, message) => {
    const reading = readClassIndex(new Blob([json]));
    await expect(reading).rejects.toThrow(FileError);
    await expect(reading).rejects.toThrow(message);
  });

  it("a file that is not the one that was meant is refused", async () => {
    const bytes = new TextEncoder().encode(text);
    const reading = checkedFile(bytes, "0".repeat(64));
    await expect(reading).rejects.toThrow(FileError);
    expect(await readClassIndex(await checkedFile(bytes, sha256.toUpperCase()))).toHaveLength(2);
    await expect(checkedFile(bytes, "abc")).rejects.toThrow("it must be 64 hexadecimal digits");
  });
});
