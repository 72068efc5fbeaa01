import { memoryUse } from "@strata/core";
import type { EventWriter } from "../formats/tensorboard/event-writer.ts";
import type { EmbeddingsMetadata } from "../formats/tensorboard/projector.ts";
import { named } from "../schema/configurable.ts";
import { type Given, option, type Rest, type Values } from "../schema/option.ts";
import { boolean, naturalNumber } from "../schema/vocabulary.ts";
import type { Logs, SelectiveCallback } from "./callback.ts";
import { ModelCallback } from "./model-callback.ts";

const path = option<string, string | URL>({
  accepted: "a path or an address of a folder",
  read: (given) => {
    if (given instanceof URL) return given.href;
    return typeof given === "string" && given !== "" ? given : undefined;
  },
  write: (value) => value,
});

const updateFreq = option<"epoch" | number, "epoch" | "batch" | number>({
  accepted: '"epoch", "batch" or a positive integer',
  read: (given) => {
    if (given === "epoch") return given;
    if (given === "batch") return 1;
    return typeof given === "number" && Number.isInteger(given) && given > 0 ? given : undefined;
  },
  write: (value) => value,
});

const profileBatch = option<readonly [first: number, last: number], number | readonly [number, number]>({
  accepted: "an integer of at least 0, or [first, last] of positive integers in this order",
  read: (given) => {
    if (given === 0) return [0, 0];
    const [first, last, ...more] = Array.isArray(given) ? given : [given, given];
    const fits = [first, last].every(Number.isInteger) && first > 0 && last >= first && more.length === 0;
    return fits ? [first, last] : undefined;
  },
  write: (value) => value,
});

const embeddingsMetadata = option<EmbeddingsMetadata>({
  accepted: "a path, or an object of paths by the names of layers",
  read: (given) => (isMetadata(given) ? given : undefined),
  write: (value) => value,
});

const options = {
  /** The folder: runs have folders of their own in it, `train` and `validation`. In browsers `opfs://` addresses. */
  logDir: path("logs"),
  /** After every so many epochs the histograms of all weights are written; 0 for never. */
  histogramFreq: naturalNumber(0),
  /** Whether the graph of the model is written: its layers, and what leads to what. */
  writeGraph: boolean(true),
  /** Whether weights are written as images too, with the histograms. */
  writeImages: boolean(false),
  /** Whether the number of steps a second is written: of epochs and, with `updateFreq`, of batches. */
  writeStepsPerSecond: boolean(false),
  /**
   * `"epoch"`: the numbers of each epoch are written; an integer: after every so many batches also the means of the epoch so
   * far; `"batch"`: after each.
   */
  updateFreq: updateFreq("epoch"),
  /**
   * The batch or the batches, counted from 1 over all epochs, whose times are written as scalars: `profile_step_ms`,
   * `profile_between_steps_ms` (waiting for data, other callbacks) and `profile_memory_mb` (of Variables and programs). 0 for
   * none.
   */
  profileBatch: profileBatch(0),
  /** After every so many epochs the embeddings are written as tables for the projector, in place of those before; 0 for never. */
  embeddingsFreq: naturalNumber(0),
  /** The path of a file with the names of an embedding's rows, from `logDir`; or an object of paths by layers' names. */
  embeddingsMetadata: embeddingsMetadata().orNull(),
};

/** Options of {@link TensorBoard}. */
export interface TensorBoardOptions extends Given<typeof options> {}

export interface TensorBoard extends Values<typeof options> {}

type RunName = "train" | "validation";

/** What waits longer than this for the end of an epoch is written before. */
const millisecondsBetweenFlushes = 2000;

