/** The cases that were copied from Keras's own tests. */
import {
  Adam,
  arange,
  batchNorm,
  ExponentialDecay,
  LearningRateSchedule,
  type NestedArray,
  Optimizer,
  ones,
  SGD,
  squaredDifference,
  Tensor,
  tensor,
  variable,
  zeros,
} from "@strata/core";
import { expect, it } from "vitest";
import * as activations from "./activations/functions.ts";
import { Initializer } from "./initializers/initializer.ts";
import { AnyLayer } from "./layer/any-layer.ts";
import { setMask } from "./layer/masks.ts";
import { Dense } from "./layers/core/dense.ts";
import { Loss } from "./losses/loss.ts";
import { resolveMetric } from "./metrics/get-metric.ts";
import { MeanSquaredError as MeanSquaredErrorMetric } from "./metrics/index.ts";
import { Sum } from "./metrics/mean.ts";
import { PredictionMetric } from "./metrics/metric.ts";
import { Sequential } from "./models/sequential.ts";
import { Regularizer } from "./regularizers/regularizer.ts";
import { fromKerasConfig } from "./saving/from-keras-config.ts";
import { isJsonRecord, type Json } from "./schema/option.ts";
import { expectClose } from "./testing/close.ts";
import { type GoldenCase, readGoldenCases } from "./testing/keras-cases.node.ts";
import { testKerasCases } from "./testing/keras-suite.node.ts";
import { toCamelCase, toSnakeCase } from "./utilities/names.ts";
import { normalize } from "./utilities/normalize.ts";

type Class<Made> = abstract new (...given: never) => Made;

/** The object of the case, restored from its configuration. */
function made<Made>(kind: Class<Made>, module: string, { cls, config }: GoldenCase): Made {
  const object = fromKerasConfig({ module: `keras.${module}`, class_name: cls, config: kerasForm(config) });
  if (object instanceof kind) return object;
  throw new Error(`${cls} is not of the kind`);
}

/** `{ Constant: 0.01 }`, and `{ class, config }`, in Keras's form. */
function kerasForm(json: Json): Json {
  if (!isJsonRecord(json)) return json;
  const { Constant: value, class: name, config } = json;
  if (value !== undefined) {
    return { module: "keras.initializers", class_name: "Constant", config: { value } };
  }
  if (name !== undefined && config !== undefined) {
    return { module: "keras.layers", class_name: name, config: kerasForm(config) };
  }
  return Object.fromEntries(Object.entries(json).map(([key, each]) => [key, kerasForm(each)]));
}

/** Nested numbers of the case, by name. */
function arraysOf(json: Json | undefined): Record<string, NestedArray> {
  if (!isJsonRecord(json)) throw new Error("the case has no arrays");
  return JSON.parse(JSON.stringify(json));
}

/** A list of the case, whose parts are nested numbers, or objects of them. */
function listOf<Part = NestedArray>(json: Json | undefined): readonly Part[] {
  if (!Array.isArray(json)) throw new Error("the case has no list");
  return JSON.parse(JSON.stringify(json));
}

function expectGolden(found: unknown, expected: unknown, { tol }: GoldenCase): void {
  const values = found instanceof Tensor ? found : tensor(found as NestedArray);
  const wanted = tensor(expected as NestedArray).arraySync();
  expectClose(values, wanted, { absolute: tol.atol, relative: tol.rtol });
}

/** Whole numbers are int32, as the layers of categories take them. */
function inputOf({ cls, input }: GoldenCase): Tensor {
  const values = tensor(input as NestedArray);
  return cls === "CategoryEncoding" ? values.cast("int32") : values;
}

class ElementwiseSquaredError extends Loss {
  override call(yTrue: Tensor, yPred: Tensor): Tensor {
    return squaredDifference(yTrue, yPred);
  }
}

