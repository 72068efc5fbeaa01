import { jit, Tensor } from "@strata/core";
import { describe, expect, it } from "vitest";
import { fromKerasConfig } from "../saving/from-keras-config.ts";
import { toKerasConfig } from "../saving/to-keras-config.ts";
import { isPlainObject } from "../schema/configurable.ts";
import type { Json } from "../schema/option.ts";
import {
  expectAsInKeras,
  isTensorCase,
  type KerasCase,
  readKerasCases,
  readKerasFunctions,
  type TensorCase,
  tensorOf,
} from "../testing/keras-cases.node.ts";
import { testKerasCases } from "../testing/keras-suite.node.ts";
import { toCamelCase } from "../utilities/names.ts";
import * as functions from "./functions.ts";
import { Mean, Sum } from "./mean.ts";
import { Metric, PredictionMetric } from "./metric.ts";

function metricOf({ config = null }: KerasCase): Metric {
  const metric = fromKerasConfig(config);
  if (metric instanceof Metric) return metric;
  throw new Error("the configuration is not that of a metric");
}

/** The tensors of an update: its arguments, then the weights if there are any. */
function update(metric: Metric, [first, second, third]: readonly Tensor[]): void {
  if (metric instanceof PredictionMetric) metric.updateState(first, second, third);
  else if (metric instanceof Mean || metric instanceof Sum) metric.updateState(first, second);
  else throw new Error(`${metric.name} takes no updates`);
}

function tensorsOf(step: Record<string, unknown>): Tensor[] {
  const args = Array.isArray(step.args) ? step.args : [];
  return [...args, step.sample_weight].filter(isTensorCase).map(tensorOf);
}

function stepsOf({ steps }: KerasCase): readonly Record<string, unknown>[] {
  return Array.isArray(steps) ? steps.filter(isPlainObject) : [];
}

function expectVariables(metric: Metric, expected: Json | undefined): void {
  const wanted = Array.isArray(expected) ? expected : [];
  const paths = wanted.map((each) => (isPlainObject(each) ? each.path : null));
  expect(metric.variables.map(({ name }) => name)).toEqual(paths);
  wanted.forEach((each, index) => {
    if (!isTensorCase(each)) throw new Error("a variable of the case is no tensor");
    expect(metric.variables[index].dtype).toBe(each.dtype);
    expectAsInKeras(String(paths[index]), metric.variables[index].value, each);
  });
}

const cases = readKerasCases("metrics");

testKerasCases("metrics", cases, (test) => {
  const metric = metricOf(test);
  stepsOf(test).forEach((step, index) => {
    update(metric, tensorsOf(step));
    expectAsInKeras(`result ${index}`, metric.result(), tensorCase(step.result));
  });
  expectVariables(metric, test.variables_after);
  expect(toKerasConfig(metric)).toEqual(test.config);
  metric.resetState();
  expectAsInKeras("result after reset", metric.result(), tensorCase(test.result_after_reset));
});

describe("metrics in a compiled step are Keras's too", () => {
  it.each(cases)("$id", (test) => {
    const metric = metricOf(test);
    const step = jit((...tensors: Tensor[]) => {
      update(metric, tensors);
      return metric.result();
    });
    for (const each of stepsOf(test)) {
      expectAsInKeras("result", step(...tensorsOf(each)), tensorCase(each.result));
    }
  });
});

testKerasCases("metrics: functions", readKerasFunctions("metrics"), (test) => {
  const name = toCamelCase(String(test.function));
  const f: unknown = new Map(Object.entries(functions)).get(name);
  if (typeof f !== "function") throw new Error(`there is no function ${name}`);
  const options = isPlainObject(test.kwargs) ? test.kwargs : {};
  const named = Object.entries(options).map(([key, value]) => [toCamelCase(key), value]);
  const values: unknown = f(
    tensorOf(tensorCase(test.y_true)),
    tensorOf(tensorCase(test.y_pred)),
    ...(named.length === 0 ? [] : [Object.fromEntries(named)]),
  );
  expect(values).toBeInstanceOf(Tensor);
  expectAsInKeras("values", values, tensorCase(test.values));
});

function tensorCase(json: unknown): TensorCase {
  if (isTensorCase(json)) return json;
  throw new Error(`${JSON.stringify(json)} is no tensor`);
}
