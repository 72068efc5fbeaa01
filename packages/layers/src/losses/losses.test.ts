import { gradients, tensor } from "@strata/core";
import { describe, expect, it } from "vitest";
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
      /"meanSqaredError" is an unknown loss; .*"meanSquaredError"/,
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
});
