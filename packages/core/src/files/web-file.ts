import { FileError } from "./file-error.ts";
import { joinBytes } from "./join-bytes.ts";
import { memoryFile } from "./memory-file.ts";
import type { RandomAccess, ReadOptions } from "./open-file.ts";

/** How often a connection is tried again without a byte in between; the pauses double from the first on. */
const mostAttempts = 5;
const firstPause = 50;

/** Up to so many bytes are read and left out, where another connection would take longer. */
const longestSkip = 2 ** 20;

/**
 * A file at an http(s) address. Servers that answer requests for ranges are asked for what is read only; from others all of
 * it is loaded at once. After a broken connection reading goes on from where it was.
 */
export async function openWebFile(
  address: string,
  options: ReadOptions & { readonly maxBytes: number },
): Promise<RandomAccess> {
  const download = new Download(address, options.signal);
  await download.begin();
  if (download.hasRanges && download.size !== null) return rangedFile(download, download.size);
  try {
    return { ...memoryFile(address, await download.readAll(options)), progressReported: true };
  } finally {
    await download.close();
  }
}

/**
 * The bytes of a file at an http(s) address from the first to the last, as they arrive. After a broken connection reading goes
 * on from where it was.
 */
export async function* streamWebFile(address: string, options: ReadOptions): AsyncGenerator<Uint8Array> {
  const download = new Download(address, options.signal);
  await download.begin();
  try {
    yield* download.chunks(options);
  } finally {
    await download.close();
  }
}

function rangedFile(download: Download, size: number): RandomAccess {
  return {
    name: download.address,
    size,
    async readInto(offset, bytes) {
      for (let done = 0; done < bytes.length; ) {
        const chunk = await download.next(offset + done, bytes.length - done);
        if (chunk === null) throw new FileError(download.address, `byte ${offset + done}`, "it ended early");
        bytes.set(chunk, done);
        done += chunk.length;
      }
    },
    close: () => download.close(),
  };
}

/** The bytes of an address in order, over as many connections as it takes. */
class Download {
  readonly address: string;
  /** In bytes; null where the server does not say. */
  size: number | null = null;
  /** Whether the server gives parts of the file. */
  hasRanges = false;
  private readonly signal: AbortSignal | undefined;
  private reader: ReadableStreamDefaultReader<Uint8Array> | null = null;
  /** The file's byte that `rest`, and then the connection, begins with. */
  private position = 0;
  /** The bytes that arrived and were not asked for yet. */
  private rest: Uint8Array = new Uint8Array(0);
  /** The mark of the file's version: set by the first answer. */
  private version: string | null = null;

  constructor(address: string, signal: AbortSignal | undefined) {
    this.address = address;
    this.signal = signal;
  }

  async begin(): Promise<void> {
    await this.patiently(() => this.connect(0));
  }

  /** At most `length` bytes from `offset` on; null at the end. */
  async next(offset: number, length: number): Promise<Uint8Array | null> {
    return this.patiently(async () => {
      const isNear = offset >= this.position && offset - this.position <= longestSkip;
      if (this.reader === null || !isNear) await this.connect(offset);
      while (this.position + this.rest.length <= offset) {
        this.position += this.rest.length;
        const { done, value } = (await this.reader?.read()) ?? { done: true, value: undefined };
        this.rest = value ?? new Uint8Array(0);
        if (!done) continue;
        this.reader = null;
        if (this.size === null || this.position >= this.size) return null;
        throw new Error(`the connection ended at byte ${this.position} of ${this.size}`);
      }
      const chunk = this.rest.subarray(offset - this.position, offset - this.position + length);
      this.rest = this.rest.subarray(offset - this.position + chunk.length);
      this.position = offset + chunk.length;
      return chunk;
    });
  }

  /** All of the file, at most `maxBytes` of it. */
  async readAll(options: ReadOptions & { readonly maxBytes: number }): Promise<Uint8Array> {
    const chunks: Uint8Array[] = [];
    for await (const chunk of this.chunks(options)) chunks.push(chunk);
    return joinBytes(chunks);
  }

