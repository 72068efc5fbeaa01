/** The sources of datasets: files of records, one after the other, as streams of bytes. */
import type { FileSource } from "@strata/core";
import { describeValue } from "@strata/core/internal";
import { choice } from "../../schema/vocabulary.ts";

/**
 * A file that a dataset is read from: a path in Node, an address, a URL, a Blob or File, bytes, an object with `read`; what a
 * request answered; a stream; or a text itself. A stream and an answer can be read once, and so for one pass only.
 */
export type DataFile =
  | Exclude<FileSource, readonly File[]>
  | Response
  | ReadableStream<Uint8Array>
  | {
      /** The content itself. */
      readonly text: string;
    };

/** One file, several that are read one after the other, or a function that gives them anew for each pass. */
export type DataFiles =
  | DataFile
  | readonly DataFile[]
  | (() => DataFile | readonly DataFile[] | Promise<DataFile | readonly DataFile[]>);

/** Whether files are compressed; `"auto"` looks at their first bytes. */
export const compression = choice(["auto", "none", "gzip"]);

/** How files are compressed. */
export type Compression = "auto" | "none" | "gzip";

/** A file that was opened. */
export interface OpenedFile {
  /** Its path or address, or words for what has none. */
  readonly name: string;
  /** Its bytes, expanded where it is compressed. They must not be changed. */
  readonly chunks: AsyncIterable<Uint8Array>;
}

/** How files are opened. */
export interface OpenOptions {
  readonly compression: Compression;
  /** Whether bytes that begin as those of gzip are those of a file that is not compressed. */
  readonly isPlain?: (start: Uint8Array) => boolean;
}

/** The files of a pass, each opened when it is reached. */
export async function* openFiles(
  operation: string,
  files: DataFiles,
  options: OpenOptions,
): AsyncGenerator<OpenedFile> {
  const given = typeof files === "function" ? await files() : files;
  for (const file of isList(given) ? given : [given]) {
    const name = nameOf(file);
    yield { name, chunks: expanded(name, bytesOf(operation, name, file), options) };
  }
}

/** The name of a file in messages. */
function nameOf(file: DataFile): string {
  if (typeof file === "string") return file.startsWith("data:") ? `${file.slice(0, 40)}…` : file;
  if (file instanceof URL) return file.href;
  if (file instanceof Response) return file.url || "the response given";
  if (file instanceof ReadableStream) return "the stream given";
  if (isText(file)) return "the text given";
  if (typeof file === "object" && "name" in file && typeof file.name === "string" && file.name !== "") {
    return file.name;
  }
  if (file instanceof Blob) return "the Blob given";
  return "read" in file ? "the file given" : "the bytes given";
}

async function* bytesOf(operation: string, name: string, file: DataFile): AsyncGenerator<Uint8Array> {
  if (isText(file)) {
    yield new TextEncoder().encode(file.text);
  } else if (file instanceof ReadableStream) {
    yield* bytesOfStream(name, file);
  } else if (file instanceof Response) {
    if (!file.ok) {
      const { FileError } = await import("@strata/core/internal/files");
      throw new FileError(name, "", `the server answers ${file.status} ${file.statusText}`.trimEnd());
    }
    if (file.body !== null) yield* bytesOfStream(name, file.body);
  } else {
    const { streamSource } = await import("@strata/core/internal/files");
    yield* streamSource(file, {}, operation);
  }
}

async function* bytesOfStream(name: string, stream: ReadableStream<Uint8Array>): AsyncGenerator<Uint8Array> {
  const { FileError } = await import("@strata/core/internal/files");
  let reader: ReadableStreamDefaultReader<Uint8Array>;
  try {
    reader = stream.getReader();
  } catch (cause) {
    throw new FileError(name, "", "it is being read elsewhere", { cause });
  }
  if (started.has(stream)) {
    reader.releaseLock();
    throw new FileError(
      name,
      "",
      "it was read before, and can be read once only; a function in its place gives one for each pass",
    );
  }
  started.add(stream);
  let isEnded = false;
  try {
    for (;;) {
      const { done, value } = await reader.read();
      isEnded = done;
      if (done) return;
      // A stream of a caller's own may give anything.
      if (!ArrayBuffer.isView(value)) {
        throw new FileError(name, "", `it gave ${describeValue(value)}; it must give bytes`);
      }
      yield value;
    }
  } finally {
    if (!isEnded) await reader.cancel().catch(() => undefined);
    reader.releaseLock();
  }
}

/** The streams of which something was read. */
const started = new WeakSet<ReadableStream>();

/** The bytes of what may be compressed. */
async function* expanded(
  name: string,
  chunks: AsyncGenerator<Uint8Array>,
  { compression, isPlain }: OpenOptions,
): AsyncGenerator<Uint8Array> {
  const [start, all] = compression === "none" ? [null, chunks] : await withStart(chunks);
  const isPacked =
    compression === "gzip" || (start !== null && beginsAsGzip(start) && isPlain?.(start) !== true);
  if (isPacked) {
    const { gunzip } = await import("@strata/core/internal/files");
    yield* gunzip(name, all);
  } else yield* all;
}

/** In bytes: what is looked at to see whether a file is compressed. */
const startLength = 12;

/** The first bytes of a stream, and the stream with them. */
async function withStart(
  chunks: AsyncGenerator<Uint8Array>,
): Promise<readonly [Uint8Array, AsyncIterable<Uint8Array>]> {
  const first: Uint8Array[] = [];
  const start = new Uint8Array(startLength);
  let length = 0;
  while (length < startLength) {
    const { done, value } = await chunks.next();
    if (done) break;
    first.push(value);
    start.set(value.subarray(0, startLength - length), length);
    length += Math.min(value.length, startLength - length);
  }
  const all = async function* (): AsyncGenerator<Uint8Array> {
    try {
      yield* first;
      yield* chunks;
    } finally {
      await chunks.return(undefined);
    }
  };
  return [start.subarray(0, length), all()];
}

function beginsAsGzip(bytes: Uint8Array): boolean {
  return bytes[0] === 0x1f && bytes[1] === 0x8b && bytes[2] === 8;
}

function isText(file: unknown): file is { readonly text: string } {
  return typeof file === "object" && file !== null && "text" in file && typeof file.text === "string";
}

function isList(files: DataFile | readonly DataFile[]): files is readonly DataFile[] {
  return Array.isArray(files);
}
