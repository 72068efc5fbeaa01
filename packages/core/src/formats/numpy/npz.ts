import { checkCount, describeValue, readOptions } from "../../arguments.ts";
import type { FileSource } from "../../files/file-source.ts";
import type { FileTarget } from "../../files/file-target.ts";
import type { ReadOptions } from "../../files/open-file.ts";
import type { Tensor } from "../../tensor.ts";
import { type NamedTensorLikes, tensorsToWrite } from "../stored-tensors.ts";

/** How `.npz` files are written. */
export interface NpzOptions {
  /** From 0, as `numpy.savez` stores arrays, to 9, compressed best, as `numpy.savez_compressed`. Default: 0. */
  readonly level?: number;
}

/**
 * Writes tensors by name to an archive in NumPy's format, `.npz`, whole or not at all.
 *
 * @throws FileError if it cannot be written, or a name is none that an archive can hold.
 * @throws RangeError for bfloat16, which NumPy has not.
 *
 * @example
 * ```ts
 * import { loadNpz, saveNpz } from "@strata/core";
 * import { mkdtempSync } from "node:fs";
 * import { tmpdir } from "node:os";
 *
 * const path = `${mkdtempSync(`${tmpdir()}/strata-`)}/arrays.npz`;
 * await saveNpz(path, { x: [1, 2], y: [[3]] }, { level: 6 });
 * const { x, y } = await loadNpz(path);
 * console.log(x?.arraySync(), y?.arraySync()); // [1, 2] [[3]]
 * ```
 */
export async function saveNpz(
  target: FileTarget,
  tensors: NamedTensorLikes,
  options: NpzOptions = {},
): Promise<void> {
  checkCount("saveNpz", arguments, 3);
  const level = levelOf("saveNpz", options);
  const toWrite = tensorsToWrite("saveNpz", tensors);
  const { writeNpz } = await import("./npz-codec.ts");
  await writeNpz(target, toWrite, level);
}

/** The bytes of a `.npz` file, as {@link saveNpz} writes it. */
export async function encodeNpz(
  tensors: NamedTensorLikes,
  options: NpzOptions = {},
): Promise<Uint8Array<ArrayBuffer>> {
  checkCount("encodeNpz", arguments, 2);
  const level = levelOf("encodeNpz", options);
  const toWrite = tensorsToWrite("encodeNpz", tensors);
  const { bytesOfNpz } = await import("./npz-codec.ts");
  return bytesOfNpz(toWrite, level);
}

/**
 * Reads the arrays of an archive in NumPy's format, `.npz`, by name; of each as {@link loadNpy} does. Arrays that were saved
 * without names have `arr_0`, `arr_1`….
 *
 * @throws FileError if the archive or an array is not what the format demands, or it would expand to more than 1 GiB and 32
 *   times its length.
 *
 * @example
 * ```ts
 * import { encodeNpz, loadNpz } from "@strata/core";
 *
 * const bytes = await encodeNpz({ labels: [0, 1] });
 * console.log((await loadNpz(bytes)).labels?.arraySync()); // [0, 1]
 * ```
 */
export async function loadNpz(
  source: FileSource,
  options: ReadOptions = {},
): Promise<Record<string, Tensor>> {
  checkCount("loadNpz", arguments, 2);
  const { openNpz } = await import("./npz-codec.ts");
  return openNpz(source, options);
}

function levelOf(operation: string, options: NpzOptions): number {
  const { level = 0 } = readOptions(operation, options, ["level"]);
  if (!Number.isInteger(level) || level < 0 || level > 9) {
    throw new RangeError(
      `${operation}: level is ${describeValue(level)}; it must be an integer from 0, stored, to 9, compressed best`,
    );
  }
  return level;
}
