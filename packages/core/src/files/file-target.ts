import { describeValue } from "../arguments.ts";
import { asFileError, FileError } from "./file-error.ts";
import { besides, checkRelativeName, schemeOf } from "./file-names.ts";
import { joinBytes } from "./join-bytes.ts";

/**
 * A target of a file, which is written whole or not at all:
 *
 * - a string: a path in Node, or a `file:` address; in browsers `indexeddb://name`, `opfs://folder/name` and
 *   `downloads://name`, which the browser saves as it saves downloads;
 * - a `file:` URL;
 * - the handle of a file that the user chose (`showSaveFilePicker`);
 * - an object with `write`, as the writer of a stream.
 */
export type FileTarget = string | URL | WritableFile | FileHandleLike;

/** An object of one's own that files are written to. */
export interface WritableFile {
  /** How messages call it. Default: `"the target given"`. */
  readonly name?: string;
  /** Takes the next bytes. */
  write(bytes: Uint8Array<ArrayBuffer>): unknown;
  /** Called after the last bytes. */
  close?(): unknown;
  /** Called instead of `close` where something went wrong: what was written is not whole. */
  abort?(reason: unknown): unknown;
  /** The target that stands beside this one under a name, for formats of several files. */
  sibling?(name: string): FileTarget;
}

/** A `FileSystemFileHandle`. */
export interface FileHandleLike {
  /** The name of the file. */
  readonly name?: string;
  /** A stream that replaces the file when it is closed. */
  createWritable(): Promise<WritableFile>;
}

/** The bytes of a file: at once, or in parts, which may be made while it is written. */
export type FileContent = Uint8Array | Iterable<Uint8Array> | AsyncIterable<Uint8Array>;

/**
 * Writes a file whole or not at all. In Node the bytes go to a temporary file in the same folder, from there to the disk, and
 * are then given the name; what was there before remains until that moment, also if the process is killed.
 *
 * @param operation The function that messages about wrong arguments name.
 * @throws FileError if it cannot be written; the temporary file is removed.
 */
export async function writeTarget(
  target: FileTarget,
  content: FileContent,
  operation = "writeTarget",
): Promise<void> {
  const chunks = chunksOf(content);
  if (typeof target === "string" || target instanceof URL) {
    const name = String(target);
    checkScheme(name);
    const { fileSystem } = await import("#files");
    await fileSystem.write(name, chunks);
    return;
  }
  if (isHandle(target)) {
    await writeToObject(await target.createWritable(), target.name, chunks);
  } else if (isWritable(target)) {
    await writeToObject(target, target.name, chunks);
  } else {
    throw new TypeError(
      `${operation}: the target is ${describeValue(target)}; accepted are paths, file URLs, handles of files and objects with write`,
    );
  }
}

/** Writes bytes at the end of a file that a path or an address names, which is made if it is not there. */
export async function appendToFile(name: string, bytes: Uint8Array): Promise<void> {
  checkScheme(name);
  const { fileSystem } = await import("#files");
  await fileSystem.append(name, bytes);
}

/** Makes the folders that a file is to stand in, where it is named by a path and they are missing. */
export async function makeFoldersOf(target: FileTarget): Promise<void> {
  if (typeof target !== "string" && !(target instanceof URL)) return;
  const { fileSystem } = await import("#files");
  await fileSystem.makeFolders(String(target));
}

/** Whether there is a file at a path, or at an address that can be written to. */
export async function fileExists(name: string | URL): Promise<boolean> {
  const { fileSystem } = await import("#files");
  return fileSystem.exists(String(name));
}

/**
 * The target that stands beside another, for formats of several files.
 *
 * @throws FileError for a name that leads out of the other's folder, and for targets that stand alone.
 */
export function siblingTarget(target: string | URL, name: string): string;
export function siblingTarget(target: FileTarget, name: string): FileTarget;
export function siblingTarget(target: FileTarget, name: string): FileTarget {
  const isNamed = typeof target === "string" || target instanceof URL;
  const shown = isNamed ? String(target) : (target.name ?? "the target given");
  checkRelativeName(shown, "", name);
  if (isNamed) return besides(shown, name);
  if ("sibling" in target && target.sibling !== undefined) return target.sibling(name);
  throw new FileError(
    shown,
    "",
    `the file "${name}" belongs beside it; it needs a method sibling that says where`,
  );
}

/** All bytes of a content in one array. */
export async function joinContent(content: FileContent): Promise<Uint8Array<ArrayBuffer>> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of chunksOf(content)) chunks.push(chunk);
  return joinBytes(chunks);
}

async function* chunksOf(content: FileContent): AsyncGenerator<Uint8Array> {
  if (content instanceof Uint8Array) yield content;
  else yield* content;
}

function checkScheme(name: string): void {
  const scheme = schemeOf(name);
  if (scheme !== "http" && scheme !== "https" && scheme !== "data" && scheme !== "blob") return;
  throw new FileError(
    name,
    "",
    `nothing can be written to an address with ${scheme}:; accepted are paths, file URLs and objects with write`,
  );
}

async function writeToObject(
  target: WritableFile,
  name = "the target given",
  chunks: AsyncIterable<Uint8Array>,
): Promise<void> {
  try {
    for await (const chunk of chunks) await target.write(unshared(chunk));
    await target.close?.();
  } catch (error) {
    try {
      await target.abort?.(error);
    } catch {
      // The first error says what went wrong.
    }
    throw asFileError(name, "it cannot be written", error);
  }
}

/** The bytes in memory that no other thread sees, which is what browsers write. */
export function unshared(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  const { buffer, byteOffset, length } = bytes;
  return buffer instanceof ArrayBuffer ? new Uint8Array(buffer, byteOffset, length) : new Uint8Array(bytes);
}

function isHandle(value: unknown): value is FileHandleLike {
  return hasMethod(value, "createWritable");
}

function isWritable(value: unknown): value is WritableFile {
  return hasMethod(value, "write");
}

function hasMethod(value: unknown, name: string): boolean {
  return typeof value === "object" && value !== null && typeof Reflect.get(value, name) === "function";
}
