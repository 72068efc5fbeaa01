import { millisecondsBetweenBreaks, nextTask } from "#platform";

/** Lets other tasks run now and then: pages draw themselves, and memory that nothing refers to is freed. */
export class Pacer {
  private lastBreak = performance.now();

  /** A promise if it is time for a break. */
  pause(): Promise<void> | undefined {
    if (performance.now() - this.lastBreak < millisecondsBetweenBreaks) return undefined;
    return nextTask().then(() => {
      this.lastBreak = performance.now();
    });
  }
}
