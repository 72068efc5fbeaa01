import { readFileSync } from "node:fs";
import { afterEach, describe, expect, it, vi } from "vitest";
import { clearSession, Dense, fromKerasConfig, Input, loadModel, Model, Sequential } from "../../index.ts";
import { fromTrainingConfig } from "../../saving/keras-2/from-training-config.ts";
import type { Json } from "../../schema/option.ts";
import { expectStructureAsInKeras, isTensorCase, tensorOf } from "../../testing/keras-cases.node.ts";
import { tensorCasesIn } from "../../testing/keras-models.node.ts";

interface LegacyCase {
  readonly id: string;
  readonly file: string;
  readonly model: Json;
  readonly x: Json;
  readonly outputs: Json;
  readonly weights: Json;
}

const folder = new URL("../../../fixtures/keras/legacy/", import.meta.url);
const cases: readonly LegacyCase[] = JSON.parse(readFileSync(new URL("index.json", folder), "utf8")).cases;
const byId = (id: string): LegacyCase => {
  const found = cases.find((each) => each.id === id);
  if (found === undefined) throw new Error(`there is no case ${id}`);
  return found;
};

afterEach(() => vi.restoreAllMocks());

async function outputsOf(model: Model, { x }: LegacyCase) {
  if (!isTensorCase(x)) throw new Error("the case has no input");
  return model.predict(tensorOf(x), { verbose: 0 });
}

describe.each(cases.filter(({ id }) => id !== "weights_by_name"))(
  "the older file $file that Keras saved",
  (test) => {
    it("loads with Keras's weights and outputs", async () => {
      clearSession();
      const model = await loadModel(new URL(test.file, folder));
      const found = model.weights.map((each) => [...each.dataSync()]);
      expect(found).toEqual(
        tensorCasesIn(test.weights).map(({ data }) => data.map((each) => Math.fround(Number(each)))),
      );
      expectStructureAsInKeras(test.id, await outputsOf(model, test), test.outputs);
    });
  },
);

it("a model of the older format is compiled as it was, with the state of its optimizer", async () => {
  const test = byId("mlp_compiled");
  const model = await loadModel(new URL(test.file, folder));
  expect(model.compiled).toBe(true);
  expect(model.optimizer.constructor.name).toBe("Adam");
  expect(model.optimizer.learningRate).toBeCloseTo(0.001, 9);
  const uncompiled = await loadModel(new URL(test.file, folder), { compile: false });
  expect(uncompiled.compiled).toBe(false);
});

describe("weights in the older format", () => {
  const test = byId("weights_by_name");
  const file = new URL(test.file, folder);

  it("are taken over in order", async () => {
    const model = fromKerasConfig(test.model);
    if (!(model instanceof Model)) throw new Error("no model");
    await model.loadWeights(file);
    expectStructureAsInKeras(test.id, await outputsOf(model, test), test.outputs);
  });

  it("are taken over by layers of the same name, wherever they stand", async () => {
    const last = new Dense(3, { name: "last" });
    const first = new Dense(6, { name: "first" });
    const model = new Sequential([Input({ shape: [8] }), first, new Dense(6, { name: "between" }), last]);
    const before = model.getLayer("between").getWeights()[0].arraySync();
    await model.loadWeights(file, { byName: true });
    const [kernel] = tensorCasesIn(test.weights);
    expect([...first.getWeights()[0].dataSync()]).toEqual(
      kernel.data.map((each) => Math.fround(Number(each))),
    );
    expect(model.getLayer("between").getWeights()[0].arraySync()).toEqual(before);
  });

  it("that do not fit are an error, and nothing is changed; or left out with a warning", async () => {
    const first = new Dense(6, { name: "first" });
    const model = new Sequential([Input({ shape: [8] }), first, new Dense(4, { name: "last" })]);
    const before = first.getWeights()[0].arraySync();
    await expect(model.loadWeights(file)).rejects.toThrow(
      'last, weight 0: it has the shape [6, 3]; "last/kernel" has [6, 4]',
    );
    expect(first.getWeights()[0].arraySync()).toEqual(before);
    const warn = vi.spyOn(console, "warn").mockImplementation(() => {});
    await model.loadWeights(file, { skipMismatch: true });
    expect(String(warn.mock.calls[0])).toContain("left as they are");
    expect(first.getWeights()[0].arraySync()).not.toEqual(before);
  });

  it("of another number of layers are an error that names byName", async () => {
    const model = new Sequential([Input({ shape: [8] }), new Dense(6, { name: "first" })]);
    await expect(model.loadWeights(file)).rejects.toThrow("byName: true");
  });
});

it("how a model of Keras 2 was compiled becomes Keras 3's form", () => {
  const optimizer_config = {
    class_name: "SGD",
    config: { name: "SGD", lr: 0.1, decay: 0.01, momentum: 0.9 },
  };
  const accuracy = {
    class_name: "MeanMetricWrapper",
    config: { name: "accuracy", fn: "categorical_accuracy" },
  };
  const loss = { class_name: "CategoricalCrossentropy", config: { reduction: "auto", from_logits: true } };
  expect(fromTrainingConfig({ optimizer_config, loss, metrics: [[accuracy]] })).toMatchObject({
    optimizer: {
      class_name: "SGD",
      config: { momentum: 0.9, learning_rate: { class_name: "InverseTimeDecay" } },
    },
    loss: { module: "keras.losses", config: { from_logits: true } },
    metrics: ["categorical_accuracy"],
  });
});
