import type { Given, Values } from "../schema/option.ts";
import { naturalNumber, nonNegativeNumber, numberWhere } from "../schema/vocabulary.ts";
import type { Logs } from "./callback.ts";
import { ModelCallback } from "./model-callback.ts";
import { Monitor, monitorOptions } from "./monitor.ts";

const options = {
  ...monitorOptions,
  /** The factor of the learning rate. */
  factor: numberWhere("a number of at least 0 and below 1", (value) => value >= 0 && value < 1)(0.1),
  /** The number of epochs without improvement after which the learning rate is lowered. */
  patience: naturalNumber(10),
  /** Whether a line says when the learning rate is lowered: 0 or 1. */
  verbose: naturalNumber(0),
  /** The least change that counts as an improvement. */
  minDelta: nonNegativeNumber(1e-4),
  /** The number of epochs after a change in which none is counted. */
  cooldown: naturalNumber(0),
  /** The lowest learning rate. */
  minLr: nonNegativeNumber(0),
};

/** Options of {@link ReduceLROnPlateau}. */
export interface ReduceLROnPlateauOptions extends Given<typeof options> {}

export interface ReduceLROnPlateau extends Values<typeof options> {}

/**
 * Lowers the learning rate when a number has stopped improving. The logs get `learning_rate`.
 *
 * @example
 * ```ts
 * import { callbacks, Dense, Sequential } from "@strata/layers";
 *
 * const model = new Sequential([new Dense(1)]);
 * model.compile({ optimizer: "sgd", loss: "mse" });
 * const plateau = new callbacks.ReduceLROnPlateau({ monitor: "loss", patience: 1, factor: 0.5, minDelta: 100 });
 * await model.fit([[1], [2]], [[2], [4]], { epochs: 3, verbose: 0, callbacks: [plateau] });
 * console.log(model.optimizer.learningRate.toFixed(4)); // "0.0025"
 * ```
 */
export class ReduceLROnPlateau extends ModelCallback {
  static override readonly className: string = "ReduceLROnPlateau";
  static override readonly options = options;

  private readonly watched: Monitor;
  private best: number | null = null;
  private wait = 0;
  private resting = 0;

  constructor(given: ReduceLROnPlateauOptions = {}) {
    super(given);
    this.watched = new Monitor("ReduceLROnPlateau", this);
  }

  /** @internal */
  onTrainBegin(): void {
    this.best = null;
    this.wait = 0;
    this.resting = 0;
  }

  /** @internal */
  onEpochEnd(epoch: number, logs: Logs): void {
    const rate = this.model.optimizer.learningRate;
    logs.learning_rate = rate;
    const value = this.watched.read(logs);
    if (value === null) return;
    if (this.resting > 0) {
      this.resting--;
      this.wait = 0;
    }
    if (this.watched.isBetter(value, this.best, this.model)) {
      this.best = value;
      this.wait = 0;
      return;
    }
    if (this.resting > 0) return;
    this.wait++;
    if (this.wait < this.patience || rate <= Math.fround(this.minLr)) return;
    const lowered = Math.max(rate * this.factor, this.minLr);
    this.model.optimizer.learningRate = lowered;
    if (this.verbose > 0) {
      this.print(`Epoch ${epoch + 1}: ReduceLROnPlateau lowers the learning rate to ${lowered}`);
    }
    this.resting = this.cooldown;
    this.wait = 0;
  }
}
