import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Dense, inWorker, Sequential } from "../index.ts";
import { casesInWorker } from "./testing/in-worker-cases.ts";

describe("in a worker of the browser", () => {
  let worker: Worker;
  beforeAll(() => {
    worker = new Worker(new URL("./testing/worker-with-doubling.ts", import.meta.url), { type: "module" });
  });
  afterAll(() => worker.terminate());

  casesInWorker(() => worker);
});

describe("without a worker of one's own", () => {
  const model = new Sequential([new Dense(1, { inputShape: [1] })]);
  model.compile({ loss: "mse", optimizer: "sgd" });

  it("one is started for the run", async () => {
    const { history } = await inWorker(model).fit([[1], [2]], [[2], [4]], { epochs: 3, verbose: 0 });
    expect(history.loss[2]).toBeLessThan(history.loss[0]);
  });

  it("one that has failed is an error that says so", async () => {
    const code = new Blob(["throw new TypeError('it has no memory')"], { type: "text/javascript" });
    const worker = new Worker(URL.createObjectURL(code), { type: "module" });
    const message = "inWorker: the worker fails: Uncaught TypeError: it has no memory";
    const training = inWorker(model, { worker });
    await new Promise((resolve) => worker.addEventListener("error", resolve, { once: true }));
    await expect(training.fit([[1]], [[1]])).rejects.toThrow(message);
    await expect(training.predict([[1]])).rejects.toThrow(message);
  });
});
