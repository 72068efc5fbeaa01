import { readFileSync } from "node:fs";
import { FileError, type Tensor } from "@strata/core";
import { joinContent, readZip, withSource, writeZip, type ZipContent } from "@strata/core/internal/files";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { mutationsOf } from "../../../../core/src/testing/mutations.ts";
import {
  Dense,
  Flatten,
  Input,
  Lambda,
  loadModel,
  registerKerasSerializable,
  Sequential,
} from "../../index.ts";
import { clearSession } from "../../utilities/names.ts";
import { readHdf5 } from "../hdf5/read-hdf5.ts";
import type { Hdf5Group } from "../hdf5/tree.ts";
import { decodeKerasArchive, encodeKerasArchive } from "./archive.ts";

const fixtures = new URL("../../../fixtures/keras/", import.meta.url);
const fixture = (name: string) => new Uint8Array(readFileSync(new URL(name, fixtures)));

beforeEach(() => {
  vi.spyOn(console, "warn").mockImplementation(() => {});
});
afterEach(() => {
  vi.restoreAllMocks();
});

/** Runs a reader over damaged files: each is read, or refused by a FileError. */
async function expectRefusals(
  files: Iterable<Uint8Array>,
  read: (bytes: Uint8Array) => Promise<unknown>,
): Promise<number> {
  let refused = 0;
  for (const bytes of files) {
    clearSession();
    try {
      await read(bytes);
    } catch (error) {
      if (!(error instanceof FileError)) throw error;
      refused++;
    }
  }
  return refused;
}

async function readAll(group: Hdf5Group): Promise<void> {
  for (const member of group.members.values()) {
    if (member.kind === "group") await readAll(member);
    else await member.read();
  }
}

function entriesOf(archive: Uint8Array): Promise<readonly ZipContent[]> {
  return withSource(archive, {}, async (file) => {
    const zip = await readZip(file);
    return Promise.all(zip.names.map(async (name) => ({ name, bytes: await zip.read(name) })));
  });
}

/** The archive with one entry replaced, and with the checksums of that. */
async function withEntry(archive: Uint8Array, name: string, bytes: Uint8Array): Promise<Uint8Array> {
  const entries = await entriesOf(archive);
  return joinContent(writeZip(entries.map((each) => (each.name === name ? { name, bytes } : each))));
}

describe("damaged files are read or refused by a FileError, and nothing else happens", () => {
  it.each(["files/bidirectional_gru.weights.h5", "legacy/cnn.h5"])("800 of %s", async (name) => {
    const damaged = mutationsOf(fixture(name), { count: 800, seed: 1 });
    expect(await expectRefusals(damaged, async (bytes) => readAll(readHdf5(bytes)))).toBeGreaterThan(400);
  });

  it.each(["config.json", "model.weights.h5"])("100 archives with another %s", async (name) => {
    const archive = fixture("files/seq_mlp_adam.keras");
    const entry = (await entriesOf(archive)).find((each) => each.name === name);
    const damaged = [...mutationsOf(entry?.bytes ?? archive, { count: 100, seed: 2 })];
    const refused = await expectRefusals(damaged, async (bytes) =>
      decodeKerasArchive(await withEntry(archive, name, bytes)),
    );
    expect(refused).toBeGreaterThan(50);
  });

  it("300 archives as a whole", async () => {
    const damaged = mutationsOf(fixture("files/seq_mlp_adam.keras"), { count: 300, seed: 3 });
    expect(await expectRefusals(damaged, (bytes) => loadModel(bytes))).toBeGreaterThan(200);
  });
});

describe("a configuration that asks for too much is refused", () => {
  const archive = fixture("files/seq_uncompiled.keras");
  const changed = async (from: string, to: string) => {
    const entry = (await entriesOf(archive)).find(({ name }) => name === "config.json");
    const text = new TextDecoder().decode(entry?.bytes).replace(from, to);
    return withEntry(archive, "config.json", new TextEncoder().encode(text));
  };

  it("by the size of the weights in the file, before memory is set aside", async () => {
    const before = process.memoryUsage().arrayBuffers;
    const bytes = await changed('"units": 6', '"units": 100000000');
    await expect(loadModel(bytes)).rejects.toThrow(
      'config.json: addWeight of "h/kernel": it has the shape [4, 100000000], for which the file has too few values',
    );
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(50e6);
  });

  it("by the depth of its nesting", async () => {
    await expect(
      loadModel(await changed('"name": "mlp"', `"name": ${"[".repeat(5000)}${"]".repeat(5000)}`)),
    ).rejects.toThrow("config.json: its JSON is nested deeper");
  });

  it("by a class that is not known", async () => {
    await expect(loadModel(await changed('"class_name": "Dense"', '"class_name": "Os"'))).rejects.toThrow(
      'config.json: fromKerasConfig: the class "Os"',
    );
  });
});

