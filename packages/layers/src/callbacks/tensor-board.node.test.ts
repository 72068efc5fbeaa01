/** What the events say is read back with a protobuf library of others in exchange/tensorboard. */
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { readRecords } from "../formats/record-framing.ts";
import { Dense } from "../layers/core/dense.ts";
import { Embedding } from "../layers/embedding/embedding.ts";
import { Flatten } from "../layers/reshaping/flatten.ts";
import { Sequential } from "../models/sequential.ts";
import { TensorBoard, type TensorBoardOptions } from "./tensor-board.ts";

let folder = "";

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "strata-tensor-board-"));
});

afterEach(() => {
  rmSync(folder, { recursive: true });
});

const x = [[1], [2], [3], [4]];
const y = [[2], [4], [6], [8]];

function compiled(): Sequential {
  const model = new Sequential([new Dense(1)]);
  model.compile({ optimizer: "sgd", loss: "mse" });
  return model;
}

/** The number of records in each file of a folder. */
async function countsIn(path: string): Promise<number[]> {
  const counts: number[] = [];
  for (const name of readdirSync(path)) {
    let count = 0;
    for await (const _ of readRecords(name, [readFileSync(join(path, name))])) count++;
    counts.push(count);
  }
  return counts;
}

describe("TensorBoard", () => {
  it("makes no folder for what does not happen, and files of their own for each fit", async () => {
    const logDir = join(folder, "deep", "logs");
    const board = new TensorBoard(logDir);
    const model = compiled();
    await model.fit(x, y, { epochs: 2, verbose: 0, callbacks: [board] });
    expect(readdirSync(logDir)).toEqual(["train"]);
    await model.fit(x, y, { verbose: 0, callbacks: [board] });
    // The version and the graph, then loss and learning rate of each epoch.
    expect((await countsIn(join(logDir, "train"))).sort()).toEqual([4, 6]);
  });

  it("takes a file URL, and writes the results of evaluate", async () => {
    const model = compiled();
    await model.evaluate(x, y, {
      verbose: 0,
      callbacks: [new TensorBoard(new URL(`${pathToFileURL(folder).href}/logs%20here`))],
    });
    expect(readdirSync(folder)).toEqual(["logs here"]);
    expect(await countsIn(join(folder, "logs here", "validation"))).toEqual([2]);
  });

  it("has what was written so far while training runs, and after it fails", async () => {
    let found: number[] = [];
    const failing = {
      onEpochEnd: async (epoch: number) => {
        found = await countsIn(join(folder, "train"));
        if (epoch === 1) throw new Error("the power is cut");
      },
    };
    const callbacks = [new TensorBoard(folder, { writeGraph: false }), failing];
    await expect(compiled().fit(x, y, { epochs: 5, verbose: 0, callbacks })).rejects.toThrow(
      "the power is cut",
    );
    expect(found).toEqual([5]);
  });

  it("writes embeddings as tables that the projector finds", async () => {
    const model = new Sequential([
      new Embedding(3, 2, { name: "words" }),
      new Flatten(),
      new Dense(1, { name: "score" }),
    ]);
    model.compile({ optimizer: "sgd", loss: "mse" });
    const board = new TensorBoard(folder, {
      embeddingsFreq: 1,
      embeddingsMetadata: { words: 'names "of" words.tsv' },
    });
    await model.fit([[0], [1], [2]], [[0], [1], [2]], { verbose: 0, callbacks: [board] });
    const config = readFileSync(join(folder, "train", "projector_config.pbtxt"), "utf8");
    expect(config).toBe(
      'embeddings {\n  tensor_name: "words"\n  tensor_path: "words.tsv"\n  metadata_path: "../names \\"of\\" words.tsv"\n}\n',
    );
    const table = readFileSync(join(folder, "train", "words.tsv"), "utf8");
    const rows = table
      .trimEnd()
      .split("\n")
      .map((line) => line.split("\t").map(Number));
    expect(rows).toEqual(await model.getWeights()[0].array());
  });

  it("refuses metadata of layers that there are not", async () => {
    const board = new TensorBoard(folder, { embeddingsFreq: 1, embeddingsMetadata: { wrods: "words.tsv" } });
    await expect(compiled().fit(x, y, { verbose: 0, callbacks: [board] })).rejects.toThrow(
      'TensorBoard: embeddingsMetadata has "wrods"; the model has no embeddings',
    );
  });

  it.each<[object, string]>([
    [{ logDir: "" }, "logDir"],
    [{ updateFreq: 0 }, "updateFreq"],
    [{ updateFreq: "step" }, "updateFreq"],
    [{ profileBatch: [5, 2] }, "profileBatch"],
    [{ profileBatch: -1 }, "profileBatch"],
    [{ histogramFreq: 0.5 }, "histogramFreq"],
    [{ writeGrads: true }, '"writeGrads" is an unknown option'],
  ])("refuses %j", (given: TensorBoardOptions, named) => {
    expect(() => new TensorBoard(given)).toThrow(named);
  });

  it("says which folder cannot be written to", async () => {
    writeFileSync(join(folder, "logs"), "a file");
    const board = new TensorBoard(join(folder, "logs"));
    await expect(compiled().fit(x, y, { verbose: 0, callbacks: [board] })).rejects.toThrow(
      /logs\/train\/events.out.tfevents.*: its folder cannot be made: a part of its path is no folder/,
    );
  });
});
