import { crc32 } from "../crc32.ts";
import { FileError } from "../file-error.ts";
import { pathOf, schemeOf } from "../file-names.ts";
import { joinContent, unshared } from "../file-target.ts";
import { blobFile } from "../memory-file.ts";
import { openWebFile } from "../web-file.ts";
import {
  appendToDatabase,
  isInDatabase,
  listDatabase,
  readFromDatabase,
  removeFromDatabase,
  writeToDatabase,
} from "./browser-database.ts";
import {
  appendToPrivateFiles,
  isInPrivateFiles,
  listPrivateFiles,
  readFromPrivateFiles,
  removeFromPrivateFiles,
  writeToPrivateFiles,
} from "./browser-private-files.ts";
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
        throw refusal(name, "opens", "http:, https:, data:, blob:, indexeddb: and opfs:");
    }
  },
  webAddressOf: (path) => (schemeOf(path) === null ? new URL(path, location.href).href : null),
  async write(name, chunks) {
    switch (schemeOf(name)) {
      case "indexeddb":
        return writeToDatabase(name, new Blob([await joinContent(chunks)]));
      case "opfs":
        return writeToPrivateFiles(name, chunks);
      case "downloads":
        return download(name, new Blob([await joinContent(chunks)]));
      default:
        throw refusal(
          name,
          "writes",
          "indexeddb://name, opfs://folder/name, downloads://name, handles of files and objects with write",
        );
    }
  },
  async append(name, bytes) {
    switch (schemeOf(name)) {
      case "indexeddb":
        return appendToDatabase(name, bytes);
      case "opfs":
        return appendToPrivateFiles(name, bytes);
      default:
        throw refusal(name, "appends", stores);
    }
  },
  // Folders are made with the files in them.
  makeFolders: () => Promise.resolve(),
  async exists(name) {
    switch (schemeOf(name)) {
      case "indexeddb":
        return isInDatabase(name);
      case "opfs":
        return isInPrivateFiles(name);
      case "downloads":
        // The browser gives one that is there another name.
        return false;
      default:
        throw refusal(name, "looks for", stores);
    }
  },
  async remove(name) {
    switch (schemeOf(name)) {
      case "indexeddb":
        return removeFromDatabase(name);
      case "opfs":
        return removeFromPrivateFiles(name);
      default:
        throw refusal(name, "removes", stores);
    }
  },
  async list(folder) {
    switch (schemeOf(folder)) {
      case "indexeddb":
        return listDatabase(folder);
      case "opfs":
        return listPrivateFiles(folder);
      default:
        throw refusal(folder, "lists", stores);
    }
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
  gunzip: (chunks) => piped(chunks, new DecompressionStream("gzip")),
  gzip: (chunks) => piped(chunks, new CompressionStream("gzip")),
};

const stores = "indexeddb: and opfs:";

function refusal(name: string, action: string, accepted: string): FileError {
  return new FileError(name, "", `a browser ${action} nothing there; accepted are ${accepted}`);
}

/** The output of a stream for bytes that come one after the other. */
async function* piped(
  chunks: AsyncIterable<Uint8Array>,
  stream: CompressionStream | DecompressionStream,
): AsyncGenerator<Uint8Array> {
  const writer = stream.writable.getWriter();
  const write = async (): Promise<void> => {
    for await (const chunk of chunks) await writer.write(unshared(chunk));
    await writer.close();
  };
  // A failure of what gives the bytes is the reader's; one of the stream itself reaches the reader anyway.
  const written = write().catch((error: unknown) => writer.abort(error).catch(() => undefined));
  const reader = stream.readable.getReader();
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      yield value;
    }
  } finally {
    await reader.cancel().catch(() => undefined);
    await written;
  }
}

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

/** Has the browser save a file as it saves what a link leads to: in the folder of downloads, whatever folder it names. */
function download(name: string, content: Blob): void {
  if (!("document" in globalThis)) {
    throw new FileError(name, "", "only a page downloads files; a worker cannot");
  }
  const link = document.createElement("a");
  link.href = URL.createObjectURL(content);
  link.download = pathOf(name).replace(/^.*\//, "");
  link.click();
  // The browser reads the content after the click, in its own time.
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}
