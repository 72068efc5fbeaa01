// A page without a bundler, in Chromium: modules that a server gives as they lie in the package.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { inChromium } from "./chromium.mjs";

/** The page's use of both packages; its result comes back here. */
async function useInPage() {
  const { Adam, describeBackend, listFiles, loadSafetensors, removeFile, saveSafetensors, setSeed, tensor } =
    await import("/layers/dist/browser/core.js");
  const { Dense, exportOnnx, inWorker, loadModel, Sequential } = await import(
    "/layers/dist/browser/layers.js"
  );
  const { MobileNetV2 } = await import("/layers/dist/browser/applications.js");
  await import("/layers/dist/browser/methods.js");

  setSeed(1);
  const x = tensor([
    [0, 0],
    [0, 1],
    [1, 0],
    [1, 1],
  ]);
  const y = tensor([[0], [1], [1], [0]]);
  const model = new Sequential([
    new Dense(8, { activation: "tanh", inputShape: [2] }),
    new Dense(1, { activation: "sigmoid" }),
  ]);
  model.compile({ loss: "binaryCrossentropy", optimizer: new Adam(0.1), metrics: ["accuracy"] });
  const { history } = await model.fit(x, y, { epochs: 100, batchSize: 4, verbose: 0 });

  await model.save("indexeddb://page.keras");
  const loaded = await loadModel("indexeddb://page.keras");
  const outputs = async (each) => (await each.predict(x, { verbose: 0 })).arraySync();
  const isSame = JSON.stringify(await outputs(loaded)) === JSON.stringify(await outputs(model));
  await saveSafetensors("opfs://page.safetensors", { y });
  const files = [...(await listFiles("indexeddb://")), ...(await listFiles("opfs://"))];
  const { y: again } = await loadSafetensors("opfs://page.safetensors");
  for (const { name } of files) await removeFile(name);
  await model.saveWeights("downloads://page.weights.h5");
  const { epoch } = await inWorker(loaded).fit(x, y, { epochs: 3, verbose: 0 });
  const missing = new Worker("/nowhere.js", { type: "module" });
  const failure = await inWorker(loaded, { worker: missing }).fit(x, y).catch(String);
  const onnx = await exportOnnx(model);
  return {
    sorted: tensor([3, 1, 2]).sort().arraySync(),
    accuracy: history.accuracy.at(-1),
    isSame,
    again: again.arraySync(),
    files: files.map(({ name }) => name),
    epoch,
    failure,
    onnx: onnx.length > 0,
    parameters: new MobileNetV2({ weights: null }).countParams(),
    backend: describeBackend(),
  };
}

export async function useBuiltPackagesInPage() {
  await inChromium(async (page) => {
    const complaints = [];
    page.on("pageerror", (error) => complaints.push(String(error)));
    page.on("console", (message) => {
      if (message.type() === "error" && !message.location().url.endsWith("/nowhere.js")) {
        complaints.push(message.text());
      }
    });
    const [download, { accuracy, backend, ...found }] = await Promise.all([
      page.waitForEvent("download"),
      page.evaluate(useInPage),
    ]);
    assert.deepEqual(found, {
      sorted: [1, 2, 3],
      isSame: true,
      again: [[0], [1], [1], [0]],
      files: ["indexeddb://page.keras", "opfs://page.safetensors"],
      epoch: [0, 1, 2],
      failure: "Error: inWorker: the worker fails: its module cannot be loaded",
      onnx: true,
      parameters: 3538984,
    });
    assert.equal(accuracy, 1, "a page learns");
    assert.match(backend, /threads: [1-9]/);
    assert.equal(download.suggestedFilename(), "page.weights.h5");
    const saved = await readFile(await download.path());
    assert.equal(saved.subarray(1, 4).toString(), "HDF", "the browser saved the weights");
    assert.deepEqual(complaints, []);
  });
}
