import type { StepTime } from "../backend.ts";
import type { StepCost } from "./step-cost.ts";

/** A step of a program; each is told apart from all others by its identity. */
export interface TimedStep extends StepCost {
  readonly name: string;
}

/** Adds up the time that the steps of programs take. */
export class Stopwatch {
  private readonly entries = new Map<TimedStep, { calls: number; milliseconds: number }>();
  private last = 0;

  start(): void {
    this.last = performance.now();
  }

  /** Notes the time since the last mark, or the start, as the step's. */
  mark(step: TimedStep): void {
    const passed = performance.now() - this.last;
    const entry = this.entries.get(step);
    if (entry === undefined) {
      this.entries.set(step, { calls: 1, milliseconds: passed });
    } else {
      entry.calls++;
      entry.milliseconds += passed;
    }
    this.last = performance.now();
  }

  /** What took longest first. */
  times(): StepTime[] {
    return [...this.entries]
      .map(([{ name, operations, bytes }, { calls, milliseconds }]) => {
        const billionsPerSecond = (count: number) => (count * calls) / Math.max(milliseconds, 1e-6) / 1e6;
        return {
          name,
          calls,
          milliseconds,
          gigaflopsPerSecond: billionsPerSecond(operations),
          gigabytesPerSecond: billionsPerSecond(bytes),
        };
      })
      .sort((left, right) => right.milliseconds - left.milliseconds);
  }
}
