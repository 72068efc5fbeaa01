import type { FileTarget, Tensor } from "@strata/core";
import { loadOnnxWriter, type OnnxModel } from "@strata/core/internal";
import { writeTarget } from "@strata/core/internal/files";
import type { AnyLayer } from "../../layer/any-layer.ts";
import { isRecord, isTensorValue, leavesOf, type Structure, withLeaves } from "../../layer/structure.ts";
import type { Expected } from "../../training/array-batches.ts";
import { encodeOnnx } from "./onnx-file.ts";

/** Knowledge of a model from outside. */
interface Exported extends AnyLayer {
  readonly expectedInputs: Structure<Expected> | null;
  readonly outputNames: readonly string[] | null;
}

/** As `exportOnnx`. */
export async function writeOnnx(model: Exported, target?: FileTarget): Promise<Uint8Array> {
  const bytes = encodeOnnx(checkedSize(await describeAsOnnx(model)));
  if (target !== undefined) await writeTarget(target, bytes);
  return bytes;
}

/** The model as ONNX has it, before it is encoded. */
export async function describeAsOnnx(model: Exported): Promise<OnnxModel> {
  const { expectedInputs } = model;
  if (expectedInputs === null) {
    throw new RangeError(
      `exportOnnx: the shape of the input of ${model.name} is not known; make a functional model of it: ` +
        "new Model({ inputs, outputs: model.apply(inputs) }) with inputs = Input({ shape })",
    );
  }
  const { writeAsOnnx } = await loadOnnxWriter();
  return writeAsOnnx({
    name: model.name,
    inputs: leavesOf(expectedInputs),
    weights: model.weightPaths,
    call(tensors, within) {
      const results = model.apply(withLeaves(expectedInputs, tensors), {
        training: false,
        addLoss: () => {},
        observe: (layer, run) => (layer === model ? run() : within(layer.name, run)),
      });
      return named(model, results);
    },
  });
}

/** The outputs by name; of two with one name the second gets a number. */
function named(model: Exported, results: unknown): ReadonlyMap<string, Tensor> {
  const tensors = leavesOf<unknown>(results).filter(isTensor);
  const names = model.outputNames ?? (isRecord(results) ? Object.keys(results) : []);
  const outputs = new Map<string, Tensor>();
  tensors.forEach((tensor, index) => {
    const wanted = names[index] ?? "output";
    let name = wanted;
    for (let number = 1; outputs.has(name); number++) name = `${wanted}_${number}`;
    outputs.set(name, tensor);
  });
  return outputs;
}

function isTensor(value: unknown): value is Tensor {
  return isTensorValue(value) && !("assign" in value);
}

/** Protocol buffers know no message of 2 GiB; what is not weights takes far less than this leaves. */
const mostBytes = 2 ** 31 - 2 ** 24;

/** The model, unless its weights are too large for a file: a RangeError says by how much. */
export function checkedSize(model: OnnxModel): OnnxModel {
  const bytes = model.graph.initializers.reduce((sum, { data }) => sum + data.length, 0);
  if (bytes < mostBytes) return model;
  throw new RangeError(
    `exportOnnx: the weights of ${model.graph.name} take ${(bytes / 2 ** 30).toFixed(1)} GiB; an ONNX file holds less than 2 GiB`,
  );
}
