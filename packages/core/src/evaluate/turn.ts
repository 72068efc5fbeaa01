import { platform } from "#platform";

/**
 * Lets the event loop turn once: timers fire, messages and events arrive, finalizers run and, in a page, frames are
 * drawn. `await x.data()` and `await x.array()` do so by themselves; a loop that reads by `item`, or not at all, calls it
 * where others are to have their turn.
 *
 * It takes some microseconds, not the 4 ms of a timer. In a page it waits for a frame when the last one is 30 ms old.
 *
 * @example
 * ```ts
 * import { nextTurn, variable } from "@strata/core";
 *
 * let ticks = 0;
 * const timer = setInterval(() => ticks++, 1);
 * const counter = variable(0);
 * for (let step = 0; step < 100 || ticks === 0; step++) {
 *   counter.assignAdd(1).item();
 *   await nextTurn();
 * }
 * clearInterval(timer);
 * console.log(ticks > 0); // true
 * ```
 */
export function nextTurn(): Promise<void> {
  return platform.nextTurn();
}
