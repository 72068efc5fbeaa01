import { mean, scaledDotProductAttention, type Tensor, unstack } from "@strata/core";
import type { Attention, Workload } from "../../workloads/workload.ts";
import { type Network, Weights } from "./training.ts";

/** Self-attention of several heads: [batch, tokens, width] → [batch, tokens, width]. */
export function selfAttention(weights: Weights, name: string, heads: number): (x: Tensor) => Tensor {
  const [projections, output] = [weights.dense(`${name}.projections`), weights.dense(`${name}.output`)];
  return (x) => {
    const [batch, tokens, width] = x.shape;
    const parts = projections(x).reshape([batch, tokens, 3, heads, width / heads]);
    const [query, key, value] = unstack(parts.transpose([2, 0, 3, 1, 4]));
    const mixed = scaledDotProductAttention(query, key, value);
    return output(mixed.transpose([0, 2, 1, 3]).reshape([batch, tokens, width]));
  };
}

export function attention({ model, tensors }: Workload<Attention>): Network {
  const weights = new Weights(tensors);
  const attend = selfAttention(weights, "attention", model.heads);
  const dense = weights.dense("dense");
  return { variables: weights.variables, predict: (x) => dense(mean(attend(x), 1)) };
}
