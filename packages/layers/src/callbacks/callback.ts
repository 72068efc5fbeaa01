import type { FileSource, FileTarget, Optimizer, Tensor } from "@strata/core";
import type { LoadWeightsOptions, SaveOptions, SaveWeightsOptions } from "../formats/formats.ts";
import type { SaveHandler } from "../formats/tensorflowjs/artifacts.ts";
import type { AnyLayer } from "../layer/any-layer.ts";
import type { Structure } from "../layer/structure.ts";
import type { Metric } from "../metrics/metric.ts";

/** Numbers by name, as `{ loss: 0.31, accuracy: 0.94 }`. */
export type Logs = Record<string, number>;

/** The logs of a batch of `predict`. */
export interface PredictLogs {
  /** The outputs for the batch. */
  readonly outputs: Structure<Tensor>;
}

/** A place in the course of training. */
export interface TrainingPosition {
  /** The index of the epoch. */
  readonly epoch: number;
  /** The number of batches of the epoch that came before. */
  readonly batch: number;
}

/** A model as callbacks know it, whatever its inputs and outputs are. */
export interface TrainedModel extends AnyLayer {
  /** The layers, from input to output. */
  readonly layers: readonly AnyLayer[];
  /** The optimizer, whose learning rate may be set. */
  readonly optimizer: Optimizer;
  /** The loss, if there is one, then the metrics. */
  readonly metrics: readonly Metric[];
  /** Their names in the logs. */
  readonly metricsNames: readonly string[];
  /** Ends training after the batch when a callback sets it. */
  stopTraining: boolean;
  /**
   * The epoch and step at which `fit` goes on when a callback sets it in `onTrainBegin`; null for the first epoch of its
   * options.
   */
  resumeAt: TrainingPosition | null;
  /** Makes the optimizer's state, as the first step of training does. */
  buildOptimizer(): void;
  /** Saves the model. */
  save(target: FileTarget | SaveHandler, options?: SaveOptions): Promise<void>;
  /** Writes the weights and the state of the optimizer. */
  saveWeights(target: FileTarget, options?: SaveWeightsOptions): Promise<void>;
  /** Takes over the weights and the state of the optimizer. */
  loadWeights(source: FileSource, options?: LoadWeightsOptions): Promise<void>;
}

/** How a run is set up, for callbacks. */
export interface RunParameters {
  /** The index after that of the last epoch; 1 for `evaluate` and `predict`. */
  readonly epochs: number;
  /** The number of batches in an epoch; null if it is not known. */
  readonly steps: number | null;
  /** How much is printed: 0, 1 or 2. */
  readonly verbose: number;
}

/**
 * Functions that are called in the course of `fit`, `evaluate` and `predict`; all are optional. Those that return a
 * promise are waited for. `logs` holds the numbers so far, and is shared by all callbacks. Setting
 * `model.stopTraining` ends training after the batch.
 *
 * @example
 * ```ts
 * import { type Callback, Dense, Sequential } from "@strata/layers";
 *
 * const seen: number[] = [];
 * const callback: Callback = { onEpochEnd: (epoch) => void seen.push(epoch) };
 * const model = new Sequential([new Dense(1)]);
 * model.compile({ loss: "mse" });
 * await model.fit([[1], [2]], [[2], [4]], { epochs: 2, verbose: 0, callbacks: [callback] });
 * console.log(seen); // [0, 1]
 * ```
 */
export interface Callback {
  /** Told the model before anything else. */
  setModel?(model: TrainedModel): void;
  /** Told how the run is set up, after `setModel`. */
  setParams?(parameters: RunParameters): void;
  /** `fit` begins. */
  onTrainBegin?(logs: Logs): void | Promise<void>;
  /** `fit` ends; the logs of the last epoch. */
  onTrainEnd?(logs: Logs): void | Promise<void>;
  /** An epoch begins; its index. */
  onEpochBegin?(epoch: number, logs: Logs): void | Promise<void>;
  /** An epoch ends; its means, those of validation with `val_` before their names. */
  onEpochEnd?(epoch: number, logs: Logs): void | Promise<void>;
  /** A batch of training begins; its index within the epoch. */
  onTrainBatchBegin?(batch: number, logs: Logs): void | Promise<void>;
  /** A batch of training ends; the means of the epoch so far. Reading them takes time in each step. */
  onTrainBatchEnd?(batch: number, logs: Logs): void | Promise<void>;
  /** `evaluate` or validation begins. */
  onTestBegin?(logs: Logs): void | Promise<void>;
  /** `evaluate` or validation ends; its means. */
  onTestEnd?(logs: Logs): void | Promise<void>;
  /** A batch of `evaluate` or validation begins. */
  onTestBatchBegin?(batch: number, logs: Logs): void | Promise<void>;
  /** A batch of `evaluate` or validation ends; the means so far. */
  onTestBatchEnd?(batch: number, logs: Logs): void | Promise<void>;
  /** `predict` begins. */
  onPredictBegin?(logs: Logs): void | Promise<void>;
  /** `predict` ends. */
  onPredictEnd?(logs: Logs): void | Promise<void>;
  /** A batch of `predict` begins. */
  onPredictBatchBegin?(batch: number, logs: Logs): void | Promise<void>;
  /** A batch of `predict` ends; its outputs. */
  onPredictBatchEnd?(batch: number, logs: PredictLogs): void | Promise<void>;
}

/** A callback that need not be called at the end of every batch. */
export interface SelectiveCallback extends Callback {
  /** Whether it wants to be called at the end of this batch; it is asked after each for which it has a function. */
  wantsBatch(batch: number): boolean;
}
