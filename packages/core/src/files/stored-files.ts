import { checkCount, describeValue } from "../arguments.ts";
import type { StoredFile } from "./platform/file-system.ts";

export type { StoredFile } from "./platform/file-system.ts";

/**
 * The files in a folder and below it, in the order of their names, with their sizes.
 *
 * @param folder A path or a `file:` URL in Node; in browsers `indexeddb://` or `opfs://`, alone for all files there, or with a
 *   folder, as `indexeddb://models/`.
 * @returns Names by which the files can be opened and removed. There are none where there is no such folder.
 * @throws FileError where the folder cannot be read.
 *
 * @example
 * ```ts
 * import { listFiles, removeFile } from "@strata/core";
 *
 * // What an earlier version of the page saved is not needed any more.
 * const folder = "process" in globalThis ? "cache-of-models/" : "indexeddb://cache-of-models/";
 * for (const { name } of await listFiles(folder)) await removeFile(name);
 * ```
 */
export async function listFiles(folder: string | URL): Promise<readonly StoredFile[]> {
  checkCount("listFiles", arguments, 1);
  const name = checkedName("listFiles", "folder", folder);
  const { fileSystem } = await import("#files");
  return fileSystem.list(name);
}

/**
 * Removes a file, if it is there. A model of several files, as TensorFlow.js keeps them, is removed file by file.
 *
 * @param name A path or a `file:` URL in Node; in browsers an address with `indexeddb:` or `opfs:`.
 * @throws FileError if it is there and cannot be removed.
 *
 * @example
 * ```ts
 * import { removeFile } from "@strata/core";
 *
 * await removeFile("process" in globalThis ? "old-model.keras" : "indexeddb://old-model.keras");
 * ```
 */
export async function removeFile(name: string | URL): Promise<void> {
  checkCount("removeFile", arguments, 1);
  const checked = checkedName("removeFile", "name", name);
  const { fileSystem } = await import("#files");
  await fileSystem.remove(checked);
}

function checkedName(operation: string, parameter: string, name: string | URL): string {
  if ((typeof name === "string" && name !== "") || name instanceof URL) return String(name);
  throw new TypeError(
    `${operation}: ${parameter} is ${describeValue(name)}; it must be a path, an address or a URL`,
  );
}