it("a Lambda is refused unless the caller trusts the file, and knows the function", async () => {
  const twice = (x: Tensor): Tensor => x.mul(2);
  registerKerasSerializable(twice, { name: "twice" });
  const model = new Sequential([Input({ shape: [1] }), new Dense(1), new Lambda(twice)]);
  const archive = await joinContent(encodeKerasArchive(model));
  await expect(loadModel(archive)).rejects.toThrow("config.json: there is a Lambda");
  const loaded = await loadModel(archive, { safeMode: false });
  expect(loaded.layers.map(({ name }) => name)).toEqual(model.layers.map(({ name }) => name));
});

describe("a model is saved so that it can be loaded, or not at all:", () => {
  const names = [
    "a/b/c",
    "/lead/",
    "..",
    "a\\b",
    "ü–模型🧠",
    "",
    " ",
    "\u0000",
    "a\nb",
    "__proto__",
    "constructor",
    "vars",
    "0",
    "n".repeat(5000),
  ];
  const model = (name: string) =>
    new Sequential([Input({ shape: [2] }), new Dense(3, { name }), new Dense(1)]);
  const valuesOf = ({ weights }: { readonly weights: Sequential["weights"] }) =>
    weights.map((each) => each.value.arraySync());
  const target = (name: string) => {
    const parts: Uint8Array<ArrayBuffer>[] = [];
    return { name, parts, write: (bytes: Uint8Array<ArrayBuffer>) => void parts.push(bytes.slice()) };
  };

  it.each(names)("a layer of the name %j", async (name) => {
    clearSession();
    const saved = model(name);
    const archive = target("a.keras");
    await saved.save(archive);
    const loaded = await loadModel(new Blob(archive.parts));
    expect(loaded.layers.map((layer) => layer.name)).toEqual(saved.layers.map((layer) => layer.name));
    expect(valuesOf(loaded)).toEqual(valuesOf(saved));
    for (const file of ["a.weights.h5", "a.safetensors", "a.npz"]) {
      const weights = target(file);
      const failure = await saved.saveWeights(weights).catch((error: unknown) => error);
      if (failure !== undefined) {
        expect([file, String(failure)]).toEqual(["a.npz", expect.stringContaining("leads out of it")]);
        continue;
      }
      const other = model(name);
      await other.loadWeights(new Blob(weights.parts));
      expect(valuesOf(other)).toEqual(valuesOf(saved));
    }
  });

  it("half a character in a name, which UTF-8 does not have", async () => {
    const saving = model("\ud800").saveWeights(target("a.safetensors"));
    await expect(saving).rejects.toThrow("has half of a character (a surrogate)");
  });

  it("without weights: an Input alone, and layers that have none", async () => {
    for (const layers of [[Input({ shape: [2] })], [Input({ shape: [2] }), new Flatten()], []]) {
      const archive = target("a.keras");
      await new Sequential(layers).save(archive);
      const loaded = await loadModel(new Blob(archive.parts));
      expect([loaded.weights.length, loaded.layers.length]).toEqual([0, Math.max(0, layers.length - 1)]);
    }
  });

  it("of models within models, deeper than files are read", async () => {
    let nested = new Sequential([Input({ shape: [2] }), new Dense(2)]);
    for (let depth = 0; depth < 40; depth++) nested = new Sequential([Input({ shape: [2] }), nested]);
    await expect(nested.save(target("a.keras"))).rejects.toThrow("nested deeper than 100 levels");
    await expect(nested.saveWeights(target("a.weights.h5"))).rejects.toThrow("more than 64 deep");
    const weights = target("a.safetensors");
    await nested.saveWeights(weights);
    await nested.loadWeights(new Blob(weights.parts));
  });
});
