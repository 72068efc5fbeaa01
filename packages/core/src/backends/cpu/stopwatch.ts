import { platform as ownPlatform } from "#platform";
import type { Platform } from "../../platform/platform.ts";
import type { StepTime } from "../backend.ts";
import { printProfile } from "../print-profile.ts";
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

  /** The longest first. */
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

/** Whether STRATA_DEBUG asks for the time of each step. */
export function wantsTimes(platform: Platform = ownPlatform): boolean {
  const wish = platform.environmentVariable("STRATA_DEBUG") ?? "";
  if (wish !== "" && wish !== "time") throw new RangeError(`STRATA_DEBUG=${wish}: accepted is "time"`);
  return wish === "time";
}

/** A stopwatch whose times are printed when the process ends. */
export function printedStopwatch(platform: Platform = ownPlatform): Stopwatch {
  const stopwatch = new Stopwatch();
  platform.whenEnding(() => console.error(printProfile(stopwatch.times())));
  return stopwatch;
}
