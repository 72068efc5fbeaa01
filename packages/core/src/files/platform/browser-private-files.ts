/** Files in the page's private file system (OPFS). */
import { asFileError, FileError } from "../file-error.ts";
import { pathOf } from "../file-names.ts";
import { inWords } from "./browser-database.ts";
import type { StoredFile } from "./file-system.ts";

/** A file of the page's own. */
export async function readFromPrivateFiles(name: string): Promise<File> {
  try {
    const { folder, file } = await placeOf(name);
    return await (await folder.getFileHandle(file)).getFile();
  } catch (error) {
    throw asFileError(name, "it cannot be opened", inWords(error));
  }
}

/** Whether there is a file. */
export async function isInPrivateFiles(name: string): Promise<boolean> {
  try {
    const { folder, file } = await placeOf(name);
    await folder.getFileHandle(file);
    return true;
  } catch (error) {
    if (isMissing(error)) return false;
    throw asFileError(name, "it cannot be opened", inWords(error));
  }
}

/** Writes a file whole or not at all; its folders are made. */
export async function writeToPrivateFiles(name: string, chunks: AsyncIterable<Uint8Array>): Promise<void> {
  const isReplaced = await isInPrivateFiles(name);
  try {
    const { folder, file } = await placeOf(name, true);
    const handle = await folder.getFileHandle(file, { create: true });
    try {
      await writeTo(await handle.createWritable(), chunks);
    } catch (error) {
      // The handle made it, empty.
      if (!isReplaced) await folder.removeEntry(file).catch(() => undefined);
      throw error;
    }
  } catch (error) {
    throw asFileError(name, "it cannot be written", inWords(error));
  }
}

/** What is written takes the place of the file when the stream is closed. */
async function writeTo(
  stream: FileSystemWritableFileStream,
  chunks: Iterable<Uint8Array> | AsyncIterable<Uint8Array>,
): Promise<void> {
  try {
    for await (const chunk of chunks) await stream.write(new Uint8Array(chunk));
    await stream.close();
  } catch (error) {
    await stream.abort().catch(() => undefined);
    throw error;
  }
}

/** Writes bytes at the end of a file, which is made with its folders if it is not there. */
export async function appendToPrivateFiles(name: string, bytes: Uint8Array): Promise<void> {
  try {
    const { folder, file } = await placeOf(name, true);
    const handle = await folder.getFileHandle(file, { create: true });
    const { size } = await handle.getFile();
    const stream = await handle.createWritable({ keepExistingData: true });
    await stream.seek(size);
    await writeTo(stream, [bytes]);
  } catch (error) {
    throw asFileError(name, "it cannot be written", inWords(error));
  }
}

/** Removes a file, if it is there. */
export async function removeFromPrivateFiles(name: string): Promise<void> {
  try {
    const { folder, file } = await placeOf(name);
    await folder.removeEntry(file);
  } catch (error) {
    if (!isMissing(error)) throw asFileError(name, "it cannot be removed", inWords(error));
  }
}

/** The files of a folder and those below it, by name. */
export async function listPrivateFiles(name: string): Promise<readonly StoredFile[]> {
  const path = pathOf(name).replace(/\/*$/, "");
  try {
    const { folder } = await placeOf(path === "" ? "" : `${path}/`);
    return await filesBelow(folder, path === "" ? "opfs://" : `opfs://${path}/`);
  } catch (error) {
    if (isMissing(error)) return [];
    throw asFileError(name, "it cannot be listed", inWords(error));
  }
}

async function filesBelow(folder: FileSystemDirectoryHandle, path: string): Promise<StoredFile[]> {
  const found: StoredFile[] = [];
  for await (const [name, handle] of folder.entries()) {
    if (handle instanceof FileSystemFileHandle) {
      found.push({ name: path + name, size: (await handle.getFile()).size });
    } else if (handle instanceof FileSystemDirectoryHandle) {
      found.push(...(await filesBelow(handle, `${path}${name}/`)));
    }
  }
  return found.sort((one, other) => (one.name < other.name ? -1 : 1));
}

/** The folder that a file stands in, and its name there. */
async function placeOf(
  name: string,
  create = false,
): Promise<{ readonly folder: FileSystemDirectoryHandle; readonly file: string }> {
  const folders = pathOf(name).split("/");
  const file = folders.pop() ?? "";
  if (!("storage" in navigator)) {
    throw new FileError(name, "", "a page has private files only where it came by https: or from localhost");
  }
  let folder = await navigator.storage.getDirectory();
  for (const part of folders) folder = await folder.getDirectoryHandle(part, { create });
  return { folder, file };
}

function isMissing(error: unknown): boolean {
  return error instanceof DOMException && error.name === "NotFoundError";
}
