import type { FolderEntry } from "./folder-entry.ts";
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

/** What is in a folder, in no order. */
export async function readFolder(path: string): Promise<readonly FolderEntry[]> {
  const [{ readdir, stat }, { join }] = await Promise.all([import("node:fs/promises"), import("node:path")]);
  const found = await readdir(path, { withFileTypes: true });
  return Promise.all(
    found.map(async (entry): Promise<FolderEntry> => {
      const isLink = entry.isSymbolicLink();
      // A link that leads nowhere is a file that cannot be opened.
      const target = isLink ? await stat(join(path, entry.name)).catch(() => null) : entry;
      return { name: entry.name, kind: target?.isDirectory() === true ? "folder" : "file", isLink };
    }),
  );
}

/** The one name of a folder that several paths may lead to. */
export async function realFolder(path: string): Promise<string> {
  const { realpath } = await import("node:fs/promises");
  return realpath(path);
}
