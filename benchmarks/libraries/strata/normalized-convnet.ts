import {
  batchNorm,
  conv2d,
  maxPool2d,
  mean,
  moments,
  relu,
  type Tensor,
  type Variable,
  variable,
} from "@strata/core";
import type { NormalizedConvnet, Workload } from "../../workloads/workload.ts";
import { drawn } from "./drawn.ts";
import { type Network, Weights } from "./training.ts";

const momentum = 0.9;

export function normalizedConvnet({ model, tensors }: Workload<NormalizedConvnet>): Network {
  const weights = new Weights(tensors);
  const layers = model.filters.map((_, index) => ({
    kernel: weights.take(`convolution${index}.kernel`),
    scale: weights.take(`norm${index}.scale`),
    offset: weights.take(`norm${index}.offset`),
    movingMean: variable(drawn(tensors[`norm${index}.mean`]), { trainable: false }),
    movingVariance: variable(drawn(tensors[`norm${index}.variance`]), { trainable: false }),
    isPooled: model.pooled.includes(index),
  }));
  const dense = weights.dense("dense");
  const follow = (average: Variable, value: Tensor): void => {
    average.assign(average.value.mul(momentum).add(value.mul(1 - momentum)));
  };
  return {
    variables: weights.variables,
    predict(images) {
      let x = images;
      for (const { kernel, scale, offset, movingMean, movingVariance, isPooled } of layers) {
        const convolved = conv2d(x, kernel, { padding: "same" });
        const batch = moments(convolved, [0, 1, 2]);
        follow(movingMean, batch.mean);
        follow(movingVariance, batch.variance);
        x = relu(batchNorm(convolved, batch.mean, batch.variance, { scale, offset, epsilon: 1e-5 }));
        if (isPooled) x = maxPool2d(x, 2);
      }
      return dense(mean(x, [1, 2]));
    },
  };
}
