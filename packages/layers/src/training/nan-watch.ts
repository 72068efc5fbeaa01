import type { Callback, Logs } from "../callbacks/callback.ts";
import { TerminateOnNaN } from "../callbacks/terminate-on-nan.ts";
import { output } from "../utilities/output.ts";

const millisecondsBetweenLooks = 1000;

/** What the watch needs of a run. */
export interface WatchedRun {
  /** The numbers so far. */
  readonly readLogs: () => Promise<Logs>;
  /** The number of steps of the epoch before the first whose loss was NaN; null if nothing counts them. */
  readonly readStepsBeforeNaN: () => Promise<number | null>;
}

/**
 * Warns once when the loss becomes NaN, with the step. It looks at numbers that are read anyway, and once a second of its own
 * accord, for which training does not wait.
 */
export class NaNWatch {
  private readonly run: WatchedRun;
  private isDone: boolean;
  private readonly isBarDrawn: boolean;
  private lastLook = performance.now();
  private epoch = 0;
  private first = 0;

  /**
   * @param callbacks Those of the run; where one ends training at NaN, there is nothing to say.
   * @param isBarDrawn Whether a progress bar is drawn, below which a warning goes.
   */
  constructor(run: WatchedRun, callbacks: readonly Callback[], isBarDrawn: boolean) {
    this.run = run;
    this.isDone = callbacks.some((callback) => callback instanceof TerminateOnNaN);
    this.isBarDrawn = isBarDrawn;
  }

  /** An epoch begins, with the step of an index, since those before were taken in a run that was interrupted. */
  begin(epoch: number, first: number): void {
    this.epoch = epoch;
    this.first = first;
  }

  /** Reads the numbers, and looks at them. `steps` are the steps of the epoch so far. */
  async read(steps: number): Promise<Logs> {
    const { epoch, first } = this;
    this.lastLook = performance.now();
    // Both are read as they are now, whatever steps follow.
    const [reading, before] = [this.run.readLogs(), this.isDone ? null : this.run.readStepsBeforeNaN()];
    const logs = await reading;
    if (!this.isDone && Number.isNaN(logs.loss)) {
      this.isDone = true;
      this.warn(epoch, first, steps, await before);
    }
    return logs;
  }

  /** Looks if it is time to. */
  look(steps: number): void {
    if (this.isDone || performance.now() - this.lastLook < millisecondsBetweenLooks) return;
    // What fails here fails in the next reading too, which is waited for.
    this.read(steps).catch(() => {});
  }

  private warn(epoch: number, first: number, steps: number, before: number | null): void {
    // A step of the model's own may report a loss that is not the one that is counted.
    const isCounted = before !== null && first + before < steps;
    const place = isCounted ? `from step ${first + before + 1} on` : `at step ${steps} or before it`;
    if (this.isBarDrawn) output().write("\n");
    console.warn(
      `fit: the loss is NaN in epoch ${epoch + 1}, ${place}. Frequent reasons are NaN in the data, a learning rate that is too high, ` +
        "and the logarithm of 0 or a division by it. The callback TerminateOnNaN ends training at such a step",
    );
  }
}