/** What is said of a case in words, here in code. */
const runs: Readonly<Record<string, (test: GoldenCase) => Promise<void>>> = {
  "train/adam_exponential_decay_fit": async (test) => {
    const model = new Sequential([new Dense(2, { kernelInitializer: "ones", biasInitializer: "ones" })]);
    const learningRate = new ExponentialDecay({ initialLearningRate: 0.05, decaySteps: 1, decayRate: 0.9 });
    model.compile({ optimizer: new Adam({ learningRate }), loss: "mse" });
    const data = arange(32).reshape([16, 2]).cast("float32");
    const [{ epochs, batch_size: batchSize, shuffle, expected_history_loss, expected_iterations }] = listOf<
      Record<string, never>
    >(test.expected);
    const { history } = await model.fit(data, data, { epochs, batchSize, shuffle, verbose: 0 });
    expectGolden(history.loss, expected_history_loss, test);
    expect(model.optimizer.iterations.item()).toBe(expected_iterations);
  },
  "train/evaluate_mse": async (test) => {
    const model = new Sequential([new Dense(3, { useBias: false, kernelInitializer: "ones" })]);
    model.compile({ optimizer: new SGD(), loss: "mse", metrics: [new MeanSquaredErrorMetric()] });
    const [{ batch_size: batchSize, expected }] = listOf<Record<string, never>>(test.expected);
    const results = await model.evaluate(ones([100, 4]), zeros([100, 3]), { batchSize, verbose: 0 });
    expectGolden(results, expected, test);
  },
};

