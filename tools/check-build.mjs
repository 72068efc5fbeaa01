// Uses the built packages as programs do: in Node, in bundles, and in a page without a bundler. What bundling can lose are the
// methods of tensors, which a side effect installs, and the threads, which are started from the source text of a function.
import assert from "node:assert/strict";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { availableParallelism, tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { pathToFileURL } from "node:url";
import { Adam, ShapeError, setSeed, uniform } from "@strata/core";
import { checkShape } from "@strata/core/internal";
import { Dense, Sequential } from "@strata/layers";
import { rolldown } from "rolldown";
import { runCommonJsBundle } from "./packages/common-js.mjs";
import { checkDeclarations } from "./packages/declarations.mjs";
import { useBuiltPackagesInPage } from "./packages/page.mjs";
import { checkSizes } from "./packages/sizes.mjs";
import { checkTarballs } from "./packages/tarballs.mjs";

assert.throws(() => checkShape("check", [-1]), ShapeError, "both doors of core lead to one module");
await trainOnThreads();
await runInBundleForBrowsers();
await runCommonJsBundle();
await useBuiltPackagesInPage();
await checkTarballs();
await checkDeclarations();
await checkSizes();
console.log(
  "The built packages train, on threads, in bundles for browsers and of CommonJS, and in a page without a bundler.",
);

async function trainOnThreads() {
  const expected = Math.min(2, availableParallelism()) - 1;
  process.env.STRATA_THREADS = "2";
  const threads = [];
  process.on("worker", (thread) => threads.push({ thread, online: once(thread, "online") }));
  // A thread that fails ends with a warning; its work is then done by the others.
  process.on("warning", (warning) => {
    throw warning;
  });

  setSeed(1);
  const x = uniform([2048, 64]);
  const y = x.sum(-1, true).greater(32).cast("float32");
  const model = new Sequential();
  model.add(new Dense(256, { activation: "relu", inputShape: [64] }));
  model.add(new Dense(1, { activation: "sigmoid" }));
  model.compile({ loss: "binaryCrossentropy", optimizer: new Adam() });

  const before = await model.evaluate(x, y, { verbose: 0 });
  await model.fit(x, y, { batchSize: 512, epochs: 1, verbose: 0 });
  assert.equal(threads.length, expected, "one thread helps the main one, where there are two cores");
  if (expected === 0) return;
  const [{ thread, online }] = threads;
  // Left alone, it does not keep this process alive.
  thread.ref();
  await online;
  thread.unref();
  await model.fit(x, y, { batchSize: 512, epochs: 1, verbose: 0 });
  const after = await model.evaluate(x, y, { verbose: 0 });
  assert.ok(after < before, `training lowers the loss: ${before} before, ${after} after`);
  // The warning of a thread that failed meanwhile arrives.
  await setTimeout(100);
}

async function runInBundleForBrowsers() {
  const source = `
    import { tensor } from "@strata/core";
    import "@strata/core/methods";
    import { toCategorical } from "@strata/layers";
    export const sum = tensor([1]).add(toCategorical([0], 1)).sort().arraySync();`;
  const program = {
    name: "program",
    resolveId: (id) => (id === "program.js" ? import.meta.filename : null),
    load: (id) => (id === import.meta.filename ? source : null),
  };
  const bundle = await rolldown({ input: "program.js", platform: "browser", plugins: [program] });
  const folder = await mkdtemp(join(tmpdir(), "strata-bundle-"));
  try {
    const { output } = await bundle.write({ dir: folder, entryFileNames: "program.mjs" });
    const parts = output.map(({ fileName }) => fileName);
    const foreign = output.flatMap(({ imports = [] }) => imports).filter((name) => !parts.includes(name));
    assert.deepEqual(foreign, [], "a bundle for browsers imports nothing from outside");
    await writeFile(join(folder, "package.json"), '{ "type": "module" }');
    const { sum } = await import(pathToFileURL(join(folder, "program.mjs")).href);
    assert.deepEqual(sum, [[2]]);
  } finally {
    await rm(folder, { recursive: true });
  }
}
