import { describe, expect, test } from "vitest";
import { workloadOf } from "../workloads/tensors.ts";
import type { Model, TrainingModel } from "../workloads/workload.ts";
import { libraries } from "./table.ts";

interface SmallStep {
  readonly model: TrainingModel;
  /** Of PyTorch 1.13: libraries/pytorch/steps.py on this model. */
  readonly losses: readonly number[];
}

const learningRate = 1e-3;

const steps: readonly SmallStep[] = [
  {
    model: { kind: "perceptron", batch: 3, widths: [5, 7, 4], dropout: 0, learningRate },
    losses: [1.4462817907, 1.4438031912, 1.4413398504],
  },
  {
    model: { kind: "convnet", batch: 2, size: 8, channels: 1, filters: [3, 4], classes: 5, learningRate },
    losses: [1.7496848106, 1.7357738018, 1.7220908403],
  },
  {
    model: {
      kind: "normalizedConvnet",
      batch: 2,
      size: 6,
      channels: 3,
      filters: [4, 5],
      pooled: [0],
      classes: 3,
      learningRate,
    },
    losses: [1.3422877789, 1.317340374, 1.2925924063],
  },
  {
    model: { kind: "lstm", batch: 3, length: 4, features: 2, units: 5, classes: 3, learningRate },
    losses: [1.0906825066, 1.0901650191, 1.0896488428],
  },
  {
    model: {
      kind: "transformer",
      batch: 2,
      tokens: 3,
      vocabulary: 11,
      width: 8,
      heads: 2,
      blocks: 2,
      learningRate,
    },
    losses: [3.0071980953, 2.9470231533, 2.8915688992],
  },
  {
    model: { kind: "gru", batch: 3, length: 4, features: 2, units: 5, classes: 3, learningRate },
    losses: [1.0600715876, 1.0591590405, 1.0582461357],
  },
  {
    model: { kind: "attention", batch: 2, tokens: 3, width: 8, heads: 2, classes: 3, learningRate },
    losses: [1.2812224627, 1.2673082352, 1.253597975],
  },
  {
    model: { kind: "batchNormalized", batch: 2, size: 4, channels: 3, classes: 3, learningRate },
    losses: [1.283818841, 1.280574441, 1.2773439884],
  },
];

async function losses(name: string, model: Model, count: number): Promise<number[]> {
  const { run, observe } = await (await libraries[name]()).prepare(workloadOf(model));
  const values: number[] = [];
  for (let index = 0; index < count; index++) {
    await run();
    values.push(...(await observe()));
  }
  return values;
}

describe("what the contestants are timed at is the same for all of them", () => {
  for (const { model, losses: expected } of steps) {
    test.each(["strata", "layers"])(`${model.kind}: the losses of %s are PyTorch's`, async (library) => {
      const measured = await losses(library, model, expected.length);
      expect(measured[0]).toBeCloseTo(expected[0], 5);
      // Adam's ε stands before the bias correction here, and after it there.
      measured.forEach((loss, index) => {
        expect(loss).toBeCloseTo(expected[index], 3);
      });
    });
  }

  const fitted = steps.filter(({ model }) => /^(perceptron|normalizedConvnet|transformer)$/.test(model.kind));
  test.each(fitted)(
    "$model.kind: an epoch of fit has the loss of the loop written by hand",
    async ({ model }) => {
      const epoch = { kind: "epoch", network: model, batches: 3 } as const;
      const [byHand, byFit] = [await losses("strata", epoch, 2), await losses("layers", epoch, 2)];
      byFit.forEach((loss, index) => {
        expect(loss).toBeCloseTo(byHand[index], 5);
      });
    },
  );

  test.each([steps[0], steps[1]])(
    "$model.kind: predict gives what the loop written by hand does",
    async ({ model: network }) => {
      const prediction = { kind: "prediction", network, batches: 3 } as const;
      const [byHand, byPredict] = [
        await losses("strata", prediction, 1),
        await losses("layers", prediction, 1),
      ];
      byPredict.forEach((moment, index) => {
        expect(moment).toBeCloseTo(byHand[index], 5);
      });
    },
  );

  test("the plain loop's losses are those of the compiled one", async () => {
    const [{ model }] = steps;
    expect(await losses("strataWithoutJit", model, 3)).toEqual(await losses("strata", model, 3));
  });
});
