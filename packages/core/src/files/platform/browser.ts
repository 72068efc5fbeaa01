import { crc32 } from "../crc32.ts";
import { asFileError, FileError } from "../file-error.ts";
import { schemeOf } from "../file-names.ts";
import { joinContent } from "../file-target.ts";
import { blobFile } from "../memory-file.ts";
import { openWebFile } from "../web-file.ts";
import type { FileSystem } from "./file-system.ts";

export const fileSystem: FileSystem = {
  async open(name, options) {
    switch (schemeOf(name)) {
      case null:
        return { ...(await openWebFile(new URL(name, location.href).href, options)), name };
      case "indexeddb":
        return blobFile(name, await readFromDatabase(name));
      case "opfs":
        return blobFile(name, await readFromPrivateFiles(name));
      default:
        throw new FileError(
          name,
          "",
          "a browser does not open it; accepted are http:, https:, data:, blob:, indexeddb: and opfs:",
        );
    }
  },
  async write(name, chunks) {
    switch (schemeOf(name)) {
      case "indexeddb":
        return writeToDatabase(name, new Blob([await joinContent(chunks)]));
      case "opfs":
        return writeToPrivateFiles(name, chunks);
      case "downloads":
        return download(pathOf(name), new Blob([await joinContent(chunks)]));
      default:
        throw new FileError(
          name,
          "",
          "a browser writes nothing there; accepted are indexeddb://name, opfs://folder/name, downloads://name, handles of files and objects with write",
        );
    }
  },
  // Folders are made with the files in them.
  makeFolders: () => Promise.resolve(),
  async exists(name) {
    try {
      if (schemeOf(name) === "indexeddb") await readFromDatabase(name);
      else await readFromPrivateFiles(name);
      return true;
    } catch {
      return false;
    }
  },
  async remove(name) {
    if (schemeOf(name) === "indexeddb")
      await inDatabase(name, "readwrite", (files) => files.delete(pathOf(name)));
    else if (schemeOf(name) === "opfs") await removePrivateFile(name);
    else throw new FileError(name, "", "a browser removes nothing there; accepted are indexeddb: and opfs:");
  },
  crc32,
  async inflate(bytes, size) {
    try {
      return await throughStream(bytes, new DecompressionStream("deflate-raw"), size);
    } catch {
      return null;
    }
  },
  deflate: (bytes) => throughStream(bytes, new CompressionStream("deflate-raw"), Number.POSITIVE_INFINITY),
};

/** The output of a stream for bytes; more than `most` bytes of it are an error. */
async function throughStream(
  bytes: Uint8Array,
  stream: CompressionStream | DecompressionStream,
  most: number,
): Promise<Uint8Array> {
  const reader = new Blob([new Uint8Array(bytes)]).stream().pipeThrough(stream).getReader();
  const chunks: Uint8Array[] = [];
  for (let length = 0; ; ) {
    const { done, value } = await reader.read();
    if (done) return joinContent(chunks);
    length += value.length;
    if (length > most) {
      await reader.cancel();
      throw new RangeError(`more than ${most} bytes`);
    }
    chunks.push(value);
  }
}

/** The part of an address behind its scheme. */
function pathOf(name: string): string {
  return name.slice(name.indexOf(":") + 1).replace(/^\/+/, "");
}

const databaseName = "strata";
const storeName = "files";

/** Files in IndexedDB: Blobs by name in a database of their own. What a transaction puts is there whole or not at all. */
async function inDatabase<Result>(
  name: string,
  mode: IDBTransactionMode,
  act: (files: IDBObjectStore) => IDBRequest<Result>,
): Promise<Result> {
  const opening = indexedDB.open(databaseName, 1);
  opening.onupgradeneeded = () => opening.result.createObjectStore(storeName);
  const database = await settled(name, opening);
  try {
    const transaction = database.transaction(storeName, mode);
    const request = act(transaction.objectStore(storeName));
    const ended = new Promise<void>((resolve, reject) => {
      transaction.oncomplete = () => resolve();
      transaction.onabort = () =>
        reject(asFileError(name, "the browser does not store it", transaction.error));
    });
    const result = await settled(name, request);
    await ended;
    return result;
  } finally {
    database.close();
  }
}

function settled<Result>(name: string, request: IDBRequest<Result>): Promise<Result> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(asFileError(name, "the browser's database fails", request.error));
  });
}

async function readFromDatabase(name: string): Promise<Blob> {
  const found: unknown = await inDatabase(name, "readonly", (files) => files.get(pathOf(name)));
  if (found instanceof Blob) return found;
  throw new FileError(name, "", "there is no such file in the browser's database");
}

async function writeToDatabase(name: string, content: Blob): Promise<void> {
  await inDatabase(name, "readwrite", (files) => files.put(content, pathOf(name)));
}

/** The handle of a file in the page's private file system, whose folders are made where they are to be written. */
async function privateFile(name: string, create: boolean): Promise<FileSystemFileHandle> {
  const folders = pathOf(name).split("/");
  const file = folders.pop() ?? "";
  try {
    let folder = await navigator.storage.getDirectory();
    for (const part of folders) folder = await folder.getDirectoryHandle(part, { create });
    return await folder.getFileHandle(file, { create });
  } catch (error) {
    throw asFileError(name, "the page's private file system has no such file", error);
  }
}

async function removePrivateFile(name: string): Promise<void> {
  const folders = pathOf(name).split("/");
  const file = folders.pop() ?? "";
  try {
    let folder = await navigator.storage.getDirectory();
    for (const part of folders) folder = await folder.getDirectoryHandle(part);
    await folder.removeEntry(file);
  } catch (error) {
    if (error instanceof DOMException && error.name === "NotFoundError") return;
    throw asFileError(name, "it cannot be removed", error);
  }
}

async function readFromPrivateFiles(name: string): Promise<Blob> {
  return (await privateFile(name, false)).getFile();
}

async function writeToPrivateFiles(name: string, chunks: AsyncIterable<Uint8Array>): Promise<void> {
  const handle = await privateFile(name, true);
  // What is written takes the place of the file when it is closed.
  const stream = await handle.createWritable();
  try {
    for await (const chunk of chunks) await stream.write(new Uint8Array(chunk));
    await stream.close();
  } catch (error) {
    await stream.abort().catch(() => undefined);
    throw asFileError(name, "it cannot be written", error);
  }
}

/** Has the browser save a file as it saves what a link leads to. */
function download(name: string, content: Blob): void {
  if (!("document" in globalThis)) {
    throw new FileError(name, "", "only a page downloads files; a worker cannot");
  }
  const link = document.createElement("a");
  link.href = URL.createObjectURL(content);
  link.download = name;
  link.click();
  // The browser reads the content after the click, in its own time.
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}
