import { mean, relu } from "@strata/core";
import type { BatchNormalized, Workload } from "../../workloads/workload.ts";
import { batchNormalization } from "./batch-normalization.ts";
import { type Network, Weights } from "./training.ts";

export function batchNormalized({ tensors }: Workload<BatchNormalized>): Network {
  const weights = new Weights(tensors);
  const normalize = batchNormalization(weights, "norm");
  const dense = weights.dense("dense");
  return {
    variables: weights.variables,
    predict: (images) => dense(mean(relu(normalize(images)), [1, 2])),
  };
}
