import type { StepTime } from "../backend.ts";
import type { StepCost } from "./step-cost.ts";

interface Entry {
  readonly name: string;
  readonly cost: StepCost;
  calls: number;
  milliseconds: number;
}

/** Adds up the time that the steps of programs take. */
export class Stopwatch {
  private readonly entries = new Map<string, Entry>();
  private last = 0;

  start(): void {
    this.last = performance.now();
  }

  /** Notes the time since the last mark, or the start, under `key`. */
  mark(key: string, name: string, cost: StepCost): void {
    const now = performance.now();
    let entry = this.entries.get(key);
    if (entry === undefined) {
      entry = { name, cost, calls: 0, milliseconds: 0 };
      this.entries.set(key, entry);
    }
    entry.calls++;
    entry.milliseconds += now - this.last;
    this.last = performance.now();
  }

  /** What took longest first. */
  times(): StepTime[] {
    return [...this.entries.values()]
      .map(({ name, cost, calls, milliseconds }) => {
        const perMillisecond = (count: number) => (count * calls) / Math.max(milliseconds, 1e-6);
        return {
          name,
          calls,
          milliseconds,
          gigaflopsPerSecond: perMillisecond(cost.operations) / 1e6,
          gigabytesPerSecond: perMillisecond(cost.bytes) / 1e6,
        };
      })
      .sort((left, right) => right.milliseconds - left.milliseconds);
  }
}
