/** How safetensors files are read and written; loaded when it is needed. */
import { bytesPerElement } from "../../dtype.ts";
import { FileError } from "../../files/file-error.ts";
import { type FileSource, withSource } from "../../files/file-source.ts";
import { type FileTarget, joinContent, writeTarget } from "../../files/file-target.ts";
import type { OpenFile, ReadOptions } from "../../files/open-file.ts";
import { sizeOf } from "../../shape.ts";
import type { Tensor } from "../../tensor.ts";
import { dtypeOfElements, encodeElements, readElements } from "../elements.ts";
import type { TensorToWrite } from "../stored-tensors.ts";
import { tensorOfValues } from "../tensor-of-values.ts";
import {
  elementTypeOf,
  encodeHeader,
  inOrder,
  placeOf,
  readHeader,
  type SafetensorsHeader,
  sortForFile,
} from "./header.ts";
import { isIndexName, readIndex, shardsOf, writeIndex } from "./shards.ts";

/** Writes a file, or several and an index, by the target's name. */
export async function writeSafetensors(
  target: FileTarget,
  tensors: readonly TensorToWrite[],
  metadata: Readonly<Record<string, string>>,
  maxShardBytes?: number,
): Promise<void> {
  if (isIndexName(target)) {
    const options = { metadata, maxShardBytes: maxShardBytes ?? 5e9 };
    await writeIndex(target, sortForFile(tensors), options, contentOf);
    return;
  }
  if (maxShardBytes !== undefined) {
    throw new RangeError(
      "saveSafetensors: maxShardBytes divides tensors among files; the target must end with .safetensors.index.json",
    );
  }
  await writeTarget(target, contentOf(sortForFile(tensors), metadata), "saveSafetensors");
}

/** The bytes of a file. */
export function bytesOfSafetensors(
  tensors: readonly TensorToWrite[],
  metadata: Readonly<Record<string, string>>,
): Promise<Uint8Array<ArrayBuffer>> {
  return joinContent(contentOf(sortForFile(tensors), metadata));
}

/** The tensors of a source. */
export function openSafetensors(source: FileSource, options: ReadOptions): Promise<Record<string, Tensor>> {
  return withSource(source, options, (file) => readSafetensors(file, options), "loadSafetensors");
}

/** The header of a source. */
export async function openHeader(source: FileSource, options: ReadOptions): Promise<SafetensorsHeader> {
  const { metadata, tensors } = await withSource(source, options, readHeader, "loadSafetensorsHeader");
  return { metadata, tensors };
}

/** The tensors of an open file, or of all files that it names if it is an index. */
export async function readSafetensors(
  file: OpenFile,
  options: ReadOptions = {},
): Promise<Record<string, Tensor>> {
  const index = await readIndex(file);
  if (index === null) return Object.fromEntries(await readTensors(file));
  const found = new Map<string, Tensor>();
  for (const { source, names } of shardsOf(file, index)) {
    const shard = await withSource(source, options, (opened) => readTensors(opened, names));
    for (const [name, tensor] of shard) found.set(name, tensor);
  }
  return inOrderOf(index.keys(), found);
}

/** The tensors under those of the names that they have, in the order of the names. */
function inOrderOf(names: Iterable<string>, tensors: ReadonlyMap<string, Tensor>): Record<string, Tensor> {
  return Object.fromEntries(
    [...names].flatMap((name) => {
      const tensor = tensors.get(name);
      return tensor === undefined ? [] : [[name, tensor] as const];
    }),
  );
}

/** The tensors of one file; those of these names only, where some are named. */
async function readTensors(file: OpenFile, names?: readonly string[]): Promise<readonly [string, Tensor][]> {
  const header = await readHeader(file);
  const missing = names?.find((name) => !Object.hasOwn(header.tensors, name));
  if (missing !== undefined) {
    throw new FileError(
      file.name,
      "header",
      `the index says that it has ${placeOf(missing)}, and it has not`,
    );
  }
  const wanted = names === undefined ? null : new Set(names);
  const entries = inOrder(header).filter(([name]) => wanted === null || wanted.has(name));
  const values = await readElements(
    file,
    entries.map(([name, { dtype, shape, range }]) => ({
      place: placeOf(name),
      type: elementTypeOf(dtype),
      shape,
      offset: header.dataOffset + range[0],
    })),
  );
  const found = new Map(
    entries.map(([name, { dtype, shape }], index) => [
      name,
      tensorOfValues(values[index], dtypeOfElements(elementTypeOf(dtype)), shape),
    ]),
  );
  return Object.entries(inOrderOf(Object.keys(header.tensors), found));
}

/** The bytes of a file, in parts. */
async function* contentOf(
  tensors: readonly TensorToWrite[],
  metadata: Readonly<Record<string, string>>,
): AsyncGenerator<Uint8Array> {
  yield encodeHeader(
    tensors.map(({ name, dtype, shape }) => ({
      name,
      dtype,
      shape,
      length: sizeOf(shape) * bytesPerElement(dtype),
    })),
    metadata,
  );
  for (const tensor of tensors) yield encodeElements(await tensor.values(), tensor.dtype);
}
