import { checkFunction, checkNumber, describeValue, readOptions } from "../arguments.ts";
import { asFileError, FileError } from "./file-error.ts";
import { besides, schemeOf } from "./file-names.ts";
import { blobFile, memoryFile } from "./memory-file.ts";
import { OpenFile, type RandomAccess, type ReadOptions } from "./open-file.ts";

/**
 * A source of a file:
 *
 * - a string: a path in Node (in a page an address relative to it), or an address with `file:`, `http:`, `https:`,
 *   `data:` or `blob:`; in browsers also `indexeddb://name` and `opfs://folder/name`, as they were saved;
 * - a URL of one of these schemes;
 * - bytes: an ArrayBuffer, a typed array, a Buffer;
 * - a Blob, or a File of a page's form; several Files, as an array or as a form's input has them, of which the first is the
 *   one to open and the others are those that it refers to by name;
 * - the handle of a file that the user chose (`showOpenFilePicker`);
 * - an object with `read`.
 */
export type FileSource =
  | string
  | URL
  | Blob
  | ArrayBufferLike
  | ArrayBufferView
  | ArrayLike<File>
  | ReadableFileHandle
  | ReadableFile;

/** A `FileSystemFileHandle`, as it is read. */
export interface ReadableFileHandle {
  /** The file as it is now. */
  getFile(): Promise<File>;
}

/** An object of one's own that files are read from. */
export interface ReadableFile {
  /** How messages call it. Default: `"the file given"`. */
  readonly name?: string;
  /** The length in bytes. Without it, `read` is called once, without arguments, for the whole file. */
  readonly size?: number;
  /** `length` bytes from `offset` on. */
  read(offset?: number, length?: number): Bytes | Promise<Bytes>;
  /** The source that stands beside this one under a name, for files that refer to others. */
  sibling?(name: string): FileSource;
}

type Bytes = ArrayBufferLike | ArrayBufferView;

const defaultMaxBytes = 2 ** 34;

/**
 * Opens a source for reading at any position. Whoever opens it closes it: see {@link withSource}.
 *
 * @throws FileError if it is not there, not readable, or longer than `maxBytes`.
 * @param operation The function that messages about wrong arguments name.
 * @throws TypeError for what is no source.
 */
export async function openSource(
  source: FileSource,
  options: ReadOptions = {},
  operation = "openSource",
): Promise<OpenFile> {
  readOptions(operation, options, ["onProgress", "signal", "maxBytes"]);
  if (options.onProgress !== undefined) checkFunction(operation, "onProgress", options.onProgress);
  if (options.maxBytes !== undefined) checkNumber(operation, "maxBytes", options.maxBytes);
  if (options.signal !== undefined && !(options.signal instanceof AbortSignal)) {
    throw new TypeError(
      `${operation}: the signal is ${describeValue(options.signal)}; it must be an AbortSignal`,
    );
  }
  options.signal?.throwIfAborted();
  const maxBytes = options.maxBytes ?? defaultMaxBytes;
  const access = await accessTo(operation, source, { ...options, maxBytes });
  if (access.size <= maxBytes) return new OpenFile(access, options);
  await access.close();
  throw new FileError(access.name, "", `it has ${access.size} bytes; accepted are ${maxBytes} (maxBytes)`);
}

/** Opens a source, gives it to `use`, and closes it in any case. */
export async function withSource<Result>(
  source: FileSource,
  options: ReadOptions,
  use: (file: OpenFile) => Promise<Result>,
  operation = "withSource",
): Promise<Result> {
  const file = await openSource(source, options, operation);
  try {
    return await use(file);
  } finally {
    await file.close();
  }
}

/** In bytes: what {@link streamSource} reads of a file at once. */
const streamedPart = 2 ** 20;

/**
 * The bytes of a source from the first to the last, in parts. The next part is read while one is worked on; what comes from the
 * web is given as it arrives, and never held whole.
 *
 * @throws FileError if it is not there, not readable, or longer than `maxBytes`, of which there is no default here.
 */
export async function* streamSource(
  source: FileSource,
  options: ReadOptions = {},
  operation = "streamSource",
): AsyncGenerator<Uint8Array> {
  const address =
    typeof source === "string" || source instanceof URL ? await webAddressOf(String(source)) : null;
  if (address !== null) {
    const { streamWebFile } = await import("./web-file.ts");
    yield* streamWebFile(address, options);
    return;
  }
  const unlimited = { maxBytes: Number.POSITIVE_INFINITY, ...options };
  const file = await openSource(source, unlimited, operation);
  let next: Promise<Uint8Array> | null = null;
  try {
    for (let offset = 0; offset < file.size; ) {
      const part: Uint8Array = await (next ?? readPart(file, offset));
      offset += part.length;
      next = offset < file.size ? readPart(file, offset) : null;
      // Its failure is noticed when it is awaited.
      next?.catch(() => undefined);
      yield part;
    }
  } finally {
    await next?.catch(() => undefined);
    await file.close();
  }
}

