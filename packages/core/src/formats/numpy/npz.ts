import { checkCount, describeValue, readOptions } from "../../arguments.ts";
import { FileError } from "../../files/file-error.ts";
import { type FileSource, withSource } from "../../files/file-source.ts";
import { type FileTarget, joinContent, writeTarget } from "../../files/file-target.ts";
import { memoryFile } from "../../files/memory-file.ts";
import { OpenFile, type ReadOptions } from "../../files/open-file.ts";
import { readZip, writeZip, type ZipContent } from "../../files/zip.ts";
import type { Tensor } from "../../tensor.ts";
import { type NamedTensorLikes, type TensorToWrite, tensorsToWrite } from "../stored-tensors.ts";
import { contentOfNpy, readNpy } from "./npy.ts";

/** How `.npz` files are written. */
export interface NpzOptions {
  /** From 0, as `numpy.savez` stores arrays, to 9, compressed best, as `numpy.savez_compressed`. Default: 0. */
  readonly level?: number;
}

const ending = ".npy";

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
 * console.log(x.arraySync(), y.arraySync()); // [1, 2] [[3]]
 * ```
 */
export async function saveNpz(
  target: FileTarget,
  tensors: NamedTensorLikes,
  options: NpzOptions = {},
): Promise<void> {
  checkCount("saveNpz", arguments, 3);
  await writeTarget(target, contentOfNpz("saveNpz", tensors, options), "saveNpz");
}

/** The bytes of a `.npz` file, as {@link saveNpz} writes it. */
export async function encodeNpz(
  tensors: NamedTensorLikes,
  options: NpzOptions = {},
): Promise<Uint8Array<ArrayBuffer>> {
  checkCount("encodeNpz", arguments, 2);
  return joinContent(contentOfNpz("encodeNpz", tensors, options));
}

function contentOfNpz(
  operation: string,
  tensors: NamedTensorLikes,
  options: NpzOptions,
): AsyncGenerator<Uint8Array> {
  const { level = 0 } = readOptions(operation, options, ["level"]);
  if (!Number.isInteger(level) || level < 0 || level > 9) {
    throw new RangeError(
      `${operation}: level is ${describeValue(level)}; it must be an integer from 0, stored, to 9, compressed best`,
    );
  }
  return writeZip(entriesOf(tensorsToWrite(operation, tensors)), { level });
}

async function* entriesOf(tensors: readonly TensorToWrite[]): AsyncGenerator<ZipContent> {
  for (const tensor of tensors) {
    yield { name: `${tensor.name}${ending}`, bytes: await joinContent(await contentOfNpy(tensor)) };
  }
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
 * console.log((await loadNpz(bytes)).labels.arraySync()); // [0, 1]
 * ```
 */
export async function loadNpz(
  source: FileSource,
  options: ReadOptions = {},
): Promise<Record<string, Tensor>> {
  checkCount("loadNpz", arguments, 2);
  return withSource(source, options, readNpz, "loadNpz");
}

/** The arrays of an open archive. */
export async function readNpz(file: OpenFile): Promise<Record<string, Tensor>> {
  const archive = await readZip(file);
  const found: [string, Tensor][] = [];
  for (const name of archive.names) {
    const place = JSON.stringify(name);
    if (!name.endsWith(ending)) {
      throw new FileError(file.name, place, "it is no array; names in the archive end with .npy");
    }
    const entry = new OpenFile(memoryFile(file.name, await archive.read(name)));
    found.push([name.slice(0, -ending.length), await readNpy(entry, place)]);
  }
  return Object.fromEntries(found);
}
