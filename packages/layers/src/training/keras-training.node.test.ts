import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Variable } from "@strata/core";
import { describe, expect, it } from "vitest";
import * as callbacks from "../callbacks/index.ts";
import { Dataset } from "../data/dataset.ts";
import { isRecord, leavesOf } from "../layer/structure.ts";
import type { Model } from "../models/model.ts";
import { fromKerasConfig } from "../saving/from-keras-config.ts";
import { isJsonRecord, type Json } from "../schema/option.ts";
import {
  expectAsInKeras,
  expectStructureAsInKeras,
  type KerasCase,
  readKerasCases,
  structureOf,
  type Tolerance,
} from "../testing/keras-cases.node.ts";
import { missingClasses, restoreModel, tensorCasesIn } from "../testing/keras-models.node.ts";
import { toCamelCase } from "../utilities/names.ts";
import type { DataStructure } from "./array-batches.ts";
import { restoreCompileOptions } from "./compile.ts";
import type { ElementsLike } from "./element-batches.ts";
import type { FitOptions } from "./options.ts";

/** Weights that rounding, or the order of a sum, alone decides. */
const undetermined: { readonly [id: string]: readonly string[] } = {
  // A sum over the batch overflows: in one order it is infinite, in another NaN.
  "callbacks/07": ["h/bias"],
  // The loss does not depend on it: each group of the normalization that follows is one channel, and takes its mean away.
  "convnet/02": ["s/bias"],
};

const wholeRun: Tolerance = { absolute: 1e-4, relative: 1e-3 };

describe("whole runs of training give Keras's numbers", () => {
  readKerasCases("training").forEach((test, index) => {
    const missing = reasonsAgainst(test);
    const run = missing.length === 0 ? it : it.skip;
    if (test.trace !== undefined) {
      run(test.id, () => runTraced(test));
      return;
    }
    run(missing.length === 0 ? test.id : `${test.id} (no ${missing.join(", ")} yet)`, () =>
      runTraining(test, "arrays"),
    );
    if (missing.length > 0 || !comesInBatches(test)) return;
    const form = index % 2 === 0 ? "generator" : "dataset";
    it(`${test.id}, by a ${form}`, () => runTraining(test, form));
  });
});

/** In which form a run gets its data. */
type DataForm = "arrays" | "generator" | "dataset";

/** Whether a case's batches are those that follow each other in the data. */
function comesInBatches(test: KerasCase): boolean {
  const { shuffle, validation_split } = recordOf(test.fit);
  return shuffle === false && validation_split === undefined && test.further_fits === undefined;
}

/** The batches of a run, one by one. */
function batchesOf(test: KerasCase, form: DataForm, batchSize: number): ElementsLike {
  const parts: readonly unknown[] = [test.x, test.y, test.sample_weight]
    .filter((part) => part !== undefined)
    .map(dataOf);
  const batches = Dataset.fromTensorSlices(parts).batch(batchSize);
  if (form === "dataset") return batches;
  return async function* () {
    yield* batches.pass(0);
  };
}

/** What a case needs that is not there. */
function reasonsAgainst(test: KerasCase): readonly string[] {
  return [...missingClasses(test.model), ...missingClasses(test.compile)];
}

/** The functions that cases state in JavaScript. */
const schedules: { readonly [source: string]: callbacks.EpochSchedule } = {
  "(epoch, lr) => epoch < 2 ? lr : lr * 0.5": (epoch, rate) => (epoch < 2 ? rate : rate * 0.5),
};

function restoreCallback(json: Json): callbacks.Callback {
  const { class_name, config, schedule } = recordOf(json);
  const options = Object.fromEntries(
    Object.entries(recordOf(config)).map(([name, value]) => [toCamelCase(name), value]),
  );
  switch (class_name) {
    case "EarlyStopping":
      return new callbacks.EarlyStopping(options);
    case "ReduceLROnPlateau":
      return new callbacks.ReduceLROnPlateau(options);
    case "LearningRateScheduler":
      return new callbacks.LearningRateScheduler(schedules[String(schedule)]);
    case "TerminateOnNaN":
      return new callbacks.TerminateOnNaN();
    default:
      throw new Error(`the test knows no callback ${class_name}`);
  }
}

