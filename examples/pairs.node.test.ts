/** The two files of each pair are the same network: from one seed they give the same numbers, on images of MNIST. */
import { setSeed, shuffledIndices, tensor } from "@strata/core";
import { setOutput } from "@strata/layers";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import * as transformerOnCore from "./character-transformer/core.ts";
import * as characters from "./character-transformer/data.ts";
import * as transformerOfLayers from "./character-transformer/layers.ts";
import * as convnetOnCore from "./mnist-convnet/core.ts";
import * as convnetOfLayers from "./mnist-convnet/layers.ts";
import * as lstmOnCore from "./mnist-lstm/core.ts";
import * as lstmOfLayers from "./mnist-lstm/layers.ts";
import { batches, batchSize } from "./mnist-mlp/core.ts";
import { firstOf, loadMnist, type Mnist } from "./mnist-mlp/data.ts";

const seed = 42;
const steps = 4;

let slice: Mnist;

beforeAll(async () => {
  const { training, test: held } = await loadMnist();
  // The last batch is a smaller one.
  slice = { training: firstOf(training, batchSize * steps - 32), test: firstOf(held, 64) };
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
  const model = high.createModel(steps);
  const ofLayers: number[] = [];
  for (const { images, labels } of batches(slice.training, shuffledIndices(slice.training.count, 0))) {
    model.resetMetrics();
    const [loss] = await model.trainOnBatch(images, labels);
    ofLayers.push(loss);
  }
  expectSame(onCore, ofLayers);
});

test("character-transformer: the losses of the first steps agree to 1e-5", async () => {
  const { alphabet, training, test: held } = await characters.loadText();
  const text = {
    alphabet,
    training: characters.firstWindows(training, characters.batchSize * steps - 8),
    test: characters.firstWindows(held, 2),
    toWrite: 0,
  };
  setSeed(seed);
  const onCore: number[] = [];
  await transformerOnCore.train(text, 1, (loss) => onCore.push(loss));

  setSeed(seed);
  const model = transformerOfLayers.createModel(alphabet.length);
  const ofLayers: number[] = [];
  const order = shuffledIndices(text.training.count, 0);
  for (const { x, y } of transformerOnCore.batches(text.training, order)) {
    model.resetMetrics();
    const [loss] = await model.trainOnBatch(x, y);
    ofLayers.push(loss);
  }
  expectSame(onCore, ofLayers);
});

test("character-transformer: what is written is of the alphabet, and follows the scores", async () => {
  const { alphabet, ...rest } = await characters.loadText();
  expect(alphabet).toHaveLength(60);
  const scores = new Float32Array(characters.length * alphabet.length);
  scores[scores.length - alphabet.length + alphabet.indexOf("a")] = 100;
  const text = await characters.write({ alphabet, ...rest, toWrite: 3 }, () =>
    tensor(scores, [1, characters.length, alphabet.length]),
  );
  expect(text).toBe("aaa");
});

function expectSame(onCore: readonly number[], ofLayers: readonly number[]): void {
  expect(ofLayers).toHaveLength(steps);
  onCore.forEach((loss, step) => {
    expect(Math.abs(loss - ofLayers[step])).toBeLessThan(1e-5 * loss);
  });
  expect(onCore[steps - 1]).toBeLessThan(onCore[0]);
}
