/** Weights as NumPy's arrays in an archive. */
import type { FileTarget } from "@strata/core";
import { type OpenFile, readNpz, tensorsToWrite, writeNpz } from "@strata/core/internal/files";
import type { AnyLayer } from "../../layer/any-layer.ts";
import type { LoadWeightsOptions } from "../formats.ts";
import { takeTensors, tensorsByPath } from "./tensors-by-path.ts";

/** Gives a model the weights of a file. */
export async function loadWeights(
  model: AnyLayer,
  file: OpenFile,
  options: LoadWeightsOptions,
): Promise<void> {
  takeTensors(model, await readNpz(file), file.name, options);
}

/** Writes the weights of a model; those in bfloat16, which NumPy has not, as float32. */
export async function saveWeights(model: AnyLayer, target: FileTarget): Promise<void> {
  const tensors = Object.entries(tensorsByPath(model)).map(
    ([path, each]) => [path, each.dtype === "bfloat16" ? each.cast("float32") : each] as const,
  );
  await writeNpz(target, tensorsToWrite("saveWeights", Object.fromEntries(tensors)));
}
