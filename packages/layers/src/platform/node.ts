import type { FolderEntry } from "./folder-entry.ts";
import type { OutputStream } from "./output-stream.ts";
import type { PartialFile } from "./partial-file.ts";

/** Standard output. What is written after it was closed, as by `head`, is lost, and training goes on. */
export const standardOutput: OutputStream = {
  get isTerminal() {
    return process.stdout.isTTY === true;
  },
  get hasColors() {
    return hasColors(process.env, process.stdout.isTTY === true);
  },
  get columns() {
    return process.stdout.columns || 80;
  },
  write(text) {
    const { stdout } = process;
    if (stdout.destroyed) return;
    stdout.write(text, (error) => {
      // Without a listener the error that follows would end the process.
      if (error && stdout.listenerCount("error") === 0) stdout.once("error", () => {});
    });
  },
};

/** What the conventions at no-color.org and force-color.org say of colours; without them, terminals have them. */
function hasColors({ FORCE_COLOR, NO_COLOR, TERM }: NodeJS.ProcessEnv, isTerminal: boolean): boolean {
  if (FORCE_COLOR !== undefined) return FORCE_COLOR !== "0" && FORCE_COLOR !== "false";
  if (NO_COLOR !== undefined && NO_COLOR !== "") return false;
  return isTerminal && TERM !== "dumb";
}

/** How long training goes on without a break. */
export const millisecondsBetweenBreaks = 50;

/** Lets timers, input and output, and finalizers run before what follows. */
export function nextTask(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}

/** The entries of a folder, in no order. */
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

/** The folder that data sets are kept in, unless another is chosen. */
export async function datasetsFolder(): Promise<string> {
  const [{ homedir }, { join }] = await Promise.all([import("node:os"), import("node:path")]);
  return process.env.STRATA_DATASETS || join(homedir(), ".strata", "datasets");
}

/** The path of a file in an installed package, from the program's folder on; null if the package is not installed. */
export async function packageFile(packageName: string, file: string): Promise<string | null> {
  const [{ createRequire }, { dirname, join }] = await Promise.all([
    import("node:module"),
    import("node:path"),
  ]);
  for (const start of [join(process.cwd(), "package.json"), import.meta.url]) {
    try {
      return join(dirname(createRequire(start).resolve(`${packageName}/package.json`)), file);
    } catch {
      // It is not installed there.
    }
  }
  return null;
}

/** The digest of bytes in hexadecimal; null for a kind that the machine has not. */
export async function digestOf(kind: "sha256" | "md5", bytes: Uint8Array): Promise<string | null> {
  const { createHash } = await import("node:crypto");
  return createHash(kind).update(bytes).digest("hex");
}

/** In milliseconds: a part that was not written to for as long belongs to a process that ended. */
const abandonedAfter = 60_000;

/**
 * The part of a file that is there already, or an empty one. Each process writes to one of its own, which another takes over
 * when it was left.
 */
export async function openPartial(path: string): Promise<PartialFile> {
  const [{ mkdir, open, readdir, readFile, rename, rm, stat }, { basename, dirname, join }] =
    await Promise.all([import("node:fs/promises"), import("node:path")]);
  const [folder, name] = [dirname(path), basename(path)];
  await mkdir(folder, { recursive: true });
  const own = `${path}.${process.pid}-${Math.random().toString(36).slice(2, 10)}.partial`;
  const left = `${path}.partial`;
  for (const each of await readdir(folder)) {
    if (!each.startsWith(`${name}.`) || !each.endsWith(".partial")) continue;
    const found = join(folder, each);
    const modified = (await stat(found).catch(() => null))?.mtimeMs ?? Number.POSITIVE_INFINITY;
    if (found !== left && Date.now() - modified < abandonedAfter) continue;
    // Of several processes one succeeds.
    const isTaken = await rename(found, own).then(
      () => true,
      () => false,
    );
    if (isTaken) break;
  }
  const handle = await open(own, "a");
  let { size } = await handle.stat();
  return {
    get size() {
      return size;
    },
    async append(bytes) {
      await handle.appendFile(bytes);
      size += bytes.length;
    },
    async clear() {
      await handle.truncate();
      size = 0;
    },
    read: () => readFile(own),
    async finish() {
      await handle.sync();
      await handle.close();
      await rename(own, path);
    },
    async leave() {
      await handle.close();
      await (size === 0 ? rm(own, { force: true }) : rename(own, left));
    },
  };
}
