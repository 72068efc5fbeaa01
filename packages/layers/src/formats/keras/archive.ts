import type { FileTarget } from "@strata/core";
import {
  joinContent,
  type OpenFile,
  parseJson,
  readZip,
  withSource,
  writeTarget,
  writeZip,
  type ZipArchive,
  type ZipContent,
} from "@strata/core/internal/files";
import type { AnyLayer } from "../../layer/any-layer.ts";
import { fromKeras2 } from "../../saving/keras-2/from-keras-2.ts";
import { toKerasConfig } from "../../saving/to-keras-config.ts";
import { isJsonRecord, type Json } from "../../schema/option.ts";
import type { LoadModelOptions, LoadWeightsOptions } from "../formats.ts";
import { readHdf5 } from "../hdf5/read-hdf5.ts";
import { elementsIn, type Hdf5Group } from "../hdf5/tree.ts";
import { writeHdf5 } from "../hdf5/write-hdf5.ts";
import { restoreFileConfig, restoring } from "../restore-config.ts";
import { savedStatesOf } from "./saved-states.ts";
import { readWeights, writeWeights } from "./weights.ts";

/** The version of Keras whose files these are. */
const kerasVersion = "3.16.0";

const metadataName = "metadata.json";
const configName = "config.json";
const weightsName = "model.weights.h5";
const assetsName = "assets";

/**
 * A model as a `.keras` archive: its configuration, with how it was compiled, its weights and the state of its optimizer, and
 * vocabularies, as Keras 3 keeps them.
 *
 * @returns The archive in parts.
 */
export function encodeKerasArchive(model: AnyLayer, date = new Date()): AsyncGenerator<Uint8Array> {
  return writeZip(contentsOf(model, date), { date });
}

async function* contentsOf(model: AnyLayer, date: Date): AsyncGenerator<ZipContent> {
  const config = toKerasConfig(model);
  yield {
    name: metadataName,
    bytes: encodeJson({ keras_version: kerasVersion, date_saved: formatDate(date) }),
  };
  const configBytes = encodeJson(config);
  // What could not be read again, since it is nested too deep, is not written.
  parseJson(model.name, configName, configBytes);
  yield { name: configName, bytes: configBytes };
  yield { name: weightsName, bytes: await joinContent(writeHdf5(await writeWeights(model))) };
  for (const { path, layer } of savedStatesOf(model)) {
    for (const [name, text] of layer?.readKnowledge().texts ?? []) {
      yield { name: assetsAt(path) + name, bytes: new TextEncoder().encode(text) };
    }
  }
}

/** As {@link loadModel}, from bytes. */
export function decodeKerasArchive(bytes: Uint8Array, options: LoadModelOptions = {}): Promise<AnyLayer> {
  return withSource(bytes, {}, (file) => loadModel(file, options));
}

/**
 * Restores a model from a `.keras` archive of Keras 3.
 *
 * @throws FileError if the archive is not what it claims to be, or holds what cannot be restored.
 */
export async function loadModel(file: OpenFile, options: LoadModelOptions): Promise<AnyLayer> {
  const zip = await readZip(file);
  const config = await configOf(zip, file);
  const weights = await weightsOf(zip, file);
  const origin = { file: file.name, place: configName, elements: elementsIn(weights), ...options };
  const model = restoreFileConfig(config, origin);
  if (model.compiled && model.built) model.buildOptimizer();
  await readWeights(model, weights, `${file.name}, ${weightsName}`, {}, (path) => textsAt(zip, path));
  return model;
}

/** The configuration in an archive, in Keras 3's form: archives are older than that. */
async function configOf(zip: ZipArchive, file: OpenFile): Promise<Json> {
  const config = parseJson(file.name, configName, await zip.read(configName));
  const metadata = zip.has(metadataName)
    ? parseJson(file.name, metadataName, await zip.read(metadataName))
    : null;
  const version = isJsonRecord(metadata) ? String(metadata.keras_version) : "3";
  if (!version.startsWith("2.") || !isJsonRecord(config)) return config;
  const { build_config = null, compile_config = null } = config;
  const beside = { build_config, compile_config: isJsonRecord(compile_config) ? compile_config : {} };
  const restored = restoring(file.name, configName, () => fromKeras2(config));
  return isJsonRecord(restored) ? { ...restored, ...beside } : restored;
}

/** Writes a model as a `.keras` archive. */
export function saveModel(model: AnyLayer, target: FileTarget): Promise<void> {
  return writeTarget(target, encodeKerasArchive(model));
}

/** Gives a model the weights of an archive. */
export async function loadWeights(
  model: AnyLayer,
  file: OpenFile,
  options: LoadWeightsOptions,
): Promise<void> {
  const weights = await weightsOf(await readZip(file), file);
  await readWeights(model, weights, `${file.name}, ${weightsName}`, options);
}

async function weightsOf(zip: ZipArchive, file: OpenFile): Promise<Hdf5Group> {
  return readHdf5(await zip.readOwn(weightsName), `${file.name}, ${weightsName}`);
}

/** The files that belong to the layer at a path. */
async function textsAt(zip: ZipArchive, path: string): Promise<ReadonlyMap<string, string>> {
  const folder = assetsAt(path);
  const texts = new Map<string, string>();
  for (const name of zip.names) {
    const rest = name.slice(folder.length);
    if (!name.startsWith(folder) || rest.includes("/")) continue;
    texts.set(rest, new TextDecoder().decode(await zip.read(name)));
  }
  return texts;
}

function assetsAt(path: string): string {
  return path === "" ? `${assetsName}/` : `${assetsName}/${path}/`;
}

function encodeJson(value: unknown): Uint8Array {
  return new TextEncoder().encode(JSON.stringify(value));
}

/** As Keras writes dates: `2026-11-28@16:16:07`. */
function formatDate(date: Date): string {
  const two = (value: number): string => String(value).padStart(2, "0");
  const day = [date.getFullYear(), two(date.getMonth() + 1), two(date.getDate())].join("-");
  return `${day}@${[date.getHours(), date.getMinutes(), date.getSeconds()].map(two).join(":")}`;
}
