import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { Worker } from "node:worker_threads";
import { rolldown } from "rolldown";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Dense, inWorker, Sequential } from "../index.ts";
import { casesInWorker } from "./testing/in-worker-cases.ts";

const folder = mkdtempSync(join(tmpdir(), "strata-in-worker-"));
afterAll(() => rmSync(folder, { recursive: true }));

/** A worker that runs a module of the sources, which Node itself would not read. */
async function started(path: string): Promise<Worker> {
  const bundle = await rolldown({
    input: fileURLToPath(new URL(path, import.meta.url)),
    platform: "node",
    resolve: { conditionNames: ["@strata/source", "node", "import"] },
  });
  await bundle.write({ dir: folder, entryFileNames: "worker.mjs", chunkFileNames: "[name].mjs" });
  return new Worker(join(folder, "worker.mjs"));
}

describe("in a worker of Node", () => {
  let worker: Worker;
  beforeAll(async () => {
    worker = await started("./testing/worker-with-doubling.ts");
  });
  afterAll(() => worker.terminate());

  casesInWorker(() => worker);
});

it("a worker that fails is an error that says so", async () => {
  const model = new Sequential([new Dense(1, { inputShape: [1] })]);
  model.compile({ loss: "mse" });
  const worker = new Worker("throw new TypeError('it has no memory')", { eval: true });
  await expect(inWorker(model, { worker }).fit([[1]], [[1]])).rejects.toThrow(
    "inWorker: the worker fails: it has no memory",
  );
  await expect(inWorker(model, { worker }).fit([[1]], [[1]])).rejects.toThrow(
    "the worker fails: it has ended",
  );
  const notAWorker = { postMessage: () => undefined, terminate: () => undefined };
  await expect(inWorker(model, { worker: notAWorker }).fit([[1]], [[1]])).rejects.toThrow(
    "the worker must be a Worker of node:worker_threads",
  );
});
