import { describeBackend, jit, memoryUse, setSeed } from "@strata/core";
import type { TrainingModel, Workload } from "../../workloads/workload.ts";
import type { Library, Prepared } from "../library.ts";
import { convnet } from "./convnet.ts";
import { lstm } from "./lstm.ts";
import { normalizedConvnet } from "./normalized-convnet.ts";
import { operation } from "./operations.ts";
import { perceptron } from "./perceptron.ts";
import { type Compile, type Network, training } from "./training.ts";
import { transformer } from "./transformer.ts";

/** Strata, as a user writes with core; `compile` is what becomes of a step. */
export function strata(compile: Compile = jit): Library {
  return {
    description: describeBackend().replaceAll("\n", "; "),
    prepare({ model, tensors }: Workload): Prepared {
      setSeed(1);
      const train = (network: Network, { learningRate }: TrainingModel) =>
        training(network, tensors, compile, learningRate);
      switch (model.kind) {
        case "perceptron":
          return train(perceptron({ model, tensors }), model);
        case "convnet":
          return train(convnet({ model, tensors }), model);
        case "normalizedConvnet":
          return train(normalizedConvnet({ model, tensors }), model);
        case "lstm":
          return train(lstm({ model, tensors }), model);
        case "transformer":
          return train(transformer({ model, tensors }), model);
        default:
          return operation({ model, tensors });
      }
    },
    countedBytes() {
      const { storageBytes, scratchBytes, programBytes } = memoryUse();
      return storageBytes + scratchBytes + programBytes;
    },
  };
}
