/** Whole runs: fit, evaluate and predict are one loop with different steps and events. */
import { type Tensor, tensor } from "@strata/core";
import { allocateArray } from "@strata/core/internal";
import type { Callback, Logs, TrainedModel, TrainingPosition } from "../callbacks/callback.ts";
import { CallbackList } from "../callbacks/callback-list.ts";
import { History } from "../callbacks/history.ts";
import { ProgressLogger } from "../callbacks/progress-logger.ts";
import { leavesOf, type Structure, withLeaves } from "../layer/structure.ts";
import { output } from "../utilities/output.ts";
import type { Batch, BatchSource } from "./batch.ts";
import { EpochBatches, runBatches } from "./loop.ts";
import { NaNWatch, type WatchedRun } from "./nan-watch.ts";
import { type FitOptions, type RunOptions, verbosity } from "./options.ts";

/** A model's steps and what they gather, as runs need them. */
export interface Runner extends WatchedRun {
  /** The model, for callbacks. */
  readonly model: TrainedModel;
  /** Takes a step of training. */
  readonly train: (batch: Batch) => void;
  /** Takes a step of evaluation. */
  readonly test: (batch: Batch) => void;
  /** The outputs of a batch. */
  readonly predict: (batch: Batch) => Structure<Tensor>;
  /** Forgets what was gathered. */
  readonly resetMetrics: () => void;
  /** Called at the end of training. */
  readonly finalize: () => void;
}

/** Trains for the epochs that the options say; everything has been checked. */
export async function runFit(
  runner: Runner,
  training: BatchSource,
  validation: BatchSource | null,
  options: FitOptions,
): Promise<History> {
  const { epochs = 1, initialEpoch = 0, validationFreq = 1, stepsPerEpoch = null } = options;
  const { model, resetMetrics } = runner;
  const batches = new EpochBatches(training, stepsPerEpoch);
  const steps = batches.stepsPerEpoch;
  const history = new History();
  const callbacks = callbackList(runner, options, [history], { epochs, steps });
  const isBarDrawn = verbosity(options.verbose) === 1 && output().isTerminal;
  const watch = new NaNWatch(runner, options.callbacks ?? [], isBarDrawn);
  let logs: Logs = {};
  model.stopTraining = false;
  model.resumeAt = null;
  await callbacks.run("onTrainBegin", {});
  const begin: TrainingPosition = model.resumeAt ?? { epoch: initialEpoch, batch: 0 };
  for (let epoch = begin.epoch; epoch < epochs && !model.stopTraining; epoch++) {
    const isResumed = epoch === begin.epoch && model.resumeAt !== null;
    const first = isResumed ? begin.batch : 0;
    resetMetrics();
    watch.begin(epoch, first);
    await callbacks.epoch("onEpochBegin", epoch, {});
    const done = await runBatches({
      batches: batches.of(epoch, first, isResumed),
      first,
      steps: steps ?? Number.POSITIVE_INFINITY,
      step: runner.train,
      begin: (index) => callbacks.batch("onTrainBatchBegin", index),
      end: (index) => {
        watch.look(index + 1);
        return callbacks.batch("onTrainBatchEnd", index, () => watch.read(index + 1));
      },
      isStopped: () => model.stopTraining,
    });
    if (!model.stopTraining && done < (steps ?? 1)) {
      console.warn(
        `fit: the data ended after ${done} of ${steps ?? "the"} steps of the epoch ${epoch + 1}; a dataset goes on with repeat(), and a ` +
          "function is called anew for each pass",
      );
      batches.ranOut();
      if (done === 0) break;
    }
    logs = await watch.read(done);
    if (validation !== null && isDue(epoch + 1, validationFreq)) {
      const results = await runTests(runner, validation, callbacks, options.validationSteps ?? null);
      for (const [name, value] of Object.entries(results)) logs[`val_${name}`] = value;
    }
    await callbacks.epoch("onEpochEnd", epoch, logs);
  }
  runner.finalize();
  await callbacks.run("onTrainEnd", logs);
  return history;
}

/** Gathers loss and metrics over batches, without training. */
export async function runEvaluate(runner: Runner, source: BatchSource, options: RunOptions): Promise<Logs> {
  const steps = options.steps ?? source.count;
  return runTests(runner, source, callbackList(runner, options, [], { epochs: 1, steps }), steps);
}

/** The outputs for all batches, joined. */
export async function runPredict(
  runner: Runner,
  source: BatchSource,
  options: RunOptions,
): Promise<Structure<Tensor>> {
  const steps = options.steps ?? source.count;
  const callbacks = callbackList(runner, options, [], { epochs: 1, steps });
  const results: Structure<Tensor>[] = [];
  await callbacks.run("onPredictBegin", {});
  await runBatches({
    batches: source.pass(0, 0),
    steps: steps ?? Number.POSITIVE_INFINITY,
    step: (batch) => void results.push(runner.predict(batch)),
    begin: (index) => callbacks.batch("onPredictBatchBegin", index),
    end: (index) => callbacks.predicted(index, { outputs: results[index] }),
  });
  await callbacks.run("onPredictEnd", {});
  if (results.length === 0)
    throw new RangeError("predict: the data have no batch; there must be one at least");
  const leaves = results.map((each) => leavesOf(each));
  const joined = await Promise.all(leaves[0].map((_, index) => join(leaves.map((each) => each[index]))));
  return withLeaves(results[0], joined);
}

async function runTests(
  { test, resetMetrics, readLogs }: Runner,
  source: BatchSource,
  callbacks: CallbackList,
  steps: number | null,
): Promise<Logs> {
  resetMetrics();
  await callbacks.run("onTestBegin", {});
  await runBatches({
    batches: source.pass(0, 0),
    steps: steps ?? Number.POSITIVE_INFINITY,
    step: test,
    begin: (index) => callbacks.batch("onTestBatchBegin", index),
    end: (index) => callbacks.batch("onTestBatchEnd", index, readLogs),
  });
  const logs = await readLogs();
  await callbacks.run("onTestEnd", logs);
  return logs;
}

/** The callbacks of a run: those that the user gave, then others of ours, then the progress bar. */
function callbackList(
  { model }: Runner,
  { callbacks = [], verbose: given }: Pick<RunOptions, "callbacks" | "verbose">,
  others: readonly Callback[],
  run: { readonly epochs: number; readonly steps: number | null },
): CallbackList {
  const verbose = verbosity(given);
  const progress = verbose === 0 ? [] : [new ProgressLogger()];
  const list = new CallbackList([...callbacks, ...others, ...progress]);
  list.begin(model, { ...run, verbose });
  return list;
}

/** Whether there is validation after so many epochs: every so many, or after those in a list. */
function isDue(epochs: number, frequency: number | readonly number[]): boolean {
  return typeof frequency === "number" ? epochs % frequency === 0 : frequency.includes(epochs);
}

async function join(parts: readonly Tensor[]): Promise<Tensor> {
  const [first] = parts;
  if (parts.length === 1) return first;
  const values = await Promise.all(parts.map((part) => part.data()));
  const joined = allocateArray(
    first.dtype,
    values.reduce((count, { length }) => count + length, 0),
  );
  let position = 0;
  for (const each of values) {
    joined.set(each, position);
    position += each.length;
  }
  const rows = parts.reduce((count, { shape }) => count + shape[0], 0);
  return tensor(joined, [rows, ...first.shape.slice(1)], first.dtype);
}
