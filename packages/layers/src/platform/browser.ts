import type { FolderEntry } from "./folder-entry.ts";
import type { OutputStream } from "./output-stream.ts";
import type { PartialFile } from "./partial-file.ts";

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

/**
 * How long training goes on without a break. A page draws itself every 17 ms, and some milliseconds of that are its own; a worker
 * draws nothing.
 */
export const millisecondsBetweenBreaks = "document" in globalThis ? 8 : 50;

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

/** The folder that data sets are kept in: in the page's private file system. */
export function datasetsFolder(): Promise<string> {
  return Promise.resolve("opfs://strata/datasets");
}

/** A page has no installed packages. */
export function packageFile(_packageName: string, _file: string): Promise<string | null> {
  return Promise.resolve(null);
}

/** The digest of bytes in hexadecimal; null for a kind that browsers have not. */
export async function digestOf(kind: "sha256" | "md5", bytes: Uint8Array): Promise<string | null> {
  // A page that was not loaded over https has no digests.
  if (kind === "md5" || !("subtle" in crypto)) return null;
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", new Uint8Array(bytes)));
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** A file whose parts stay in memory until all of it is there. */
export function openPartial(path: string): Promise<PartialFile> {
  let chunks: Uint8Array[] = [];
  const joined = async (): Promise<Uint8Array> =>
    new Uint8Array(await new Blob(chunks.map((chunk) => new Uint8Array(chunk))).arrayBuffer());
  return Promise.resolve({
    get size() {
      return chunks.reduce((total, { length }) => total + length, 0);
    },
    async append(bytes: Uint8Array) {
      chunks.push(bytes);
    },
    async clear() {
      chunks = [];
    },
    read: joined,
    async finish() {
      const { writeTarget } = await import("@strata/core/internal/files");
      await writeTarget(path, await joined());
    },
    async leave() {},
  });
}
