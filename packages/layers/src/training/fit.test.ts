import {
  Adam,
  add,
  clip,
  div,
  dropout,
  gradients,
  jit,
  log,
  matmul,
  memoryUse,
  mul,
  neg,
  relu,
  SGD,
  setSeed,
  shuffledIndices,
  softmax,
  sum,
  type Tensor,
  tensor,
  uniform,
  variable,
  zeros,
} from "@strata/core";
import { describe, expect, it } from "vitest";
import type { Callback, Logs } from "../callbacks/callback.ts";
import type { CallContext } from "../layer/any-layer.ts";
import { Layer } from "../layer/layer.ts";
import { Dense } from "../layers/core/dense.ts";
import { Input } from "../layers/core/input-layer.ts";
import { Dropout } from "../layers/regularization/dropout.ts";
import { MeanSquaredError } from "../metrics/index.ts";
import { Sequential } from "../models/sequential.ts";
import { expectClose } from "../testing/close.ts";
import { setOutput } from "../utilities/output.ts";

const quiet = { verbose: 0 } as const;

function range(count: number): Float32Array {
  return Float32Array.from({ length: count }, (_, index) => index);
}

/** y = 2x + 1. */
function makeLine(count: number): { x: Tensor; y: Float32Array } {
  const x = range(count).map((value) => value / count);
  return { x: tensor(x, [count, 1]), y: x.map((value) => 2 * value + 1) };
}

function makeLinearModel(): Sequential {
  const model = new Sequential([new Dense(1, { inputShape: [1], kernelInitializer: "zeros" })]);
  model.compile({ optimizer: new SGD({ learningRate: 0.1 }), loss: "meanSquaredError" });
  return model;
}

describe("training gives Keras's own numbers", () => {
  it("evaluate over batches of different sizes (trainer_test.py, TestTrainer.test_evaluate_flow)", async () => {
    const model = new Sequential([new Dense(3, { useBias: false, kernelInitializer: "ones" })]);
    model.compile({ optimizer: "sgd", loss: "mse", metrics: [new MeanSquaredError()] });
    const x = tensor(new Float32Array(400).fill(1), [100, 4]);
    const results = await model.evaluate(x, zeros([100, 3]), { batchSize: 16, ...quiet });
    expectClose(results, [16, 16]);
    expect(model.metricsNames).toEqual(["loss", "mean_squared_error"]);
  });

  it("fit with a schedule (learning_rate_schedule_test.py, test_fit_lr_correctness)", async () => {
    const model = new Sequential([new Dense(2, { kernelInitializer: "ones", biasInitializer: "ones" })]);
    // ExponentialDecay(0.05, decaySteps 1, decayRate 0.9), written as a function of the step.
    const learningRate = (step: Tensor): Tensor => mul(0.05, tensor(0.9).pow(step.cast("float32")));
    const optimizer = new Adam({ learningRate });
    model.compile({ optimizer, loss: "mse" });
    const data = tensor(range(32), [16, 2]);
    const { history } = await model.fit(data, data, { epochs: 3, batchSize: 4, shuffle: false, ...quiet });
    expectClose(history.loss, [230.79457092285156, 128.30319213867188, 79.33648681640625], {
      absolute: 0,
      relative: 5e-5,
    });
    expect(optimizer.iterations.item()).toBe(12);
  });
});

