import { conv2d, maxPool2d, relu } from "@strata/core";
import type { Convnet, Workload } from "../../workloads/workload.ts";
import { type Network, Weights } from "./training.ts";

export function convnet({ model, tensors }: Workload<Convnet>): Network {
  const weights = new Weights(tensors);
  const convolutions = model.filters.map((_, index) => ({
    kernel: weights.take(`convolution${index}.kernel`),
    bias: weights.take(`convolution${index}.bias`),
  }));
  const dense = weights.dense("dense");
  return {
    variables: weights.variables,
    predict(images) {
      const features = convolutions.reduce(
        (x, { kernel, bias }) => maxPool2d(relu(conv2d(x, kernel, { padding: "same" }).add(bias)), 2),
        images,
      );
      return dense(features.reshape([model.batch, -1]));
    },
  };
}
