import { Adam, listFiles, removeFile, setSeed, tensor } from "@strata/core";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { BackupAndRestore, CSVLogger, ModelCheckpoint } from "../callbacks/index.ts";
import { type Callback, Dense, Dropout, Input, loadModel, type Model, Sequential } from "../index.ts";

const x = tensor(
  Float32Array.from({ length: 40 }, (_, index) => Math.sin(index)),
  [20, 2],
);
const y = x.mul(2).sum([1], true);

function compiled(): Sequential {
  setSeed(7);
  const model = new Sequential([
    Input({ shape: [2] }),
    new Dense(8, { activation: "relu" }),
    new Dropout(0.2),
    new Dense(1),
  ]);
  model.compile({ optimizer: new Adam(0.01), loss: "mse", metrics: ["mae"] });
  return model;
}

const options = { epochs: 2, batchSize: 6, verbose: 0 } as const;

async function trained(): Promise<Sequential> {
  const model = compiled();
  await model.fit(x, y, options);
  return model;
}

async function outputsOf(model: Model): Promise<unknown> {
  return (await model.predict(x, { verbose: 0 })).arraySync();
}

const stores = ["indexeddb://", "opfs://"] as const;

async function removeAll(): Promise<void> {
  for (const store of stores) for (const { name } of await listFiles(store)) await removeFile(name);
}

beforeEach(removeAll);
afterEach(removeAll);

describe.each(stores)("a model in %s", (store) => {
  it.each(["model.keras", "folder/model.json", "folder/"])("as %s gives the same outputs", async (name) => {
    const model = await trained();
    await model.save(store + name);
    const loaded = await loadModel(store + (name.endsWith("/") ? `${name}model.json` : name));
    expect(await outputsOf(loaded)).toEqual(await outputsOf(model));
  });

  it("trains on with the same numbers", async () => {
    const model = await trained();
    await model.save(`${store}model.keras`);
    const loaded = await loadModel(`${store}model.keras`);
    setSeed(1);
    const { history } = await model.fit(x, y, options);
    setSeed(1);
    expect((await loaded.fit(x, y, options)).history).toEqual(history);
  });

  it.each(["model.weights.h5", "model.safetensors", "model.npz"])(
    "leaves its weights in %s",
    async (name) => {
      const model = await trained();
      await model.saveWeights(store + name);
      const other = compiled();
      await other.loadWeights(store + name);
      expect(await outputsOf(other)).toEqual(await outputsOf(model));
    },
  );

  it("is kept, logged and backed up by callbacks", async () => {
    const model = compiled();
    const interruption: Callback = {
      onEpochEnd(epoch) {
        if (epoch === 1) throw new Error("the tab was closed");
      },
    };
    const callbacks = () => [
      new ModelCheckpoint(`${store}epochs/{epoch}.keras`),
      new CSVLogger(`${store}log.csv`, { append: true }),
      new BackupAndRestore(`${store}backup`),
    ];
    const run = { ...options, epochs: 4 };
    await expect(model.fit(x, y, { ...run, callbacks: [...callbacks(), interruption] })).rejects.toThrow(
      "the tab was closed",
    );
    const resumed = compiled();
    await resumed.fit(x, y, { ...run, callbacks: callbacks() });
    const names = (await listFiles(store)).map(({ name }) => name.slice(store.length)).sort();
    expect(names).toEqual([
      "epochs/1.keras",
      "epochs/2.keras",
      "epochs/3.keras",
      "epochs/4.keras",
      "log.csv",
    ]);
    const last = await loadModel(`${store}epochs/4.keras`);
    const whole = compiled();
    await whole.fit(x, y, run);
    expect(await outputsOf(last)).toEqual(await outputsOf(whole));
  });

  it("that is not there is an error that names it", async () => {
    await expect(loadModel(`${store}model.keras`)).rejects.toThrow(`${store}model.keras: `);
  });
});

describe("a model that a user downloads", () => {
  /** The files that the browser would have saved. */
  async function downloadsOf(act: () => Promise<void>): Promise<File[]> {
    const saved: Promise<File>[] = [];
    const click = vi.spyOn(HTMLAnchorElement.prototype, "click").mockImplementation(function (
      this: HTMLAnchorElement,
    ) {
      const { download } = this;
      saved.push(
        fetch(this.href)
          .then((answer) => answer.blob())
          .then((blob) => new File([blob], download)),
      );
    });
    try {
      await act();
    } finally {
      click.mockRestore();
    }
    return Promise.all(saved);
  }

  it("comes back from the file that they choose", async () => {
    const model = await trained();
    const [file, ...others] = await downloadsOf(() => model.save("downloads://mine.keras"));
    expect([file.name, others]).toEqual(["mine.keras", []]);
    expect(await outputsOf(await loadModel(file))).toEqual(await outputsOf(model));
  });

  it("in TensorFlow.js's form comes back from its files in the input of a form", async () => {
    const model = await trained();
    const files = await downloadsOf(() => model.save("downloads://mine/model.json"));
    expect(files.map(({ name }) => name)).toEqual(["group1-shard1of1.bin", "model.json"]);
    const dropped = new DataTransfer();
    for (const file of files.toReversed()) dropped.items.add(file);
    const input = Object.assign(document.createElement("input"), { type: "file", multiple: true });
    input.files = dropped.files;
    if (input.files === null) throw new Error("the input has no files");
    expect(await outputsOf(await loadModel(input.files))).toEqual(await outputsOf(model));
  });
});

describe("a model of Keras", () => {
  const folder = "/packages/layers/fixtures/keras/files/";

  it("is loaded from a server, with progress, and its weights are those of the file beside it", async () => {
    const seen: number[] = [];
    const model = await loadModel(`${folder}cnn_batchnorm.keras`, {
      onProgress: ({ loaded }) => void seen.push(loaded),
    });
    expect(seen.length).toBeGreaterThan(0);
    const before = model.getWeights().map((each) => each.arraySync());
    const shuffled = before.map((_, index) => model.getWeights()[index].mul(0));
    model.setWeights(shuffled);
    await model.loadWeights(new URL(`${folder}cnn_batchnorm.weights.h5`, location.href));
    expect(model.getWeights().map((each) => each.arraySync())).toEqual(before);
  });
});
