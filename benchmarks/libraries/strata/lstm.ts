import { scan, sigmoid, split, type Tensor, tanh, transpose, zeros } from "@strata/core";
import type { Lstm, Workload } from "../../workloads/workload.ts";
import { type Network, Weights } from "./training.ts";

interface State {
  readonly [name: string]: Tensor;
  readonly hidden: Tensor;
  readonly cell: Tensor;
}

/** The gates are those of S. Hochreiter, J. Schmidhuber (1997), with a forget gate; in PyTorch's order. */
export function lstm({ model, tensors }: Workload<Lstm>): Network {
  const { batch, units } = model;
  const weights = new Weights(tensors);
  const kernel = weights.take("lstm.kernel");
  const recurrent = weights.take("lstm.recurrent");
  const bias = weights.take("lstm.bias");
  const dense = weights.dense("dense");

  function next({ hidden, cell }: State, x: Tensor): [State, null] {
    const sums = x.matmul(kernel).add(hidden.matmul(recurrent)).add(bias);
    const [input, forget, candidate, output] = split(sums, 4, -1);
    const kept = sigmoid(forget)
      .mul(cell)
      .add(sigmoid(input).mul(tanh(candidate)));
    return [{ hidden: sigmoid(output).mul(tanh(kept)), cell: kept }, null];
  }

  return {
    variables: weights.variables,
    predict(sequences) {
      const initial: State = { hidden: zeros([batch, units]), cell: zeros([batch, units]) };
      const [{ hidden }] = scan(next, initial, transpose(sequences, [1, 0, 2]));
      return dense(hidden);
    },
  };
}
