import { abs, gradients, sub, tensor, zeros } from "@strata/core";
import { describe, expect, it, test } from "vitest";
import { setMask } from "../layer/masks.ts";
import { fromKerasConfig } from "../saving/from-keras-config.ts";
import { registerKerasSerializable } from "../saving/known-classes.ts";
import { toKerasConfig } from "../saving/to-keras-config.ts";
import * as options from "../schema/vocabulary.ts";
import { expectClose } from "../testing/close.ts";
import * as losses from "./index.ts";

const oneHot = [
  [1, 0, 0],
  [0, 1, 0],
  [0, 0, 1],
];
const logits = [
  [8, 1, 1],
  [0, 9, 1],
  [2, 3, 5],
];

describe("losses give Keras's own numbers", () => {
  // Keras 3.16, keras/src/losses/losses_test.py; the names of the tests stand beside the cases.
  it("BinaryCrossentropyTest.test_unweighted", () => {
    const prediction = [
      [0.9, 0.1, 0.2],
      [0.3, 0.8, 0.1],
      [0.1, 0.2, 0.7],
    ];
    expectClose(new losses.BinaryCrossentropy().apply(oneHot, prediction), 0.20046903);
  });

  it("MeanSquaredErrorTest.test_no_reduction", () => {
    const loss = new losses.MeanSquaredError({ reduction: null });
    const yTrue = [
      [1, 9, 2],
      [-5, -2, 6],
    ];
    const yPred = [
      [4, 8, 12],
      [8, 1, 3],
    ];
    expectClose(loss.apply(yTrue, yPred, 2.3), [84.3333, 143.3666], { absolute: 1.5e-3 });
  });

  it("CategoricalCrossentropyTest.test_no_reduction", () => {
    const loss = new losses.CategoricalCrossentropy({ fromLogits: true, reduction: "none" });
    expectClose(loss.apply(oneHot, logits), [0.001822, 0.000459, 0.169846], {
      absolute: 2e-6,
      relative: 1e-3,
    });
  });

  it("SparseCategoricalCrossentropyTest.test_no_reduction", () => {
    const loss = new losses.SparseCategoricalCrossentropy({ fromLogits: true, reduction: null });
    const expected = [0.001822, 0.000459, 0.169846];
    expectClose(loss.apply([[0], [1], [2]], logits), expected, { absolute: 2e-6, relative: 1e-3 });
    expectClose(loss.apply([0, 1, 2], logits), expected, { absolute: 2e-6, relative: 1e-3 });
  });

  it("SparseCategoricalCrossentropyTest.test_ignore_class", () => {
    const loss = new losses.SparseCategoricalCrossentropy({
      fromLogits: true,
      ignoreClass: -1,
      reduction: null,
    });
    const yPred = [
      [
        [0.854, 0.698, 0.598],
        [0.088, 0.86, 0.018],
      ],
    ];
    expectClose(loss.apply([[-1, 2]], yPred), [[0, 1.480129]]);
    const mean = new losses.SparseCategoricalCrossentropy({ fromLogits: true, ignoreClass: -1 });
    expectClose(mean.apply([[-1, 2]], yPred), 1.480129);
  });
});

describe("cross-entropies of probabilities", () => {
  it("divide rows by their sum", () => {
    const halves = new losses.CategoricalCrossentropy().apply([[1, 0]], [[3, 1]]);
    expectClose(halves, -Math.log(0.75));
    expectClose(new losses.SparseCategoricalCrossentropy().apply([0], [[3, 1]]), -Math.log(0.75));
  });

  it("stay finite for predictions that are certain and wrong", () => {
    const expected = -Math.log(1e-7);
    expectClose(new losses.CategoricalCrossentropy().apply([[1, 0]], [[0, 1]]), expected, { relative: 1e-5 });
    expectClose(new losses.SparseCategoricalCrossentropy().apply([0], [[0, 1]]), expected, {
      relative: 1e-5,
    });
    const binary = new losses.BinaryCrossentropy();
    expectClose(binary.apply([[1]], [[0]]), expected, { relative: 1e-5 });
    const p = tensor([[0, 1]]);
    const [gradient] = gradients(binary.apply([[1, 0]], p), [p]);
    expect(gradient.dataSync().every(Number.isFinite)).toBe(true);
  });

  it("agree with those of the scores", () => {
    const scores = tensor(logits);
    const ofScores = new losses.CategoricalCrossentropy({ fromLogits: true }).apply(oneHot, scores);
    const ofProbabilities = new losses.CategoricalCrossentropy().apply(oneHot, scores.softmax());
    expectClose(ofProbabilities, ofScores.item(), { relative: 1e-5 });
    const yes = new losses.BinaryCrossentropy({ fromLogits: true }).apply(oneHot, scores);
    expectClose(new losses.BinaryCrossentropy().apply(oneHot, scores.sigmoid()), yes.item(), {
      relative: 1e-4,
    });
  });

  it("smooth labels: + s/K for classes, + s/2 for yes or no", () => {
    const categorical = new losses.CategoricalCrossentropy({ labelSmoothing: 0.3 });
    const expected = -(0.8 * Math.log(0.5) + 0.1 * Math.log(0.3) + 0.1 * Math.log(0.2));
    expectClose(categorical.apply([[1, 0, 0]], [[0.5, 0.3, 0.2]]), expected);
    const binary = new losses.BinaryCrossentropy({ labelSmoothing: 0.2 });
    expectClose(binary.apply([[1]], [[0.7]]), -(0.9 * Math.log(0.7) + 0.1 * Math.log(0.3)));
  });

  it("give NaN for a label that is no class, as core does", () => {
    const loss = new losses.SparseCategoricalCrossentropy();
    expect(loss.apply([3], [[0.5, 0.5]]).item()).toBeNaN();
  });
});