/**
 * Writes event files that TensorBoard shows while `fit` runs (`tensorboard --logdir logs`): the curves of training and of
 * validation and the learning rate, the graph of the model and, if asked for, histograms and images of its weights, times of
 * steps and embeddings. Tags are Keras's: `epoch_loss`, `batch_loss`, `evaluation_loss_vs_iterations`, `epoch_learning_rate`;
 * those of weights are their paths: `dense/kernel/histogram`.
 *
 * Each `fit` writes files of its own. To compare runs, give each a folder: `new TensorBoard("logs/run-2")`.
 *
 * @example
 * ```ts
 * import { mkdtempSync, readdirSync } from "node:fs";
 * import { tmpdir } from "node:os";
 * import { callbacks, Dense, Sequential } from "@strata/layers";
 *
 * const logDir = mkdtempSync(`${tmpdir()}/logs-`);
 * const model = new Sequential([new Dense(1)]);
 * model.compile({ optimizer: "sgd", loss: "mse" });
 * const board = new callbacks.TensorBoard(logDir, { histogramFreq: 1, updateFreq: "batch" });
 * await model.fit([[1], [2], [3]], [[2], [4], [6]], {
 *   epochs: 2,
 *   validationSplit: 0.3,
 *   verbose: 0,
 *   callbacks: [board],
 * });
 * console.log(readdirSync(logDir)); // ["train", "validation"]
 * ```
 */
export class TensorBoard extends ModelCallback implements SelectiveCallback {
  static override readonly className: string = "TensorBoard";
  static override readonly options = options;

  private readonly writers = new Map<RunName, EventWriter>();
  private isGraphWritten = false;
  /** The number of batches that began, over all epochs. */
  private trainBatch = 0;
  private batchBegin = 0;
  private batchEnd = 0;
  private epochBegin = { batch: 0, time: 0 };
  private lastUpdate = { batch: 0, time: 0 };
  private lastFlush = 0;

  constructor(
    ...given:
      | [logDir?: string | URL, options?: Rest<TensorBoardOptions, "logDir">]
      | [options: TensorBoardOptions]
  ) {
    super(named(new.target, given, "logDir"));
  }

  /** @internal */
  async onTrainBegin(): Promise<void> {
    this.writers.clear();
    this.isGraphWritten = false;
    this.trainBatch = 0;
    this.batchEnd = performance.now();
    this.lastFlush = this.batchEnd;
    this.lastUpdate = { batch: 0, time: this.batchEnd };
    if (this.embeddingsFreq > 0 && this.model.built) {
      const { checkMetadata } = await import("../formats/tensorboard/projector.ts");
      checkMetadata(this.model, this.embeddingsMetadata);
    }
    await this.writeModelGraph();
    await this.flush();
  }

  /** @internal */
  onEpochBegin(): void {
    this.epochBegin = { batch: this.trainBatch, time: performance.now() };
  }

  /** @internal */
  onTrainBatchBegin(): void {
    this.trainBatch++;
    this.batchBegin = performance.now();
  }

  /** @internal */
  wantsBatch(): boolean {
    return this.isUpdated || this.isProfiled;
  }

  /** @internal */
  async onTrainBatchEnd(_batch: number, logs: Logs): Promise<void> {
    const writer = await this.writer("train");
    const now = performance.now();
    if (this.isUpdated) {
      if (this.writeStepsPerSecond) {
        const steps = stepsPerSecond(this.lastUpdate, this.trainBatch, now);
        writer.scalar("batch_steps_per_second", steps, this.trainBatch);
      }
      for (const [name, value] of Object.entries(logs))
        writer.scalar(`batch_${name}`, value, this.trainBatch);
      this.lastUpdate = { batch: this.trainBatch, time: now };
    }
    if (this.isProfiled) this.writeProfile(writer, now);
    if (now - this.lastFlush > millisecondsBetweenFlushes) await this.flush();
    this.batchEnd = performance.now();
  }

  /** @internal */
  async onTestEnd(logs: Logs): Promise<void> {
    const writer = await this.writer("validation");
    const [iterations] = await this.model.optimizer.iterations.value.data();
    for (const [name, value] of Object.entries(logs)) {
      writer.scalar(`evaluation_${name}_vs_iterations`, value, Number(iterations));
    }
    await writer.flush();
  }

