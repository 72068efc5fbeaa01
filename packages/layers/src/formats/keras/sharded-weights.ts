/** Weights of Keras 3 in several files, `model_00000.weights.h5`…, with an index of which path stands in which. */
import { FileError, type FileTarget } from "@strata/core";
import {
  type JsonValue,
  joinContent,
  type OpenFile,
  parseJson,
  siblingTarget,
  withSource,
  writeFileSet,
  writeTarget,
} from "@strata/core/internal/files";
import type { AnyLayer } from "../../layer/any-layer.ts";
import { isJsonRecord, type Json } from "../../schema/option.ts";
import { type LoadWeightsOptions, readOptionsOf, type SaveWeightsOptions } from "../formats.ts";
import { readHdf5 } from "../hdf5/read-hdf5.ts";
import type { Hdf5Dataset, Hdf5Group } from "../hdf5/tree.ts";
import { type WrittenDataset, type WrittenGroup, writeHdf5 } from "../hdf5/write-hdf5.ts";
import { readWeights, writeWeights } from "./weights.ts";

/** An index names at most so many files. */
const mostShards = 10_000;

/** Gives a model the weights of the files beside an index. */
export async function loadWeights(
  model: AnyLayer,
  file: OpenFile,
  options: LoadWeightsOptions,
): Promise<void> {
  const index = parseJson(file.name, "", await file.readAll());
  const names = shardsIn(index);
  if (names === null) throw new FileError(file.name, "weight_map", "it is missing; it must be an object");
  if (names.length > mostShards) {
    throw new FileError(
      file.name,
      "weight_map",
      `it names ${names.length} files; accepted are ${mostShards}`,
    );
  }
  const groups: Hdf5Group[] = [];
  for (const name of names) {
    const bytes = await withSource(file.sibling(name), readOptionsOf(options), (shard) =>
      shard.readBuffer(0, shard.size),
    );
    groups.push(readHdf5(new Uint8Array(bytes), name));
  }
  await readWeights(model, merged(groups), file.name, options);
}

/** The files that an index names, each once; a path may stand in several. Null for what is no index. */
function shardsIn(index: Json): readonly string[] | null {
  const map = isJsonRecord(index) ? index.weight_map : undefined;
  return isJsonRecord(map) ? [...new Set(Object.values(map).flat().map(String))] : null;
}

/** The members of groups in one; groups of one name become one. */
function merged(groups: readonly Hdf5Group[]): Hdf5Group {
  const members = new Map<string, Hdf5Group | Hdf5Dataset>();
  for (const [name, member] of groups.flatMap((group) => [...group.members])) {
    const before = members.get(name);
    const isBoth = before?.kind === "group" && member.kind === "group";
    members.set(name, isBoth ? merged([before, member]) : member);
  }
  return { kind: "group", attributes: new Map(groups.flatMap(({ attributes }) => [...attributes])), members };
}

/** Writes the weights of a model, and the state of its optimizer, to several files and an index, all or none. */
export async function saveWeights(
  model: AnyLayer,
  target: FileTarget,
  { maxShardBytes = 5e9 }: SaveWeightsOptions,
): Promise<void> {
  const shards = divide(variablesIn(await writeWeights(model)), maxShardBytes);
  const stem = stemOf(target);
  const nameOf = (number: number): string => `${stem}_${String(number).padStart(5, "0")}.weights.h5`;
  const names = await writeFileSet(target, {
    namesOf: (generation) => shards.map((_, index) => nameOf((generation - 1) * shards.length + index)),
    partOf: (index) => joinContent(writeHdf5(treeOf(shards[index]))),
    mainOf: (written) => encodeIndex(shards, written),
    namesIn: (json: JsonValue) => shardsIn(json) ?? [],
    isPart: (name) => name.startsWith(`${stem}_`) && /^\d+\.weights\.h5$/.test(name.slice(stem.length + 1)),
  });
  // Keras opens the file of that name before it looks for what the index says.
  if (!names.includes(nameOf(0))) await writeTarget(siblingTarget(target, nameOf(0)), writeHdf5(treeOf([])));
}

function encodeIndex(shards: readonly (readonly Variables[])[], names: readonly string[]): Uint8Array {
  const entries = shards.flatMap((shard, index) =>
    shard.flatMap(({ path, group }) => (group.members.size === 0 ? [] : [[path, names[index]] as const])),
  );
  const total = shards.flat().reduce((sum, { group }) => sum + bytesIn(group), 0);
  const json = { metadata: { total_size: total }, weight_map: Object.fromEntries(entries) };
  return new TextEncoder().encode(JSON.stringify(json, null, 4));
}

/** What the names of the files begin with: that of the index, without its ending. */
function stemOf(target: FileTarget): string {
  const isName = typeof target === "string" || target instanceof URL;
  const name = isName ? String(target) : (target.name ?? "model.weights.json");
  return name
    .replace(/^.*[/\\]/, "")
    .replace(/\.json$/, "")
    .replace(".weights", "");
}

/** The Variables of a layer or an optimizer: the group `vars` at a path as HDF5 has it, `"/layers/dense/vars"`. */
interface Variables {
  readonly path: string;
  readonly group: WrittenGroup;
}

function variablesIn({ members }: WrittenGroup, path = ""): readonly Variables[] {
  return [...members].flatMap(([name, member]): readonly Variables[] => {
    if (member.kind === "dataset") return [];
    const inner = `${path}/${name}`;
    return name === "vars" ? [{ path: inner, group: member }] : variablesIn(member, inner);
  });
}

/** The Variables in order, divided so that a file has at most `most` bytes of them, or those of one layer. */
function divide(all: readonly Variables[], most: number): readonly (readonly Variables[])[] {
  const shards: Variables[][] = [[]];
  let length = 0;
  for (const each of all) {
    const bytes = bytesIn(each.group);
    if (length > 0 && length + bytes > most) {
      shards.push([]);
      length = 0;
    }
    shards[shards.length - 1].push(each);
    length += bytes;
  }
  return shards;
}

function bytesIn({ members }: WrittenGroup): number {
  return [...members.values()].reduce(
    (sum, member) => sum + (member.kind === "dataset" ? member.bytes.length : bytesIn(member)),
    0,
  );
}

/** The groups that a file of these Variables has. */
function treeOf(variables: readonly Variables[]): WrittenGroup {
  const root = new Branch();
  for (const { path, group } of variables) {
    const names = path.split("/").slice(1);
    const branch = names.slice(0, -1).reduce((above, name) => above.at(name), root);
    branch.members.set(names[names.length - 1], group);
  }
  return root;
}

class Branch implements WrittenGroup {
  readonly kind = "group";
  readonly attributes = new Map<string, string>();
  readonly members = new Map<string, Branch | WrittenGroup | WrittenDataset>();

  /** The group of a name within this one, which is made if it is not there. */
  at(name: string): Branch {
    const found = this.members.get(name);
    if (found instanceof Branch) return found;
    const made = new Branch();
    this.members.set(name, made);
    return made;
  }
}
