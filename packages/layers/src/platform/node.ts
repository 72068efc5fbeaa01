import type { OutputStream } from "./output-stream.ts";

/** Standard output. */
export const standardOutput: OutputStream = {
  get isTerminal() {
    return process.stdout.isTTY === true;
  },
  get columns() {
    return process.stdout.columns ?? 80;
  },
  write(text) {
    process.stdout.write(text);
  },
};

/** Lets timers, input and output, and finalizers run before what follows. */
export function nextTask(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}
