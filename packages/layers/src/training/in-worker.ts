import { readOptions } from "@strata/core/internal";
import type { Logs, TrainedModel } from "../callbacks/callback.ts";
import type { History } from "../callbacks/history.ts";
import type { WorkerLike } from "../worker/platform/worker-handle.ts";
import type { RunRequest } from "../worker/run-in-worker.ts";
import type { DataStructure } from "./array-batches.ts";
import type { DataSource, EvaluateOptions, FitOptions, PredictOptions } from "./options.ts";
import type { EvaluateResults } from "./trainable.ts";

/** Options of {@link inWorker}. */
export interface InWorkerOptions {
  /**
   * A worker of your own, whose module imports `@strata/layers/worker`, and registers classes and functions of yours. It is used
   * for one run after the other, and not ended. Default: one that is started for each run, and ended after it.
   */
  readonly worker?: WorkerLike;
  /** Ends a run with the signal's reason; the model then has the weights that it was last told. */
  readonly signal?: AbortSignal;
}

/** A model for {@link inWorker}, whatever its inputs are. */
export interface ModelForWorker<Outputs> extends TrainedModel {
  /** Whether `compile` was called. */
  readonly compiled: boolean;
  /** The outputs for all samples. */
  predict(x: DataSource, options?: PredictOptions): Promise<Outputs>;
}

/** The methods of a model that run in a worker, with the arguments and results that they have in the model. */
export interface ModelInWorker<Outputs> {
  /** As `fit` of the model, which has the trained weights, and the state of its optimizer, afterwards. */
  fit(x: DataSource, y?: DataStructure | null, options?: FitOptions): Promise<History>;
  /** As `evaluate` of the model, with the numbers by name. */
  evaluate(
    x: DataSource,
    y: DataStructure | null | undefined,
    options: EvaluateOptions & { readonly returnDict: true },
  ): Promise<Logs>;
  /** As `evaluate` of the model, with the numbers in their order. */
  evaluate(
    x: DataSource,
    y?: DataStructure | null,
    options?: EvaluateOptions & { readonly returnDict?: false },
  ): Promise<EvaluateResults>;
  /** As `predict` of the model. */
  predict(x: DataSource, options?: PredictOptions): Promise<Outputs>;
}

/**
 * Trains, evaluates and predicts in a worker, so that a page stays as lively as if nothing ran. Callbacks, and the progress bar,
 * run here, and find the model as it is in the worker at that moment: those of epochs always, those of batches if they are
 * told the model (`setModel`). Setting `model.stopTraining` ends training after a batch. The numbers are those that the model
 * would have given here.
 *
 * Arrays and tensors are copied to the worker once; datasets, iterables and functions that give batches stay here, and are
 * asked for one batch after the other.
 *
 * @typeParam Outputs The outputs of the model.
 * @param model A model that is built; it is sent as it is saved, so classes and functions of your own must be registered, here
 *   and in the worker.
 * @param options A worker of your own; a signal that ends runs.
 * @returns The model's methods.
 * @throws From the methods: what the model's own methods throw, with the same class; TypeError for what cannot be sent.
 *
 * @example
 * ```ts
 * import { Dense, inWorker, Sequential } from "@strata/layers";
 *
 * const model = new Sequential([new Dense(1, { inputShape: [2] })]);
 * model.compile({ loss: "mse" });
 * const training = inWorker(model);
 * // await training.fit(x, y, { epochs: 20, callbacks: [chart] });
 * ```
 */
export function inWorker<Outputs>(
  model: ModelForWorker<Outputs>,
  options: InWorkerOptions = {},
): ModelInWorker<Outputs> {
  readOptions("inWorker", options, ["worker", "signal"]);
  return new Runs(model, options);
}

class Runs<Outputs> implements ModelInWorker<Outputs> {
  private readonly model: ModelForWorker<Outputs>;
  private readonly options: InWorkerOptions;
  private failure: Event | null = null;

  constructor(model: ModelForWorker<Outputs>, options: InWorkerOptions) {
    this.model = model;
    this.options = options;
    const { worker } = options;
    // A page's worker may fail before the code of the run is loaded, and tells it once. In Node it can be asked.
    if (!(worker instanceof EventTarget)) return;
    worker.addEventListener("error", (event) => {
      this.failure ??= event;
    });
  }

  fit(x: DataSource, y?: DataStructure | null, options?: FitOptions): Promise<History>;
  fit(x: unknown, y?: unknown, options: FitOptions = {}): Promise<unknown> {
    return this.run({ method: "fit", x, y, options });
  }

  evaluate(
    x: DataSource,
    y: DataStructure | null | undefined,
    options: EvaluateOptions & { readonly returnDict: true },
  ): Promise<Logs>;
  evaluate(
    x: DataSource,
    y?: DataStructure | null,
    options?: EvaluateOptions & { readonly returnDict?: false },
  ): Promise<EvaluateResults>;
  evaluate(x: unknown, y?: unknown, options: EvaluateOptions = {}): Promise<unknown> {
    return this.run({ method: "evaluate", x, y, options });
  }

  predict(x: DataSource, options?: PredictOptions): Promise<Outputs>;
  predict(x: unknown, options: PredictOptions = {}): Promise<unknown> {
    return this.run({ method: "predict", x, options });
  }

  private async run(request: RunRequest): Promise<unknown> {
    const { runInWorker } = await import("../worker/run-in-worker.ts");
    return runInWorker(this.model, request, this.options, this.failure);
  }
}
