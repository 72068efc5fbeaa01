/**
 * Tensors in several safetensors files, and the index that says in which each of them is, as the Hugging Face Hub has them:
 * `model.safetensors.index.json` beside `model-00001-of-00002.safetensors` ….
 */
import { bytesPerElement } from "../../dtype.ts";
import { FileError } from "../../files/file-error.ts";
import { writeFileSet } from "../../files/file-set.ts";
import type { FileSource } from "../../files/file-source.ts";
import type { FileContent, FileTarget } from "../../files/file-target.ts";
import { type JsonValue, parseJson } from "../../files/json.ts";
import type { OpenFile } from "../../files/open-file.ts";
import { sizeOf } from "../../shape.ts";
import type { TensorToWrite } from "../stored-tensors.ts";

const indexEnding = ".safetensors.index.json";
const largestIndex = 100_000_000;

/** Whether a target is to be an index. */
export function isIndexName(target: FileTarget): boolean {
  return nameOf(target).endsWith(indexEnding);
}

function nameOf(target: FileTarget): string {
  return typeof target === "string" || target instanceof URL ? String(target) : (target?.name ?? "");
}

/** The file of each tensor, by the tensor's name; null for a file that is no index. */
export async function readIndex(file: OpenFile): Promise<ReadonlyMap<string, string> | null> {
  // As the length of a header, eight characters of JSON are more than any file can have.
  const start = await file.read(0, Math.min(8, file.size));
  if (start[0] !== "{".charCodeAt(0) || start.subarray(4).every((byte) => byte === 0)) return null;
  if (file.size > largestIndex) {
    throw new FileError(file.name, "", `as an index it has ${file.size} bytes; accepted are ${largestIndex}`);
  }
  const map = weightMapIn(parseJson(file.name, "", await file.readAll()));
  if (map === undefined) {
    throw new FileError(file.name, "weight_map", "it must be an object of file names by the tensors' names");
  }
  return new Map(
    Object.entries(map).map(([name, shard]) => {
      if (typeof shard === "string") return [name, shard];
      throw new FileError(file.name, `weight_map, ${JSON.stringify(name)}`, "it must be the name of a file");
    }),
  );
}

/** The files that an index names, with the tensors that are to be in each. */
export function shardsOf(
  file: OpenFile,
  index: ReadonlyMap<string, string>,
): { readonly source: FileSource; readonly names: readonly string[] }[] {
  const names = new Map<string, string[]>();
  for (const [name, shard] of index) {
    const others = names.get(shard);
    if (others === undefined) names.set(shard, [name]);
    else others.push(name);
  }
  return [...names].map(([shard, inShard]) => ({ source: file.sibling(shard), names: inShard }));
}

/** Writes tensors to files of at most `maxShardBytes`, and then the index, all or none. */
export async function writeIndex(
  target: FileTarget,
  tensors: readonly TensorToWrite[],
  options: { readonly metadata: Readonly<Record<string, string>>; readonly maxShardBytes: number },
  contentOf: (tensors: readonly TensorToWrite[], metadata: Readonly<Record<string, string>>) => FileContent,
): Promise<void> {
  const shards = divide(tensors, options.maxShardBytes);
  const [stem] = nameOf(target).slice(0, -indexEnding.length).split(/[/\\]/).slice(-1);
  const numbered = (number: number): string => String(number).padStart(5, "0");
  const total = tensors.reduce((sum, tensor) => sum + bytesOf(tensor), 0);
  await writeFileSet(target, {
    namesOf: (generation) =>
      shards.map((_, index) => {
        const place = `${numbered(index + 1)}-of-${numbered(shards.length)}`;
        return `${stem}-${place}${generation === 1 ? "" : `.${generation}`}.safetensors`;
      }),
    partOf: (index) => contentOf(shards[index], options.metadata),
    mainOf: (names) => {
      const json = {
        metadata: { ...options.metadata, total_size: total },
        weight_map: Object.fromEntries(
          shards.flatMap((shard, index) => shard.map(({ name }) => [name, names[index]])),
        ),
      };
      return new TextEncoder().encode(`${JSON.stringify(json, null, 2)}\n`);
    },
    namesIn: (json) => Object.values(weightMapIn(json) ?? {}).map(String),
    isPart: (name) =>
      name.startsWith(`${stem}-`) && /^\d+-of-\d+(\.\d+)?\.safetensors$/.test(name.slice(stem.length + 1)),
  });
}

/** The file of each tensor in an index; undefined if it is none. */
function weightMapIn(json: JsonValue): { [name: string]: JsonValue } | undefined {
  const map = isObject(json) ? json.weight_map : undefined;
  return isObject(map) ? map : undefined;
}

function bytesOf({ shape, dtype }: TensorToWrite): number {
  return sizeOf(shape) * bytesPerElement(dtype);
}

/** The tensors in order, divided so that a file has at most `most` bytes of them, or one tensor. */
function divide(tensors: readonly TensorToWrite[], most: number): TensorToWrite[][] {
  if (!(most > 0)) throw new RangeError(`saveSafetensors: maxShardBytes is ${most}; it must be above 0`);
  const shards: TensorToWrite[][] = [[]];
  let length = 0;
  for (const tensor of tensors) {
    const bytes = bytesOf(tensor);
    if (length > 0 && length + bytes > most) {
      shards.push([]);
      length = 0;
    }
    shards[shards.length - 1].push(tensor);
    length += bytes;
  }
  return shards;
}

function isObject(json: JsonValue | undefined): json is { [name: string]: JsonValue } {
  return typeof json === "object" && json !== null && !Array.isArray(json);
}
