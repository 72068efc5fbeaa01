import { jit, type Tensor, type TypedArray, tensor } from "@strata/core";
import { CallbackList } from "../callbacks/callback-list.ts";
import { ProgressLogger } from "../callbacks/progress-logger.ts";
import { Batches, type Dataset } from "./dataset.ts";
import { oneTensor } from "./one-tensor.ts";
import { type PredictOptions, verbosity } from "./options.ts";
import { Pacer } from "./pacer.ts";
import type { TrainedModel } from "./trained-model.ts";

/** The forward pass of a model, compiled. */
export type PredictStep = (x: Tensor) => Tensor;

/** Compiles the forward pass of a model. */
export function makePredictStep(model: TrainedModel): PredictStep {
  return jit((x: Tensor) => oneTensor(model.apply(x, { training: false })));
}

/** The model's outputs for all samples; everything has been checked. */
export async function runPredictions(
  model: TrainedModel,
  step: PredictStep,
  dataset: Dataset,
  options: PredictOptions,
): Promise<Tensor> {
  const batches = new Batches(dataset, options.batchSize ?? 32);
  const steps = Math.min(batches.count, options.steps ?? batches.count);
  const verbose = verbosity(options.verbose);
  const callbacks = new CallbackList([
    ...(options.callbacks ?? []),
    ...(verbose === 0 ? [] : [new ProgressLogger()]),
  ]);
  const pacer = new Pacer();
  const results: Tensor[] = [];
  callbacks.begin(model, { epochs: 1, steps, verbose });
  await callbacks.run("onPredictBegin", {});
  for (let index = 0; index < steps; index++) {
    const begun = callbacks.batch("onPredictBatchBegin", index, () => ({}));
    if (begun) await begun;
    results.push(step(batches.at(index).x));
    const ended = callbacks.batch("onPredictBatchEnd", index, () => ({}));
    if (ended) await ended;
    await pacer.pause();
  }
  await callbacks.run("onPredictEnd", {});
  return joinBatches(results);
}

function joinBatches(results: readonly Tensor[]): Tensor {
  const [first] = results;
  if (results.length === 1) return first;
  const parts = results.map((result) => result.dataSync());
  const rows = results.reduce((count, { shape }) => count + shape[0], 0);
  const size = parts.reduce((count, { length }) => count + length, 0);
  const joined = emptyLike(parts[0], size);
  let position = 0;
  for (const part of parts) {
    joined.set(part, position);
    position += part.length;
  }
  return tensor(joined, [rows, ...first.shape.slice(1)], first.dtype);
}

function emptyLike(values: TypedArray, length: number): TypedArray {
  if (values instanceof Float32Array) return new Float32Array(length);
  if (values instanceof Float64Array) return new Float64Array(length);
  return values instanceof Int32Array ? new Int32Array(length) : new Uint8Array(length);
}
