import { FileError, type Tensor, type Variable } from "@strata/core";
import { sameShape, sizeOf } from "@strata/core/internal";
import type { AnyLayer } from "../../layer/any-layer.ts";
import { fromKeras2 } from "../../saving/keras-2/from-keras-2.ts";
import { isJsonRecord, type Json } from "../../schema/option.ts";
import { formatShape } from "../../utilities/shapes.ts";
import type { LoadModelOptions } from "../formats.ts";
import { restoreFileConfig, restoring } from "../restore-config.ts";
import type { JsonRecord } from "./artifacts.ts";
import { takeOptimizerState } from "./optimizer-state.ts";
import { compileAsTrained } from "./training-config.ts";
import { namedWeightsOf, possibleNames } from "./weight-names.ts";
import type { NamedValue } from "./weights.ts";

/** What `model.json` says of a model besides its weights. */
export interface Topology {
  /** The configuration of the model in Keras 3's form, made when it is asked for. */
  readonly config: () => Json;
  /** How it was compiled; undefined if nothing says so. */
  readonly training: Json | undefined;
}

/**
 * Restores a layers model, compiled as it was, with the state of its optimizer.
 *
 * @param file What messages call it.
 * @param weights The weights of the file; null if it has none, so that they begin anew.
 * @throws FileError for layers and options that are not supported, and for weights that do not fit.
 */
export function restoreModel(
  file: string,
  { config, training }: Topology,
  weights: readonly NamedValue[] | null,
  { safeMode, compile = true }: LoadModelOptions,
): AnyLayer {
  const place = "modelTopology";
  const elements = weights?.reduce((sum, { spec }) => sum + sizeOf(spec.shape), 0) ?? null;
  const restored = restoring(file, place, () => config());
  const model = restoreFileConfig(restored, { file, place, safeMode, compile: false, elements });
  const [own, state] = [false, true].map((isState) =>
    weights?.filter(({ spec }) => (spec.group === "optimizer") === isState),
  );
  if (own !== undefined) assignByName(file, model, own);
  if (!compile || training === undefined) return model;
  restoring(file, "trainingConfig", () => compileAsTrained(model, training));
  if (state !== undefined) takeOptimizerState(file, model, training, state);
  return model;
}

/**
 * What the content of `model.json` says of the model.
 *
 * @throws FileError for what is no layers model.
 */
export function topologyOf(file: string, { format, modelTopology, trainingConfig }: JsonRecord): Topology {
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
function assignByName(file: string, model: AnyLayer, values: readonly NamedValue[]): void {
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
  const places = values.map(({ spec, value }) => {
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
    return { weight, value };
  });
  if (unassigned.size > 0) {
    const names = [...unassigned.keys()].slice(0, 10).join(", ");
    throw new FileError(file, "weights", `${unassigned.size} of the model's weights are not there: ${names}`);
  }
  for (const { weight, value } of places) weight.assign(inDType(value, weight));
}

function inDType(value: Tensor, { dtype }: Variable): Tensor {
  return value.dtype === dtype ? value : value.cast(dtype);
}
