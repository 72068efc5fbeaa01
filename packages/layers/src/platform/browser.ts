import type { FolderEntry } from "./folder-entry.ts";
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

/** A page has no folders by path. */
export function readFolder(path: string): Promise<readonly FolderEntry[]> {
  return Promise.reject(
    new Error(
      `a page cannot read the folder ${JSON.stringify(path)}; give it a handle of a folder, or Files`,
    ),
  );
}

/** Handles of folders have one path each. */
export function realFolder(path: string): Promise<string> {
  return Promise.resolve(path);
}
