import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  FileError,
  loadNpz,
  loadSafetensors,
  loadSafetensorsHeader,
  saveSafetensors,
  zerosLike,
} from "@strata/core";
import { afterAll, describe, expect, it, vi } from "vitest";
import {
  BatchNormalization,
  clearSession,
  Dense,
  Input,
  loadModel,
  type Model,
  Sequential,
} from "../../index.ts";

const folder = mkdtempSync(join(tmpdir(), "strata-by-path-"));

afterAll(() => rmSync(folder, { recursive: true }));

const kerasFiles = new URL("../../../fixtures/keras/files/", import.meta.url);
const archives = readdirSync(kerasFiles).filter((name) => name.endsWith(".keras"));

function classifier(units = 3): Sequential {
  return new Sequential([
    Input({ shape: [4] }),
    new Dense(units, { name: "hidden" }),
    new BatchNormalization({ name: "scaling" }),
    new Dense(2, { name: "scores", kernelInitializer: "ones" }),
  ]);
}

async function valuesOf(model: Model): Promise<Record<string, unknown>> {
  return Object.fromEntries([...model.weightPaths].map(([path, each]) => [path, each.dataSync()]));
}

describe.each([".safetensors", ".safetensors.index.json", ".npz"])("weights by path in %s", (ending) => {
  it.each(archives)("are the same to the bit after saving and loading: %s", async (name) => {
    const path = join(folder, `${name}${ending}`);
    clearSession();
    const model = await loadModel(new URL(name, kerasFiles));
    const before = await valuesOf(model);
    await model.saveWeights(path);
    for (const weight of model.weightPaths.values()) weight.assign(zerosLike(weight));
    await model.loadWeights(path);
    expect(await valuesOf(model)).toEqual(before);
  });

  it("have the paths as names", async () => {
    const path = join(folder, `names${ending}`);
    await classifier().saveWeights(path);
    const read = ending === ".npz" ? await loadNpz(path) : await loadSafetensors(path);
    const names = ["beta", "gamma", "moving_mean", "moving_variance"].map((name) => `scaling/${name}`);
    expect(Object.keys(read).sort()).toEqual([
      "hidden/bias",
      "hidden/kernel",
      ...names,
      "scores/bias",
      "scores/kernel",
    ]);
  });

  it("of layers without names of their own are found again in another model of the same process", async () => {
    const path = join(folder, `unnamed${ending}`);
    const make = (): Sequential => new Sequential([Input({ shape: [2] }), new Dense(3), new Dense(2)]);
    const [first, second] = [make(), make()];
    await first.saveWeights(path);
    await second.loadWeights(path);
    expect(second.weights.map((each) => each.dataSync())).toEqual(
      first.weights.map((each) => each.dataSync()),
    );
  });

  it("that do not fit are refused before anything is changed, or left out with a warning", async () => {
    const path = join(folder, `other${ending}`);
    await classifier(5).saveWeights(path);
    const model = classifier();
    const before = await valuesOf(model);
    const loading = model.loadWeights(path);
    await expect(loading).rejects.toThrow(FileError);
    await expect(loading).rejects.toThrow(
      `${path}, "hidden/kernel": it has the shape [4, 5]; the weight has [4, 3]`,
    );
    expect(await valuesOf(model)).toEqual(before);
    const warn = vi.spyOn(console, "warn").mockImplementation(() => undefined);
    await model.loadWeights(path, { skipMismatch: true });
    expect(warn.mock.calls.join()).toContain("hidden/kernel");
    warn.mockRestore();
  });
});

describe("a safetensors file of weights", () => {
  it("says what is missing, and what has no place in the model", async () => {
    const path = join(folder, "part.safetensors");
    const model = classifier();
    await model.saveWeights(path);
    expect((await loadSafetensorsHeader(path)).metadata).toEqual({ format: "strata" });
    const { "hidden/bias": bias, ...others } = await loadSafetensors(path);
    await saveSafetensors(path, others);
    await expect(model.loadWeights(path)).rejects.toThrow('"hidden/bias": it is missing in the file');
    await saveSafetensors(path, { ...others, "hidden/bias": bias, extra: [1] });
    await expect(model.loadWeights(path)).rejects.toThrow('"extra": the model has no weight of this path');
    await expect(model.loadWeights(path, { byName: true })).rejects.toThrow(
      "byName is for Keras's older format",
    );
  });

  it("keeps the dtype, and takes any float", async () => {
    const path = join(folder, "half.safetensors");
    const half = new Sequential([Input({ shape: [2] }), new Dense(1, { name: "d", dtype: "bfloat16" })]);
    await half.saveWeights(path);
    expect((await loadSafetensorsHeader(path)).tensors["d/kernel"].dtype).toBe("BF16");
    const full = new Sequential([Input({ shape: [2] }), new Dense(1, { name: "d" })]);
    await full.loadWeights(path);
    expect(full.weightPaths.get("d/kernel")?.dataSync()).toEqual(
      half.weightPaths.get("d/kernel")?.dataSync(),
    );
    await half.saveWeights(join(folder, "half.npz"));
    await half.loadWeights(join(folder, "half.npz"));
    expect(readFileSync(join(folder, "half.npz")).includes("<f4")).toBe(true);
  });

  it("is refused for a model that is not built, and for one that knows a vocabulary", async () => {
    const path = join(folder, "never.safetensors");
    await expect(new Sequential([new Dense(1)]).saveWeights(path)).rejects.toThrow("is not built");
    const layer = new Dense(1);
    const model = new Sequential([Input({ shape: [2] }), layer]);
    const texts = new Map([["vocabulary.txt", "a"]]);
    vi.spyOn(layer, "readKnowledge").mockReturnValue({ texts, numbers: new Map() });
    await expect(model.saveWeights(path)).rejects.toThrow(
      'saveWeights: the layer "dense" knows vocabulary.txt, which is no tensor; save the model as .keras',
    );
  });

  it("keeps the numbers that a layer knows besides its weights", async () => {
    const path = join(folder, "numbers.safetensors");
    const layer = new Dense(1, { name: "d" });
    const model = new Sequential([Input({ shape: [2] }), layer]);
    const numbers = new Map([["idf_weights", [1, 2]]]);
    vi.spyOn(layer, "readKnowledge").mockReturnValue({ texts: new Map(), numbers });
    const taken = vi.spyOn(layer, "takeKnowledge");
    await model.saveWeights(path);
    expect((await loadSafetensors(path))["d/idf_weights"].arraySync()).toEqual([1, 2]);
    await model.loadWeights(path);
    expect(taken).toHaveBeenCalledWith({ texts: new Map(), numbers });
  });
});
