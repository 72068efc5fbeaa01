import { gather, gelu, layerNorm, scaledDotProductAttention, type Tensor, unstack } from "@strata/core";
import type { Transformer, Workload } from "../../workloads/workload.ts";
import { type Network, Weights } from "./training.ts";

export function transformer({ model, tensors }: Workload<Transformer>): Network {
  const { batch, tokens, width, heads } = model;
  const weights = new Weights(tensors);

  function norm(name: string): (x: Tensor) => Tensor {
    const [scale, offset] = [weights.take(`${name}.scale`), weights.take(`${name}.offset`)];
    return (x) => layerNorm(x, { scale, offset, epsilon: 1e-5 });
  }

  function attention(name: string): (x: Tensor) => Tensor {
    const [projections, output] = [weights.dense(`${name}.projections`), weights.dense(`${name}.output`)];
    return (x) => {
      const parts = projections(x).reshape([batch, tokens, 3, heads, width / heads]);
      const [query, key, value] = unstack(parts.transpose([2, 0, 3, 1, 4]));
      const mixed = scaledDotProductAttention(query, key, value);
      return output(mixed.transpose([0, 2, 1, 3]).reshape([batch, tokens, width]));
    };
  }

  function block(name: string): (x: Tensor) => Tensor {
    const [norm1, attend] = [norm(`${name}.attention.norm`), attention(`${name}.attention`)];
    const [norm2, widen, narrow] = [
      norm(`${name}.feedForward.norm`),
      weights.dense(`${name}.feedForward.in`),
      weights.dense(`${name}.feedForward.out`),
    ];
    return (x) => {
      const attended = x.add(attend(norm1(x)));
      return attended.add(narrow(gelu(widen(norm2(attended)))));
    };
  }

  const embedding = weights.take("embedding");
  const positions = weights.take("positions");
  const blocks = Array.from({ length: model.blocks }, (_, index) => block(`block${index}`));
  const [lastNorm, dense] = [norm("norm"), weights.dense("dense")];
  return {
    variables: weights.variables,
    predict(ids) {
      const embedded = gather(embedding, ids).add(positions);
      return dense(lastNorm(blocks.reduce((x, apply) => apply(x), embedded)));
    },
  };
}
