/** Weights of Keras 3 in several files, `model_00000.weights.h5`…, with an index of which path stands in which. */
import { FileError } from "@strata/core";
import { type OpenFile, parseJson, withSource } from "@strata/core/internal/files";
import type { AnyLayer } from "../../layer/any-layer.ts";
import { isJsonRecord } from "../../schema/option.ts";
import { type LoadWeightsOptions, readOptionsOf } from "../formats.ts";
import { readHdf5 } from "../hdf5/read-hdf5.ts";
import type { Hdf5Dataset, Hdf5Group } from "../hdf5/tree.ts";
import { readWeights } from "./weights.ts";

/** An index names at most so many files. */
const mostShards = 10_000;

/** Gives a model the weights of the files beside an index. */
export async function loadWeights(
  model: AnyLayer,
  file: OpenFile,
  options: LoadWeightsOptions,
): Promise<void> {
  const index = parseJson(file.name, "", await file.readAll());
  const map = isJsonRecord(index) ? index.weight_map : undefined;
  if (!isJsonRecord(map)) throw new FileError(file.name, "weight_map", "it is missing; it must be an object");
  const names = [...new Set(Object.values(map).map(String))];
  if (names.length > mostShards) {
    throw new FileError(
      file.name,
      "weight_map",
      `it names ${names.length} files; accepted are ${mostShards}`,
    );
  }
  const groups: Hdf5Group[] = [];
  for (const name of names) {
    const bytes = await withSource(file.sibling(name), readOptionsOf(options), (shard) => shard.readAll());
    groups.push(readHdf5(bytes, name));
  }
  await readWeights(model, merged(groups), file.name, options);
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