describe("fit", () => {
  it.each(["float16", "bfloat16"] as const)(
    "trains weights of %s, with a state of float32",
    async (dtype) => {
      setSeed(3);
      const hidden = new Dense(16, { activation: "relu", dtype, inputShape: [2] });
      const model = new Sequential([hidden, new Dense(2, { activation: "softmax", dtype })]);
      const optimizer = new Adam({ learningRate: 0.02 });
      model.compile({ optimizer, loss: "sparseCategoricalCrossentropy" });
      const x = Array.from({ length: 200 }, (_, index) => [Math.sin(index), Math.cos(3 * index)]);
      const y = x.map(([a, b]) => Number(a * b > 0));
      const { history } = await model.fit(x, y, { epochs: 20, batchSize: 20, ...quiet });
      expect(history.loss[0]).toBeGreaterThan(0.6);
      expect(history.loss[19]).toBeLessThan(0.2);
      expect(model.weights.map((weight) => weight.dtype)).toEqual(Array(4).fill(dtype));
      expect(optimizer.variables.slice(1).every((slot) => slot.dtype === "float32")).toBe(true);
    },
  );

  it("gives the numbers of the same network written by hand on core, step by step", async () => {
    const count = 20;
    const batchSize = 8;
    const x = range(count * 3).map((value) => Math.sin(value));
    const labels = Uint8Array.from({ length: count }, (_, index) => index % 3);
    const epochs = 3;

    setSeed(42);
    const glorot = (inputs: number, outputs: number): Tensor => {
      const limit = Math.sqrt(6 / (inputs + outputs));
      return uniform([inputs, outputs], { minimum: -limit, maximum: limit });
    };
    const weights = [
      variable(glorot(3, 5)),
      variable(zeros([5])),
      variable(glorot(5, 3)),
      variable(zeros([3])),
    ];
    const [w1, b1, w2, b2] = weights;
    const adam = new Adam();
    adam.build(weights);
    const step = jit((rows: Tensor, targets: Tensor) => {
      const hidden = dropout(relu(add(matmul(rows, w1), b1)), 0.2);
      const p = softmax(add(matmul(hidden, w2), b2));
      const q = clip(div(p, sum(p, -1, true)), 1e-7, 1 - 1e-7);
      const loss = neg(sum(mul(targets, log(q)), -1)).mean();
      adam.applyGradients(gradients(loss, weights), weights);
      return loss;
    });
    const byHand: number[] = [];
    for (let epoch = 0; epoch < epochs; epoch++) {
      const order = shuffledIndices(count, epoch);
      for (let start = 0; start < count; start += batchSize) {
        const rows = [...order.subarray(start, start + batchSize)];
        const batch = rows.map((row) => [...x.subarray(row * 3, row * 3 + 3)]);
        const targets = rows.map((row) => [0, 1, 2].map((label) => Number(label === labels[row])));
        byHand.push(step(tensor(batch), tensor(targets)).item());
      }
    }

    setSeed(42);
    const model = new Sequential();
    model.add(new Dense(5, { activation: "relu", inputShape: [3] }));
    model.add(new Dropout(0.2));
    model.add(new Dense(3, { activation: "softmax" }));
    model.compile({ optimizer: new Adam(), loss: "sparseCategoricalCrossentropy", metrics: ["accuracy"] });
    const means: number[] = [];
    const callback: Callback = { onTrainBatchEnd: (_, logs) => void means.push(logs.loss) };
    await model.fit(x, labels, { batchSize, epochs, callbacks: [callback], ...quiet });

    const sizes = [8, 8, 4];
    const expected = byHand.map((_, index) => {
      const first = index - (index % sizes.length);
      const seen = byHand.slice(first, index + 1);
      const total = seen.reduce((sumSoFar, loss, at) => sumSoFar + loss * sizes[at], 0);
      return total / sizes.slice(0, seen.length).reduce((a, b) => a + b);
    });
    expectClose(means, expected, { absolute: 0, relative: 1e-6 });
  });

  it("traces a step once for each size of batch, however many epochs there are", async () => {
    let calls = 0;
    class Counting extends Layer {
      override call(inputs: Tensor, { training }: CallContext): Tensor {
        if (training) calls++;
        return inputs;
      }
    }
    const { x, y } = makeLine(20);
    const model = new Sequential([Input({ shape: [1] }), new Counting(), new Dense(1)]);
    model.compile({ loss: "mse" });
    await model.fit(x, y, { batchSize: 8, epochs: 5, ...quiet });
    await model.fit(x, y, { batchSize: 8, epochs: 5, ...quiet });
    expect(calls).toBe(2);
  });

  it("learns a line, and stops where a callback says", async () => {
    const { x, y } = makeLine(64);
    const model = makeLinearModel();
    const stopping: Callback = {
      onEpochEnd(_, { loss }) {
        model.stopTraining = loss < 1e-4;
      },
    };
    const { history, epoch } = await model.fit(x, y, {
      epochs: 1000,
      batchSize: 16,
      callbacks: [stopping],
      ...quiet,
    });
    expect(epoch.length).toBeLessThan(500);
    expect(history.loss.at(-1)).toBeLessThan(1e-4);
    expectClose((await model.predict(tensor([0.25], [1, 1]), quiet)).arraySync(), [[1.5]], {
      absolute: 0.05,
    });
  });

  it("calls callbacks in order, waits for them, and shares the logs with the history", async () => {
    const { x, y } = makeLine(4);
    const calls: string[] = [];
    const note = (name: string): void => void calls.push(name);
    const first: Callback = {
      setParams: ({ epochs, steps }) => note(`${epochs} epochs of ${steps}`),
      onTrainBegin: () => note("trainBegin"),
      onEpochBegin: (epoch) => note(`epochBegin ${epoch}`),
      onTrainBatchBegin: (batch) => note(`batchBegin ${batch}`),
      onTrainBatchEnd: (batch, logs) => note(`batchEnd ${batch} ${Object.keys(logs).join()}`),
      onTestBegin: () => note("testBegin"),
      onTestBatchEnd: (batch) => note(`testBatchEnd ${batch}`),
      onTestEnd: () => note("testEnd"),
      onEpochEnd: async (epoch, logs) => {
        await new Promise((resolve) => setTimeout(resolve, 5));
        logs.extra = 7;
        note(`epochEnd ${epoch} ${Object.keys(logs).join()}`);
      },
      onTrainEnd: () => note("trainEnd"),
    };
    const second: Callback = { onEpochEnd: (_, logs: Logs) => note(`second ${logs.extra}`) };
    const model = makeLinearModel();
    const { history } = await model.fit(x, y, {
      batchSize: 2,
      epochs: 3,
      initialEpoch: 2,
      validationData: [x, y],
      validationBatchSize: 4,
      callbacks: [first, second],
      ...quiet,
    });
    expect(calls).toEqual([
      "3 epochs of 2",
      "trainBegin",
      "epochBegin 2",
      "batchBegin 0",
      "batchEnd 0 loss",
      "batchBegin 1",
      "batchEnd 1 loss",
      "testBegin",
      "testBatchEnd 0",
      "testEnd",
      "epochEnd 2 loss,val_loss,extra",
      "second 7",
      "trainEnd",
    ]);
    expect(history.extra).toEqual([7]);
  });

  it("keeps the last rows for validation, before shuffling, and validates with the weights of the epoch's end", async () => {
    const { x, y } = makeLine(10);
    const model = makeLinearModel();
    const { history } = await model.fit(x, y, { validationSplit: 0.25, batchSize: 3, ...quiet });
    const last = tensor(x.dataSync().slice(7), [3, 1]);
    const [loss] = await model.evaluate(last, y.slice(7), quiet);
    expectClose(history.val_loss, [loss]);
  });

  it("weights classes as it weights samples", async () => {
    const { x } = makeLine(6);
    const labels = Uint8Array.of(0, 1, 2, 0, 1, 2);
    const train = async (options: object): Promise<number[]> => {
      setSeed(9);
      const model = new Sequential([new Dense(3, { inputShape: [1], activation: "softmax" })]);
      model.compile({ loss: "sparse_categorical_crossentropy", metrics: ["acc"], weightedMetrics: ["acc"] });
      const { history } = await model.fit(x, labels, { epochs: 2, ...quiet, ...options });
      expect(Object.keys(history)).toEqual(["loss", "acc", "weighted_acc"]);
      return history.loss;
    };
    const byClass = await train({ classWeight: { 0: 2, 2: 0.5 } });
    expect(byClass).toEqual(await train({ sampleWeight: [2, 1, 0.5, 2, 1, 0.5] }));
    expect(byClass).not.toEqual(await train({}));
  });

  it("goes on where the epoch before ended with stepsPerEpoch, and sees the same order when it is resumed", async () => {
    const { x, y } = makeLine(12);
    const run = async (...parts: object[]): Promise<number[]> => {
      setSeed(3);
      const model = makeLinearModel();
      const losses: number[] = [];
      for (const part of parts) {
        const options = { batchSize: 4, stepsPerEpoch: 2, ...part, ...quiet };
        losses.push(...(await model.fit(x, y, options)).history.loss);
      }
      return losses;
    };
    const whole = await run({ epochs: 4 });
    expect(whole).toHaveLength(4);
    expect(await run({ epochs: 2 }, { epochs: 4, initialEpoch: 2 })).toEqual(whole);
  });

  it("retrains nothing that is frozen between two fits", async () => {
    const { x, y } = makeLine(8);
    const first = new Dense(2, { inputShape: [1] });
    const model = new Sequential([first, new Dense(1)]);
    model.compile({ loss: "mse", optimizer: "adam" });
    await model.fit(x, y, quiet);
    first.trainable = false;
    const before = model.getWeights().map((weight) => weight.arraySync());
    await model.fit(x, y, quiet);
    const after = model.getWeights().map((weight) => weight.arraySync());
    expect(after.slice(0, 2)).toEqual(before.slice(0, 2));
    expect(after[2]).not.toEqual(before[2]);
  });

  it("takes nested arrays, tensors, typed arrays, and rows of typed arrays alike", async () => {
    const rows = [
      [1, 2],
      [3, 4],
      [5, 6],
    ];
    const forms = [
      rows,
      tensor(rows),
      Float32Array.of(1, 2, 3, 4, 5, 6),
      rows.map((row) => Float64Array.from(row)),
    ];
    const model = new Sequential([Input({ shape: [2] }), new Dense(1, { kernelInitializer: "ones" })]);
    for (const form of forms) {
      expect((await model.predict(form, { batchSize: 2, ...quiet })).arraySync()).toEqual([[3], [7], [11]]);
    }
  });

  it("cuts a flat typed array of labels for each place of a sequence", async () => {
    const model = new Sequential([Input({ shape: [3, 2] }), new Dense(4, { activation: "softmax" })]);
    model.compile({ loss: "sparseCategoricalCrossentropy" });
    const x = range(30).map((value) => Math.sin(value));
    const labels = Int32Array.from({ length: 15 }, (_, index) => index % 4);
    const options = { batchSize: 2, ...quiet };
    const flat = await model.evaluate(x, labels, options);
    expect(flat).toEqual(await model.evaluate(x, tensor(labels, [5, 3]), options));
  });

  it("computes in float64 when the layers do", async () => {
    const model = new Sequential([
      new Dense(1, { inputShape: [1], dtype: "float64", kernelInitializer: "ones" }),
    ]);
    const [[value]] = [...(await model.predict([[1 / 3]], quiet)).dataSync()].map((each) => [each]);
    expect(value).toBe(1 / 3);
  });

  it("prints a line an epoch, and lets other tasks run meanwhile", async () => {
    let text = "";
    setOutput({ isTerminal: false, columns: 80, write: (part) => (text += part) });
    try {
      const { x, y } = makeLine(8);
      await makeLinearModel().fit(x, y, { epochs: 2, batchSize: 4, validationData: [x, y] });
    } finally {
      setOutput(null);
    }
    const line = "2/2 - 0s - \\d+[mu]?s/step - loss: \\d\\.\\d{4} - val_loss: \\d\\.\\d{4}\n";
    expect(text).toMatch(new RegExp(`^Epoch 1/2 - ${line}Epoch 2/2 - ${line}$`));
  });
});