/** How a case of each kind is checked. */
const kinds: Readonly<Record<string, (test: GoldenCase) => void | Promise<void>>> = {
  loss: (test) => {
    const { y_true, y_pred, sample_weight } = arraysOf(test.inputs);
    expectGolden(made(Loss, "losses", test).apply(y_true, y_pred, sample_weight), test.expected, test);
  },
  loss_mask: (test) => {
    const { y_true, y_pred, mask, sample_weight } = arraysOf(test.inputs);
    const prediction = tensor(y_pred);
    setMask(prediction, tensor(mask).cast("bool"));
    const value = new ElementwiseSquaredError().apply(y_true, prediction, sample_weight);
    expectGolden(value, test.expected, test);
  },
  metric: (test) => {
    const metric = made(PredictionMetric, "metrics", test);
    for (const each of listOf<Record<string, NestedArray>>(test.updates)) {
      metric.updateState(each.y_true, each.y_pred, each.sample_weight);
    }
    expectGolden(metric.result(), test.expected, test);
  },
  metric_values: (test) => {
    const metric = made(Sum, "metrics", test);
    for (const each of listOf<Record<string, NestedArray>>(test.updates)) {
      metric.updateState(each.values, each.sample_weight);
    }
    expectGolden(metric.result(), test.expected, test);
  },
  compile_metrics: (test) => {
    const [{ y_true, y_pred }] = listOf<Record<string, NestedArray>>(test.updates);
    for (const [name, value] of Object.entries(arraysOf(test.expected))) {
      const make = resolveMetric(name === "acc" ? "acc" : "accuracy", "compile");
      const metric = make({ isBinary: false, isSparse: false });
      metric.updateState(y_true, y_pred);
      expect(metric.name).toBe(name);
      expectGolden(metric.result(), value, test);
    }
  },
  optimizer: (test) => {
    const optimizer = made(Optimizer, "optimizers", test);
    const weight = variable(tensor(test.init as NestedArray));
    const expected = listOf(test.expected);
    listOf(test.grads).forEach((gradient, step) => {
      optimizer.applyGradients([tensor(gradient)], [weight]);
      expectGolden(weight.value, expected[step], test);
    });
  },
  // The change of a weight at the learning rate 1 is the clipped gradient.
  optimizer_clip: (test) => {
    const optimizer = made(Optimizer, "optimizers", {
      ...test,
      config: { ...test.config, learning_rate: 1 },
    });
    const expected = listOf(test.expected);
    listOf(test.grads).forEach((gradient, step) => {
      const weight = variable(zeros([2]));
      optimizer.applyGradients([tensor(gradient)], [weight]);
      expectGolden(weight.value.neg(), expected[step], test);
    });
  },
  schedule: (test) => {
    const schedule = made(LearningRateSchedule, "optimizers.schedules", test);
    const steps = tensor(test.steps as NestedArray).cast("int32");
    expectGolden(schedule.at(steps), test.expected, test);
  },
  layer: (test) => {
    const layer = made(AnyLayer, "layers", test);
    const mask = test.mask === undefined ? {} : { mask: tensor(test.mask as NestedArray).cast("bool") };
    const initial =
      test.initial_state === undefined
        ? {}
        : { initialState: listOf(test.initial_state).map((each) => tensor(each)) };
    const results = Array.from({ length: Number(test.calls ?? 1) }, () =>
      layer.apply(inputOf(test), { ...mask, ...initial }),
    );
    const last = results[results.length - 1];
    if (!isJsonRecord(test.expected)) {
      expectGolden(last, test.expected, test);
      return;
    }
    Object.values(test.expected).forEach((each, index) => {
      expectGolden(Array.isArray(last) && last[index], each, test);
    });
  },
  layer_multi: (test) => {
    const layer = made(AnyLayer, "layers", test);
    const named = Object.entries(arraysOf(test.call)).map(([name, each]) => [toCamelCase(name), each]);
    const inputs = Object.entries(arraysOf(test.inputs)).map(([name, each]) => [name, tensor(each)]);
    const results = layer.apply(Object.fromEntries(inputs), Object.fromEntries(named));
    Object.values(arraysOf(test.expected)).forEach((each, index) => {
      expectGolden(Array.isArray(results) && results[index], each, test);
    });
  },
  op: (test) => {
    const { mean, variance, ...options } = arraysOf(test.config);
    expect(test.cls).toBe("batch_normalization");
    expectGolden(batchNorm(inputOf(test), mean, variance, options), test.expected, test);
  },
  activation: (test) => {
    const found = Object.entries(activations).find(([name]) => toSnakeCase(name) === test.cls);
    if (found === undefined) throw new Error(`there is no activation ${test.cls}`);
    const result: unknown = Reflect.apply(found[1], null, [inputOf(test), ...Object.values(test.config)]);
    expectGolden(result, test.expected, test);
  },
  initializer: (test) => {
    const shape = listOf<number>(test.shape);
    expectGolden(made(Initializer, "initializers", test).apply(shape), test.expected, test);
  },
  // The deviation of 20,000 draws is known within 1 %, where Keras's test allows 0.1 of 500.
  initializer_property: (test) => {
    for (const { mode, shape, std } of listOf<{ mode: string; shape: number[]; std: number }>(
      test.expected,
    )) {
      const initializer = made(Initializer, "initializers", { ...test, config: { ...test.config, mode } });
      const draws = Array.from({ length: 40 }, () => [...initializer.apply(shape).dataSync()]).flat();
      const deviation = Math.sqrt(draws.reduce((total, each) => total + each ** 2, 0) / draws.length);
      expect(Math.abs(deviation / std - 1)).toBeLessThan(0.03);
    }
  },
  regularizer: (test) => {
    expectGolden(made(Regularizer, "regularizers", test).apply(inputOf(test)), test.expected, test);
  },
  util: (test) => {
    expect(test.cls).toBe("normalize");
    expectGolden(normalize(inputOf(test), Number(test.config.axis)), test.expected, test);
  },
  train: (test) => runs[test.id](test),
};

for (const [kind, run] of Object.entries(kinds))
  testKerasCases(`goldens: ${kind}`, readGoldenCases(kind), run);

it("all 85 cases are of a kind that is checked", () => {
  const checked = Object.keys(kinds).flatMap((kind) => readGoldenCases(kind));
  expect(checked).toHaveLength(85);
});
