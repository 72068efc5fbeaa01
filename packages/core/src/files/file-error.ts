/**
 * Thrown for a file that cannot be read or written, or that is not what it claims to be. The message names the file, the
 * place in it, and the rule that it breaks.
 *
 * @example
 * ```ts
 * import { FileError, loadNpy } from "@strata/core";
 *
 * try {
 *   await loadNpy(Uint8Array.of(1, 2, 3));
 * } catch (error) {
 *   if (error instanceof FileError) console.log(error.file, error.place); // "the bytes given" "start"
 * }
 * ```
 */
export class FileError extends Error {
  /** The name of the class. */
  override readonly name = "FileError";
  /** The path or address of the file, or words for what has none. */
  readonly file: string;
  /** The place in the file, for example `header, tensor "kernel"`; empty where it is about the file as a whole. */
  readonly place: string;

  /** The message is `file, place: rule`. */
  constructor(file: string, place: string, rule: string, options?: ErrorOptions) {
    super(`${place === "" ? file : `${file}, ${place}`}: ${rule}`, options);
    this.file = file;
    this.place = place;
  }
}

/** Whatever was thrown while `file` was read or written, as a FileError; one that is a FileError already stays as it is. */
export function asFileError(file: string, action: string, error: unknown): FileError {
  if (error instanceof FileError) return error;
  const reason = error instanceof Error ? error.message : String(error);
  return new FileError(file, "", `${action}: ${reason}`, { cause: error });
}