describe("memory", () => {
  it("does not grow with the number of steps", async () => {
    const { x, y } = makeLine(64);
    const model = makeLinearModel();
    const used = async (epochs: number): Promise<number> => {
      await model.fit(x, y, { epochs, batchSize: 1, ...quiet });
      await model.evaluate(x, y, { batchSize: 1, ...quiet });
      globalThis.gc?.();
      await new Promise((resolve) => setTimeout(resolve, 20));
      return memoryUse().storageBytes;
    };
    const few = await used(2);
    // What earlier tests left behind may be freed in between.
    expect(await used(40)).toBeLessThanOrEqual(few);
  });
});

describe("models that are dropped", () => {
  it("leave memory where it was", async () => {
    const { x, y } = makeLine(4);
    const used = async (count: number): Promise<number> => {
      for (let made = 0; made < count; made++) {
        const model = new Sequential([new Dense(64, { inputShape: [1] }), new Dense(1)]);
        model.compile({ optimizer: "adam", loss: "mse" });
        await model.fit(x, y, quiet);
      }
      for (let turn = 0; turn < 5; turn++) {
        globalThis.gc?.();
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
      return memoryUse().storageBytes;
    };
    const few = await used(3);
    expect(await used(12)).toBeLessThanOrEqual(few);
  });
});

describe("train and test on batch", () => {
  it("gather until they are reset", async () => {
    const model = makeLinearModel();
    const [first] = await model.testOnBatch([[1]], [1]);
    const { loss } = await model.testOnBatch([[1]], [3], { returnDict: true });
    expect([first, loss]).toEqual([1, 5]);
    model.resetMetrics();
    expect(await model.trainOnBatch([[1]], [3])).toEqual([9]);
    model.resetMetrics();
    const [after] = await model.testOnBatch([[1]], [3]);
    expect(after).toBeLessThan(9);
  });
});
