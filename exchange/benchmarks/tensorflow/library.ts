import * as tf from "@tensorflow/tfjs";
import { type Library, NotSupported, type Prepared } from "../../../benchmarks/libraries/library.ts";
import type { Model, Workload } from "../../../benchmarks/workloads/workload.ts";
import { convnet, perceptron } from "./networks.ts";
import { operation } from "./operations.ts";
import { training } from "./training.ts";

/** TensorFlow.js on one of its backends. */
export async function tensorflow(backend: "cpu" | "wasm"): Promise<Library> {
  if (backend === "wasm") await import("@tensorflow/tfjs-backend-wasm");
  await tf.setBackend(backend);
  const simd = backend === "wasm" && (await tf.env().getAsync("WASM_HAS_SIMD_SUPPORT")) ? " with SIMD" : "";
  return {
    description: `TensorFlow.js ${tf.version_core}, backend ${backend}${simd}`,
    prepare({ model, tensors }: Workload<Model>): Prepared {
      if (model.kind === "perceptron") {
        return training(perceptron({ model, tensors }), tensors, model.learningRate);
      }
      if (model.kind === "convnet") return training(convnet({ model, tensors }), tensors, model.learningRate);
      if ("learningRate" in model || "network" in model) {
        throw new NotSupported("this is not written for TensorFlow.js");
      }
      return operation({ model, tensors });
    },
  };
}
