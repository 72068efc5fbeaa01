import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { FileError } from "@strata/core";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { Dense, Dropout, Input, loadModel, Sequential } from "../../index.ts";
import { hasH5py, readWithH5py } from "../../testing/h5py.node.ts";
import { clearSession } from "../../utilities/names.ts";

let folder = "";
beforeEach(() => {
  clearSession();
  folder = mkdtempSync(join(tmpdir(), "strata-shards-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

function network(): Sequential {
  const model = new Sequential([
    Input({ shape: [3] }),
    new Dense(4),
    new Dropout(0.1),
    new Dense(5),
    new Dense(2),
  ]);
  model.compile({ optimizer: "adam", loss: "meanSquaredError" });
  return model;
}

const weightsOf = (model: Sequential): unknown => model.weights.map((each) => each.value.arraySync());
const stateOf = (model: Sequential): unknown =>
  model.optimizer.variables.map((each) => each.value.arraySync());

const namesIn = (path: string): string[] =>
  readdirSync(path)
    .filter((name) => name.endsWith(".h5"))
    .sort();
const indexAt = (path: string) => JSON.parse(readFileSync(path, "utf8"));

describe("weights in several files", () => {
  it("are written as Keras names them, and come back with the state of the optimizer, to the bit", async () => {
    const model = network();
    await model.trainOnBatch([[1, 2, 3]], [[0, 1]]);
    const path = join(folder, "net.weights.json");
    await model.saveWeights(path, { maxShardBytes: 100 });
    const [first, second, third] = [0, 1, 2].map((number) => `net_0000${number}.weights.h5`);
    expect(indexAt(path)).toEqual({
      metadata: { total_size: 4 * 53 + 4 + 4 + 8 * 53 },
      weight_map: {
        "/layers/dense/vars": first,
        "/layers/dense_1/vars": second,
        "/layers/dense_2/vars": second.replace("1", "2"),
        "/optimizer/vars": third.replace("2", "3"),
      },
    });
    const other = network();
    await other.loadWeights(path);
    expect([weightsOf(other), stateOf(other)]).toEqual([weightsOf(model), stateOf(model)]);
    await other.loadWeights(new URL(`file://${path}`));
  });

  it.runIf(hasH5py)("are files that h5py opens, each with its own", async () => {
    const model = network();
    await model.saveWeights(join(folder, "net.weights.json"), { maxShardBytes: 100 });
    const files = readWithH5py(
      namesIn(folder).map((name) => new Uint8Array(readFileSync(join(folder, name)))),
    );
    const datasets = files.map((file) => Object.keys(file).filter((path) => file[path].shape !== undefined));
    expect(datasets).toEqual([
      ["layers/dense/vars/0", "layers/dense/vars/1"],
      ["layers/dense_1/vars/0", "layers/dense_1/vars/1"],
      ["layers/dense_2/vars/0", "layers/dense_2/vars/1", "optimizer/vars/0", "optimizer/vars/1"],
    ]);
    expect(files[0]["layers/dense/vars"].attrs).toEqual({ name: "dense" });
  });

  it("take the place of earlier ones under other names; the first file, which Keras always opens, is there", async () => {
    const path = join(folder, "net.weights.json");
    for (let time = 0; time < 3; time++) {
      const model = network();
      await model.saveWeights(path, { maxShardBytes: 100 });
      const named = new Set(Object.values(indexAt(path).weight_map).map(String));
      expect(namesIn(folder)).toEqual([...new Set(["net_00000.weights.h5", ...named])].sort());
      expect(named.has("net_00000.weights.h5")).toBe(time !== 1);
      const other = network();
      await other.loadWeights(path);
      expect(weightsOf(other)).toEqual(weightsOf(model));
    }
  });

  it("of one layer may be in several files, as newer versions of Keras write them", async () => {
    const model = network();
    const path = join(folder, "net.weights.json");
    await model.saveWeights(path, { maxShardBytes: 100 });
    const index = indexAt(path);
    for (const [key, name] of Object.entries(index.weight_map))
      index.weight_map[key] = [name, "net_00000.weights.h5"];
    writeFileSync(path, JSON.stringify(index));
    const other = network();
    await other.loadWeights(path);
    expect(weightsOf(other)).toEqual(weightsOf(model));
  });

  it("that are missing or lie elsewhere are refused, and so are files that are too small to be", async () => {
    const path = join(folder, "net.weights.json");
    const model = network();
    await model.saveWeights(path);
    writeFileSync(path, JSON.stringify({ metadata: {}, weight_map: { "/vars": "../net_00000.weights.h5" } }));
    await expect(model.loadWeights(path)).rejects.toThrow(FileError);
    writeFileSync(path, JSON.stringify({ metadata: {}, weight_map: { "/vars": "none.weights.h5" } }));
    await expect(model.loadWeights(path)).rejects.toThrow(
      "none.weights.h5: it cannot be opened: there is no such file",
    );
    await expect(model.saveWeights(path, { maxShardBytes: 0 })).rejects.toThrow(
      "it must be a number above 0",
    );
    await expect(model.saveWeights(join(folder, "a.weights.h5"), { maxShardBytes: 9 })).rejects.toThrow(
      "the target must end with .weights.json or .safetensors.index.json",
    );
  });
});

describe("a folder of TensorFlow.js", () => {
  const plain = (units: number): Sequential => new Sequential([Input({ shape: [3] }), new Dense(units)]);
  const filesIn = (): string[] => readdirSync(folder).sort();

  it("is replaced as a whole: new weights stand beside the old ones until model.json names them", async () => {
    await plain(2).save(`${folder}/`, { format: "tensorflowjs" });
    expect(filesIn()).toEqual(["group1-shard1of1.bin", "model.json"]);
    await plain(3).save(`${folder}/model.json`);
    expect(filesIn()).toEqual(["group2-shard1of1.bin", "model.json"]);
    await plain(4).save(`${folder}/`, { format: "tensorflowjs" });
    expect(filesIn()).toEqual(["group1-shard1of1.bin", "model.json"]);
    expect((await loadModel(`${folder}/model.json`)).countParams()).toBe(16);
  });

  it("may have several models, and loses no file that is not of the model that is replaced", async () => {
    await plain(2).save(`${folder}/`, { format: "tensorflowjs" });
    await plain(3).save(join(folder, "other.json"), { format: "tensorflowjs" });
    writeFileSync(join(folder, "notes.bin"), "mine");
    const json = indexAt(join(folder, "other.json"));
    json.weightsManifest[0].paths.push("notes.bin", "group1-shard1of1.bin", "../x");
    writeFileSync(join(folder, "other.json"), JSON.stringify(json));
    await plain(4).save(join(folder, "other.json"), { format: "tensorflowjs" });
    expect(filesIn()).toEqual([
      "group1-shard1of1.bin",
      "model.json",
      "notes.bin",
      "other.group1-shard1of1.bin",
      "other.json",
    ]);
    expect((await loadModel(`${folder}/model.json`)).countParams()).toBe(8);
    expect((await loadModel(`${folder}/other.json`)).countParams()).toBe(16);
  });
});
