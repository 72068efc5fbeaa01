import { FileError } from "./file-error.ts";
import { checkRelativeName } from "./file-names.ts";
import type { FileSource } from "./file-source.ts";

/** How far a file has been read. */
export interface FileProgress {
  /** The path or address of the file, or words for what has none. */
  readonly file: string;
  /** The bytes that were read. */
  readonly loaded: number;
  /** The bytes of the whole file. */
  readonly total: number;
}

/** How files are read. */
export interface ReadOptions {
  /** Called as bytes arrive. */
  readonly onProgress?: (progress: FileProgress) => void;
  /** Ends reading with the signal's reason when it is aborted. */
  readonly signal?: AbortSignal;
  /** A file that is longer, in bytes, is refused. Default: 16 GiB. */
  readonly maxBytes?: number;
}

/** Bytes by their position, which is all that a kind of source has to provide. */
export interface RandomAccess {
  /** The path or address of the file, or words for what has none. */
  readonly name: string;
  /** In bytes. */
  readonly size: number;
  /** Fills `bytes` with those from `offset` on. The caller has made sure that there are as many. */
  readInto(offset: number, bytes: Uint8Array): Promise<void>;
  /** Memory that need not be filled with zeros, since it is about to be overwritten whole. */
  allocate?(length: number): ArrayBuffer;
  /** The bytes without a copy, where they lie in memory anyway. */
  view?(offset: number, length: number): Uint8Array;
  /** Whether progress was reported already, as of what was loaded when it was opened. */
  readonly progressReported?: boolean;
  /** The source that stands beside this one under a relative name. */
  sibling?(name: string): FileSource;
  close(): Promise<void>;
}

/** In bytes: longer reads are divided, so that progress is seen and aborts are heard. */
const largestRead = 2 ** 21;

/** A file that can be read from any position: what {@link openSource} makes of every kind of source. */
export class OpenFile {
  /** The path or address of the file, or words for what has none. */
  readonly name: string;
  /** In bytes. */
  readonly size: number;
  private readonly access: RandomAccess;
  private readonly options: ReadOptions;
  private loaded = 0;

  constructor(access: RandomAccess, options: ReadOptions = {}) {
    this.name = access.name;
    this.size = access.size;
    this.access = access;
    this.options = options;
  }

  /**
   * The bytes from `offset` on, which must not be changed: they may be the source's own.
   *
   * @throws FileError if the file has not as many; nothing is allocated then.
   */
  async read(offset: number, length: number): Promise<Uint8Array> {
    this.checkRange(offset, length);
    const view = this.access.view?.(offset, length);
    if (view !== undefined) {
      this.report(length);
      return view;
    }
    return new Uint8Array(await this.readBuffer(offset, length));
  }

  /** The bytes from `offset` on, in memory of the caller's own. */
  async readBuffer(offset: number, length: number): Promise<ArrayBuffer> {
    this.checkRange(offset, length);
    const buffer = this.access.allocate?.(length) ?? new ArrayBuffer(length);
    await this.readInto(offset, new Uint8Array(buffer));
    return buffer;
  }

  /** Fills `bytes` with those from `offset` on. */
  async readInto(offset: number, bytes: Uint8Array): Promise<void> {
    this.checkRange(offset, bytes.length);
    for (let start = 0; start < bytes.length; start += largestRead) {
      this.options.signal?.throwIfAborted();
      const part = bytes.subarray(start, start + largestRead);
      await this.access.readInto(offset + start, part);
      this.report(part.length);
    }
  }

  /** All of the file, which must not be changed. */
  async readAll(): Promise<Uint8Array> {
    return this.read(0, this.size);
  }

  /**
   * The source that stands beside this one: a file in the same folder, or below it.
   *
   * @throws FileError for a name that leads elsewhere, and for sources that stand alone, as bytes do.
   */
  sibling(name: string): FileSource {
    checkRelativeName(this.name, "", name);
    if (this.access.sibling !== undefined) return this.access.sibling(name);
    throw new FileError(this.name, "", `it refers to the file "${name}", and nothing says where that is`);
  }

  /** Ends what is open: a file, a connection. */
  async close(): Promise<void> {
    await this.access.close();
  }

  private checkRange(offset: number, length: number): void {
    const isInside =
      Number.isSafeInteger(offset) && Number.isSafeInteger(length) && offset >= 0 && length >= 0;
    if (isInside && offset + length <= this.size) return;
    throw new FileError(
      this.name,
      `byte ${offset}`,
      `${length} bytes were to be read; the file has ${this.size}`,
    );
  }

  private report(bytes: number): void {
    if (this.access.progressReported === true) return;
    this.loaded += bytes;
    this.options.onProgress?.({
      file: this.name,
      loaded: Math.min(this.loaded, this.size),
      total: this.size,
    });
  }
}