describe("losses", () => {
  it("reduce as they are told", () => {
    const yTrue = [[0], [0], [0]];
    const yPred = [[1], [2], [3]];
    const weights = [1, 0, 2];
    const value = (reduction: losses.Reduction): unknown =>
      new losses.MeanSquaredError({ reduction }).apply(yTrue, yPred, weights).arraySync();
    expectClose(Number(value("sumOverBatchSize")), 19 / 3);
    expectClose(Number(value("mean")), 19 / 3);
    expectClose(Number(value("sum")), 19);
    expectClose(Number(value("mean_with_sample_weight")), 19 / 3);
    expect(value(null)).toEqual([1, 0, 18]);
  });

  it("compare [n] with [n, 1] element by element, and not each with each", () => {
    expect(new losses.MeanSquaredError().apply([1, 2, 3], [[1], [2], [4]]).item()).toBeCloseTo(1 / 3, 6);
  });

  it("are found by name in any spelling, and the known names are listed for an unknown one", () => {
    for (const name of ["meanSquaredError", "mean_squared_error", "mse"] as const) {
      expect(losses.getLoss(name)).toBeInstanceOf(losses.MeanSquaredError);
    }
    // @ts-expect-error the name is not in the union
    expect(() => losses.getLoss("meanSqaredError")).toThrow(
      /"meanSqaredError" is an unknown loss.*accepted are .*"meanSquaredError"/,
    );
  });

  it("say which shapes are needed when one-hot vectors and labels are mixed up", () => {
    expect(() =>
      new losses.CategoricalCrossentropy().apply(
        [0, 1],
        [
          [0.5, 0.5],
          [0.5, 0.5],
        ],
      ),
    ).toThrow("sparseCategoricalCrossentropy");
    expect(() => new losses.SparseCategoricalCrossentropy().apply([[0, 1]], [[0.5, 0.5]])).toThrow(
      "one-hot vectors are for categoricalCrossentropy",
    );
  });

  it("refuse what Keras refuses", () => {
    // @ts-expect-error the name is not in the union
    expect(() => losses.getLoss("nope")).toThrow(/"nope" is an unknown loss; accepted are/);
    expect(() => new losses.CategoricalCrossentropy().apply(zeros([2, 3]), zeros([2, 4]))).toThrow(
      "the targets have the shape [2, 3], the predictions [2, 4]",
    );
    expect(() => new losses.CategoricalGeneralizedCrossEntropy(1)).toThrow(
      /q is 1; it must be a number above 0/,
    );
    // @ts-expect-error the reduction is not in the union
    expect(() => new losses.Huber({ reduction: "average" })).toThrow(/reduction is "average"; it must be/);
    // @ts-expect-error the option is not there
    expect(() => new losses.Huber({ gamma: 2 })).toThrow(
      /"gamma" is an unknown option; accepted are "delta",/,
    );
  });

  it("take their first option by position", () => {
    expect(new losses.Huber(2).delta).toBe(2);
    expect(new losses.Huber(2, { reduction: "sum" }).reduction).toBe("sum");
    expect(new losses.MeanSquaredError("sum").reduction).toBe("sum");
    expect(new losses.MeanSquaredError("sum_over_batch_size").reduction).toBe("sumOverBatchSize");
    expect(new losses.BinaryCrossentropy(true).fromLogits).toBe(true);
  });

  it("are computed in float32 for predictions of 16 bits, in float64 for those of float64, or in the dtype they are told", () => {
    const yTrue = [[0, 1]];
    for (const [given, expected] of [
      ["bfloat16", "float32"],
      ["float16", "float32"],
      ["float64", "float64"],
    ] as const) {
      const yPred = tensor([[0.25, 0.75]], undefined, given);
      expect(new losses.MeanAbsoluteError().apply(yTrue, yPred).dtype).toBe(expected);
    }
    const half = new losses.MeanAbsoluteError({ dtype: "float16" }).apply(yTrue, [[0.25, 0.75]]);
    expect([half.dtype, half.item()]).toEqual(["float16", 0.25]);
  });

  it("leave out what the mask of the predictions leaves out, whatever the reduction", () => {
    const yPred = tensor([
      [1, 2],
      [3, 100],
    ]);
    setMask(yPred, tensor([1, 0], undefined, "bool"));
    const value = (reduction: losses.Reduction) =>
      new losses.MeanAbsoluteError({ reduction }).apply(zeros([2, 2]), yPred).arraySync();
    expect(value("mean")).toBe(1.5);
    expect(value("sum")).toBe(1.5);
    expect(value("meanWithSampleWeight")).toBe(1.5);
    expect(value("none")).toEqual([1.5, 0]);
  });

  it("ignore a class whatever its predictions are, and learn nothing of it", () => {
    const loss = new losses.SparseCategoricalCrossentropy({ ignoreClass: 0 });
    const yPred = tensor([
      [0, 0],
      [0.5, 0.5],
    ]);
    const value = loss.apply([0, 1], yPred);
    expectClose(value, Math.LN2);
    const [gradient] = gradients(value, [yPred]);
    expectClose(gradient, [
      [0, 0],
      [1, -1],
    ]);
  });

  it("find the classes along another axis", () => {
    const yPred = tensor([
      [
        [8, 1],
        [1, 9],
        [2, 3],
      ],
    ]);
    const labels = [[0, 1]];
    const last = yPred.transpose([0, 2, 1]);
    const sparse = { fromLogits: true, reduction: "none" } as const;
    expectClose(
      new losses.SparseCategoricalCrossentropy({ ...sparse, axis: 1 }).apply(labels, yPred),
      new losses.SparseCategoricalCrossentropy(sparse).apply(labels, last).arraySync(),
    );
    const classes = tensor([
      [
        [1, 0, 0],
        [0, 1, 0],
      ],
    ]);
    for (const fromLogits of [true, false]) {
      const given = { fromLogits, labelSmoothing: 0.1, reduction: "none" } as const;
      expectClose(
        new losses.CategoricalCrossentropy({ ...given, axis: 1 }).apply(classes.transpose([0, 2, 1]), yPred),
        new losses.CategoricalCrossentropy(given).apply(classes, last).arraySync(),
      );
    }
  });

  it("weigh a loss that is one number for the batch", () => {
    const dice = new losses.Dice({ reduction: "sum" });
    const plain = dice.apply([[1, 0]], [[0.5, 0.5]]).item();
    expectClose(dice.apply([[1, 0]], [[0.5, 0.5]], [1, 3]), 4 * plain);
  });
});

