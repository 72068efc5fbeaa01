import type { TensorLike } from "@strata/core";
import { describe, expect, it } from "vitest";
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
      /"acuracy" is an unknown metric; .*"accuracy", "binaryAccuracy"/,
    );
  });
});
