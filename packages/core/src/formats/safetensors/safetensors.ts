import { checkCount, describeValue, readOptions } from "../../arguments.ts";
import { bytesPerElement } from "../../dtype.ts";
import { FileError } from "../../files/file-error.ts";
import { type FileSource, withSource } from "../../files/file-source.ts";
import { type FileTarget, joinContent, writeTarget } from "../../files/file-target.ts";
import type { OpenFile, ReadOptions } from "../../files/open-file.ts";
import { sizeOf } from "../../shape.ts";
import type { Tensor } from "../../tensor.ts";
import { dtypeOfElements, encodeElements, readElements } from "../elements.ts";
import {
  type NamedTensorLikes,
  type TensorToWrite,
  tensorOfValues,
  tensorsToWrite,
} from "../stored-tensors.ts";
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

/** How safetensors files are written. */
export interface SafetensorsOptions {
  /** Texts by name that are saved with the tensors. */
  readonly metadata?: Readonly<Record<string, string>>;
}

/** How safetensors files are written that may be divided. */
export interface SafetensorsSaveOptions extends SafetensorsOptions {
  /** The most bytes of tensors in a file, where the target is an index. Default: 5e9, as the Hugging Face Hub has it. */
  readonly maxShardBytes?: number;
}

/**
 * Writes tensors to a safetensors file, whole or not at all. A target whose name ends with `.safetensors.index.json` gets
 * several files beside it, each of at most `maxShardBytes`, and the index last.
 *
 * Every dtype is written as it is: bool, uint8, int32, float16, bfloat16, float32 and float64.
 *
 * @throws FileError if it cannot be written.
 *
 * @example
 * ```ts
 * import { loadSafetensors, saveSafetensors, tensor } from "@strata/core";
 * import { mkdtempSync } from "node:fs";
 * import { tmpdir } from "node:os";
 *
 * const path = `${mkdtempSync(`${tmpdir()}/strata-`)}/model.safetensors`;
 * await saveSafetensors(path, { kernel: [[1, 2]], bias: tensor([0.5]) }, { metadata: { epoch: "3" } });
 * const { kernel } = await loadSafetensors(path);
 * console.log(kernel.arraySync()); // [[1, 2]]
 * ```
 */
export async function saveSafetensors(
  target: FileTarget,
  tensors: NamedTensorLikes,
  options: SafetensorsSaveOptions = {},
): Promise<void> {
  checkCount("saveSafetensors", arguments, 3);
  const { metadata = {}, maxShardBytes } = readOptions("saveSafetensors", options, [
    "metadata",
    "maxShardBytes",
  ]);
  const toWrite = prepare("saveSafetensors", tensors, metadata);
  if (isIndexName(target)) {
    await writeIndex(target, toWrite, { metadata, maxShardBytes: maxShardBytes ?? 5e9 }, contentOf);
    return;
  }
  if (maxShardBytes !== undefined) {
    throw new RangeError(
      "saveSafetensors: maxShardBytes divides tensors among files; the target must end with .safetensors.index.json",
    );
  }
  await writeTarget(target, contentOf(toWrite, metadata), "saveSafetensors");
}

/**
 * The bytes of a safetensors file.
 *
 * @example
 * ```ts
 * import { encodeSafetensors, loadSafetensors } from "@strata/core";
 *
 * const bytes = await encodeSafetensors({ bias: [1, 2] });
 * console.log((await loadSafetensors(bytes)).bias.arraySync()); // [1, 2]
 * ```
 */
export async function encodeSafetensors(
  tensors: NamedTensorLikes,
  options: SafetensorsOptions = {},
): Promise<Uint8Array<ArrayBuffer>> {
  checkCount("encodeSafetensors", arguments, 2);
  const { metadata = {} } = readOptions("encodeSafetensors", options, ["metadata"]);
  return joinContent(contentOf(prepare("encodeSafetensors", tensors, metadata), metadata));
}

/**
 * Reads the tensors of a safetensors file, or of all files that an index (`model.safetensors.index.json`) names. The header is
 * checked before anything is allocated, and values are read into the memory that they stay in.
 *
 * Types that are no dtype become int32: I8, I16, U16, and U32, I64 and U64 if all of their numbers are such. Those of 8 bits
 * with a floating point (F8_E4M3, F8_E5M2) and less are refused.
 *
 * @throws FileError if the file is not what the format demands.
 *
 * @example
 * ```ts
 * import { encodeSafetensors, loadSafetensors, tensor } from "@strata/core";
 *
 * const bytes = await encodeSafetensors({ kernel: tensor([[1, 2]], [1, 2], "bfloat16") });
 * const { kernel } = await loadSafetensors(bytes, { onProgress: ({ loaded, total }) => loaded / total });
 * console.log(kernel.dtype, kernel.arraySync()); // "bfloat16" [[1, 2]]
 * ```
 */
export async function loadSafetensors(
  source: FileSource,
  options: ReadOptions = {},
): Promise<Record<string, Tensor>> {
  checkCount("loadSafetensors", arguments, 2);
  return withSource(source, options, (file) => readSafetensors(file, options), "loadSafetensors");
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

/**
 * What stands before the tensors of a safetensors file: their types, shapes and places, and the metadata. Nothing else is read.
 *
 * @example
 * ```ts
 * import { encodeSafetensors, loadSafetensorsHeader } from "@strata/core";
 *
 * const bytes = await encodeSafetensors({ bias: [1, 2] }, { metadata: { epoch: "3" } });
 * const { metadata, tensors } = await loadSafetensorsHeader(bytes);
 * console.log(metadata.epoch, tensors.bias.dtype, tensors.bias.shape); // "3" "F32" [2]
 * ```
 */
export async function loadSafetensorsHeader(
  source: FileSource,
  options: ReadOptions = {},
): Promise<SafetensorsHeader> {
  checkCount("loadSafetensorsHeader", arguments, 2);
  const { metadata, tensors } = await withSource(source, options, readHeader, "loadSafetensorsHeader");
  return { metadata, tensors };
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

/** The tensors in the order of the file, of which the names and metadata have been checked. */
function prepare(
  operation: string,
  tensors: NamedTensorLikes,
  metadata: Readonly<Record<string, string>>,
): TensorToWrite[] {
  const toWrite = sortForFile(tensorsToWrite(operation, tensors));
  const areStrings =
    typeof metadata === "object" &&
    metadata !== null &&
    Object.values(metadata).every((value) => typeof value === "string");
  if (!areStrings) {
    throw new TypeError(
      `${operation}: the metadata are ${describeValue(metadata)}; they must be an object of strings`,
    );
  }
  if (Object.hasOwn(tensors, "__metadata__")) {
    throw new RangeError(
      `${operation}: "__metadata__" is no name for a tensor; the format has another use for it`,
    );
  }
  return toWrite;
}

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
