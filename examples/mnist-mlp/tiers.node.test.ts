/** The two tiers are the same network: from one seed they give the same numbers, on images from MNIST itself. */
import { setSeed, shuffledIndices } from "@strata/core";
import { setOutput, toCategorical } from "@strata/layers";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import * as core from "./core.ts";
import { firstOf, loadMnist, type Mnist, pixels } from "./data.ts";
import * as layers from "./layers.ts";

const seed = 42;
const steps = 30;
const tolerance = 1e-6;

let all: Mnist;
let slice: Mnist;

beforeAll(async () => {
  all = await loadMnist();
  const { training, test } = all;
  // The last batch is a smaller one.
  slice = { training: firstOf(training, core.batchSize * steps - 32), test: firstOf(test, 1000) };
  setOutput({ isTerminal: false, columns: 80, write: () => {} });
  vi.spyOn(console, "log").mockImplementation(() => {});
});

afterAll(() => {
  setOutput(null);
  vi.restoreAllMocks();
});

function relativeDifference(left: number, right: number): number {
  return Math.abs(left - right) / Math.max(Math.abs(left), Math.abs(right));
}

test("the data are those of MNIST", () => {
  const { training, test } = all;
  expect([training.count, test.count]).toEqual([60_000, 10_000]);
  expect(training.images.length).toBe(60_000 * pixels);
  expect([...training.labels.subarray(0, 10)]).toEqual([5, 0, 4, 1, 9, 2, 1, 3, 1, 4]);
  expect([...test.labels.subarray(0, 10)]).toEqual([7, 2, 1, 0, 4, 1, 4, 9, 5, 9]);
  expect(Math.max(...test.images.subarray(0, pixels))).toBe(1);
});

test(`the losses of ${steps} steps agree to ${tolerance}`, async () => {
  setSeed(seed);
  const low: number[] = [];
  core.train(slice, 1, (loss) => low.push(loss));

  setSeed(seed);
  const model = layers.createModel();
  const high: number[] = [];
  for (const { images, labels } of core.batches(slice.training, shuffledIndices(slice.training.count, 0))) {
    model.resetMetrics();
    const [loss] = await model.trainOnBatch(images, toCategorical(labels, 10));
    high.push(loss);
  }

  expect(low).toHaveLength(steps);
  expect(high).toHaveLength(steps);
  const differences = low.map((loss, step) => relativeDifference(loss, high[step]));
  expect(Math.max(...differences)).toBeLessThan(tolerance);
  expect(low[steps - 1]).toBeLessThan(low[0] / 3);
});

test("an epoch ends with the same loss and accuracy on the test images", async () => {
  setSeed(seed);
  const low = core.train(slice, 1);
  setSeed(seed);
  const high = await layers.train(slice, 1);
  expect(relativeDifference(low.loss, high.loss)).toBeLessThan(1e-5);
  expect(high.accuracy).toBeCloseTo(low.accuracy, 6);
  expect(low.accuracy).toBeGreaterThan(0.8);
});
