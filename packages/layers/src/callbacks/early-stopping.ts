import { evaluate, type Tensor } from "@strata/core";
import type { Given, Values } from "../schema/option.ts";
import { boolean, naturalNumber, nonNegativeNumber, number } from "../schema/vocabulary.ts";
import type { Logs } from "./callback.ts";
import { ModelCallback } from "./model-callback.ts";
import { Monitor, monitorOptions } from "./monitor.ts";

const options = {
  ...monitorOptions,
  /** The least change that counts as an improvement. */
  minDelta: nonNegativeNumber(0),
  /** The number of epochs without improvement after which training ends. */
  patience: naturalNumber(0),
  /** Whether a line says when training ended early: 0 or 1. */
  verbose: naturalNumber(0),
  /** A value that the number must improve on for the patience to begin anew; null for its own best. */
  baseline: number().orNull(),
  /** Whether the weights of the best epoch are put back at the end. */
  restoreBestWeights: boolean(false),
  /** The number of epochs before the first that is watched. */
  startFromEpoch: naturalNumber(0),
};

/** Options of {@link EarlyStopping}. */
export interface EarlyStoppingOptions extends Given<typeof options> {}

export interface EarlyStopping extends Values<typeof options> {}

/**
 * Ends training when a number has stopped improving.
 *
 * @example
 * ```ts
 * import { callbacks, Dense, Sequential } from "@strata/layers";
 *
 * const model = new Sequential([new Dense(1, { kernelInitializer: "zeros" })]);
 * model.compile({ optimizer: "sgd", loss: "mse" });
 * const stopping = new callbacks.EarlyStopping({ monitor: "loss", patience: 2, minDelta: 10 });
 * const { epoch } = await model.fit([[1], [2]], [[2], [4]], { epochs: 100, verbose: 0, callbacks: [stopping] });
 * console.log(epoch.length, stopping.stoppedEpoch); // 3 2
 * ```
 */
export class EarlyStopping extends ModelCallback {
  static override readonly className: string = "EarlyStopping";
  static override readonly options = options;

  /** The index of the epoch after which training ended early; 0 if it did not. */
  stoppedEpoch = 0;
  /** The index of the best epoch. */
  bestEpoch = 0;
  /** The best value; null before the first. */
  best: number | null = null;
  private readonly watched: Monitor;
  private wait = 0;
  private bestWeights: readonly Tensor[] | null = null;

  constructor(given: EarlyStoppingOptions = {}) {
    super(given);
    this.watched = new Monitor("EarlyStopping", this);
  }

  /** @internal */
  onTrainBegin(): void {
    this.stoppedEpoch = 0;
    this.bestEpoch = 0;
    this.best = null;
    this.wait = 0;
    this.bestWeights = null;
  }

  /** @internal */
  onEpochEnd(epoch: number, logs: Logs): void {
    const value = epoch < this.startFromEpoch ? null : this.watched.read(logs);
    if (value === null) return;
    // An epoch is restored in any case, also where none improves on anything.
    if (this.restoreBestWeights && this.bestWeights === null) this.keepWeights(epoch);
    this.wait++;
    if (this.watched.isBetter(value, this.best, this.model)) {
      this.best = value;
      this.bestEpoch = epoch;
      if (this.restoreBestWeights) this.keepWeights(epoch);
      if (this.baseline === null || this.watched.isBetter(value, this.baseline, this.model)) this.wait = 0;
    } else if (this.wait >= this.patience && epoch > 0) {
      this.stoppedEpoch = epoch;
      this.model.stopTraining = true;
    }
  }

  /** @internal */
  onTrainEnd(): void {
    if (this.verbose > 0 && this.stoppedEpoch > 0) {
      this.print(`Epoch ${this.stoppedEpoch + 1}: early stopping`);
    }
    if (this.bestWeights === null) return;
    if (this.verbose > 0) this.print(`Restoring the weights of the best epoch: ${this.bestEpoch + 1}`);
    const { bestWeights } = this;
    this.model.weights.forEach((weight, index) => {
      weight.assign(bestWeights[index]);
    });
    this.bestWeights = null;
  }

  private keepWeights(epoch: number): void {
    this.bestEpoch = epoch;
    this.bestWeights = this.model.weights.map(({ value }) => value);
    evaluate(...this.bestWeights);
  }
}