function readPart(file: OpenFile, offset: number): Promise<Uint8Array> {
  return file.read(offset, Math.min(streamedPart, file.size - offset));
}

async function webAddressOf(name: string): Promise<string | null> {
  const scheme = schemeOf(name);
  if (scheme === "http" || scheme === "https") return name;
  const { fileSystem } = await import("#files");
  return fileSystem.webAddressOf(name);
}

async function accessTo(
  operation: string,
  source: FileSource,
  options: ReadOptions & { readonly maxBytes: number },
): Promise<RandomAccess> {
  if (typeof source === "string" || source instanceof URL) return accessByName(String(source), options);
  if (source instanceof Blob) return blobFile(nameOfBlob(source), source);
  const bytes = bytesOf(source);
  if (bytes !== null) return memoryFile("the bytes given", bytes);
  const files = filesOf(source);
  if (files !== null) return accessToFiles(files);
  if (isHandle(source)) return accessToHandle(source);
  if (isReadable(source)) return accessToReadable(source);
  throw new TypeError(
    `${operation}: the source is ${describeValue(source)}; accepted are paths, addresses, URLs, bytes, Blobs, Files and objects with read`,
  );
}

async function accessByName(
  name: string,
  options: ReadOptions & { readonly maxBytes: number },
): Promise<RandomAccess> {
  const scheme = schemeOf(name);
  switch (scheme) {
    case "http":
    case "https": {
      const { openWebFile } = await import("./web-file.ts");
      return { sibling: (other) => besides(name, other), ...(await openWebFile(name, options)) };
    }
    case "data":
    case "blob": {
      const shown = name.length > 40 ? `${name.slice(0, 40)}…` : name;
      try {
        return blobFile(shown, await (await fetch(name)).blob());
      } catch (error) {
        throw asFileError(shown, "it cannot be read", error);
      }
    }
    default: {
      const { fileSystem } = await import("#files");
      const access = await fileSystem.open(name, options);
      return { sibling: (other) => besides(name, other), ...access };
    }
  }
}

function accessToFiles([first, ...others]: readonly File[]): RandomAccess {
  return {
    ...blobFile(first.name, first),
    sibling(name) {
      const found = others.find((file) => file.name === name || name.endsWith(`/${file.name}`));
      if (found !== undefined) return found;
      const given = others.map((file) => file.name).join(", ") || "no others";
      throw new FileError(first.name, "", `it refers to "${name}"; given with it were ${given}`);
    },
  };
}

async function accessToReadable(source: ReadableFile): Promise<RandomAccess> {
  const name = source.name ?? "the file given";
  const sibling = source.sibling?.bind(source);
  const read = async (...range: [] | [offset: number, length: number]): Promise<Uint8Array> => {
    const bytes = bytesOf(await source.read(...range));
    if (bytes !== null) return bytes;
    throw new FileError(name, "", "read gave no bytes; it must give an ArrayBuffer or a typed array");
  };
  if (source.size === undefined) return { ...memoryFile(name, await read()), sibling };
  return {
    name,
    size: source.size,
    sibling,
    async readInto(offset, into) {
      const bytes = await read(offset, into.length);
      if (bytes.length !== into.length) {
        throw new FileError(
          name,
          `byte ${offset}`,
          `read gave ${bytes.length} bytes where ${into.length} were asked for`,
        );
      }
      into.set(bytes);
    },
    close: async () => undefined,
  };
}

/** The bytes of a buffer or a view, also of another realm; null for anything else. */
export function bytesOf(value: unknown): Uint8Array | null {
  if (ArrayBuffer.isView(value)) return new Uint8Array(value.buffer, value.byteOffset, value.byteLength);
  return isBuffer(value) ? new Uint8Array(value) : null;
}

function isBuffer(value: unknown): value is ArrayBufferLike {
  return /^\[object (Shared)?ArrayBuffer\]$/.test(Object.prototype.toString.call(value));
}

/** The files of a list; null for anything else. */
function filesOf(value: unknown): readonly File[] | null {
  const files = isList(value) ? Array.from(value) : [];
  return files.length > 0 && files.every((each) => each instanceof File) ? files : null;
}

/** What a form's input has is no array. */
function isList(value: unknown): value is ArrayLike<unknown> {
  return Array.isArray(value) || Object.prototype.toString.call(value) === "[object FileList]";
}

function isHandle(value: unknown): value is ReadableFileHandle {
  return (
    typeof value === "object" && value !== null && "getFile" in value && typeof value.getFile === "function"
  );
}

async function accessToHandle(handle: ReadableFileHandle): Promise<RandomAccess> {
  try {
    const file = await handle.getFile();
    return blobFile(file.name, file);
  } catch (error) {
    throw asFileError("the handle given", "it cannot be opened", error);
  }
}

function isReadable(value: unknown): value is ReadableFile {
  return typeof value === "object" && value !== null && "read" in value && typeof value.read === "function";
}

function nameOfBlob(blob: Blob): string {
  return "name" in blob && typeof blob.name === "string" && blob.name !== "" ? blob.name : "the Blob given";
}
