import { named } from "../schema/configurable.ts";
import type { Given, Rest, Values } from "../schema/option.ts";
import { boolean, naturalNumber, number, text } from "../schema/vocabulary.ts";
import type { Logs } from "./callback.ts";
import { fillPattern } from "./file-pattern.ts";
import { ModelCallback } from "./model-callback.ts";
import { Monitor, monitorOptions } from "./monitor.ts";
import { BatchCounter, saveFreq } from "./save-points.ts";

const options = {
  /**
   * The path of the file, for example `"best.keras"` or `"{epoch:02d}-{val_loss:.2f}.weights.h5"`: `epoch` (from 1 on),
   * `batch`, and the names of the logs stand for their numbers. The ending says the format. Folders that are missing are
   * made.
   */
  filepath: text(),
  ...monitorOptions,
  /** Whether lines say what is saved: 0 or 1. */
  verbose: naturalNumber(0),
  /** Whether only what is better than all before is saved. */
  saveBestOnly: boolean(false),
  /** Whether weights and the optimizer's state are saved alone, without the configuration. */
  saveWeightsOnly: boolean(false),
  /** `"epoch"` for the end of each epoch, or the number of batches between two times. */
  saveFreq: saveFreq("epoch"),
  /** With `saveBestOnly`: the value to be improved on at first; null for any. */
  initialValueThreshold: number().orNull(),
};

/** Options of {@link ModelCheckpoint}. */
export interface ModelCheckpointOptions extends Given<typeof options> {}

export interface ModelCheckpoint extends Values<typeof options> {}

/** Saves the model, or its weights, in the course of training: each file whole or not at all. */
export class ModelCheckpoint extends ModelCallback {
  static override readonly className: string = "ModelCheckpoint";
  static override readonly options = options;

  /** The best value so far; null before the first. */
  best: number | null;
  private readonly watched: Monitor;
  private readonly batches: BatchCounter;
  private epoch = 0;

  constructor(
    ...given:
      | [filepath: string, options?: Rest<ModelCheckpointOptions, "filepath">]
      | [options: ModelCheckpointOptions]
  ) {
    super(named(new.target, given, "filepath"));
    const { monitor, mode } = this;
    this.watched = new Monitor("ModelCheckpoint", { monitor, mode, minDelta: 0 });
    this.batches = new BatchCounter(this.saveFreq);
    this.best = this.initialValueThreshold;
    if (this.saveWeightsOnly && this.filepath.endsWith(".keras")) {
      throw new RangeError(
        `ModelCheckpoint: filepath is ${JSON.stringify(this.filepath)} and saveWeightsOnly true; files of weights end in ` +
          '".weights.h5", ".safetensors" or ".npz"',
      );
    }
  }

  /** @internal */
  onEpochBegin(epoch: number): void {
    this.epoch = epoch;
  }

  /** @internal */
  async onTrainBatchEnd(batch: number, logs: Logs): Promise<void> {
    if (this.batches.isDue()) await this.saveIfBetter({ batch: batch + 1, ...logs });
  }

  /** @internal */
  async onEpochEnd(_epoch: number, logs: Logs): Promise<void> {
    if (this.saveFreq === "epoch") await this.saveIfBetter(logs);
  }

  private async saveIfBetter(logs: Logs): Promise<void> {
    const path = fillPattern("ModelCheckpoint", this.filepath, { epoch: this.epoch + 1, ...logs });
    if (this.saveBestOnly && !this.isBest(logs)) return;
    if (this.verbose > 0) this.print(`Epoch ${this.epoch + 1}: saving to ${path}`);
    const { makeFoldersOf } = await import("@strata/core/internal/files");
    await makeFoldersOf(path);
    if (this.saveWeightsOnly) await this.model.saveWeights(path);
    else await this.model.save(path);
  }

  /** Whether the number is the best so far. Where the logs lack it, the model is saved rather than lost. */
  private isBest(logs: Logs): boolean {
    const value = this.watched.read(logs);
    if (value === null) return true;
    const before = this.best;
    const isBetter = this.watched.isBetter(value, before, this.model);
    if (isBetter) this.best = value;
    if (this.verbose > 0) {
      const change = isBetter ? `improved from ${before} to ${value}` : `did not improve from ${before}`;
      this.print(`Epoch ${this.epoch + 1}: ${this.monitor} ${change}`);
    }
    return isBetter;
  }
}
