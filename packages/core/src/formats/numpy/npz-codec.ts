/** How `.npz` files are read and written; loaded when it is needed. */
import { FileError } from "../../files/file-error.ts";
import { type FileSource, withSource } from "../../files/file-source.ts";
import { type FileTarget, joinContent, writeTarget } from "../../files/file-target.ts";
import { memoryFile } from "../../files/memory-file.ts";
import { OpenFile, type ReadOptions } from "../../files/open-file.ts";
import { readZip, writeZip, type ZipContent } from "../../files/zip.ts";
import type { Tensor } from "../../tensor.ts";
import type { TensorToWrite } from "../stored-tensors.ts";
import { contentOfNpy, readNpy } from "./npy-codec.ts";

const ending = ".npy";

/** Writes an archive of arrays. */
export async function writeNpz(
  target: FileTarget,
  tensors: readonly TensorToWrite[],
  level = 0,
): Promise<void> {
  await writeTarget(target, writeZip(entriesOf(tensors), { level }), "saveNpz");
}

/** The bytes of an archive of arrays. */
export function bytesOfNpz(
  tensors: readonly TensorToWrite[],
  level: number,
): Promise<Uint8Array<ArrayBuffer>> {
  return joinContent(writeZip(entriesOf(tensors), { level }));
}

async function* entriesOf(tensors: readonly TensorToWrite[]): AsyncGenerator<ZipContent> {
  for (const tensor of tensors) {
    yield { name: `${tensor.name}${ending}`, bytes: await joinContent(await contentOfNpy(tensor)) };
  }
}

/** The arrays of a source. */
export function openNpz(source: FileSource, options: ReadOptions): Promise<Record<string, Tensor>> {
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
