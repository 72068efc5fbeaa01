/** Weights as tensors of a safetensors file, or of several with an index. */
import type { FileTarget } from "@strata/core";
import {
  type OpenFile,
  readSafetensors,
  tensorsToWrite,
  writeSafetensors,
} from "@strata/core/internal/files";
import type { AnyLayer } from "../../layer/any-layer.ts";
import { type LoadWeightsOptions, readOptionsOf, type SaveWeightsOptions } from "../formats.ts";
import { takeTensors, tensorsByPath } from "./tensors-by-path.ts";

/** Gives a model the weights of a file. */
export async function loadWeights(
  model: AnyLayer,
  file: OpenFile,
  options: LoadWeightsOptions,
): Promise<void> {
  takeTensors(model, await readSafetensors(file, readOptionsOf(options)), file.name, options);
}

/** Writes the weights of a model. */
export async function saveWeights(
  model: AnyLayer,
  target: FileTarget,
  { maxShardBytes }: SaveWeightsOptions,
): Promise<void> {
  const tensors = tensorsToWrite("saveWeights", tensorsByPath(model));
  await writeSafetensors(target, tensors, { format: "strata" }, maxShardBytes);
}
