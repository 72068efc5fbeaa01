import { readFileSync } from "node:fs";
import { Tensor, type Variable } from "@strata/core";
import { joinContent, readZip, withSource } from "@strata/core/internal/files";
import { describe, expect, it, vi } from "vitest";
import { clearSession, type DataStructure, fromKerasConfig, loadModel, Model } from "../../index.ts";
import { mapStructure } from "../../layer/structure.ts";
import { isJsonRecord, type Json } from "../../schema/option.ts";
import { hasH5py, readWithH5py } from "../../testing/h5py.node.ts";
import {
  expectAsInKeras,
  expectStructureAsInKeras,
  numbersOf,
  structureOf,
} from "../../testing/keras-cases.node.ts";
import { tensorCasesIn } from "../../testing/keras-models.node.ts";
import { readHdf5 } from "../hdf5/read-hdf5.ts";
import type { Hdf5Group } from "../hdf5/tree.ts";
import { encodeKerasArchive } from "./archive.ts";

interface FileCase {
  readonly name: string;
  readonly files: readonly string[];
  readonly note?: string;
  readonly summary_text: string;
  readonly count_params: number;
  readonly h5_datasets: Json;
  readonly x: Json;
  readonly y: Json;
  readonly model: Json;
  readonly weights: Json;
  readonly outputs: Json;
  readonly compile?: Json;
  readonly optimizer_variables?: Json;
  readonly resume?: { readonly histories: readonly Record<string, number[]>[]; readonly weights_after: Json };
}

const folder = new URL("../../../fixtures/keras/files/", import.meta.url);
const cases: readonly FileCase[] = JSON.parse(readFileSync(new URL("index.json", folder), "utf8")).cases;

function toleranceOf({ note }: FileCase, scale = 1) {
  return note?.includes("1e-2")
    ? { absolute: 1e-2, relative: 1e-2 }
    : { absolute: 1e-5 * scale, relative: 1e-4 * scale };
}

function fileOf({ files }: FileCase, ending: string): URL {
  return new URL(files.find((file) => file.endsWith(ending)) ?? "", folder);
}

async function loaded(test: FileCase): Promise<Model> {
  clearSession();
  return loadModel(fileOf(test, ".keras"));
}

/** Datasets of a file as the cases list them. */
async function datasetsOf(group: Hdf5Group, path = ""): Promise<readonly [string, Json][]> {
  const found: [string, Json][] = [];
  for (const [name, member] of group.members) {
    if (member.kind === "group") found.push(...(await datasetsOf(member, `${path}${name}/`)));
    else {
      const attrs = Object.fromEntries([...member.attributes].map(([key, value]) => [key, String(value)]));
      found.push([`${path}${name}`, { shape: [...member.shape], dtype: member.dtype, attrs }]);
    }
  }
  return found;
}

/** Compares values exactly; the cases write the shortest decimal that is the same float32. */
function expectSameValues(found: readonly Variable[], cases: Json | undefined): void {
  const expected = tensorCasesIn(cases);
  expect(found.map(({ shape, dtype }) => ({ shape: [...shape], dtype }))).toEqual(
    expected.map(({ shape, dtype }) => ({ shape, dtype })),
  );
  found.forEach((each, index) => {
    expect([...each.dataSync()].map(Math.fround), each.name).toEqual(
      [...numbersOf(expected[index])].map(Math.fround),
    );
  });
}

async function archived(model: Model): Promise<{ config: Json; weights: Uint8Array; metadata: Json }> {
  const bytes = await joinContent(encodeKerasArchive(model));
  return withSource(bytes, {}, async (file) => {
    const zip = await readZip(file);
    const text = async (name: string) => JSON.parse(new TextDecoder().decode(await zip.read(name)));
    expect(zip.names).toEqual(["metadata.json", "config.json", "model.weights.h5"]);
    return {
      config: await text("config.json"),
      metadata: await text("metadata.json"),
      weights: await zip.read("model.weights.h5"),
    };
  });
}

/**
 * A configuration without the marks by which Python notes objects that are one, and with the optimizers of Keras's PyTorch
 * backend under the names that all backends have.
 */
function withoutMarks(json: Json): Json {
  if (Array.isArray(json)) return json.map(withoutMarks);
  if (!isJsonRecord(json)) return json;
  if (typeof json.module === "string" && json.module.startsWith("keras.src.backend.torch.optimizers.")) {
    return withoutMarks({ ...json, module: "keras.optimizers", registered_name: null });
  }
  const kept = Object.entries(json).filter(([name]) => name !== "shared_object_id");
  return Object.fromEntries(kept.map(([name, each]) => [name, withoutMarks(each)]));
}

