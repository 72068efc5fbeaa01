/** Files of HDF5 that stand alone: weights of Keras 3, and models and weights in Keras's older format. */
import { FileError, type FileTarget } from "@strata/core";
import { type OpenFile, parseJson, writeTarget } from "@strata/core/internal/files";
import type { AnyLayer } from "../../layer/any-layer.ts";
import { Model } from "../../models/model.ts";
import { fromKerasConfig } from "../../saving/from-keras-config.ts";
import { fromKeras2 } from "../../saving/keras-2/from-keras-2.ts";
import { fromTrainingConfig } from "../../saving/keras-2/from-training-config.ts";
import { isJsonRecord, type Json } from "../../schema/option.ts";
import { restoreCompileOptions } from "../../training/compile.ts";
import type { LoadModelOptions, LoadWeightsOptions } from "../formats.ts";
import { readHdf5 } from "../hdf5/read-hdf5.ts";
import { elementsIn, groupAt, type Hdf5Group } from "../hdf5/tree.ts";
import { writeHdf5 } from "../hdf5/write-hdf5.ts";
import { restoreFileConfig, restoring } from "../restore-config.ts";
import { listsLayers, readLayerWeights } from "./layer-weights.ts";
import { readOptimizerWeights } from "./optimizer-weights.ts";
import { readWeights, writeWeights } from "./weights.ts";

/** Restores a whole model in the older format, of Keras 2 or 3. */
export async function loadModel(file: OpenFile, options: LoadModelOptions): Promise<AnyLayer> {
  const { name } = file;
  const root = readHdf5(new Uint8Array(await file.readBuffer(0, file.size)), name);
  const config = jsonIn(root, "model_config", name);
  const weights = groupAt(root, "model_weights");
  if (config === undefined || weights === undefined) {
    throw new FileError(
      name,
      "/",
      "it holds weights, and no model; make the model, and load them by model.loadWeights",
    );
  }
  const model = restoreFileConfig(
    restoring(name, "model_config", () => (isOfKeras2(root, weights) ? fromKeras2(config) : config)),
    { file: name, place: "model_config", elements: elementsIn(weights), ...options },
  );
  await readLayerWeights(model, weights, name);
  const training = jsonIn(root, "training_config", name);
  if (options.compile !== false && isJsonRecord(training)) await compileAsSaved(model, training, root, name);
  return model;
}

/** Writes the weights of a model, and the state of its optimizer, as Keras 3 does. */
export async function saveWeights(model: AnyLayer, target: FileTarget): Promise<void> {
  await writeTarget(target, writeHdf5(await writeWeights(model)));
}

/** Gives a model the weights of a file. */
export async function loadWeights(
  model: AnyLayer,
  file: OpenFile,
  options: LoadWeightsOptions,
): Promise<void> {
  const root = readHdf5(new Uint8Array(await file.readBuffer(0, file.size)), file.name);
  const group = groupAt(root, "model_weights") ?? root;
  if (listsLayers(group) && model instanceof Model) return readLayerWeights(model, group, file.name, options);
  if (options.byName) {
    throw new FileError(
      file.name,
      "/",
      "byName is for files in Keras's older format; this one has weights by their places in the model",
    );
  }
  return readWeights(model, root, file.name, options);
}

function isOfKeras2(root: Hdf5Group, weights: Hdf5Group): boolean {
  const version = root.attributes.get("keras_version") ?? weights.attributes.get("keras_version") ?? "1";
  return Number.parseInt(String(version), 10) < 3;
}

function jsonIn({ attributes }: Hdf5Group, name: string, file: string): Json | undefined {
  const text = attributes.get(name);
  return typeof text === "string" ? parseJson(file, name, new TextEncoder().encode(text)) : undefined;
}

/** Compiles a model as it was; where that cannot be restored, as for a loss of one's own, it says so. */
async function compileAsSaved(
  model: Model,
  training: { readonly [name: string]: Json },
  root: Hdf5Group,
  file: string,
): Promise<void> {
  try {
    const compiled = restoreCompileOptions(fromTrainingConfig(training), fromKerasConfig);
    if (compiled !== null) model.compile(compiled);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    console.warn(`${file}, training_config: the model is not compiled: ${reason}`);
    return;
  }
  if (!model.compiled || groupAt(root, "optimizer_weights") === undefined) return;
  await readOptimizerWeights(model, training, root, { file, isOfKeras2: isOfKeras2(root, root) });
}
