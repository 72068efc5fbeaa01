import { afterEach, beforeEach, describe, expect, it, type MockInstance, vi } from "vitest";
import { TerminateOnNaN } from "../callbacks/terminate-on-nan.ts";
import { Dense } from "../layers/core/dense.ts";
import { Sequential } from "../models/sequential.ts";
import { setOutput } from "../utilities/output.ts";

let warned: MockInstance<typeof console.warn>;

beforeEach(() => {
  warned = vi.spyOn(console, "warn").mockImplementation(() => {});
});

afterEach(() => {
  warned.mockRestore();
  setOutput(null);
});

const x = Array.from({ length: 12 }, (_, index) => [index / 12]);
const clean = x.map(([value]) => [2 * value]);

function compiled(): Sequential {
  const model = new Sequential([new Dense(1)]);
  model.compile({ optimizer: "sgd", loss: "mse" });
  return model;
}

/** Targets in which one sample is NaN. */
function spoiled(sample: number): number[][] {
  return clean.map((target, index) => (index === sample ? [Number.NaN] : target));
}

describe("a loss that becomes NaN", () => {
  it("is warned of once, with the epoch and the step, and a hint", async () => {
    const model = compiled();
    await model.fit(x, clean, { epochs: 2, batchSize: 2, verbose: 0 });
    expect(warned).not.toHaveBeenCalled();
    await model.fit(x, spoiled(7), { epochs: 3, batchSize: 2, shuffle: false, verbose: 0 });
    expect(warned).toHaveBeenCalledTimes(1);
    expect(warned.mock.calls[0][0]).toContain("fit: the loss is NaN in epoch 1, from step 4 on.");
    expect(warned.mock.calls[0][0]).toContain("TerminateOnNaN");
  });

  it("is seen in a later epoch too, where the data change", async () => {
    let pass = 0;
    const data = function* () {
      pass++;
      for (let step = 1; step <= 4; step++) yield [[[1]], [[pass === 2 && step === 3 ? Number.NaN : 2]]];
    };
    await compiled().fit(data, null, { epochs: 3, verbose: 0 });
    expect(warned.mock.calls.map(([text]) => String(text).slice(0, 49))).toEqual([
      "fit: the loss is NaN in epoch 2, from step 3 on. ",
    ]);
  });

  it("is noticed within an epoch, by whoever reads the numbers", async () => {
    let warningsAtStep: number[] = [];
    await compiled().fit(x, spoiled(3), {
      batchSize: 2,
      shuffle: false,
      verbose: 0,
      callbacks: [{ onTrainBatchEnd: () => void warningsAtStep.push(warned.mock.calls.length) }],
    });
    expect(warningsAtStep).toEqual([0, 1, 1, 1, 1, 1]);
    // Nobody reads, and a second goes by.
    warningsAtStep = [];
    warned.mockClear();
    const clock = vi.spyOn(performance, "now");
    let seconds = 0;
    clock.mockImplementation(() => 1000 * seconds);
    try {
      await compiled().fit(x, spoiled(3), {
        batchSize: 2,
        shuffle: false,
        verbose: 0,
        callbacks: [
          {
            onTrainBatchBegin: async () => {
              seconds += 0.6;
              await new Promise((resolve) => setTimeout(resolve, 2));
              warningsAtStep.push(warned.mock.calls.length);
            },
          },
        ],
      });
    } finally {
      clock.mockRestore();
    }
    expect(warningsAtStep).toEqual([0, 0, 1, 1, 1, 1]);
    expect(warned.mock.calls[0][0]).toContain("from step 2 on");
  });

  it("is no news where TerminateOnNaN ends training", async () => {
    setOutput({ isTerminal: false, columns: 80, write: () => {} });
    const callbacks = [new TerminateOnNaN()];
    const { epoch } = await compiled().fit(x, spoiled(3), { epochs: 3, verbose: 0, callbacks });
    expect(epoch).toEqual([0]);
    expect(warned).not.toHaveBeenCalled();
  });

  it("is warned of below the progress bar", async () => {
    let text = "";
    setOutput({ isTerminal: true, columns: 80, write: (part) => (text += part) });
    warned.mockImplementation((message) => {
      text += `${message}\n`;
    });
    await compiled().fit(x, spoiled(3), { batchSize: 2, shuffle: false });
    expect(text).toMatch(/\nfit: the loss is NaN in epoch 1/);
  });

  it("is told of as far as it is known for a step of the model's own", async () => {
    class Reporting extends Sequential {
      override trainStep(batch: Parameters<Sequential["trainStep"]>[0]) {
        super.trainStep(batch);
        return { loss: this.apply(batch.x).mean().mul(Number.NaN) };
      }
    }
    const model = new Reporting([new Dense(1)]);
    model.compile({ optimizer: "sgd", loss: "mse" });
    await model.fit(x, clean, { batchSize: 4, verbose: 0 });
    expect(warned.mock.calls[0][0]).toContain("in epoch 1, at step 3 or before it.");
  });
});
