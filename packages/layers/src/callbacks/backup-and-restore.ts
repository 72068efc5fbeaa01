import { evaluate, FileError, loadSafetensors, removeFile, saveSafetensors, setSeed } from "@strata/core";
import { sameShape, seedNow } from "@strata/core/internal";
import { named } from "../schema/configurable.ts";
import type { Given, Rest, Values } from "../schema/option.ts";
import { boolean, text } from "../schema/vocabulary.ts";
import { ModelCallback } from "./model-callback.ts";
import { BatchCounter, saveFreq } from "./save-points.ts";

const options = {
  /** A folder of its own, in which one file stands; it is made where it is missing. */
  backupDir: text(),
  /** `"epoch"` for the end of each epoch, or the number of batches between two times. */
  saveFreq: saveFreq("epoch"),
  /** Whether the file is removed when training has come to its end. */
  deleteCheckpoint: boolean(true),
};

/** Options of {@link BackupAndRestore}. */
export interface BackupAndRestoreOptions extends Given<typeof options> {}

export interface BackupAndRestore extends Values<typeof options> {}

/**
 * Saves the state of training, and goes on from it when `fit` is called again after an interruption: with the same data
 * and options the weights are in the end those of a run that was never interrupted, to the bit. Saved are the weights,
 * the optimizer's state, the seed and the streams of random numbers, in one file, whole or not at all. The history, and
 * the numbers of an epoch that was interrupted, begin where the run goes on.
 */
export class BackupAndRestore extends ModelCallback {
  static override readonly className: string = "BackupAndRestore";
  static override readonly options = options;

  private readonly batches: BatchCounter;
  private readonly path: string;
  private epoch = 0;

  constructor(
    ...given:
      | [backupDir: string, options?: Rest<BackupAndRestoreOptions, "backupDir">]
      | [options: BackupAndRestoreOptions]
  ) {
    super(named(new.target, given, "backupDir"));
    this.batches = new BatchCounter(this.saveFreq);
    this.path = `${this.backupDir.replace(/[/\\]+$/, "")}/training-state.safetensors`;
  }

  /** @internal */
  async onTrainBegin(): Promise<void> {
    if (!this.model.built) {
      throw new Error(
        `BackupAndRestore: the model ${JSON.stringify(this.model.name)} has no weights yet; call build, or give its first layer an inputShape`,
      );
    }
    const { fileExists } = await import("@strata/core/internal/files");
    if (!(await fileExists(this.path))) return;
    const { place, ...saved } = await loadSafetensors(this.path);
    this.model.buildOptimizer();
    const [epoch, batch, seed] = place.dataSync();
    // The seed comes first, since it begins the common stream of random numbers anew.
    setSeed(seed);
    const state = await this.state();
    for (const [name, variable] of state) {
      const value = Object.hasOwn(saved, name) ? saved[name] : null;
      if (value === null || !sameShape(value.shape, variable.shape) || value.dtype !== variable.dtype) {
        throw new FileError(this.path, name, "the state of training is of another model or optimizer");
      }
    }
    for (const [name, variable] of state) variable.assign(saved[name]);
    this.model.resumeAt = { epoch, batch };
  }

  /** @internal */
  onEpochBegin(epoch: number): void {
    this.epoch = epoch;
  }

  /** @internal */
  async onTrainBatchEnd(batch: number): Promise<void> {
    if (this.batches.isDue()) await this.save(this.epoch, batch + 1);
  }

  /** @internal */
  async onEpochEnd(epoch: number): Promise<void> {
    if (this.saveFreq === "epoch") await this.save(epoch + 1, 0);
  }

  /** @internal */
  async onTrainEnd(): Promise<void> {
    if (!this.deleteCheckpoint) return;
    await removeFile(this.path);
  }

  private async save(epoch: number, batch: number): Promise<void> {
    const state = await this.state();
    const values = [...state].map(([name, variable]) => [name, variable.value] as const);
    evaluate(...values.map(([, value]) => value));
    const { makeFoldersOf } = await import("@strata/core/internal/files");
    await makeFoldersOf(this.path);
    const place = Float64Array.of(epoch, batch, seedNow());
    await saveSafetensors(this.path, { ...Object.fromEntries(values), place });
  }

  private async state() {
    const { trainingStateOf } = await import("../training/training-state.ts");
    return trainingStateOf(this.model);
  }
}
