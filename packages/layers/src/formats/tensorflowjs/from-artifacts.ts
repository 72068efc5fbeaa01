import { FileError, type Tensor, type Variable } from "@strata/core";
import { sameShape } from "@strata/core/internal";
import type { AnyLayer } from "../../layer/any-layer.ts";
import { fromKeras2 } from "../../saving/keras-2/from-keras-2.ts";
import { isJsonRecord, type Json } from "../../schema/option.ts";
import { formatShape } from "../../utilities/shapes.ts";
import type { LoadModelOptions } from "../formats.ts";
import { restoreFileConfig, restoring } from "../restore-config.ts";
import type { JsonRecord, WeightSpec } from "./artifacts.ts";
import { compileAsTrained } from "./training-config.ts";
import { namedWeightsOf, possibleNames } from "./weight-names.ts";
import { decodeWeights } from "./weights.ts";

/** A model without its weights, and how it was compiled. */
export interface RestoredModel {
  /** The model, not compiled. */
  readonly model: AnyLayer;
  /** How it was compiled; undefined if nothing says so. */
  readonly training: Json | undefined;
}

/**
 * Restores the layers of a layers model.
 *
 * @param file What messages call it.
 * @param json What `model.json` says.
 * @throws FileError for what is none, and for layers and options that are not supported.
 */
export function restoreModel(file: string, json: JsonRecord, { safeMode }: LoadModelOptions): RestoredModel {
  const { config, training } = topologyOf(file, json);
  const place = "modelTopology";
  const restored = restoring(file, place, () => config());
  return { model: restoreFileConfig(restored, { file, place, safeMode, compile: false }), training };
}

/** Compiles a model as it was; throws a FileError for what cannot be restored. */
export function restoreTraining(file: string, { model, training }: RestoredModel): void {
  if (training !== undefined) restoring(file, "trainingConfig", () => compileAsTrained(model, training));
}

/** The configuration of the model in Keras 3's form, made when it is asked for, and how it was compiled. */
function topologyOf(
  file: string,
  { format, modelTopology, trainingConfig }: JsonRecord,
): { readonly config: () => Json; readonly training: Json | undefined } {
  const topology = isJsonRecord(modelTopology) ? modelTopology : {};
  if (format === "graph-model" || Array.isArray(topology.node)) {
    throw new FileError(
      file,
      "format",
      "it is a graph model: operations of TensorFlow without the layers they came from; layers models are read, which " +
        "tensorflowjs_converter makes of the Keras model with --output_format=tfjs_layers_model",
    );
  }
  if (!isJsonRecord(modelTopology)) {
    throw new FileError(
      file,
      "modelTopology",
      "there is none; a layers model of TensorFlow.js has its layers there",
    );
  }
  // What Keras saved whole has the configuration one level below.
  const config = topology.model_config ?? modelTopology;
  const version = topology.keras_version ?? (isJsonRecord(config) ? config.keras_version : undefined);
  const isKeras3 = typeof version === "string" && version.startsWith("3.");
  return {
    config: () => (isKeras3 ? config : fromKeras2(config)),
    training: trainingConfig ?? topology.training_config,
  };
}

/**
 * Gives a model the weights of a file, by their names.
 *
 * @throws FileError, before anything is changed, for weights that are missing, have no place in the model, or another shape.
 */
export function assignByName(
  file: string,
  model: AnyLayer,
  specs: readonly WeightSpec[],
  bytes: Uint8Array,
): void {
  const unassigned = new Map<string, Variable>();
  for (const { name, weight } of namedWeightsOf(model)) {
    if (unassigned.has(name)) {
      throw new FileError(
        file,
        `weight "${name}"`,
        "two layers of the model have this name; names of layers must differ",
      );
    }
    unassigned.set(name, weight);
  }
  const places = specs.map((spec) => {
    if (spec.group === "optimizer") return null;
    const found = [...possibleNames(spec.name)].find((name) => unassigned.has(name));
    const weight = found === undefined ? undefined : unassigned.get(found);
    if (found === undefined || weight === undefined) {
      throw new FileError(file, `weight "${spec.name}"`, "no layer of the model has such a weight");
    }
    if (!sameShape(spec.shape, weight.shape)) {
      throw new FileError(
        file,
        `weight "${spec.name}"`,
        `it has the shape ${formatShape(spec.shape)}; the layer's has ${formatShape(weight.shape)}`,
      );
    }
    unassigned.delete(found);
    return weight;
  });
  if (unassigned.size > 0) {
    const names = [...unassigned.keys()].slice(0, 10).join(", ");
    throw new FileError(file, "weights", `${unassigned.size} of the model's weights are not there: ${names}`);
  }
  for (const [index, { value }] of decodeWeights(file, specs, bytes).entries()) {
    const weight = places[index];
    if (weight !== null) weight.assign(inDType(value, weight));
  }
}

function inDType(value: Tensor, { dtype }: Variable): Tensor {
  return value.dtype === dtype ? value : value.cast(dtype);
}
