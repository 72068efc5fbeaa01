/** Layers models of TensorFlow.js: `model.json`, and the weights in files beside it. */
import { FileError, type FileTarget } from "@strata/core";
import { describeValue, joinBytes } from "@strata/core/internal";
import {
  checkRelativeName,
  type OpenFile,
  parseJson,
  withSource,
  writeFileSet,
} from "@strata/core/internal/files";
import type { AnyLayer } from "../../layer/any-layer.ts";
import { isJsonRecord, type Json } from "../../schema/option.ts";
import { type LoadModelOptions, readOptionsOf } from "../formats.ts";
import { layersModelFormat, type WeightSpec } from "./artifacts.ts";
import { restoreModel, topologyOf } from "./from-artifacts.ts";
import { artifactsOf } from "./to-artifacts.ts";
import { byteLengthOf, decodeWeights, readWeightSpecs } from "./weights.ts";

/** A group of weights, whose values are in files that are read one after the other. */
interface WeightGroup {
  readonly paths: readonly string[];
  readonly specs: readonly WeightSpec[];
}

/** In bytes: what TensorFlow.js puts into one file. */
const shardBytes = 4 * 1024 * 1024;

/** More files than 2 TiB of weights have. */
const mostShards = 500_000;

/**
 * Restores a layers model.
 *
 * @param file `model.json`; the files with the weights are beside it.
 * @throws FileError for what is none, and for graph models.
 */
export async function loadModel(file: OpenFile, options: LoadModelOptions): Promise<AnyLayer> {
  const json = parseJson(file.name, "", await file.readAll());
  if (!isJsonRecord(json)) {
    throw new FileError(file.name, "", `it is ${describeValue(json)}; a model of TensorFlow.js is an object`);
  }
  const topology = topologyOf(file.name, json);
  if (json.weightsManifest === undefined) return restoreModel(file.name, topology, null, options);
  const groups = readManifest(file.name, json.weightsManifest);
  const specs = groups.flatMap((group) => group.specs);
  const values = decodeWeights(file.name, specs, await readShards(file, groups, options));
  return restoreModel(file.name, topology, values, options);
}

function readManifest(file: string, json: Json): readonly WeightGroup[] {
  const place = "weightsManifest";
  if (!Array.isArray(json)) {
    throw new FileError(file, place, `it is ${describeValue(json)}; it must be an array of groups`);
  }
  const groups = json.map((each, index): WeightGroup => {
    const { paths, weights } = isJsonRecord(each) ? each : {};
    if (!Array.isArray(paths) || !paths.every((path) => typeof path === "string")) {
      throw new FileError(
        file,
        `${place}, group ${index}`,
        `the paths are ${describeValue(paths)}; they must be strings`,
      );
    }
    // TensorFlow.js itself writes "./model.weights.bin".
    const names = paths.map((path) => path.replace(/^\.\//, ""));
    for (const name of names) checkRelativeName(file, `${place}, group ${index}`, name);
    return { paths: names, specs: readWeightSpecs(file, weights) };
  });
  const count = groups.reduce((sum, { paths }) => sum + paths.length, 0);
  if (count > mostShards)
    throw new FileError(file, place, `it names ${count} files; accepted are ${mostShards}`);
  return groups;
}

async function readShards(
  file: OpenFile,
  groups: readonly WeightGroup[],
  options: LoadModelOptions,
): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  for (const { paths, specs } of groups) {
    let left = specs.reduce((sum, spec) => sum + byteLengthOf(spec), 0);
    for (const path of paths) {
      const part = await withSource(file.sibling(path), readOptionsOf(options), async (shard) => {
        if (shard.size <= left) return shard.readAll();
        throw new FileError(
          shard.name,
          "",
          `it has ${shard.size} bytes; ${left} of the weights in ${file.name} are left`,
        );
      });
      left -= part.length;
      parts.push(part);
    }
    if (left === 0) continue;
    throw new FileError(
      file.name,
      "weightsManifest",
      `the files ${paths.join(", ")} lack ${left} bytes of their weights`,
    );
  }
  return parts.length === 1 ? parts[0] : joinBytes(parts);
}

/**
 * Writes a model as `model.json`, with its weights in files of 4 MB beside it, all or none.
 *
 * @param target The file `model.json`, or a folder, whose name ends with a slash.
 * @throws RangeError for what TensorFlow.js does not have, before anything is written.
 */
export async function saveModel(model: AnyLayer, target: FileTarget): Promise<void> {
  const { topology, specs, bytes, ...more } = await artifactsOf(model);
  const main = inFolder(target);
  const count = Math.ceil(bytes.length / shardBytes);
  const stem = stemOf(main);
  await writeFileSet(main, {
    namesOf: (generation) =>
      Array.from(
        { length: count },
        (_, index) => `${stem}group${generation}-shard${index + 1}of${count}.bin`,
      ),
    partOf: (index) => bytes.subarray(index * shardBytes, (index + 1) * shardBytes),
    mainOf: (paths) => {
      const weightsManifest = [{ paths, weights: specs }];
      const json = { format: layersModelFormat, ...more, modelTopology: topology, weightsManifest };
      return new TextEncoder().encode(JSON.stringify(json));
    },
    namesIn: (json) =>
      isJsonRecord(json) ? readManifest("", json.weightsManifest ?? []).flatMap(({ paths }) => paths) : [],
    isPart: (name) => name.startsWith(stem) && /^group\d+-shard\d+of\d+\.bin$/.test(name.slice(stem.length)),
  });
}

/** What the names of the files with weights begin with, so that several models may be in one folder; nothing for `model.json`. */
function stemOf(target: FileTarget): string {
  const isName = typeof target === "string" || target instanceof URL;
  const name = isName ? String(target) : (target.name ?? "model.json");
  const stem = name.replace(/^.*[/\\]/, "").replace(/\.json$/, "");
  return stem === "model" ? "" : `${stem}.`;
}

function inFolder(target: FileTarget): FileTarget {
  const isName = typeof target === "string" || target instanceof URL;
  return isName && String(target).endsWith("/") ? `${target}model.json` : target;
}
