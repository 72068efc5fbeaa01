/** Models in memory, as TensorFlow.js's IO handlers give and take them. */
import { FileError } from "@strata/core";
import { joinContent } from "@strata/core/internal/files";
import type { AnyLayer } from "../../layer/any-layer.ts";
import type { Json } from "../../schema/option.ts";
import type { LoadModelOptions } from "../formats.ts";
import {
  isLoadHandler,
  type JsonRecord,
  type LoadHandler,
  layersModelFormat,
  type ModelArtifacts,
  type SaveHandler,
} from "./artifacts.ts";
import { restoreModel, topologyOf } from "./from-artifacts.ts";
import { artifactsOf } from "./to-artifacts.ts";
import { decodeWeights, readWeightSpecs } from "./weights.ts";

/** The name of a model in memory in messages. */
const name = "the model given";

/** Restores a layers model that is in memory. */
export async function loadArtifacts(
  source: ModelArtifacts | LoadHandler,
  options: LoadModelOptions,
): Promise<AnyLayer> {
  const { weightData, weightSpecs, modelTopology, ...more } = isLoadHandler(source)
    ? await source.load()
    : source;
  const json: JsonRecord = { ...jsonOf(more), modelTopology: jsonOf(modelTopology) };
  const topology = topologyOf(name, json);
  if (weightData === undefined) return restoreModel(name, topology, null, options);
  const buffers = weightData instanceof ArrayBuffer ? [weightData] : weightData;
  const bytes = await joinContent(buffers.map((buffer) => new Uint8Array(buffer)));
  const specs = readWeightSpecs(name, Object.values(jsonOf(weightSpecs ?? [])));
  return restoreModel(name, topology, decodeWeights(name, specs, bytes), options);
}

/** Gives a model to an object that takes models of TensorFlow.js. */
export async function saveArtifacts(model: AnyLayer, handler: SaveHandler): Promise<void> {
  const { topology, specs, bytes, ...more } = await artifactsOf(model);
  await handler.save({
    format: layersModelFormat,
    ...more,
    modelTopology: topology,
    weightSpecs: specs,
    weightData: bytes.buffer,
  });
}

/** A value as JSON has it. */
function jsonOf(value: unknown): { readonly [name: string]: Json } {
  try {
    return JSON.parse(JSON.stringify(value ?? {}));
  } catch (error) {
    throw new FileError(name, "", "it is no JSON", { cause: error });
  }
}
