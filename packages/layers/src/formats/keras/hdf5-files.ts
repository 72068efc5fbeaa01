/** Files of HDF5 that stand alone: weights of Keras 3. */
import type { FileTarget } from "@strata/core";
import { type OpenFile, writeTarget } from "@strata/core/internal";
import type { AnyLayer } from "../../layer/any-layer.ts";
import type { LoadWeightsOptions } from "../formats.ts";
import { readHdf5 } from "../hdf5/read-hdf5.ts";
import { writeHdf5 } from "../hdf5/write-hdf5.ts";
import { readWeights, writeWeights } from "./weights.ts";

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
  await readWeights(model, readHdf5(await file.readAll(), file.name), file.name, options);
}
