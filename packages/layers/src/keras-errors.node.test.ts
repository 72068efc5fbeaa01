/** What Keras refuses is refused here too, with words that say what to change. */
import { Adam, ones, SGD } from "@strata/core";
import { expect } from "vitest";
import * as layers from "./index.ts";
import { readKerasCases } from "./testing/keras-cases.node.ts";
import { testKerasCases } from "./testing/keras-suite.node.ts";

/** A call of whatever arguments, as JavaScript can make it. */
function make(of: unknown, ...given: readonly unknown[]): unknown {
  if (typeof of !== "function") throw new Error("there is no such class");
  return Reflect.construct(of, given);
}

function compiled(): layers.Sequential {
  const model = new layers.Sequential([new layers.Dense(1, { inputShape: [2] })]);
  model.compile({ loss: "mse" });
  return model;
}

const { Input, Dense } = layers;

/** By the description of the case: the call, and a part of the message. */
const calls: Readonly<Record<string, readonly [call: () => unknown, message: string]>> = {
  "Dense(units=0)": [() => new Dense(0), "units is 0"],
  "Dense(4, activation='nope')": [
    () => make(Dense, 4, { activation: "nope" }),
    '"nope" is an unknown activation',
  ],
  "Dense(4, foo=1): unknown argument": [() => make(Dense, 4, { foo: 1 }), '"foo" is an unknown option'],
  "Conv2D(filters=0, kernel_size=3)": [() => new layers.Conv2D(0, 3), "filters is 0"],
  "Conv2D(3, 3, padding='causal')": [
    () => make(layers.Conv2D, 3, 3, { padding: "causal" }),
    'padding is "causal"',
  ],
  "Conv2D(3, 3, groups=2): filters not divisible": [
    () => new layers.Conv2D(3, 3, { groups: 2 }),
    "filters is 3, which the number of groups, 2, does not divide",
  ],
  "Conv2D(3, 3, data_format='x')": [
    () => make(layers.Conv2D, 3, 3, { dataFormat: "x" }),
    'dataFormat is "x"',
  ],
  "Conv2D(4, 3, groups=2) on 3 channels": [
    () => new layers.Conv2D(4, 3, { groups: 2 }).apply(ones([1, 5, 5, 3])),
    "the input has 3 channels, which 2 groups do not divide",
  ],
  "Conv2D on rank-3 input": [
    () => new layers.Conv2D(4, 3).apply(ones([5, 5, 3])),
    "[5, 5, 3]; it must have 4 dimensions",
  ],
  "LSTM on rank-2 input": [() => new layers.LSTM(4).apply(ones([5, 3])), "[5, 3]; it must have 3 dimensions"],
  "Reshape((5,)) on (2, 4)": [
    () => new layers.Reshape([5]).apply(ones([2, 4])),
    "[4] has 4 elements, which the shape [5] cannot hold",
  ],
  "Permute((0, 1))": [() => new layers.Permute([0, 1]), "dims is [0, 1]"],
  "Concatenate on one input": [
    () => applied(new layers.Concatenate(), ones([2, 3])),
    "it takes an array of one tensor or more",
  ],
  "Add on shapes (2,3) and (2,4)": [
    () => new layers.Add().apply([ones([2, 3]), ones([2, 4])]),
    "[2, 3] and [2, 4] do not broadcast",
  ],
  "Dot(axes=1) on (2,3) and (2,4)": [
    () => new layers.Dot(1).apply([ones([2, 3]), ones([2, 4])]),
    "equal sizes in the axes 1 and 1 (3 and 4)",
  ],
  "Cropping1D((3, 3)) on length 5": [
    () => new layers.Cropping1D([3, 3]).apply(ones([1, 5, 2])),
    "3 + 3 are to be cut off axis 1 of the input [1, 5, 2]",
  ],
  "Bidirectional(merge_mode='x')": [
    () => make(layers.Bidirectional, new layers.LSTM(2), { mergeMode: "x" }),
    'mergeMode is "x"',
  ],
  "Bidirectional(Dense)": [
    () => make(layers.Bidirectional, new Dense(2)),
    "layer is a Dense; it must be a recurrent layer",
  ],
  "ReLU(max_value=-1)": [() => new layers.ReLU({ maxValue: -1 }), "maxValue is -1"],
  "BatchNormalization(axis=3) on rank 2": [
    () => new layers.BatchNormalization({ axis: 3 }).apply(ones([2, 3])),
    "axis 3",
  ],
  "CategoryEncoding(num_tokens=None)": [
    () => make(layers.CategoryEncoding, { numTokens: null }),
    "numTokens is null",
  ],
  "Discretization() without bins": [
    () => make(layers.Discretization),
    "of binBoundaries and numBins neither is given",
  ],
  "losses.get('nope')": [
    () => Reflect.apply(layers.losses.getLoss, null, ["nope"]),
    '"nope" is an unknown loss',
  ],
  "metrics.get('nope')": [
    () => Reflect.apply(layers.metrics.getMetric, null, ["nope"]),
    '"nope" is an unknown metric',
  ],
  "initializers.get('nope')": [
    () => Reflect.apply(layers.initializers.getInitializer, null, ["nope"]),
    '"nope" is an unknown initializer',
  ],
  "regularizers.get('nope')": [
    () => Reflect.apply(layers.regularizers.getRegularizer, null, ["nope"]),
    '"nope" is an unknown regularizer',
  ],
  "CategoricalCrossentropy on shapes (2,3) and (2,4)": [
    () => new layers.losses.CategoricalCrossentropy().apply(ones([2, 3]), ones([2, 4])),
    "the targets have the shape [2, 3], the predictions [2, 4]",
  ],
  "SGD(momentum=2)": [() => new SGD({ momentum: 2 }), "momentum is 2; it must be from 0 to 1"],
  "SGD(use_ema=True, ema_momentum=2)": [
    () => new SGD({ useEma: true, emaMomentum: 2 }),
    "emaMomentum is 2; it must be from 0 to 1",
  ],
  "Adam(gradient_accumulation_steps=1)": [
    () => new Adam({ gradientAccumulationSteps: 1 }),
    "gradientAccumulationSteps is 1; it must be an integer of at least 2",
  ],
  "TopK etc: PrecisionAtRecall(recall=2)": [() => new layers.metrics.PrecisionAtRecall(2), "recall is 2"],
  "fit before compile": [
    () => new layers.Sequential([new Dense(1)]).fit([[1, 2]], [1]),
    "the model is not compiled",
  ],
  "fit validation_split=1.0": [
    () =>
      compiled().fit(
        [
          [1, 2],
          [3, 4],
        ],
        [1, 2],
        { validationSplit: 1 },
      ),
    "validationSplit is 1",
  ],
  "Functional: output not connected to input": [
    () =>
      new layers.Model({
        inputs: Input({ shape: [2] }),
        outputs: new Dense(1).apply(Input({ shape: [2] })),
      }),
    "which is not among the inputs",
  ],
  "two layers of one name": [
    () => new layers.Sequential([new Dense(1, { name: "same" }), new Dense(1, { name: "same" })]),
    'a layer named "same" already',
  ],
  "get_layer('x') that is absent": [() => compiled().getLayer("x"), '"x" is none of the 1 layers'],
  "set_weights with a wrong shape": [
    () => compiled().setWeights([ones([3, 1]), ones([1])]),
    "has the shape [2, 1], the value [3, 1]",
  ],
  "layer called on a list when it takes one input": [
    () => applied(new Dense(1), [ones([2, 3]), ones([2, 3])]),
    "the layer takes one tensor",
  ],
};

function applied(layer: { readonly apply: unknown }, inputs: unknown): unknown {
  return typeof layer.apply === "function" ? layer.apply(inputs) : undefined;
}

testKerasCases("errors", readKerasCases("errors"), async ({ description }) => {
  const [call, message] = calls[String(description)];
  const error = await Promise.resolve()
    .then(call)
    .then(
      () => null,
      (thrown: unknown) => thrown,
    );
  expect(error).toBeInstanceOf(Error);
  expect(error instanceof Error && error.message).toContain(message);
});
