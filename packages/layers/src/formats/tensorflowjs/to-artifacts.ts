import type { AnyLayer } from "../../layer/any-layer.ts";
import { toKerasConfig } from "../../saving/to-keras-config.ts";
import { isJsonRecord, type Json } from "../../schema/option.ts";
import type { JsonRecord, WeightSpec } from "./artifacts.ts";
import { checkMaskedDirections } from "./masked-directions.ts";
import { optimizerWeightsOf } from "./optimizer-state.ts";
import { toTopology } from "./to-topology.ts";
import { trainingConfigOf, Unsayable } from "./training-config.ts";
import { namedWeightsOf } from "./weight-names.ts";
import { encodeWeights } from "./weights.ts";

/** The form of a model in TensorFlow.js. */
export interface WrittenModel {
  readonly generatedBy: string;
  readonly convertedBy: null;
  readonly topology: JsonRecord;
  readonly trainingConfig?: JsonRecord;
  readonly specs: readonly WeightSpec[];
  readonly bytes: Uint8Array<ArrayBuffer>;
}

/**
 * A model in the form of TensorFlow.js.
 *
 * @throws RangeError for a layer, an option or a dtype that TensorFlow.js does not have.
 */
export async function artifactsOf(model: AnyLayer): Promise<WrittenModel> {
  const config = toKerasConfig(model);
  const topology = { ...toTopology(config), keras_version: "2.15.0", backend: "strata" };
  const named = namedWeightsOf(model);
  const names = new Set<string>();
  for (const { name } of named) {
    if (names.has(name)) {
      throw new RangeError(
        `TensorFlow.js: two weights would have the name "${name}"; name their layers differently`,
      );
    }
    names.add(name);
  }
  checkMaskedDirections(model);
  const trainingConfig = trainingIn(isJsonRecord(config) ? config.compile_config : undefined);
  const weights = await encodeWeights([
    ...named.map(({ name, weight }) => ({ name, value: weight.value })),
    ...(trainingConfig === null ? [] : optimizerWeightsOf(model, trainingConfig)),
  ]);
  return {
    generatedBy: "Strata",
    convertedBy: null,
    topology,
    ...(trainingConfig === null ? {} : { trainingConfig }),
    ...weights,
  };
}

/** How the model was compiled; null if it was not, or if TensorFlow.js cannot be told, which is said. */
function trainingIn(compiled: Json | undefined): JsonRecord | null {
  if (!isJsonRecord(compiled) || compiled.optimizer === undefined) return null;
  try {
    return trainingConfigOf(compiled);
  } catch (error) {
    if (!(error instanceof Unsayable)) throw error;
    console.warn(
      `TensorFlow.js: how the model was compiled is left out, since TensorFlow.js does not have ${error.message}`,
    );
    return null;
  }
}
