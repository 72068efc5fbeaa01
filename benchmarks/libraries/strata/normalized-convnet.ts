import { conv2d, maxPool2d, mean, relu } from "@strata/core";
import type { NormalizedConvnet, Workload } from "../../workloads/workload.ts";
import { batchNormalization } from "./batch-normalization.ts";
import { type Network, Weights } from "./training.ts";

export function normalizedConvnet({ model, tensors }: Workload<NormalizedConvnet>): Network {
  const weights = new Weights(tensors);
  const layers = model.filters.map((_, index) => ({
    kernel: weights.take(`convolution${index}.kernel`),
    normalize: batchNormalization(weights, `norm${index}`),
    isPooled: model.pooled.includes(index),
  }));
  const dense = weights.dense("dense");
  return {
    variables: weights.variables,
    predict(images) {
      const features = layers.reduce((x, { kernel, normalize, isPooled }) => {
        const active = relu(normalize(conv2d(x, kernel, { padding: "same" })));
        return isPooled ? maxPool2d(active, 2) : active;
      }, images);
      return dense(mean(features, [1, 2]));
    },
  };
}
