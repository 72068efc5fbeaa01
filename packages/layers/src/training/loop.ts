import type { Batch, BatchSource } from "./batch.ts";
import { Pacer } from "./pacer.ts";

/** One run over batches. */
export interface LoopOptions {
  /** The batches. */
  readonly batches: Iterator<Batch> | AsyncIterator<Batch>;
  /** The index of the first batch. Default: 0. */
  readonly first?: number;
  /** The index at which to end. */
  readonly steps: number;
  /** Takes a step. */
  readonly step: (batch: Batch) => void;
  /** Called before a batch, with its index. */
  readonly begin: (index: number) => void | Promise<void>;
  /** Called after a batch. */
  readonly end: (index: number) => void | Promise<void>;
  /** Whether to end after the batch. Default: never. */
  readonly isStopped?: () => boolean;
}

/**
 * Takes a step for each batch, until there are no more. It waits where something is not there at once, and now and then
 * lets other tasks run.
 *
 * @returns The index of the batch that would be next.
 */
export async function runBatches(options: LoopOptions): Promise<number> {
  const { batches, first = 0, steps, step, begin, end, isStopped = () => false } = options;
  const pacer = new Pacer();
  for (let index = first; index < steps; index++) {
    const next = batches.next();
    const { done, value } = next instanceof Promise ? await next : next;
    if (done) return index;
    const begun = begin(index);
    if (begun) await begun;
    step(value);
    const ended = end(index);
    if (ended) await ended;
    const pause = pacer.pause();
    if (pause) await pause;
    if (isStopped()) return index + 1;
  }
  return steps;
}

/** The batches of each epoch, where epochs may be shorter than a pass over the data, and go on where one ended. */
export class EpochBatches {
  private readonly source: BatchSource;
  private readonly steps: number | null;
  private iterator: Iterator<Batch> | AsyncIterator<Batch> | null = null;
  private epoch = -1;
  private round = -1;

  /** @param steps The number of steps of an epoch; null for a pass over the data. */
  constructor(source: BatchSource, steps: number | null) {
    this.source = source;
    this.steps = steps;
  }

  /** The number of steps of an epoch; null if it is not known. */
  get stepsPerEpoch(): number | null {
    return this.steps ?? this.source.count;
  }

  /**
   * The batches of an epoch. Of data whose length is known they do not depend on what was trained before.
   *
   * @param first The number of batches that are left out at the beginning.
   * @param isResumed Whether data whose length is not known are gone through to where they were.
   */
  of(epoch: number, first = 0, isResumed = false): Iterator<Batch> | AsyncIterator<Batch> {
    const { source, steps } = this;
    if (steps === null) return source.pass(epoch, first);
    if (source.count !== null) {
      const epochsPerPass = Math.max(1, Math.ceil(source.count / steps));
      const round = Math.floor(epoch / epochsPerPass);
      if (this.iterator === null || this.epoch !== epoch - 1 || this.round !== round) {
        this.iterator = source.pass(round, (epoch % epochsPerPass) * steps + first);
      }
      this.round = round;
    } else if (this.iterator === null) {
      this.round++;
      this.iterator = source.pass(this.round, isResumed ? epoch * steps + first : first);
    }
    this.epoch = epoch;
    return this.iterator;
  }

  /** Notes that the data ended before the epoch did: the next one begins anew. */
  ranOut(): void {
    this.iterator = null;
  }
}
