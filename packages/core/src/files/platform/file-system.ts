import type { RandomAccess, ReadOptions } from "../open-file.ts";

/** A file as a list of files has it. */
export interface StoredFile {
  /** The path or address by which it is opened. */
  readonly name: string;
  /** In bytes. */
  readonly size: number;
}

/**
 * The needs of reading and writing files on a machine. `#files` names the module of the machine that the code runs on; it is
 * loaded when a file is first opened or written.
 */
export interface FileSystem {
  /** Opens the file at a path, or at an address of one of the machine's own schemes. */
  open(path: string, options: ReadOptions & { readonly maxBytes: number }): Promise<RandomAccess>;
  /** The address on the web that a path stands for, as in a page; null where paths are those of files. */
  webAddressOf(path: string): string | null;
  /** Writes a file whole or not at all: until all of `chunks` is safe, what was there before remains. */
  write(path: string, chunks: AsyncIterable<Uint8Array>): Promise<void>;
  /** Writes bytes at the end of a file, which is made if it is not there. What was there before remains. */
  append(path: string, bytes: Uint8Array): Promise<void>;
  /** Makes the folders that a file is to stand in, where they are missing. */
  makeFolders(path: string): Promise<void>;
  /** Whether there is a file. */
  exists(path: string): Promise<boolean>;
  /** Removes a file, if it is there. */
  remove(path: string): Promise<void>;
  /** The files of a folder and those below it, in the order of their names; none where there is no such folder. */
  list(folder: string): Promise<readonly StoredFile[]>;
  /** The CRC-32 of bytes that follow those whose CRC-32 is `previous`. */
  crc32(bytes: Uint8Array, previous: number): number;
  /** The expansion of compressed bytes, of which no more than `size` bytes are made; null if they are damaged. */
  inflate(bytes: Uint8Array, size: number): Promise<Uint8Array | null>;
  /** Compressed bytes, as `inflate` takes them. */
  deflate(bytes: Uint8Array, level: number): Promise<Uint8Array>;
  /** The bytes that a file in gzip's format expands to, in parts; throws where they are damaged. */
  gunzip(chunks: AsyncIterable<Uint8Array>): AsyncIterable<Uint8Array>;
  /** The bytes of a file in gzip's format, in parts. */
  gzip(chunks: AsyncIterable<Uint8Array>): AsyncIterable<Uint8Array>;
}
