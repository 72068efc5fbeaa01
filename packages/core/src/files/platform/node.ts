import { constants } from "node:fs";
import { type FileHandle, mkdir, open, readdir, realpath, rename, rm, stat } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { Transform } from "node:stream";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { crc32, createGunzip, createGzip, deflateRaw, inflateRaw } from "node:zlib";
import { asFileError, FileError } from "../file-error.ts";
import { schemeOf } from "../file-names.ts";
import type { RandomAccess } from "../open-file.ts";
import type { FileSystem, StoredFile } from "./file-system.ts";
import { removeLeftovers, temporaryFor } from "./node-temporary-files.ts";

export const fileSystem: FileSystem = {
  open: openFile,
  webAddressOf: () => null,
  write: writeFile,
  append: appendToFile,
  async makeFolders(name) {
    try {
      await mkdir(dirname(pathOf(name)), { recursive: true });
    } catch (error) {
      throw asFileError(name, "its folder cannot be made", inWords(error));
    }
  },
  exists: async (name) => (await stat(pathOf(name)).catch(() => null)) !== null,
  async remove(name) {
    try {
      await rm(pathOf(name), { force: true });
    } catch (error) {
      throw asFileError(name, "it cannot be removed", inWords(error));
    }
  },
  list: listFolder,
  crc32: (bytes, previous) => crc32(bytes, previous),
  async inflate(bytes, size) {
    try {
      // All of it in one piece, which need not be joined.
      return await inflateAsync(bytes, { maxOutputLength: Math.max(size, 1), chunkSize: Math.max(size, 64) });
    } catch {
      return null;
    }
  },
  deflate: (bytes, level) => deflateAsync(bytes, { level }),
  gunzip: (chunks) => throughStream(chunks, createGunzip({ chunkSize: streamChunk })),
  gzip: (chunks) => throughStream(chunks, createGzip({ chunkSize: streamChunk })),
};

/** In bytes: what a stream of zlib gives at once. */
const streamChunk = 2 ** 18;

/** The output of a stream for bytes. */
async function* throughStream(
  chunks: AsyncIterable<Uint8Array>,
  stream: Transform,
): AsyncGenerator<Uint8Array> {
  const write = async (): Promise<void> => {
    for await (const chunk of chunks) {
      if (!stream.write(chunk)) await hasRoom(stream);
      if (stream.destroyed) return;
    }
    stream.end();
  };
  // A failure of what gives the bytes reaches whoever reads the stream.
  const written = write().catch((error: unknown) => void stream.destroy(asError(error)));
  try {
    for await (const chunk of stream) yield chunk;
  } finally {
    stream.destroy();
    await written;
  }
}

/** Waits until a stream takes more bytes, or none any more. */
function hasRoom(stream: Transform): Promise<void> {
  return new Promise((resolve) => {
    const settle = (): void => {
      stream.off("drain", settle).off("close", settle);
      resolve();
    };
    if (stream.destroyed) resolve();
    else stream.on("drain", settle).on("close", settle);
  });
}

function asError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error));
}

const inflateAsync = promisify(inflateRaw);
const deflateAsync = promisify(deflateRaw);

async function openFile(name: string): Promise<RandomAccess> {
  const path = pathOf(name);
  let handle: FileHandle | undefined;
  try {
    handle = await open(path, "r");
    const found = await handle.stat();
    if (!found.isFile()) throw new FileError(name, "", "it is no file");
    return accessTo(name, found.size, handle);
  } catch (error) {
    await handle?.close();
    throw asFileError(name, "it cannot be opened", inWords(error));
  }
}

function accessTo(name: string, size: number, handle: FileHandle): RandomAccess {
  return {
    name,
    size,
    // A buffer of its own, which no other shares, unlike what Buffer.allocUnsafe gives.
    allocate: (length) => Buffer.allocUnsafeSlow(length).buffer,
    async readInto(offset, bytes) {
      for (let done = 0; done < bytes.length; ) {
        const { bytesRead } = await handle.read(bytes, done, bytes.length - done, offset + done);
        if (bytesRead === 0)
          throw new FileError(name, `byte ${offset + done}`, "it was cut while it was read");
        done += bytesRead;
      }
    },
    close: () => handle.close(),
  };
}

