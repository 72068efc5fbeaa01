import { ShapeError } from "@strata/core";
import { describe, expect, it } from "vitest";
import { Dense } from "../layers/core/dense.ts";
import { Sequential } from "../models/sequential.ts";
import type { DataLike } from "./arrays.ts";
import type { CompileOptions } from "./compile.ts";
import type { FitOptions } from "./options.ts";

const x = [
  [1, 2],
  [3, 4],
  [5, 6],
];
const labels = [0, 1, 2];

function makeModel(compile?: CompileOptions): Sequential {
  const model = new Sequential([new Dense(3, { inputShape: [2], activation: "softmax", name: "only" })]);
  model.compile(compile ?? { loss: "sparseCategoricalCrossentropy", optimizer: "sgd" });
  return model;
}

interface WrongFit {
  readonly what: string;
  readonly x?: DataLike;
  readonly y?: DataLike;
  readonly options?: FitOptions;
  readonly compile?: CompileOptions;
  readonly error?: new (...inputs: never[]) => Error;
  readonly message: string;
}

const wrongFits: WrongFit[] = [
  {
    what: "a label that is too large",
    y: [0, 1, 3],
    message: "fit: y holds the label 3 at position 2; for 3 classes the labels are the integers 0 to 2",
  },
  { what: "a negative label", y: Int32Array.of(0, -1, 2), message: "the label -1 at position 1" },
  { what: "a label between two", y: [0, 0.5, 1], message: "the label 0.5 at position 1" },
  {
    what: "one-hot vectors for labels",
    y: [
      [1, 0, 0],
      [0, 1, 0],
      [0, 0, 1],
    ],
    error: ShapeError,
    message: "one-hot vectors are for categoricalCrossentropy",
  },
  {
    what: "labels for one-hot vectors",
    compile: { loss: "categoricalCrossentropy" },
    error: ShapeError,
    message:
      "fit: y has the shape [3]; for categoricalCrossentropy and outputs of the shape [null, 3] it must be [3, 3]",
  },
  {
    what: "targets of another width",
    compile: { loss: "mse" },
    y: [
      [1, 2],
      [1, 2],
      [1, 2],
    ],
    error: ShapeError,
    message:
      "fit: y has the shape [3, 2]; for meanSquaredError and outputs of the shape [null, 3] it must be [3, 3]",
  },
  {
    what: "x of another width",
    x: [[1], [2], [3]],
    error: ShapeError,
    message: "fit: x has the shape [3, 1]; the model takes [null, 2]",
  },
  {
    what: "x and y of different lengths",
    y: [0, 1],
    error: ShapeError,
    message: "fit: x has 3 samples and y 2",
  },
  { what: "no samples", x: [], y: [], message: "fit: x is empty; it must have one sample at least" },
  {
    what: "ragged samples",
    x: [[1, 2], [3], [4, 5]],
    error: ShapeError,
    message: "fit: x is ragged: it holds an array of 1",
  },
  { what: "no epochs", options: { epochs: 0 }, message: "fit: epochs is 0; it must be a positive integer" },
  {
    what: "half a batch",
    options: { batchSize: 0.5 },
    message: "fit: batchSize is 0.5; it must be a positive integer",
  },
  {
    what: "all for validation",
    options: { validationSplit: 1 },
    message: "validationSplit is 1; it must be above 0 and below 1",
  },
  {
    what: "too little for validation",
    options: { validationSplit: 0.9 },
    message: "validationSplit 0.9 of 3 samples leaves 0 to train on",
  },
  {
    what: "a wrong label for validation",
    options: { validationData: [x, [0, 1, 9]] },
    message: "fit: validationData: y holds the label 9",
  },
  {
    what: "weights for samples and classes",
    options: { classWeight: { 0: 1 }, sampleWeight: [1, 1, 1] },
    message: "classWeight and sampleWeight were both given",
  },
  {
    what: "too few weights",
    options: { sampleWeight: [1] },
    error: ShapeError,
    message: "x has 3 samples and sampleWeight 1",
  },
];

