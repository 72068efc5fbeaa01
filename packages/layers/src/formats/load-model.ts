import type { FileSource, Tensor } from "@strata/core";
import type { Model } from "../models/model.ts";
import type { LoadModelOptions } from "./formats.ts";
import type { LoadHandler, ModelArtifacts } from "./tensorflowjs/artifacts.ts";

/**
 * Loads a model: an archive of Keras 3 (`.keras`), a whole model in Keras's older format (`.h5`), or a layers model of
 * TensorFlow.js (`model.json`). Which it is, the file says. Nothing in a file is run; classes and functions of your own must be registered by `registerKerasSerializable`.
 *
 * @typeParam Inputs What the model takes: a tensor, or arrays and objects of tensors; stated by the caller, and not checked.
 * @typeParam Outputs As the inputs.
 * @param source A path, an address, a Blob or File, bytes, or an object with `read`; for TensorFlow.js also artifacts in memory,
 *   or an object with `load` that gives them.
 * @param options Whether it is compiled as it was; progress, limits, and what is trusted.
 * @returns The model, with its weights, and the state of its optimizer, so that training goes on where it stopped.
 * @throws FileError, which names the file, the place in it and the rule, for what is damaged or not supported.
 *
 * @example
 * ```ts
 * import { Dense, Input, loadModel, Sequential } from "@strata/layers";
 *
 * const model = new Sequential([Input({ shape: [2] }), new Dense(1, { kernelInitializer: "ones" })]);
 * const parts: Uint8Array<ArrayBuffer>[] = [];
 * await model.save({ name: "sum.keras", write: (bytes) => void parts.push(bytes) });
 *
 * const loaded = await loadModel(await new Blob(parts).arrayBuffer());
 * console.log((await loaded.predict([[3, 4]], { verbose: 0 })).arraySync()); // [[7]]
 * ```
 */
export async function loadModel<Inputs = Tensor, Outputs = Tensor>(
  source: FileSource | ModelArtifacts | LoadHandler,
  options?: LoadModelOptions,
): Promise<Model<Inputs, Outputs>>;
export async function loadModel(
  source: FileSource | ModelArtifacts | LoadHandler,
  options: LoadModelOptions = {},
): Promise<unknown> {
  const { loadModelFile } = await import("./model-files.ts");
  return loadModelFile(source, options);
}