/**
 * A bias before a normalization of each channel: its gradient is 0 but for rounding, and Adafactor makes whole steps even of
 * that.
 */
const withoutGradient = "s/bias";

const archives = cases.filter(({ files }) => files.some((file) => file.endsWith(".keras")));

describe.each(archives)("the archive $name that Keras saved", (test) => {
  it("loads with Keras's weights, outputs and summary", async () => {
    const model = await loaded(test);
    expectSameValues(model.weights, test.weights);
    expect(model.countParams()).toBe(test.count_params);
    const outputs = await model.predict(dataOf(test.x), { batchSize: 4, verbose: 0 });
    expectStructureAsInKeras("outputs", outputs, test.outputs, toleranceOf(test));
    const lines: string[] = [];
    model.summary({ lineLength: 90, printFn: (text) => lines.push(text) });
    expect(lines.join("\n").trimEnd()).toBe(test.summary_text.trimEnd());
  });

  it.runIf(test.resume !== undefined)("trains on with Keras's losses", async () => {
    const model = await loaded(test);
    expectSameValues(model.optimizer.variables, test.optimizer_variables);
    for (const expected of test.resume?.histories ?? []) {
      const { history } = await model.fit(dataOf(test.x), dataOf(test.y), {
        epochs: 1,
        batchSize: 4,
        shuffle: false,
        verbose: 0,
      });
      const { absolute, relative } = toleranceOf(test, 10);
      for (const [name, [value]] of Object.entries(expected)) {
        expect(Math.abs(history[name][0] - value), name).toBeLessThan(absolute + relative * Math.abs(value));
      }
    }
    tensorCasesIn(test.resume?.weights_after).forEach((expected, index) => {
      if (model.weights[index].name === withoutGradient) return;
      expectAsInKeras(`weight ${index} after`, model.weights[index], expected, toleranceOf(test, 10));
    });
  });

  it("is written again as Keras wrote it", async () => {
    const model = await loaded(test);
    const { config, metadata, weights } = await archived(model);
    expect(Object.fromEntries(await datasetsOf(readHdf5(weights)))).toEqual(test.h5_datasets);
    expect(metadata).toEqual({
      keras_version: "3.16.0",
      date_saved: expect.stringMatching(/^\d{4}-\d\d-\d\d@\d\d:\d\d:\d\d$/),
    });
    const written = await withSource(fileOf(test, ".keras"), {}, async (file) => {
      const zip = await readZip(file);
      return JSON.parse(new TextDecoder().decode(await zip.read("config.json")));
    });
    expect(config).toEqual(withoutMarks(written));
  });
});

it.skipIf(!hasH5py)("h5py finds in files written here what it finds in Keras's own", async () => {
  const pairs = await Promise.all(
    archives.map(async (test) => {
      const { weights } = await archived(await loaded(test));
      const original = await withSource(fileOf(test, ".keras"), {}, async (file) =>
        (await readZip(file)).read("model.weights.h5"),
      );
      return [weights, original];
    }),
  );
  const found = readWithH5py(pairs.flat());
  archives.forEach(({ name }, index) => {
    const [ours, theirs] = [found[2 * index], found[2 * index + 1]];
    expect(
      Object.keys(theirs).filter((path) => theirs[path].shape && !(path in ours)),
      name,
    ).toEqual([]);
    const common = Object.entries(ours).filter(([path]) => path in theirs);
    for (const [path, each] of common) expect(each, `${name}, ${path}`).toEqual(theirs[path]);
  });
});

/** A model of the case's configuration, with weights of its own. */
function restored({ model }: FileCase): Model {
  clearSession();
  const made = fromKerasConfig(model);
  if (made instanceof Model) return made;
  throw new Error("the configuration is not that of a model");
}

/** Data of a case as models take them. */
function dataOf(json: Json): DataStructure {
  return mapStructure<unknown, Tensor>(structureOf(json), (each) => {
    if (each instanceof Tensor) return each;
    throw new Error("the case holds no tensor");
  });
}

describe.each(cases)("the weights of $name that Keras saved", (test) => {
  it("are taken over by a model of the same configuration", async () => {
    vi.spyOn(console, "warn").mockImplementation(() => {});
    const model = restored(test);
    await model.loadWeights(fileOf(test, ".weights.h5"));
    expectSameValues(model.weights, test.weights);
    vi.restoreAllMocks();
  });
});
