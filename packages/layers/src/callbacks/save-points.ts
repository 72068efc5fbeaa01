import { option } from "../schema/option.ts";

/** When a callback saves: `"epoch"` for the end of each epoch, or the number of batches between two times. */
export const saveFreq = option<"epoch" | number>({
  accepted: '"epoch" or a positive integer',
  read: (given) => {
    if (given === "epoch") return given;
    return typeof given === "number" && Number.isInteger(given) && given > 0 ? given : undefined;
  },
  write: (value) => value,
});

/** Counts the batches from one time of saving to the next, also over the ends of epochs. */
export class BatchCounter {
  private readonly every: "epoch" | number;
  private seen = 0;

  constructor(every: "epoch" | number) {
    this.every = every;
  }

  /** Whether to save after the batch that is counted by this. */
  isDue(): boolean {
    if (this.every === "epoch") return false;
    this.seen++;
    if (this.seen < this.every) return false;
    this.seen = 0;
    return true;
  }
}