  /** @internal */
  async onEpochEnd(epoch: number, logs: Logs): Promise<void> {
    const train = await this.writer("train");
    await this.writeModelGraph();
    for (const [name, value] of Object.entries(logs)) {
      const isValidation = name.startsWith("val_");
      const writer = isValidation ? await this.writer("validation") : train;
      writer.scalar(`epoch_${isValidation ? name.slice(4) : name}`, value, epoch);
    }
    if (!Object.hasOwn(logs, "learning_rate")) {
      train.scalar("epoch_learning_rate", this.model.optimizer.learningRate, epoch);
    }
    if (this.writeStepsPerSecond) {
      const steps = stepsPerSecond(this.epochBegin, this.trainBatch, performance.now());
      train.scalar("epoch_steps_per_second", steps, epoch);
    }
    if (isDue(epoch, this.histogramFreq)) await this.writeWeights(train, epoch);
    if (isDue(epoch, this.embeddingsFreq)) {
      const { checkMetadata, writeEmbeddings } = await import("../formats/tensorboard/projector.ts");
      checkMetadata(this.model, this.embeddingsMetadata);
      await writeEmbeddings(this.model, await this.folderOf("train"), this.embeddingsMetadata);
    }
    await this.flush();
  }

  /** @internal */
  async onTrainEnd(): Promise<void> {
    await this.flush();
    this.writers.clear();
  }

  private get isUpdated(): boolean {
    return this.updateFreq !== "epoch" && this.trainBatch % this.updateFreq === 0;
  }

  private get isProfiled(): boolean {
    const [first, last] = this.profileBatch;
    return first > 0 && this.trainBatch >= first && this.trainBatch <= last;
  }

  private writeProfile(writer: EventWriter, now: number): void {
    const { storageBytes, scratchBytes, programBytes } = memoryUse();
    writer.scalar("profile_step_ms", now - this.batchBegin, this.trainBatch);
    writer.scalar("profile_between_steps_ms", this.batchBegin - this.batchEnd, this.trainBatch);
    writer.scalar("profile_memory_mb", (storageBytes + scratchBytes + programBytes) / 1e6, this.trainBatch);
  }

  /** Writes the graph once, as soon as the model has one. */
  private async writeModelGraph(): Promise<void> {
    if (!this.writeGraph || this.isGraphWritten || !this.model.built) return;
    this.isGraphWritten = true;
    const { graphNodes } = await import("../formats/tensorboard/graph-nodes.ts");
    (await this.writer("train")).graph(graphNodes(this.model));
  }

  private async writeWeights(writer: EventWriter, epoch: number): Promise<void> {
    const { weightImages } = await import("../formats/tensorboard/weight-images.ts");
    for (const [path, weight] of this.model.weightPaths) {
      const values = Float64Array.from(await weight.value.data(), Number);
      writer.histogram(`${path}/histogram`, values, epoch);
      if (this.writeImages) writer.images(`${path}/image`, weightImages(values, weight.shape), epoch);
    }
  }

  private async writer(run: RunName): Promise<EventWriter> {
    const known = this.writers.get(run);
    if (known !== undefined) return known;
    const { EventWriter } = await import("../formats/tensorboard/event-writer.ts");
    const made = new EventWriter(await this.folderOf(run));
    this.writers.set(run, made);
    return made;
  }

  private async folderOf(run: RunName): Promise<string> {
    const { folderPath } = await import("../formats/tensorboard/event-writer.ts");
    return folderPath(this.logDir) + run;
  }

  private async flush(): Promise<void> {
    this.lastFlush = performance.now();
    for (const writer of this.writers.values()) await writer.flush();
  }
}

function isDue(epoch: number, frequency: number): boolean {
  return frequency > 0 && epoch % frequency === 0;
}

function stepsPerSecond(
  from: { readonly batch: number; readonly time: number },
  batch: number,
  now: number,
): number {
  return (1000 * (batch - from.batch)) / Math.max(now - from.time, 1e-3);
}

function isMetadata(value: unknown): value is EmbeddingsMetadata {
  if (typeof value === "string") return true;
  return (
    typeof value === "object" &&
    value !== null &&
    Object.values(value).every((each) => typeof each === "string")
  );
}
