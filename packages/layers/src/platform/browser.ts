import type { OutputStream } from "./output-stream.ts";

let unfinishedLine = "";

/** The console, which takes whole lines. */
export const standardOutput: OutputStream = {
  isTerminal: false,
  columns: 80,
  write(text) {
    const lines = (unfinishedLine + text).split("\n");
    unfinishedLine = lines.pop() ?? "";
    if (lines.length > 0) console.log(lines.join("\n"));
  },
};

/** Lets the page draw itself, and timers and finalizers run, before what follows. */
export function nextTask(): Promise<void> {
  return new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      port1.close();
      resolve();
    };
    port2.postMessage(null);
  });
}
