/**
 * A state that holds while a function runs ends with it, in a `finally` block. But an interruption from outside, as a timeout
 * of `node:vm` or Ctrl-C in Node's REPL, runs none. Such functions never last longer than a turn of the event loop.
 */

const resets: (() => void)[] = [];
let isExpected = false;

/** Has `reset` called at the end of each turn that {@link resetAfterTurn} was called in. */
export function onTurnEnd(reset: () => void): void {
  resets.push(reset);
}

/** At the end of this turn what holds while a function runs is reset. */
export function resetAfterTurn(): void {
  if (isExpected) return;
  isExpected = true;
  queueMicrotask(() => {
    isExpected = false;
    for (const reset of resets) reset();
  });
}
