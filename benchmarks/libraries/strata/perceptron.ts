import { dropout, relu } from "@strata/core";
import type { Perceptron, Workload } from "../../workloads/workload.ts";
import { type Network, Weights } from "./training.ts";

export function perceptron({ model, tensors }: Workload<Perceptron>): Network {
  const weights = new Weights(tensors);
  const layers = model.widths.slice(1).map((_, index) => weights.dense(`layer${index}`));
  const hidden = layers.slice(0, -1);
  const last = layers[layers.length - 1];
  return {
    variables: weights.variables,
    predict: (inputs) => last(hidden.reduce((x, layer) => dropout(relu(layer(x)), model.dropout), inputs)),
  };
}
