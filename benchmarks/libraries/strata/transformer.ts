import { gather, gelu, layerNorm, type Tensor } from "@strata/core";
import type { Transformer, Workload } from "../../workloads/workload.ts";
import { selfAttention } from "./attention.ts";
import { type Network, Weights } from "./training.ts";

export function transformer({ model, tensors }: Workload<Transformer>): Network {
  const weights = new Weights(tensors);

  function norm(name: string): (x: Tensor) => Tensor {
    const [scale, offset] = [weights.take(`${name}.scale`), weights.take(`${name}.offset`)];
    return (x) => layerNorm(x, { scale, offset, epsilon: 1e-5 });
  }

  function block(name: string): (x: Tensor) => Tensor {
    const [norm1, attend] = [
      norm(`${name}.attention.norm`),
      selfAttention(weights, `${name}.attention`, model.heads),
    ];
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
