import { Adam, FileError, normal, ShapeError, setSeed, type Tensor, uniform } from "@strata/core";
import { expect, it } from "vitest";
import { Dataset } from "../../data/dataset.ts";
import {
  type Callback,
  callbacks,
  Dense,
  Dropout,
  Input,
  inWorker,
  type Logs,
  Model,
  Sequential,
  setOutput,
  type WorkerLike,
} from "../../index.ts";
import { Doubling } from "./doubling.ts";

function compiled(): Sequential {
  setSeed(7);
  const model = new Sequential([
    new Dense(8, { activation: "relu", inputShape: [3] }),
    new Doubling(),
    new Dropout(0.3),
    new Dense(1),
  ]);
  model.compile({ optimizer: new Adam(0.01), loss: "mse", metrics: ["mae"] });
  return model;
}

const x = uniform([60, 3]);
const y = x.sum(-1, true);
const options = { epochs: 4, batchSize: 8, verbose: 0 } as const;

function valuesOf(model: Model): unknown {
  return model.getWeights().map((each: Tensor) => each.arraySync());
}

function abortable() {
  const controller = new AbortController();
  return { signal: controller.signal, abort: (reason: Error) => controller.abort(reason) };
}

/** What a user gains by a worker, whatever kind of worker the machine has. */
export function casesInWorker(workers: () => WorkerLike): void {
  const given = () => ({ worker: workers() });

  it("training gives the numbers, the weights and the optimizer's state of training here", async () => {
    const here = compiled();
    const there = compiled();
    const run = { ...options, validationSplit: 0.2, classWeight: undefined };
    setSeed(3);
    const expected = await here.fit(x, y, run);
    setSeed(3);
    const found = await inWorker(there, given()).fit(x, y, run);
    expect(found.history).toEqual(expected.history);
    expect(found.epoch).toEqual(expected.epoch);
    expect(valuesOf(there)).toEqual(valuesOf(here));
    setSeed(4);
    const more = await here.fit(x, y, options);
    setSeed(4);
    expect((await inWorker(there, given()).fit(x, y, options)).history).toEqual(more.history);
  });

  it("evaluate and predict give what they give here", async () => {
    const model = compiled();
    const there = inWorker(model, given());
    expect(await there.evaluate(x, y, { verbose: 0 })).toEqual(await model.evaluate(x, y, { verbose: 0 }));
    expect(await there.evaluate(x, y, { verbose: 0, returnDict: true })).toEqual(
      await model.evaluate(x, y, { verbose: 0, returnDict: true }),
    );
    const outputs: Tensor = await there.predict(x, { verbose: 0 });
    expect(outputs.arraySync()).toEqual((await model.predict(x, { verbose: 0 })).arraySync());
  });

  it("a model of several inputs and outputs takes and gives objects", async () => {
    const [a, b] = [Input({ shape: [3], name: "a" }), Input({ shape: [2], name: "b" })];
    const model = new Model({
      inputs: { a, b },
      outputs: { p: new Dense(1).apply(a), q: new Dense(2).apply(b) },
    });
    model.compile({ loss: { p: "mse", q: "mse" } });
    const data = { a: x, b: normal([60, 2]) };
    const there = inWorker(model, given());
    const { history } = await there.fit(data, { p: y, q: normal([60, 2]) }, options);
    expect(history.loss).toHaveLength(4);
    const { p, q } = await there.predict(data, { verbose: 0 });
    expect([p.shape, q.shape]).toEqual([
      [60, 1],
      [60, 2],
    ]);
  });

  it("callbacks run here, and see and change the model as it is there", async () => {
    const model = compiled();
    const seen: unknown[] = [];
    const watcher: Callback = {
      onTrainBegin: () => void seen.push("begin"),
      async onEpochEnd(epoch, logs) {
        const loss = (await model.evaluate(x, y, { verbose: 0 }))[0];
        seen.push([epoch, Object.keys(logs), Number.isFinite(loss)]);
        model.optimizer.learningRate = 0;
        if (epoch === 1) before = valuesOf(model);
      },
    };
    let before: unknown;
    await inWorker(model, given()).fit(x, y, { ...options, epochs: 3, callbacks: [watcher] });
    expect(seen).toEqual(["begin", ...[0, 1, 2].map((epoch) => [epoch, ["loss", "mae"], true])]);
    // At a learning rate of 0 nothing changes.
    expect(valuesOf(model)).toEqual(before);
  });

  it("EarlyStopping ends training, and restores the best weights", async () => {
    const worse: Callback = {
      onEpochEnd: (epoch, logs) => {
        logs.loss = epoch;
        if (epoch === 0) first = valuesOf(model);
      },
    };
    let first: unknown;
    const model = compiled();
    const early = new callbacks.EarlyStopping({ monitor: "loss", patience: 2, restoreBestWeights: true });
    const { epoch } = await inWorker(model, given()).fit(x, y, {
      ...options,
      epochs: 50,
      callbacks: [worse, early],
    });
    expect(epoch).toEqual([0, 1, 2]);
    expect(valuesOf(model)).toEqual(first);
  });

  it("callbacks of batches have the means of the epoch so far, for every batch", async () => {
    const losses: number[] = [];
    const callback: Callback = { onTrainBatchEnd: (_, { loss }: Logs) => void losses.push(loss) };
    const { history } = await inWorker(compiled(), given()).fit(x, y, {
      ...options,
      epochs: 1,
      callbacks: [callback],
    });
    expect(losses).toHaveLength(8);
    expect(losses.at(-1)).toBe(history.loss[0]);
  });

  it("the progress bar is drawn here, and ends with all batches", async () => {
    let text = "";
    setOutput({
      isTerminal: false,
      columns: 80,
      write(part) {
        text += part;
      },
    });
    try {
      await inWorker(compiled(), given()).fit(x, y, { ...options, epochs: 2, verbose: 1 });
    } finally {
      setOutput(null);
    }
    expect(text.match(/Epoch \d\/2/g)).toEqual(["Epoch 1/2", "Epoch 2/2"]);
    expect(text.match(/8\/8/g)?.length).toBeGreaterThanOrEqual(2);
  });

  it("stopTraining ends it from outside, a signal by its reason", async () => {
    const model = compiled();
    const endless = { ...options, epochs: 1_000_000 };
    setTimeout(() => {
      model.stopTraining = true;
    }, 150);
    const { epoch } = await inWorker(model, given()).fit(x, y, endless);
    expect(epoch.length).toBeLessThan(endless.epochs);
    const { signal, abort } = abortable();
    setTimeout(() => abort(new Error("enough")), 150);
    await expect(inWorker(model, { ...given(), signal }).fit(x, y, endless)).rejects.toThrow("enough");
    await expect(inWorker(model, { ...given(), signal }).fit(x, y)).rejects.toThrow("enough");
    // The worker is free for the next run.
    expect((await inWorker(model, given()).fit(x, y, options)).epoch).toHaveLength(4);
  });

  it("errors come here with their class and message", async () => {
    const there = inWorker(compiled(), given());
    await expect(there.fit(uniform([4, 2]), uniform([4, 1]), options)).rejects.toThrow(ShapeError);
    await expect(there.fit(x, y, { ...options, epochs: -1 })).rejects.toThrow(/^fit: epochs is -1/);
    const mine = new FileError("log.csv", "line 1", "it is full");
    const failing: Callback = {
      onEpochEnd() {
        throw mine;
      },
    };
    await expect(there.fit(x, y, { ...options, callbacks: [failing] })).rejects.toBe(mine);
    const unbuilt = new Sequential([new Dense(1)]);
    unbuilt.compile({ loss: "mse" });
    await expect(inWorker(unbuilt, given()).fit(x, y)).rejects.toThrow("has no weights yet; call build");
  });

  it("a dataset stays here, and is asked for its batches, in each epoch anew", async () => {
    const here = compiled();
    const there = compiled();
    const data = Dataset.fromTensorSlices([x, y]).shuffle(60, { seed: 1 }).batch(8);
    const run = {
      epochs: 3,
      verbose: 0,
      validationData: Dataset.fromTensorSlices([x, y]).batch(20),
    } as const;
    setSeed(3);
    const expected = await here.fit(data, undefined, run);
    setSeed(3);
    expect((await inWorker(there, given()).fit(data, undefined, run)).history).toEqual(expected.history);
    let passes = 0;
    const generator = function* () {
      passes++;
      for (let i = 0; i < 3; i++) yield [uniform([4, 3]), uniform([4, 1])] as const;
    };
    await inWorker(there, given()).fit(generator, undefined, { epochs: 2, verbose: 0 });
    expect(passes).toBe(2);
  });
}
