/** The examples that are written at the high level only. */

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setSeed } from "@strata/core";
import { datasets, loadModel, Sequential, setOutput } from "@strata/layers";
import { afterAll, beforeAll, expect, test } from "vitest";
import * as fashion from "./fashion-mnist/layers.ts";
import { firstOf, loadMnist } from "./mnist-mlp/data.ts";
import { makeDays, noise } from "./two-inputs/data.ts";
import * as twoInputs from "./two-inputs/layers.ts";
import { drawGrid, imagesOf, VariationalAutoencoder } from "./variational-autoencoder/layers.ts";

beforeAll(() => setOutput({ isTerminal: false, columns: 80, write: () => {} }));
afterAll(() => setOutput(null));

test("two-inputs: losses and metrics have the names of the outputs, and fall", async () => {
  setSeed(42);
  const days = makeDays(640);
  const { temperatures, facts, sales, busiest } = days;
  const model = twoInputs.createModel();
  const { history } = await model.fit(
    { temperatures, facts },
    { sales, busiest },
    { batchSize: 32, epochs: 5, verbose: 0 },
  );
  expect(Object.keys(history).sort()).toEqual([
    "busiest_accuracy",
    "busiest_loss",
    "loss",
    "sales_loss",
    "sales_meanAbsoluteError",
  ]);
  expect(history.sales_loss[4]).toBeLessThan(history.sales_loss[0] / 2);
  expect(history.busiest_loss[4]).toBeLessThan(history.busiest_loss[0] / 2);
  history.loss.forEach((loss, epoch) => {
    expect(loss).toBeCloseTo(history.sales_loss[epoch] + 0.5 * history.busiest_loss[epoch], 4);
  });
});

test("two-inputs: the days follow the rule, but for the noise", () => {
  setSeed(42);
  const count = 400;
  const { temperatures, facts, sales, busiest } = makeDays(count);
  const mean = temperatures.mean(1).dataSync();
  const [fact, sold, part] = [facts.dataSync(), sales.dataSync(), busiest.dataSync()];
  const errors = Float64Array.from({ length: count }, (_, day) => {
    const [weekend, price] = [fact[2 * day], fact[2 * day + 1]];
    return sold[day] - (((mean[day] - 10) / 10) * (1 + 0.5 * weekend) - 0.5 * (price - 2));
  });
  const deviation = Math.sqrt(errors.reduce((sum, error) => sum + error ** 2, 0) / count);
  expect(deviation / noise.sales).toBeGreaterThan(0.9);
  expect(deviation / noise.sales).toBeLessThan(1.2);
  expect(new Set(part)).toEqual(new Set([0, 1, 2, 3]));
});

test("fashion-mnist: a Dataset of moved images trains, and the best model is in the file", async () => {
  setSeed(42);
  const [training, test] = await datasets.mnist.loadData();
  const first = ([x, y]: typeof training, count: number) =>
    [x.slice([[0, count]]), y.slice([[0, count]])] as const;
  const data = [first(training, 1536), first(test, 256)] as const;
  const folder = mkdtempSync(join(tmpdir(), "strata-fashion-"));
  try {
    const file = join(folder, "best.keras");
    const { loss, accuracy } = await fashion.train({ areClothes: false, data }, 3, file);
    expect(accuracy).toBeGreaterThan(0.6);
    const best = await loadModel(file);
    if (!(best instanceof Sequential)) throw new Error("no Sequential");
    const [x, y] = data[1];
    const found = await best.evaluate(x.expandDims(-1), y, { batchSize: 128, verbose: 0 });
    expect(found[0]).toBeCloseTo(loss, 5);
    expect(found[1]).toBeCloseTo(accuracy, 5);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test("variational-autoencoder: its own steps train, and what it gathers is reported", async () => {
  setSeed(42);
  const { training } = await loadMnist();
  const images = imagesOf(firstOf(training, 1024));
  const model = new VariationalAutoencoder();
  model.compile({ optimizer: "adam" });
  const { history } = await model.fit(images, null, {
    batchSize: 128,
    epochs: 2,
    verbose: 0,
    validationData: [images.slice([[0, 64]]), null],
  });
  expect(history.loss[1]).toBeLessThan(0.6 * history.loss[0]);
  expect(history.loss[1]).toBeCloseTo(history.reconstruction[1] + history.divergence[1], 2);
  expect(history.val_loss[1]).toBeLessThan(1.2 * history.loss[1]);
  const picture = await drawGrid(model);
  expect(picture.match(/<image /g)).toHaveLength(15 * 15);
});