async function listFolder(name: string): Promise<readonly StoredFile[]> {
  const folder = pathOf(name);
  try {
    const entries = await readdir(folder, { recursive: true, withFileTypes: true });
    const paths = entries
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name));
    return await Promise.all(
      paths.sort().map(async (path) => ({ name: path, size: (await stat(path)).size })),
    );
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return [];
    throw asFileError(name, "it cannot be listed", inWords(error));
  }
}

async function writeFile(name: string, chunks: AsyncIterable<Uint8Array>): Promise<void> {
  const { path, mode } = await placeOf(name);
  const folder = dirname(path);
  await removeLeftovers(path);
  const temporary = temporaryFor(path);
  let handle: FileHandle | undefined;
  try {
    handle = await open(temporary, "wx", mode);
    for await (const chunk of chunks) await writeChunk(handle, chunk);
    await handle.sync();
    await handle.close();
    handle = undefined;
    await rename(temporary, path);
  } catch (error) {
    await handle?.close();
    await rm(temporary, { force: true });
    throw asFileError(name, "it cannot be written", inWords(error));
  }
  await flushFolder(folder);
}

async function appendToFile(name: string, bytes: Uint8Array): Promise<void> {
  let handle: FileHandle | undefined;
  try {
    handle = await open(pathOf(name), "a");
    await writeChunk(handle, bytes);
  } catch (error) {
    throw asFileError(name, "it cannot be written", inWords(error));
  } finally {
    await handle?.close();
  }
}

async function writeChunk(handle: FileHandle, chunk: Uint8Array): Promise<void> {
  for (let done = 0; done < chunk.length; ) {
    const { bytesWritten } = await handle.write(chunk, done, chunk.length - done);
    done += bytesWritten;
  }
}

/** The path at which a file is to be written: behind a link, the file that it leads to; and with which permissions. */
async function placeOf(name: string): Promise<{ readonly path: string; readonly mode?: number }> {
  const path = pathOf(name);
  const found = await stat(path).catch(() => null);
  if (found === null) return { path };
  if (!found.isFile()) throw new FileError(name, "", "it is no file, and cannot be replaced by one");
  return { path: await realpath(path), mode: found.mode & 0o7777 };
}

/** The folder's list of names is safe only when it is flushed itself, which some systems do not offer. */
async function flushFolder(folder: string): Promise<void> {
  const handle = await open(folder, constants.O_RDONLY).catch(() => null);
  try {
    await handle?.sync();
  } catch {
    // The name is given; when it reaches the disk is up to the system.
  } finally {
    await handle?.close();
  }
}

function pathOf(name: string): string {
  const scheme = schemeOf(name);
  if (scheme === null) return name;
  if (scheme === "file") return fileURLToPath(name);
  const reason =
    scheme === "indexeddb" || scheme === "opfs" || scheme === "downloads"
      ? `${scheme}: is for browsers`
      : `${scheme}: is unknown`;
  throw new FileError(
    name,
    "",
    `${reason}; accepted in Node are paths and addresses with file:, http: and https:`,
  );
}

const meanings: Readonly<Record<string, string>> = {
  ENOENT: "there is no such file or folder",
  EACCES: "access is not permitted",
  EPERM: "access is not permitted",
  ENOSPC: "the disk is full",
  EISDIR: "it is a folder",
  ENOTDIR: "a part of its path is no folder",
  EROFS: "the disk is read-only",
  EMFILE: "too many files are open",
};

/** An error of the system in words. */
function inWords(error: unknown): unknown {
  const code = error instanceof Error && "code" in error ? String(error.code) : "";
  if (error instanceof FileError || !Object.hasOwn(meanings, code)) return error;
  return new Error(`${meanings[code]} (${code})`, { cause: error });
}
