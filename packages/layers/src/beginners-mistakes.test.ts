import { DTypeError, ShapeError, zeros } from "@strata/core";
import { afterEach, describe, expect, it, vi } from "vitest";
import { Activation, Conv2D, callbacks, Dense, Input, LSTM, Model, Sequential, Softmax } from "./index.ts";

const x = Array.from({ length: 8 }, (_, sample) => [sample, sample + 1, sample + 2, sample + 3]);
const y = x.map((_, sample) => sample % 2);
const texts = y.map((label) => (label === 0 ? "no" : "yes"));

function compiled(
  layers = [new Dense(1, { inputShape: [4] })],
  loss: "mse" | "sparseCategoricalCrossentropy" = "mse",
) {
  const model = new Sequential(layers);
  model.compile({ loss });
  return model;
}

function fit(samples: unknown, targets: unknown, options: unknown = { verbose: 0 }): Promise<unknown> {
  // @ts-expect-error: mistakes that the types would find
  return compiled().fit(samples, targets, options);
}

afterEach(() => void vi.restoreAllMocks());

/** What beginners do first, and the sentence that tells them what to do instead. */
const mistakes: readonly [
  what: string,
  make: () => unknown,
  error: new (...given: never) => Error,
  message: string,
][] = [
  [
    "an option in Python's spelling",
    () => fit(x, y, { batch_size: 2 }),
    RangeError,
    'fit: "batch_size" is an unknown option (did you mean "batchSize"?); accepted are "batchSize", "epochs",',
  ],
  [
    "an option in British spelling",
    // @ts-expect-error
    () => compiled().compile({ optimiser: "adam", loss: "mse" }),
    RangeError,
    'compile: "optimiser" is an unknown option (did you mean "optimizer"?)',
  ],
  [
    "an activation with a slip",
    // @ts-expect-error
    () => new Dense(4, { activation: "relo" }),
    RangeError,
    'Dense: activation: "relo" is an unknown activation (did you mean "relu"?)',
  ],
  [
    "a loss with a slip",
    () => compiled().compile({ loss: "mean_square_error" }),
    RangeError,
    'compile: "mean_square_error" is an unknown loss (did you mean "meanSquaredError"?)',
  ],
  [
    "a number of epochs in the place of the options",
    () => fit(x, y, 5),
    TypeError,
    "fit: the options are 5; they must be an object, as { batchSize: … }",
  ],
  [
    "labels that are texts",
    () => fit(x, texts),
    DTypeError,
    'fit: y holds "no"; data are numbers: StringLookup and TextVectorization make numbers of texts',
  ],
  [
    "numbers that are texts, as a CSV file has them",
    () =>
      fit(
        x.map((row) => row.map(String)),
        y,
      ),
    DTypeError,
    'fit: x holds "0"; texts of numbers become numbers by Number',
  ],
  [
    "a value that is missing",
    () => fit([...x.slice(1), [1, 2, undefined, 4]], y),
    DTypeError,
    "fit: x holds undefined; a value that is missing must be given one, or its sample be left out",
  ],
  [
    "a sample that is no batch",
    () => compiled().predict([1, 2, 3, 4]),
    ShapeError,
    "predict: x has the shape [4]; the model takes [null, 4] (a single sample is given as a batch of one: [sample])",
  ],
  [
    "images without Flatten",
    () =>
      compiled(
        [new Dense(3, { inputShape: [5, 5], activation: "softmax" })],
        "sparseCategoricalCrossentropy",
      ).fit(zeros([2, 5, 5]), [0, 1], { verbose: 0 }),
    ShapeError,
    "it must be [2, 5] (one label a sample needs outputs [batch, classes]: a Flatten layer or a pooling joins the other axes)",
  ],
  [
    "gray images without an axis for channels",
    () => new Conv2D(2, 3, { name: "conv", inputShape: [28, 28] }).apply(zeros([1, 28, 28])),
    ShapeError,
    "conv: the input has the shape [1, 28, 28]; it must have 4 dimensions, [batch, height, width, channels]",
  ],
  [
    "rows of numbers for a recurrent layer",
    () => new LSTM(2, { name: "memory" }).apply(zeros([3, 4])),
    ShapeError,
    "memory: the input has the shape [3, 4]; it must have 3 dimensions, [batch, steps, features]",
  ],
  [
    "classes in the place of layers",
    // @ts-expect-error
    () => new Sequential([Dense]),
    RangeError,
    "add: the function Dense is no layer; accepted are layers, as new Dense(1) makes one, and Input({ shape })",
  ],
  [
    "Input with a shape alone",
    () => Input([4]),
    TypeError,
    "InputLayer: the options are [4]; they must be an object, as { shape: … }",
  ],
  [
    "inputs and outputs by position",
    // @ts-expect-error
    () => new Model(Input({ shape: [4] }), Input({ shape: [4] })),
    TypeError,
    "Model: the first argument is a SymbolicTensor; accepted is an object of options, as in new Model({ inputs, outputs })",
  ],
  [
    "a callback that is not in a list",
    () => fit(x, y, { callbacks: new callbacks.EarlyStopping() }),
    RangeError,
    "it must be an array of objects with functions such as",
  ],
];

describe("a beginner's mistake is answered with what to do", () => {
  it.each(mistakes)("%s", async (_, make, error, message) => {
    const failure = await Promise.resolve()
      .then(make)
      .then(
        () => null,
        (reason: unknown) => reason,
      );
    expect(failure).toBeInstanceOf(error);
    expect(failure instanceof Error ? failure.message : "").toContain(message);
  });

  it("a softmax over one output is warned of, by any layer, once", () => {
    const warn = vi.spyOn(console, "warn").mockImplementation(() => undefined);
    const layers = [
      new Dense(1, { activation: "softmax", name: "last" }),
      new Softmax({ name: "last" }),
      new Activation("softmax", { name: "last" }),
    ];
    for (const layer of layers) {
      for (let time = 0; time < 2; time++) layer.apply(zeros([2, 1]));
    }
    const sentence =
      'last: the softmax of one number is 1, whatever the number is; for one output take the activation "sigmoid"';
    expect(warn.mock.calls).toEqual(layers.map(() => [sentence]));
    new Dense(2, { activation: "softmax" }).apply(zeros([2, 1]));
    expect(warn).toHaveBeenCalledTimes(layers.length);
  });
});
