import type { FileTarget } from "@strata/core";
import type { Model } from "../../models/model.ts";

/**
 * Writes a model as an ONNX file, which ONNX Runtime and many others run: on servers, phones, in browsers, from Python, C++,
 * C#, Java and Rust. The file computes what the model computes in inference, for batches of any size. Its inputs and
 * outputs have the model's names, its weights their paths.
 *
 * It is made of the graph of core's operations that the model's `call` builds, so that layers of one's own are written too.
 * The operators are those of version 21 (ONNX Runtime 1.18 and later).
 *
 * @param model A functional model, or a Sequential whose input shape is known. Of others make one:
 * `new Model({ inputs, outputs: other.apply(inputs) })`.
 * @param target Where the file is written to. Default: nowhere.
 * @returns The bytes of the file.
 * @throws EvaluationError, which names the layer, for models that keep state between calls or draw random numbers in
 * inference, and for the few operations that ONNX has no operators for.
 * @throws RangeError if the shape of the input is not known, or the weights take 2 GiB or more, which no such file holds.
 *
 * @example
 * ```ts
 * import { Dense, exportOnnx, Input, Sequential } from "@strata/layers";
 *
 * const model = new Sequential([Input({ shape: [4] }), new Dense(3, { activation: "softmax" })]);
 * const bytes = await exportOnnx(model);
 * console.log(bytes.length > 100); // true
 * ```
 */
export async function exportOnnx<Inputs, Outputs>(
  model: Model<Inputs, Outputs>,
  target?: FileTarget,
): Promise<Uint8Array> {
  const { writeOnnx } = await import("./write-onnx.ts");
  return writeOnnx(model, target);
}