async function runTraining(test: KerasCase, form: DataForm): Promise<void> {
  const model = restoreModel(test.model, test.initial_weights);
  const compile = restoreCompileOptions(test.compile, fromKerasConfig);
  if (compile === null) throw new Error("the case was not compiled");
  model.compile(compile);
  const used = listOf(test.callbacks).map(restoreCallback);
  const history = await fit(model, test, test.fit, form, used);
  expectHistory("history", history, test.history);
  const [stopping] = used;
  if (stopping instanceof callbacks.EarlyStopping) {
    const { stoppedEpoch: stopped_epoch, bestEpoch: best_epoch, best } = stopping;
    const expected = recordOf(test.early_stopping);
    expect({ stopped_epoch, best_epoch, best }).toEqual({
      ...expected,
      best: expect.closeTo(Number(expected.best), 4),
    });
  }
  const isDetermined = ({ name }: Variable): boolean =>
    !(undetermined[test.id] ?? []).some((each) => name.includes(each));
  expectVariables("final_weights", model.weights, test.final_weights, isDetermined);
  const { variables } = model.optimizer;
  expectVariables("final_optimizer_variables", variables, test.final_optimizer_variables, isDetermined);
  expect(model.optimizer.learningRate).toBeCloseTo(Number(test.final_learning_rate), 6);
  for (const further of listOf(test.further_fits)) {
    const { fit: options, history: expected } = recordOf(further);
    expectHistory("further history", await fit(model, test, options, form), expected);
  }
  if (test.weights_after_further_fits) {
    expectVariables("weights_after_further_fits", model.weights, test.weights_after_further_fits);
  }
  const x = dataOf(test.x);
  const { batch_size, with_sample_weight, result } = recordOf(test.evaluate);
  const weight = with_sample_weight ? { sampleWeight: dataOf(test.sample_weight) } : {};
  const options = { batchSize: Number(batch_size), verbose: 0, returnDict: true, ...weight } as const;
  const logs = await model.evaluate(x, dataOf(test.y), options);
  expectHistory(
    "evaluate",
    mapValues(logs, (value) => [value]),
    mapValues(recordOf(result), (value) => [value]),
  );
  const { outputs, batch_size: predictSize } = recordOf(test.predict);
  const predicted = await model.predict(x, { batchSize: Number(predictSize), verbose: 0 });
  expectStructureAsInKeras("predict", predicted, outputs, wholeRun);
}

