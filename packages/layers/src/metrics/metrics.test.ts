import { abs, greater, setSeed, sub, type TensorLike, tensor, uniform } from "@strata/core";
import { describe, expect, it, test } from "vitest";
import { setMask } from "../layer/masks.ts";
import { fromKerasConfig } from "../saving/from-keras-config.ts";
import { registerKerasSerializable } from "../saving/known-classes.ts";
import { toKerasConfig } from "../saving/to-keras-config.ts";
import * as options from "../schema/vocabulary.ts";
import { expectClose } from "../testing/close.ts";
import { resolveMetric } from "./get-metric.ts";
import * as metrics from "./index.ts";

function resultOf(
  metric: metrics.PredictionMetric,
  yTrue: TensorLike,
  yPred: TensorLike,
  sampleWeight?: TensorLike,
): number {
  metric.updateState(yTrue, yPred, sampleWeight);
  return metric.result().item();
}

describe("metrics give Keras's own numbers", () => {
  // Keras 3.16, keras/src/metrics/accuracy_metrics_test.py, regression_metrics_test.py, reduction_metrics_test.py.
  it("AccuracyTest.test_weighted", () => {
    expectClose(
      resultOf(new metrics.Accuracy(), [[1], [2], [3], [4]], [[0], [2], [3], [4]], [1, 1, 0, 0]),
      0.5,
    );
  });

  it("SparseCategoricalAccuracyTest.test_weighted", () => {
    const yPred = [
      [0.1, 0.6, 0.3],
      [0.05, 0.95, 0],
    ];
    const metric = new metrics.SparseCategoricalAccuracy();
    expectClose(resultOf(metric, [[2], [1]], yPred, [0.7, 0.3]), 0.3);
  });

  it("BinaryAccuracyTest.test_unweighted, with labels of a rank less", () => {
    expectClose(resultOf(new metrics.BinaryAccuracy(), [1, 1, 0, 0], [[0.98], [1], [0], [0.6]]), 0.75);
  });

  it("TestCompileMetrics.test_name_conversions", () => {
    const yTrue = [
      [0.1, 0.2],
      [0.3, 0.4],
      [0.5, 0.6],
    ];
    const yPred = [
      [0.4, 0.1],
      [0.2, 0.6],
      [0.6, 0.1],
    ];
    expectClose(resultOf(new metrics.CategoricalAccuracy(), yTrue, yPred), 0.333333);
  });
});

