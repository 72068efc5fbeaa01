import { describeBackend, jit, memoryUse, setSeed } from "@strata/core";
import type { TrainingModel, Workload } from "../../workloads/workload.ts";
import { type Library, NotSupported, type Prepared } from "../library.ts";
import { attention } from "./attention.ts";
import { batchNormalized } from "./batch-normalized.ts";
import { convnet } from "./convnet.ts";
import { epoch } from "./epoch.ts";
import { gru } from "./gru.ts";
import { lstm } from "./lstm.ts";
import { normalizedConvnet } from "./normalized-convnet.ts";
import { operation } from "./operations.ts";
import { perceptron } from "./perceptron.ts";
import { prediction } from "./prediction.ts";
import { type Compile, type Network, training } from "./training.ts";
import { transformer } from "./transformer.ts";

/** Strata, as a user writes with core; `compile` is what becomes of a step. */
export function strata(compile: Compile = jit): Library {
  return {
    description: describeBackend().replaceAll("\n", "; "),
    prepare({ model, tensors }: Workload): Prepared {
      setSeed(1);
      if ("learningRate" in model)
        return training(networkOf({ model, tensors }), tensors, compile, model.learningRate);
      switch (model.kind) {
        case "epoch":
          return epoch(networkOf({ model: model.network, tensors }), { model, tensors }, compile);
        case "prediction":
          return prediction(networkOf({ model: model.network, tensors }), { model, tensors });
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

function networkOf({ model, tensors }: Workload<TrainingModel>): Network {
  switch (model.kind) {
    case "perceptron":
      return perceptron({ model, tensors });
    case "convnet":
      return convnet({ model, tensors });
    case "normalizedConvnet":
      return normalizedConvnet({ model, tensors });
    case "lstm":
      return lstm({ model, tensors });
    case "gru":
      return gru({ model, tensors });
    case "transformer":
      return transformer({ model, tensors });
    case "attention":
      return attention({ model, tensors });
    case "batchNormalized":
      return batchNormalized({ model, tensors });
    case "resnet50":
      throw new NotSupported("this network is not written by hand on core");
  }
}