describe("a wrong call of fit says what was received and what is accepted, and changes nothing", () => {
  it.each(wrongFits)("$what", async ({ compile, error = RangeError, message, options = {}, ...data }) => {
    const model = makeModel(compile);
    const before = model.getWeights().map((weight) => weight.arraySync());
    const failure = await model.fit(data.x ?? x, data.y ?? labels, { verbose: 0, ...options }).then(
      () => null,
      (reason: unknown) => reason,
    );
    expect(failure).toBeInstanceOf(error);
    expect(failure instanceof Error ? failure.message : "").toContain(message);
    expect(model.getWeights().map((weight) => weight.arraySync())).toEqual(before);
    if (!compile) await expect(model.fit(x, labels, { verbose: 0 })).resolves.toBeDefined();
  });

  it("an option that there is not", async () => {
    // @ts-expect-error Keras's spelling
    const failing = makeModel().fit(x, labels, { batch_size: 2 });
    await expect(failing).rejects.toThrow(
      /fit: "batch_size" is an unknown option .*; accepted are "batchSize"/,
    );
  });

  it("before the model is compiled, or while it is training", async () => {
    const model = new Sequential([new Dense(3, { inputShape: [2] })]);
    await expect(model.fit(x, labels)).rejects.toThrow("fit: the model is not compiled; call model.compile(");
    await expect(model.evaluate(x, labels)).rejects.toThrow("evaluate: the model is not compiled");
    await expect(model.trainOnBatch(x, labels)).rejects.toThrow("trainOnBatch: the model is not compiled");
    model.compile({ loss: "sparseCategoricalCrossentropy" });
    const training = model.fit(x, labels, { verbose: 0 });
    await expect(model.fit(x, labels)).rejects.toThrow("fit of this model is still running");
    await training;
  });

  it("leaves a model unbuilt that was", async () => {
    const model = new Sequential([new Dense(3)]);
    model.compile({ loss: "sparseCategoricalCrossentropy" });
    await expect(model.fit(x, [0, 1, 3])).rejects.toThrow(RangeError);
    await expect(model.fit([1, 2], [0, 1])).rejects.toThrow(ShapeError);
    expect(model.weights).toHaveLength(0);
    expect(model.inputShape).toBeNull();
  });

  it("without layers", async () => {
    const model = new Sequential();
    model.compile({ loss: "mse" });
    await expect(model.fit(x, labels)).rejects.toThrow("the model has no layers; add one before it is used");
  });
});

describe("a wrong call of another method says so too", () => {
  it("trainOnBatch, testOnBatch, evaluate and predict", async () => {
    const model = makeModel();
    await expect(model.trainOnBatch(x, [0, 1, 3])).rejects.toThrow("trainOnBatch: y holds the label 3");
    await expect(model.testOnBatch(x, [0, 1, 3])).rejects.toThrow("testOnBatch: y holds the label 3");
    await expect(model.evaluate(x, [0, 1, 3])).rejects.toThrow("evaluate: y holds the label 3");
    await expect(model.predict([[1, 2, 3]])).rejects.toThrow("predict: x has the shape [1, 3]");
    await expect(model.predict([])).rejects.toThrow("predict: x is empty");
  });

  it("compile lists the names that there are", () => {
    const model = new Sequential([new Dense(1)]);
    // @ts-expect-error the name is not in the union
    expect(() => model.compile({ loss: "hing" })).toThrow(
      /^compile: "hing" is an unknown loss.*accepted are .*"hinge"/,
    );
    // @ts-expect-error the name is not in the union
    expect(() => model.compile({ loss: "mse", optimizer: "adamm" })).toThrow(
      /"adamm" is an unknown optimizer.*accepted are .*"rmsprop"/,
    );
    // @ts-expect-error the name is not in the union
    expect(() => model.compile({ loss: "mse", metrics: ["acurracy"] })).toThrow(
      /"acurracy" is an unknown metric/,
    );
    // @ts-expect-error metrics is a list
    expect(() => model.compile({ loss: "mse", metrics: "accuracy" })).toThrow(
      'compile: metrics is "accuracy"; it must',
    );
    // @ts-expect-error Keras takes them by position, too
    expect(() => model.compile("adam", "mse")).toThrow(
      'compile: the arguments are "adam", "mse"; it takes one object of options, as compile({ optimizer: "adam", loss: "mse" })',
    );
    expect(model.compiled).toBe(false);
    expect(() => model.optimizer).toThrow("optimizer: the model is not compiled");
  });

  it("training without a loss says where one may come from", async () => {
    const model = new Sequential([new Dense(1)]);
    model.compile({ optimizer: "sgd" });
    await expect(model.fit([[1]], [[1]], { verbose: 0 })).rejects.toThrow(
      "there is no loss; give compile one",
    );
  });
});