/** A run whose events, files and texts are those of Keras. */
async function runTraced(test: KerasCase): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "strata-trace-"));
  try {
    const model = restoreModel(test.model, test.initial_weights);
    const compile = restoreCompileOptions(test.compile, fromKerasConfig);
    if (compile === null) throw new Error("the case was not compiled");
    model.compile(compile);
    const { filepath, monitor, save_best_only, save_weights_only, files } = recordOf(test.model_checkpoint);
    const checkpoint = new callbacks.ModelCheckpoint(join(folder, "files", String(filepath)), {
      monitor: String(monitor),
      saveBestOnly: save_best_only === true,
      saveWeightsOnly: save_weights_only === true,
    });
    const log = join(folder, "log.csv");
    const events: [string, number | null, readonly string[]][] = [];
    const tracer = tracerOf(events);
    const used = [tracer, new callbacks.CSVLogger(log), checkpoint];
    expectHistory("history", await fit(model, test, test.fit, "arrays", used), test.history);
    const others = { batchSize: 5, verbose: 0, callbacks: [tracer] } as const;
    await model.evaluate(dataOf(test.x), dataOf(test.y), others);
    await model.predict(dataOf(test.x), others);
    expect(events).toEqual(test.trace);
    expect(readdirSync(join(folder, "files")).sort()).toEqual(files);
    expectSameTable(readFileSync(log, "utf8"), String(test.csv_logger_text));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Notes each event as the cases do: its name, the index of the epoch or batch, the names of the logs. */
function tracerOf(events: [string, number | null, readonly string[]][]): callbacks.Callback {
  const note = (hook: string, index: number | null, logs: object): void =>
    void events.push([hook, index, Object.keys(logs).sort()]);
  return {
    onTrainBegin: (logs) => note("on_train_begin", null, logs),
    onTrainEnd: (logs) => note("on_train_end", null, logs),
    onEpochBegin: (index, logs) => note("on_epoch_begin", index, logs),
    onEpochEnd: (index, logs) => note("on_epoch_end", index, logs),
    onTrainBatchBegin: (index, logs) => note("on_train_batch_begin", index, logs),
    onTrainBatchEnd: (index, logs) => note("on_train_batch_end", index, logs),
    onTestBegin: (logs) => note("on_test_begin", null, logs),
    onTestEnd: (logs) => note("on_test_end", null, logs),
    onTestBatchBegin: (index, logs) => note("on_test_batch_begin", index, logs),
    onTestBatchEnd: (index, logs) => note("on_test_batch_end", index, logs),
    onPredictBegin: (logs) => note("on_predict_begin", null, logs),
    onPredictEnd: (logs) => note("on_predict_end", null, logs),
    onPredictBatchBegin: (index, logs) => note("on_predict_batch_begin", index, logs),
    onPredictBatchEnd: (index, logs) => note("on_predict_batch_end", index, logs),
  };
}

/** Compares tables of comma-separated values, numbers within the tolerance of runs. */
function expectSameTable(found: string, expected: string): void {
  const [cells, wanted] = [found, expected].map((text) => text.split("\n").map((line) => line.split(",")));
  expect(cells.map(({ length }) => length)).toEqual(wanted.map(({ length }) => length));
  wanted.flat().forEach((text, index) => {
    const cell = cells.flat()[index];
    if (!text.includes(".")) expect(cell).toBe(text);
    else expect(Math.abs(Number(cell) - Number(text))).toBeLessThan(1e-4 + 1e-3 * Math.abs(Number(text)));
  });
}

async function fit(
  model: Model,
  test: KerasCase,
  given: Json | undefined,
  form: DataForm,
  used: readonly callbacks.Callback[] = [],
): Promise<Record<string, number[]>> {
  const options = Object.entries(recordOf(given)).map(([name, value]) => [toCamelCase(name), value]);
  const validation = listOf(test.validation_data).map((each) => dataOf(each));
  const [x, y, sampleWeight] = validation;
  const extra: FitOptions = {
    verbose: 0,
    callbacks: used,
    ...(test.sample_weight && form === "arrays" ? { sampleWeight: dataOf(test.sample_weight) } : {}),
    ...(isJsonRecord(test.class_weight)
      ? {
          classWeight: Object.fromEntries(
            Object.entries(test.class_weight).map(([name, each]) => [name, Number(each)]),
          ),
        }
      : {}),
    ...(x === undefined
      ? {}
      : { validationData: sampleWeight === undefined ? [x, y] : [x, y, sampleWeight] }),
    ...Object.fromEntries(options),
  };
  if (form === "arrays") return (await model.fit(dataOf(test.x), dataOf(test.y), extra)).history;
  const { batchSize = 32, ...others } = extra;
  return (await model.fit(batchesOf(test, form, batchSize), null, others)).history;
}

function expectHistory(
  place: string,
  found: { readonly [name: string]: readonly number[] },
  expected: Json | undefined,
): void {
  const wanted = recordOf(expected);
  expect({ place, names: Object.keys(found).sort() }).toEqual({ place, names: Object.keys(wanted).sort() });
  for (const [name, values] of Object.entries(wanted)) {
    const numbers = listOf(values).map(Number);
    expect({ place, name, count: found[name].length }).toEqual({ place, name, count: numbers.length });
    numbers.forEach((value, index) => {
      const difference = Math.abs(found[name][index] - value);
      const allowed = wholeRun.absolute + wholeRun.relative * Math.abs(value);
      if (difference <= allowed || Object.is(found[name][index], value)) return;
      throw new Error(`${place}: ${name}[${index}] is ${found[name][index]}, in Keras ${value}`);
    });
  }
}

function expectVariables(
  place: string,
  found: readonly Variable[],
  expected: Json | undefined,
  isCompared: (variable: Variable) => boolean = () => true,
): void {
  const wanted = tensorCasesIn(expected);
  expect({ place, count: found.length }).toEqual({ place, count: wanted.length });
  wanted.forEach((each, index) => {
    if (isCompared(found[index])) expectAsInKeras(`${place}[${index}]`, found[index].value, each, wholeRun);
  });
}

/** Data as the cases have it. */
function dataOf(json: Json | undefined): DataStructure {
  const data = structureOf(json);
  if (isData(data)) return data;
  throw new Error("the case has other data than tensors");
}

function isData(data: unknown): data is DataStructure {
  return leavesOf<unknown>(data).every((leaf) => typeof leaf === "object" && leaf !== null) || isRecord(data);
}

function listOf(json: Json | undefined): readonly Json[] {
  return Array.isArray(json) ? json : [];
}

function recordOf(json: Json | undefined): { readonly [name: string]: Json } {
  return isJsonRecord(json) ? json : {};
}

function mapValues<Value, Result>(
  record: { readonly [name: string]: Value },
  map: (value: Value) => Result,
): Record<string, Result> {
  return Object.fromEntries(Object.entries(record).map(([name, value]) => [name, map(value)]));
}
