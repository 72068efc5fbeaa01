import { SGD, tensor } from "@strata/core";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { Dense } from "../layers/core/dense.ts";
import { Sequential } from "../models/sequential.ts";
import type { CompileOptions } from "../training/compile.ts";
import { setOutput } from "../utilities/output.ts";
import {
  type Callback,
  EarlyStopping,
  LambdaCallback,
  LearningRateScheduler,
  type Logs,
  ReduceLROnPlateau,
  RemoteMonitor,
  SwapEMAWeights,
  TerminateOnNaN,
} from "./index.ts";

let printed = "";

beforeEach(() => {
  printed = "";
  setOutput({
    isTerminal: false,
    columns: 80,
    write: (text) => {
      printed += text;
    },
  });
});

afterEach(() => {
  setOutput(null);
  vi.restoreAllMocks();
});

const x = [[1], [2]];
const y = [[2], [4]];

function compiled(options: CompileOptions = {}): Sequential {
  const model = new Sequential([new Dense(1, { kernelInitializer: "zeros" })]);
  model.build([null, 1]);
  model.compile({ optimizer: "sgd", loss: "mse", ...options });
  return model;
}

/** The one number of the kernel. */
function kernelOf(model: Sequential): number {
  return model.getWeights()[0].item();
}

/** Puts numbers of its own into the logs of epochs. */
function says(name: string, values: readonly number[]): Callback {
  return {
    onEpochEnd: (epoch, logs) => {
      logs[name] = values[epoch];
    },
  };
}

async function epochsOf(values: readonly number[], stopping: EarlyStopping): Promise<number> {
  const { epoch } = await compiled().fit(x, y, {
    epochs: values.length,
    verbose: 0,
    callbacks: [says(stopping.monitor, values), stopping],
  });
  return epoch.length;
}

describe("EarlyStopping", () => {
  it("waits as many epochs as its patience says", async () => {
    const values = [5, 4, 4, 4, 4, 4];
    expect(await epochsOf(values, new EarlyStopping({ monitor: "loss" }))).toBe(3);
    expect(await epochsOf(values, new EarlyStopping({ monitor: "loss", patience: 2 }))).toBe(4);
    expect(
      await epochsOf(values, new EarlyStopping({ monitor: "loss", patience: 2, startFromEpoch: 2 })),
    ).toBe(5);
  });

  it("counts only changes of a least size as improvements", async () => {
    const values = [5, 4.9, 4.8, 4.7];
    expect(await epochsOf(values, new EarlyStopping({ monitor: "loss", minDelta: 1, patience: 1 }))).toBe(2);
    expect(await epochsOf(values, new EarlyStopping({ monitor: "loss", minDelta: 0.05, patience: 1 }))).toBe(
      4,
    );
  });

  it("knows which metrics are better high, and asks about unknown ones", async () => {
    const stopping = new EarlyStopping({ monitor: "accuracy", patience: 1 });
    const fitted = async (monitor: Callback): Promise<number> => {
      const model = compiled({ metrics: ["accuracy"] });
      const { epoch } = await model.fit(x, y, {
        epochs: 4,
        verbose: 0,
        callbacks: [says("accuracy", [0.1, 0.2, 0.2, 0.3]), monitor],
      });
      return epoch.length;
    };
    expect(await fitted(stopping)).toBe(3);
    await expect(epochsOf([1, 2], new EarlyStopping({ monitor: "own", patience: 1 }))).rejects.toThrow(
      'EarlyStopping: mode is "auto", and nothing says whether "own" is better low or high',
    );
  });

  it("puts the weights of the best epoch back", async () => {
    const model = compiled();
    const kernels: number[] = [];
    const seen: Callback = { onEpochEnd: () => void kernels.push(kernelOf(model)) };
    const stopping = new EarlyStopping({
      monitor: "own",
      mode: "min",
      patience: 3,
      restoreBestWeights: true,
      verbose: 1,
    });
    await model.fit(x, y, {
      epochs: 10,
      verbose: 0,
      callbacks: [says("own", [3, 1, 2, 2, 2, 2, 2, 2, 2, 2]), seen, stopping],
    });
    expect(kernels).toHaveLength(5);
    expect(model.getWeights()[0].arraySync()).toEqual([[kernels[1]]]);
    expect(printed).toContain("Epoch 5: early stopping");
    expect(printed).toContain("best epoch: 2");
  });

  it("can be used again, and warns of a number that is not there", async () => {
    const warn = vi.spyOn(console, "warn").mockImplementation(() => {});
    const stopping = new EarlyStopping({ monitor: "loss" });
    expect(await epochsOf([1, 2, 3], stopping)).toBe(2);
    expect(await epochsOf([1, 2, 3], stopping)).toBe(2);
    await compiled().fit(x, y, { verbose: 0, callbacks: [new EarlyStopping()] });
    expect(warn).toHaveBeenCalledWith('EarlyStopping: monitor is "val_loss", and the logs have loss');
  });

  it("refuses what it does not know", () => {
    expect(() => new EarlyStopping({ patience: -1 })).toThrow("EarlyStopping: patience is -1");
    // @ts-expect-error an unknown option
    expect(() => new EarlyStopping({ patients: 1 })).toThrow("patients");
  });
});

