import { scan, sigmoid, split, type Tensor, tanh, transpose, unstack, zeros } from "@strata/core";
import type { Gru, Workload } from "../../workloads/workload.ts";
import { type Network, Weights } from "./training.ts";

/** The gates of K. Cho et al. (2014), update, reset, candidate, with the reset gate behind the product, as in cuDNN. */
export function gru({ model, tensors }: Workload<Gru>): Network {
  const { batch, units } = model;
  const weights = new Weights(tensors);
  const kernel = weights.take("gru.kernel");
  const recurrent = weights.take("gru.recurrent");
  const bias = weights.take("gru.bias");
  const dense = weights.dense("dense");

  return {
    variables: weights.variables,
    predict(sequences) {
      const [inputBias, stateBias] = unstack(bias);
      const next = (hidden: Tensor, x: Tensor): [Tensor, null] => {
        const [update, reset, candidate] = split(x.matmul(kernel).add(inputBias), 3, -1);
        const [ofUpdate, ofReset, ofCandidate] = split(hidden.matmul(recurrent).add(stateBias), 3, -1);
        const kept = sigmoid(update.add(ofUpdate));
        const proposed = tanh(candidate.add(sigmoid(reset.add(ofReset)).mul(ofCandidate)));
        return [proposed.add(kept.mul(hidden.sub(proposed))), null];
      };
      const [hidden] = scan(next, zeros([batch, units]), transpose(sequences, [1, 0, 2]));
      return dense(hidden);
    },
  };
}
