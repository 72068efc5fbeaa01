/** The two files of each pair are the same network: from one seed they give the same numbers, on images of MNIST. */
import { setSeed, shuffledIndices } from "@strata/core";
import { setOutput } from "@strata/layers";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import * as convnetOnCore from "./mnist-convnet/core.ts";
import * as convnetOfLayers from "./mnist-convnet/layers.ts";
import * as lstmOnCore from "./mnist-lstm/core.ts";
import * as lstmOfLayers from "./mnist-lstm/layers.ts";
import { batches, batchSize } from "./mnist-mlp/core.ts";
import { firstOf, loadMnist, type Mnist } from "./mnist-mlp/data.ts";

const seed = 42;
const steps = 8;

let slice: Mnist;

beforeAll(async () => {
  const { training, test: held } = await loadMnist();
  // The last batch is a smaller one.
  slice = { training: firstOf(training, batchSize * steps - 32), test: firstOf(held, 256) };
  setOutput({ isTerminal: false, columns: 80, write: () => {} });
  vi.spyOn(console, "log").mockImplementation(() => {});
});

afterAll(() => {
  setOutput(null);
  vi.restoreAllMocks();
});

test.each([
  { name: "mnist-convnet", low: convnetOnCore, high: convnetOfLayers },
  { name: "mnist-lstm", low: lstmOnCore, high: lstmOfLayers },
])("$name: the losses of the first steps agree to 1e-5", async ({ low, high }) => {
  setSeed(seed);
  const onCore: number[] = [];
  low.train(slice, 1, (loss) => onCore.push(loss));

  setSeed(seed);
  const model = high.createModel();
  const ofLayers: number[] = [];
  for (const { images, labels } of batches(slice.training, shuffledIndices(slice.training.count, 0))) {
    model.resetMetrics();
    const [loss] = await model.trainOnBatch(images, labels);
    ofLayers.push(loss);
  }
  expect(ofLayers).toHaveLength(steps);
  onCore.forEach((loss, step) => {
    expect(Math.abs(loss - ofLayers[step])).toBeLessThan(1e-5 * loss);
  });
  expect(onCore[steps - 1]).toBeLessThan(onCore[0]);
});