describe("a loss of one's own", () => {
  it("is made of a function, whose options are those of the class, and is restored", () => {
    const ownOptions = { power: options.positiveNumber(1) };
    class PowerError extends losses.defineLoss(
      (yTrue, yPred, { power }) => abs(sub(yTrue, yPred)).pow(power).mean(-1),
      { options: ownOptions, first: "power" },
    ) {}
    expect(() => toKerasConfig(new PowerError(2))).toThrow("registerKerasSerializable(PowerError)");
    registerKerasSerializable(PowerError);
    const loss = new PowerError(3, { reduction: "sum" });
    expect(loss.name).toBe("power_error");
    const config = toKerasConfig(loss);
    expect(config).toMatchObject({ config: { name: "power_error", reduction: "sum", power: 3 } });
    const restored = fromKerasConfig(config);
    expect(restored instanceof PowerError && restored.power).toBe(3);
    expect(loss.apply([[1, 2]], [[2, 4]]).item()).toBe(4.5);
  });

  it("is a function with a name, which a configuration keeps, also with its options", () => {
    const wrapped = new losses.LossFunctionWrapper(losses.huber, { functionOptions: { delta: 2 } });
    expectClose(wrapped.apply([[0]], [[4]]), 6);
    const config = toKerasConfig(wrapped);
    expect(config).toMatchObject({
      class_name: "LossFunctionWrapper",
      config: { fn: { class_name: "function", config: "huber" }, delta: 2 },
    });
    const restored = fromKerasConfig(config);
    expectClose(restored instanceof losses.Loss ? restored.apply([[0]], [[4]]) : 0, 6);
    const anonymous = losses.getLoss((yTrue, yPred) => sub(yTrue, yPred).mean(-1));
    expect(() => toKerasConfig(anonymous)).toThrow("has no name to restore it by");
    expect(losses.getLoss(losses.huber)).toBeInstanceOf(losses.Huber);
  });

  it("compares targets [n] with outputs [n, 1] element by element", () => {
    const loss = losses.getLoss((yTrue, yPred) => abs(sub(yTrue, yPred)));
    expect(loss.apply([1, 2, 3], [[1], [2], [4]]).item()).toBeCloseTo(1 / 3, 6);
  });
});

test("names of losses are completed once each", () => {
  const names: losses.LossName[] = ["huber", "klDivergence", "ctc", "mse", "kld", "mean_squared_error", "ce"];
  expect(names.length).toBe(7);
  // @ts-expect-error needs a function
  names.push("lossFunctionWrapper");
  // @ts-expect-error the options of a class are its own
  const loss: { delta: number } = new losses.MeanSquaredError();
  expect(loss).toBeInstanceOf(losses.Loss);
  const { delta }: { readonly delta: number } = new losses.Huber();
  expect(delta).toBe(1);
});
