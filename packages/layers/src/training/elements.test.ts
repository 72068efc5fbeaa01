import { setSeed, type Tensor, tensor } from "@strata/core";
import { describe, expect, it, vi } from "vitest";
import { Dataset } from "../data/dataset.ts";
import { Dense } from "../layers/core/dense.ts";
import { Sequential } from "../models/sequential.ts";

const x = tensor([[1], [2], [3], [4]]);
const y = tensor([[2], [4], [6], [8]]);
const pairs = Dataset.fromTensorSlices([x, y]);

function compiled(): Sequential {
  const model = new Sequential([new Dense(1, { kernelInitializer: "ones" })]);
  model.compile({ optimizer: "sgd", loss: "mse" });
  return model;
}

describe("batches that come one by one", () => {
  it("are made as they are wanted, so that data may be larger than memory", async () => {
    let made = 0;
    let trained = 0;
    let mostAhead = 0;
    const batches = Dataset.range(200)
      .map(() => {
        made++;
        mostAhead = Math.max(mostAhead, made - trained);
        return [x, y] as const;
      })
      .prefetch(2);
    const onTrainBatchEnd = (): void => void trained++;
    await compiled().fit(batches, null, { verbose: 0, callbacks: [{ onTrainBatchEnd }] });
    expect([made, trained]).toEqual([200, 200]);
    expect(mostAhead).toBeLessThanOrEqual(6);
  });

  it("give evaluate and predict the numbers of arrays", async () => {
    const model = compiled();
    const expected = await model.evaluate(x, y, { verbose: 0 });
    expect(await model.evaluate(pairs.batch(2), null, { verbose: 0 })).toEqual(expected);
    const inputs = Dataset.fromTensorSlices(x).batch(3);
    const outputs = await model.predict(inputs, { verbose: 0 });
    expect(outputs.arraySync()).toEqual((await model.predict(x, { verbose: 0 })).arraySync());
    expect((await model.predict(pairs.batch(3), { verbose: 0 })).shape).toEqual([4, 1]);
  });

  it("may be any iterable, and functions are called anew for each epoch", async () => {
    const batches = [
      [
        [[1], [2]],
        [[2], [4]],
      ],
      [[[3]], [[6]]],
    ];
    const rounds: number[] = [];
    const generate = function* (round: number): Generator<unknown> {
      rounds.push(round);
      yield* batches;
    };
    const one = await compiled().fit(generate, null, { epochs: 2, verbose: 0 });
    const other = await compiled().fit(new Set(batches), null, { epochs: 2, verbose: 0 });
    expect(one.history).toEqual(other.history);
    expect(rounds).toEqual([0, 1]);
  });

  it("are validated with, and have weights of samples", async () => {
    const weights = Dataset.zip([
      pairs.map(([first]) => first),
      pairs.map(([, second]) => second),
      Dataset.range(4),
    ]);
    const { history } = await compiled().fit(weights.batch(2), null, {
      verbose: 0,
      validationData: pairs.batch(2),
    });
    const arrays = await compiled().fit(x, y, {
      batchSize: 2,
      shuffle: false,
      sampleWeight: [0, 1, 2, 3],
      verbose: 0,
      validationData: [x, y],
    });
    expect(history).toEqual(arrays.history);
  });

  it("go on from epoch to epoch with stepsPerEpoch, and warn when they run out", async () => {
    const warn = vi.spyOn(console, "warn").mockImplementation(() => {});
    const seen: number[] = [];
    const numbered = Dataset.range(5).map((value) => {
      seen.push(value);
      return [tensor([[value]]), tensor([[value]])];
    });
    await compiled().fit(numbered.repeat(), null, { epochs: 2, stepsPerEpoch: 3, verbose: 0 });
    expect(seen).toEqual([0, 1, 2, 3, 4, 0]);
    expect(warn).not.toHaveBeenCalled();
    const once = async function* (): AsyncGenerator<unknown> {
      yield* numbered;
    };
    const { epoch } = await compiled().fit(once(), null, { epochs: 3, verbose: 0 });
    expect(epoch).toEqual([0]);
    expect(warn.mock.calls[0][0]).toContain("fit: the data ended after 0 of the steps of the epoch 2");
    warn.mockRestore();
  });

  it("come in the same shuffled order again when a run is resumed", async () => {
    const orders = async (initialEpoch: number): Promise<readonly number[]> => {
      setSeed(5);
      const seen: number[] = [];
      const shuffled = Dataset.range(20)
        .shuffle(20)
        .map((value) => {
          seen.push(value);
          return [tensor([[value]]), tensor([[1]])];
        });
      await compiled().fit(shuffled, null, { initialEpoch, epochs: 2, verbose: 0 });
      return seen;
    };
    const whole = await orders(0);
    expect(await orders(1)).toEqual(whole.slice(20));
  });

  it("are refused with what only data at hand take, and where they are no batches", async () => {
    const fitted = (data: unknown, options: object, targets: Tensor | null = null): Promise<unknown> => {
      if (typeof data !== "function") throw new Error("the test gives functions");
      return compiled().fit(() => data(), targets, { verbose: 0, ...options });
    };
    const batches = (): unknown => pairs.batch(2);
    await expect(fitted(batches, { batchSize: 2 })).rejects.toThrow(
      "fit: batchSize is 2; it is for data at hand",
    );
    await expect(fitted(batches, { validationSplit: 0.5 })).rejects.toThrow("validationSplit");
    await expect(fitted(batches, {}, y)).rejects.toThrow("the batches of x must have the targets, as [x, y]");
    await expect(fitted(() => 3, {})).rejects.toThrow("the function of the data gives 3");
    await expect(fitted(() => [[x, y, y, y]], {})).rejects.toThrow("a batch is an array of 4");
    await expect(fitted(() => [["text"]], {})).rejects.toThrow("fit: x");
  });
});