describe("ReduceLROnPlateau", () => {
  it("lowers the learning rate, rests, and stops at the lowest", async () => {
    const model = compiled({ optimizer: new SGD(1) });
    const plateau = new ReduceLROnPlateau({
      monitor: "own",
      mode: "min",
      patience: 1,
      factor: 0.5,
      cooldown: 1,
      minLr: 0.3,
      verbose: 1,
    });
    const { history } = await model.fit(x, y, {
      epochs: 6,
      verbose: 0,
      callbacks: [says("own", [1, 1, 1, 1, 1, 1]), plateau],
    });
    expect(history.learning_rate.map((rate) => Number(rate.toFixed(3)))).toEqual([1, 1, 0.5, 0.3, 0.3, 0.3]);
    expect(printed).toContain("Epoch 2: ReduceLROnPlateau lowers the learning rate to 0.5");
    expect(() => new ReduceLROnPlateau({ factor: 1 })).toThrow("ReduceLROnPlateau: factor is 1");
  });
});

describe("LearningRateScheduler", () => {
  it("refuses what is no function, and functions that give no number", async () => {
    // @ts-expect-error no function
    expect(() => new LearningRateScheduler(0.1)).toThrow("LearningRateScheduler: schedule is 0.1");
    // @ts-expect-error no number
    const fitted = compiled().fit(x, y, { verbose: 0, callbacks: [new LearningRateScheduler(() => "0.1")] });
    await expect(fitted).rejects.toThrow('LearningRateScheduler: schedule gives "0.1" for the epoch 0');
  });
});

describe("TerminateOnNaN", () => {
  it("ends training with the first bad batch", async () => {
    const model = compiled();
    const seen: number[] = [];
    await model.fit([[1], [Number.POSITIVE_INFINITY], [1]], [[1], [1], [1]], {
      batchSize: 1,
      shuffle: false,
      epochs: 3,
      verbose: 0,
      callbacks: [new TerminateOnNaN(), { onTrainBatchEnd: (batch) => void seen.push(batch) }],
    });
    expect(seen).toEqual([0, 1]);
    expect(printed).toMatch(/Batch 1: the loss is (Infinity|NaN); training ends/);
  });
});

