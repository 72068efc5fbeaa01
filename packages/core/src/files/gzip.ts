/** Files in gzip's format, RFC 1952, as streams. */
import { asFileError } from "./file-error.ts";

/**
 * The bytes that a compressed file expands to, in parts.
 *
 * @param name The name of the file, for messages.
 * @throws FileError for bytes that are no such file, and for one that was cut.
 */
export async function* gunzip(name: string, chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const { fileSystem } = await import("#files");
  try {
    yield* fileSystem.gunzip(chunks);
  } catch (error) {
    throw asFileError(name, "it cannot be expanded as gzip", error);
  }
}

/** The bytes of a compressed file, in parts. */
export async function* gzip(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const { fileSystem } = await import("#files");
  yield* fileSystem.gzip(chunks);
}