describe("metrics", () => {
  it("gather over batches of different sizes, and begin anew when they are reset", () => {
    const mean = new metrics.Mean();
    mean.updateState([1, 2, 3]);
    mean.updateState([10]);
    expect(mean.result().item()).toBe(4);
    mean.resetState();
    expect(mean.result().item()).toBe(0);
    mean.updateState(
      [
        [1, 3],
        [5, 7],
      ],
      [1, 0],
    );
    expect(mean.result().item()).toBe(2);
    mean.resetState();
    mean.updateState(
      [
        [1, 3],
        [5, 7],
      ],
      [
        [1, 0],
        [1, 0],
      ],
    );
    expect(mean.result().item()).toBe(3);
  });

  it("resolve accuracy by what targets and outputs look like, under the name that was given", () => {
    const make = resolveMetric("acc", "compile");
    expect(make({ isBinary: true, isSparse: true })).toBeInstanceOf(metrics.BinaryAccuracy);
    expect(make({ isBinary: false, isSparse: true })).toBeInstanceOf(metrics.SparseCategoricalAccuracy);
    expect(make({ isBinary: false, isSparse: false })).toBeInstanceOf(metrics.CategoricalAccuracy);
    expect(make({ isBinary: false, isSparse: false }).name).toBe("acc");
  });

  it("list the known names for an unknown one", () => {
    // @ts-expect-error the name is not in the union
    expect(() => resolveMetric("acuracy", "compile")).toThrow(
      /"acuracy" is an unknown metric.*accepted are .*"accuracy", "binaryAccuracy"/,
    );
  });

  it("refuse what Keras refuses", () => {
    // @ts-expect-error the name is not in the union
    expect(() => metrics.getMetric("nope")).toThrow(/"nope" is an unknown metric; accepted are/);
    expect(() => new metrics.PrecisionAtRecall(2)).toThrow(/recall is 2; it must be a number from 0 to 1/);
    expect(() => new metrics.Precision([0.5, 2])).toThrow(/thresholds is .*it must be a number from 0 to 1/);
    expect(() => new metrics.IoU(2, [2])).toThrow("targetClassIds has 2; for 2 classes accepted are");
    expect(() => new metrics.AUC({ numLabels: 3 })).toThrow("numLabels is 3, which is for multiLabel only");
    expect(() => new metrics.AUC({ multiLabel: true }).updateState([1], [1])).toThrow(
      "must be [batch, labels]",
    );
    expect(() => new metrics.R2Score().updateState([1], [1])).toThrow("they must be [batch, outputs]");
    // @ts-expect-error a metric of values, and not of predictions
    expect(() => metrics.getMetric("sum")).toThrow(/"sum" is an unknown metric/);
  });

  it("take what Keras takes by position", () => {
    expect(new metrics.Mean("loss").name).toBe("loss");
    expect(new metrics.MeanSquaredError("error").name).toBe("error");
    expect(new metrics.TopKCategoricalAccuracy(3).k).toBe(3);
    expect(new metrics.MeanIoU(3, { ignoreClass: 1 }).ignoreClass).toBe(1);
    expect(new metrics.FBetaScore("macro", { beta: 2 }).beta).toBe(2);
  });

  it("leave out what the mask of the predictions leaves out", () => {
    const yPred = tensor([[1], [3], [100]]);
    setMask(yPred, tensor([1, 1, 0], undefined, "bool"));
    expect(resultOf(new metrics.MeanAbsoluteError(), [[0], [0], [0]], yPred)).toBe(2);
    expect(resultOf(new metrics.MeanAbsoluteError(), [[0], [0], [0]], yPred, [1, 3, 5])).toBe(2.5);
  });

  it("count outcomes the same at even thresholds, in buckets, and at others, one by one", () => {
    setSeed(3);
    const yPred = uniform([500]);
    const yTrue = greater(uniform([500]), yPred.neg().add(1)).cast("float32");
    const even = new metrics.TruePositives([0, 0.25, 0.5, 0.75, 1]);
    const uneven = new metrics.TruePositives([0, 0.25, 0.5, 0.75, 1, 0.9]);
    for (const metric of [even, uneven]) metric.updateState(yTrue, yPred);
    expect(even.result().arraySync()).toEqual([...uneven.result().dataSync().slice(0, 5)]);
  });

  it("weigh the labels of an area under a curve, which a configuration keeps", () => {
    const given = { multiLabel: true, numThresholds: 3 };
    const yTrue = [
      [0, 1],
      [1, 0],
    ];
    const yPred = [
      [0.2, 0.1],
      [0.9, 0.8],
    ];
    expect(resultOf(new metrics.AUC(given), yTrue, yPred)).toBe(0.5);
    const weighted = new metrics.AUC({ ...given, labelWeights: [3, 1] });
    expect(resultOf(weighted, yTrue, yPred)).toBe(0.75);
    const config = toKerasConfig(weighted);
    expect(config).toMatchObject({
      config: { label_weights: { class_name: "__tensor__", config: { value: [3, 1], dtype: "float32" } } },
    });
    const restored = fromKerasConfig(config);
    expect(restored instanceof metrics.AUC ? resultOf(restored, yTrue, yPred) : 0).toBe(0.75);
  });

  it("count weights that are no integers in floats, unless they are told another dtype", () => {
    const weights = [0.5, 0.5, 1, 1];
    const [yTrue, yPred] = [
      [0, 0, 1, 1],
      [0, 1, 0, 1],
    ];
    const metric = new metrics.MeanIoU(2);
    metric.updateState(yTrue, yPred, weights);
    expect(metric.variables[0].dtype).toBe("float32");
    expect(metric.variables[0].value.arraySync()).toEqual([
      [0.5, 0.5],
      [1, 1],
    ]);
    const counting = new metrics.MeanIoU(2);
    counting.updateState(yTrue, yPred);
    expect(counting.variables[0].dtype).toBe("int32");
    expect(() => counting.updateState(yTrue, yPred, weights)).toThrow('dtype: "float32"');
  });

  it("take a prediction of NaN for no hit", () => {
    const yPred = [[Number.NaN, 1, 2]];
    expect(resultOf(new metrics.SparseTopKCategoricalAccuracy(2), [0], yPred)).toBe(0);
  });
});

describe("a metric of one's own", () => {
  it("is made of a function, whose options are those of the class, and is restored", () => {
    class Within extends metrics.defineMetric(
      (yTrue, yPred, { distance }) => abs(sub(yTrue, yPred)).lessEqual(distance).cast("float32"),
      { options: { distance: options.positiveNumber(1) }, first: "distance" },
    ) {}
    registerKerasSerializable(Within);
    const metric = new Within(0.5);
    expect(resultOf(metric, [1, 2], [1.2, 3])).toBe(0.5);
    const restored = fromKerasConfig(toKerasConfig(metric));
    expect(restored instanceof Within && restored.distance).toBe(0.5);
  });

  it("is a function with a name, which a configuration keeps, also with its options", () => {
    const metric = new metrics.MeanMetricWrapper(metrics.binaryAccuracy, {
      name: "strict",
      functionOptions: { threshold: 0.9 },
    });
    expect(resultOf(metric, [1, 0], [0.8, 0.2])).toBe(0.5);
    const config = toKerasConfig(metric);
    expect(config).toMatchObject({
      config: { name: "strict", fn: { config: "binary_accuracy" }, threshold: 0.9 },
    });
    const restored = fromKerasConfig(config);
    expect(restored instanceof metrics.PredictionMetric ? resultOf(restored, [1, 0], [0.8, 0.2]) : 0).toBe(
      0.5,
    );
  });
});

test("names of metrics are completed once each", () => {
  const names: metrics.MetricName[] = ["auc", "f1Score", "binaryIoU", "mse", "acc", "mean_squared_error"];
  expect(names.length).toBe(6);
  // @ts-expect-error needs the number of classes
  names.push("meanIoU");
  const { threshold }: { readonly threshold: number } = new metrics.BinaryAccuracy();
  expect(threshold).toBe(0.5);
});