describe("SwapEMAWeights", () => {
  it("evaluates with the averages, and trains on with the weights", async () => {
    const optimizer = (): SGD => new SGD(0.1, { useEma: true, emaMomentum: 0.5 });
    const options = { epochs: 3, verbose: 0, shuffle: false, validationData: [x, y] } as const;
    const kernelsDuring: number[] = [];
    const swapped = compiled({ optimizer: optimizer() });
    const seen: Callback = { onTestBatchEnd: () => void kernelsDuring.push(kernelOf(swapped)) };
    await swapped.fit(x, y, { ...options, callbacks: [new SwapEMAWeights(), seen] });
    const plain = compiled({ optimizer: optimizer() });
    const averages: number[] = [];
    await plain.fit(x, y, {
      ...options,
      callbacks: [
        {
          onEpochEnd: () => {
            for (const average of plain.optimizer.movingAverages.values()) {
              if (average.shape.length === 2) averages.push(average.value.item());
            }
          },
        },
      ],
    });
    expect(kernelsDuring).toEqual(averages);
    expect(kernelOf(swapped)).toBe(kernelOf(plain));
  });

  it("leaves the averages in place for callbacks at the end of an epoch", async () => {
    const model = compiled({ optimizer: new SGD(0.1, { useEma: true, emaMomentum: 0.5 }) });
    const ends: number[] = [];
    await model.fit(x, y, {
      epochs: 3,
      verbose: 0,
      callbacks: [new SwapEMAWeights(true), { onEpochEnd: () => void ends.push(kernelOf(model)) }],
    });
    expect(kernelOf(model)).toBe(ends[2]);
  });

  it("needs an optimizer that keeps averages", async () => {
    const fitted = compiled().fit(x, y, {
      verbose: 0,
      validationData: [x, y],
      callbacks: [new SwapEMAWeights()],
    });
    await expect(fitted).rejects.toThrow("SwapEMAWeights: the optimizer");
  });
});

describe("RemoteMonitor", () => {
  it("sends the numbers of each epoch, as a form or as JSON, and survives silence", async () => {
    const fetched = vi.spyOn(globalThis, "fetch").mockResolvedValue(new Response());
    const model = compiled();
    await model.fit(x, y, { verbose: 0, callbacks: [new RemoteMonitor({ root: "http://host" })] });
    await model.fit(x, y, {
      verbose: 0,
      callbacks: [new RemoteMonitor({ sendAsJson: true, headers: { key: "a" } })],
    });
    const [form, json] = fetched.mock.calls.map(([address, init]) => ({ address, ...init }));
    expect(form.address).toBe("http://host/publish/epoch/end/");
    expect(String(form.body)).toMatch(/^data=%7B%22epoch%22%3A0%2C%22loss%22/);
    expect(JSON.parse(String(json.body))).toEqual({ epoch: 0, loss: expect.any(Number) });
    expect(json.headers).toEqual({ "content-type": "application/json", key: "a" });
    fetched.mockRejectedValue(new Error("refused"));
    const warn = vi.spyOn(console, "warn").mockImplementation(() => {});
    await model.fit(x, y, { verbose: 0, callbacks: [new RemoteMonitor()] });
    expect(warn.mock.calls[0][0]).toContain("http://localhost:9000/publish/epoch/end/ does not answer");
  });
});

describe("callbacks", () => {
  it("with misspelt hooks are refused, also those of classes", async () => {
    class Misspelt {
      onEpochEnded(): void {}
    }
    const misspelt = { on_epoch_end: () => {} };
    for (const callback of [new Misspelt(), misspelt]) {
      // @ts-expect-error no hook
      const fitted = compiled().fit(x, y, { verbose: 0, callbacks: [callback] });
      await expect(fitted).rejects.toThrow(
        /fit: a callback has the function on_?[eE]poch_?[eE]nd(ed)?, which nothing calls/,
      );
    }
    // @ts-expect-error no hook
    expect(() => new LambdaCallback({ onEpoch: () => {} })).toThrow(
      "LambdaCallback: a callback has the function onEpoch",
    );
  });

  it("of functions are called as others are", async () => {
    const epochs: number[] = [];
    const callback = new LambdaCallback({
      onEpochEnd: (epoch: number, _logs: Logs) => void epochs.push(epoch),
    });
    await compiled().fit(x, y, { epochs: 2, verbose: 0, callbacks: [callback] });
    expect(epochs).toEqual([0, 1]);
  });

  it("see the outputs of predict", async () => {
    const seen: (readonly number[])[] = [];
    const callback: Callback = {
      onPredictBatchEnd: (_, { outputs }) => {
        if (!Array.isArray(outputs) && "shape" in outputs) seen.push(Object.values(outputs.shape));
      },
    };
    await compiled().predict(tensor([[1], [2], [3]]), { batchSize: 2, verbose: 0, callbacks: [callback] });
    expect(seen).toEqual([
      [2, 1],
      [1, 1],
    ]);
  });
});
