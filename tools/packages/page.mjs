// A page without a bundler, in Chromium: modules that a server gives as they lie in the package.
import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import { extname, join } from "node:path";
import { chromium } from "playwright";

const executable = process.env.CHROMIUM ?? "/usr/bin/chromium";

const root = join(import.meta.dirname, "../../packages");

const types = { ".js": "text/javascript", ".html": "text/html" };

/** What the page does with both packages; its result comes back here. */
async function useInPage() {
  const { Adam, describeBackend, listFiles, loadSafetensors, removeFile, saveSafetensors, setSeed, tensor } =
    await import("/layers/dist/browser/core.js");
  const { Dense, exportOnnx, loadModel, Sequential } = await import("/layers/dist/browser/layers.js");
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
  await saveSafetensors("opfs://page.safetensors", { y });
  const files = [...(await listFiles("indexeddb://")), ...(await listFiles("opfs://"))];
  const { y: again } = await loadSafetensors("opfs://page.safetensors");
  for (const { name } of files) await removeFile(name);
  await model.saveWeights("downloads://page.weights.h5");
  const onnx = await exportOnnx(model);
  return {
    sorted: tensor([3, 1, 2]).sort().arraySync(),
    accuracy: history.accuracy.at(-1),
    isSame: JSON.stringify(await outputs(loaded)) === JSON.stringify(await outputs(model)),
    again: again.arraySync(),
    files: files.map(({ name }) => name),
    onnx: onnx.length > 0,
    parameters: new MobileNetV2({ weights: null }).countParams(),
    backend: describeBackend(),
  };
}

export async function useBuiltPackagesInPage() {
  if (!existsSync(executable)) {
    console.log(`There is no ${executable}: the packages were not used in a page.`);
    return;
  }
  const server = createServer(async ({ url }, response) => {
    const { pathname } = new URL(url, "http://localhost");
    // The page's icon, which the browser asks for, is empty.
    const isPage = pathname === "/" || pathname === "/favicon.ico";
    const content = isPage ? "<!doctype html>" : await readFile(join(root, pathname)).catch(() => null);
    response.writeHead(content === null ? 404 : 200, {
      "Content-Type": types[extname(pathname)] ?? "text/html",
      "Cross-Origin-Opener-Policy": "same-origin",
      "Cross-Origin-Embedder-Policy": "require-corp",
      // All that a page has to allow: WebAssembly, and threads that are made of text.
      "Content-Security-Policy":
        "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'; worker-src 'self' blob:",
    });
    response.end(content);
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  const browser = await chromium.launch({
    executablePath: executable,
    args: ["--no-sandbox", "--disable-gpu", "--disable-background-networking"],
  });
  try {
    const page = await browser.newPage();
    const complaints = [];
    page.on("pageerror", (error) => complaints.push(String(error)));
    page.on("console", (message) => {
      if (message.type() === "error") complaints.push(message.text());
    });
    await page.goto(`http://localhost:${server.address().port}/`);
    const [download, { accuracy, backend, ...found }] = await Promise.all([
      page.waitForEvent("download"),
      page.evaluate(useInPage),
    ]);
    assert.deepEqual(found, {
      sorted: [1, 2, 3],
      isSame: true,
      again: [[0], [1], [1], [0]],
      files: ["indexeddb://page.keras", "opfs://page.safetensors"],
      onnx: true,
      parameters: 3538984,
    });
    assert.equal(accuracy, 1, "a page learns");
    assert.match(backend, /threads: [1-9]/);
    assert.equal(download.suggestedFilename(), "page.weights.h5");
    const saved = await readFile(await download.path());
    assert.equal(saved.subarray(1, 4).toString(), "HDF", "the browser saved the weights");
    assert.deepEqual(complaints, []);
  } finally {
    await browser.close();
    server.close();
  }
}
