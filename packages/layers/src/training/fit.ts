import type { Logs } from "../callbacks/callback.ts";
import { CallbackList } from "../callbacks/callback-list.ts";
import { History } from "../callbacks/history.ts";
import { ProgressLogger } from "../callbacks/progress-logger.ts";
import { Batches, type Dataset, splitDataset } from "./dataset.ts";
import { type FitOptions, verbosity } from "./options.ts";
import { Pacer } from "./pacer.ts";
import { runTests } from "./test-loop.ts";
import type { TrainedModel } from "./trained-model.ts";
import type { Trainer } from "./trainer.ts";

/** The data of a run: to train on, and to validate with. */
export interface FitData {
  readonly training: Dataset;
  readonly validation: Dataset | null;
}

/** What is trained on, after a part is kept for validation. */
export function splitForValidation(all: Dataset, given: Dataset | null, share: number): FitData {
  if (given !== null || share === 0) return { training: all, validation: given };
  const [training, validation] = splitDataset(all, share);
  return { training, validation };
}

/** Trains for the epochs that the options say; everything has been checked. */
export async function runFit(
  model: TrainedModel,
  trainer: Trainer,
  { training, validation }: FitData,
  options: FitOptions,
): Promise<History> {
  const { batchSize = 32, epochs = 1, shuffle = true, initialEpoch = 0, validationFreq = 1 } = options;
  const verbose = verbosity(options.verbose);
  const batches = new Batches(training, batchSize);
  const steps = options.stepsPerEpoch ?? batches.count;
  const history = new History();
  const progress = verbose === 0 ? [] : [new ProgressLogger()];
  const callbacks = new CallbackList([...(options.callbacks ?? []), history, ...progress]);
  const validationBatches =
    validation === null ? null : new Batches(validation, options.validationBatchSize ?? batchSize);

  const pacer = new Pacer();
  let round = -1;
  let logs: Logs = {};
  model.stopTraining = false;
  callbacks.begin(model, { epochs, steps, verbose });
  await callbacks.run("onTrainBegin", {});
  for (let epoch = initialEpoch; epoch < epochs && !model.stopTraining; epoch++) {
    trainer.resetMetrics();
    await callbacks.epoch("onEpochBegin", epoch, {});
    for (let step = 0; step < steps && !model.stopTraining; step++) {
      const position = epoch * steps + step;
      if (shuffle && round !== Math.floor(position / batches.count)) {
        round = Math.floor(position / batches.count);
        batches.shuffle(round);
      }
      const begun = callbacks.batch("onTrainBatchBegin", step, () => ({}));
      if (begun) await begun;
      trainer.train(batches.at(position % batches.count));
      const ended = callbacks.batch("onTrainBatchEnd", step, () => trainer.readLogs());
      if (ended) await ended;
      await pacer.pause();
    }
    logs = trainer.readLogs();
    if (validationBatches !== null && (epoch + 1) % validationFreq === 0) {
      const count = Math.min(validationBatches.count, options.validationSteps ?? validationBatches.count);
      const results = await runTests(trainer, validationBatches, callbacks, count);
      for (const [name, value] of Object.entries(results)) logs[`val_${name}`] = value;
    }
    await callbacks.epoch("onEpochEnd", epoch, logs);
  }
  trainer.optimizer.finalizeVariableValues();
  await callbacks.run("onTrainEnd", logs);
  return history;
}