  /** The bytes of the file in order, at most `maxBytes` of them. */
  async *chunks({ maxBytes, onProgress }: ReadOptions): AsyncGenerator<Uint8Array> {
    const most = maxBytes ?? Number.POSITIVE_INFINITY;
    if ((this.size ?? 0) > most) throw this.tooLong(most);
    for (let loaded = 0; ; ) {
      const chunk = await this.next(loaded, Number.POSITIVE_INFINITY);
      if (chunk === null) return;
      loaded += chunk.length;
      if (loaded > most) throw this.tooLong(most);
      onProgress?.({ file: this.address, loaded, total: Math.max(this.size ?? 0, loaded) });
      yield chunk;
    }
  }

  async close(): Promise<void> {
    const reader = this.reader;
    this.reader = null;
    await reader?.cancel().catch(() => undefined);
  }

  private tooLong(maxBytes: number): FileError {
    return new FileError(
      this.address,
      "",
      `it has more than the ${maxBytes} bytes that are accepted (maxBytes)`,
    );
  }

  /** Connects so that the next byte is that of `offset`, or one before it where the server knows no ranges. */
  private async connect(offset: number): Promise<void> {
    await this.close();
    this.rest = new Uint8Array(0);
    const response = await fetch(this.address, {
      headers: { Range: `bytes=${offset}-` },
      ...(this.signal === undefined ? {} : { signal: this.signal }),
    });
    if (response.status === 416 && offset === 0) {
      // No range of an empty file can be had.
      this.size = 0;
      this.hasRanges = true;
      return;
    }
    if (!response.ok) {
      await response.body?.cancel();
      const isPassing = response.status >= 500 || response.status === 429;
      const message = `the server answers ${response.status} ${response.statusText}`.trimEnd();
      throw isPassing ? new Error(message) : new FileError(this.address, "", message);
    }
    const range = response.status === 206 ? rangeOf(response) : null;
    const start = response.status === 206 ? (range?.start ?? offset) : 0;
    const size = range?.size ?? sizeFrom(response, start);
    const version = `${size} ${response.headers.get("etag")} ${response.headers.get("last-modified")}`;
    if (this.version === null) {
      this.size = size;
      this.hasRanges = response.status === 206;
      this.version = version;
    }
    if (version !== this.version || start > offset) {
      await response.body?.cancel();
      throw new FileError(this.address, `byte ${offset}`, "the file changed on the server while it was read");
    }
    this.position = start;
    this.reader = response.body?.getReader() ?? null;
  }

  /** Tries again what fails as connections fail. */
  private async patiently<Result>(act: () => Promise<Result>): Promise<Result> {
    for (let attempt = 1; ; attempt++) {
      this.signal?.throwIfAborted();
      try {
        return await act();
      } catch (error) {
        await this.close();
        this.signal?.throwIfAborted();
        if (error instanceof FileError) throw error;
        if (attempt === mostAttempts) {
          const reason = describeFailure(error);
          throw new FileError(this.address, "", `it cannot be read, tried ${attempt} times: ${reason}`, {
            cause: error,
          });
        }
        await new Promise((resolve) => setTimeout(resolve, firstPause * 2 ** (attempt - 1)));
      }
    }
  }
}

/** The beginning of an answer of part of a file, and the size of the whole. */
function rangeOf(response: Response): { readonly start: number; readonly size: number | null } | null {
  const found = /^bytes (\d+)-\d*\/(\d+|\*)$/.exec(response.headers.get("content-range") ?? "");
  if (found === null) return null;
  return { start: Number(found[1]), size: found[2] === "*" ? null : Number(found[2]) };
}

/** The size of the file by the length of an answer that begins at `start`; null where it is compressed on the way. */
function sizeFrom(response: Response, start: number): number | null {
  const encoding = response.headers.get("content-encoding");
  const length = response.headers.get("content-length");
  const isPlain = encoding === null || encoding === "identity";
  return isPlain && length !== null && /^\d+$/.test(length) ? start + Number(length) : null;
}

/** fetch says no more than that it failed, and gives the reason as the cause. */
function describeFailure(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error && error.cause.message !== "" ? error.cause.message : error.message;
}
