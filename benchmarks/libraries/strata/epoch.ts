import { Adam, shuffledIndices, type Tensor, tensor } from "@strata/core";
import { draw } from "../../workloads/draw.ts";
import type { DrawnTensor, Epoch, Workload } from "../../workloads/workload.ts";
import type { Prepared } from "../library.ts";
import { type Compile, type Network, trainingStep } from "./training.ts";

/** The loop that `fit` takes off one's hands: samples in a drawn order, a step a batch, the mean of the losses. */
export function epoch(network: Network, { model, tensors }: Workload<Epoch>, compile: Compile): Prepared {
  const { batch, learningRate } = model.network;
  const count = batch * model.batches;
  const step = compile(trainingStep(network, new Adam({ learningRate })));
  const [inputs, labels] = [new Rows(tensors.inputs), new Rows(tensors.labels)];
  let loss = Number.NaN;
  return {
    run() {
      const order = shuffledIndices(count, 0);
      let sum = 0;
      for (let start = 0; start < count; start += batch) {
        const chosen = order.subarray(start, start + batch);
        sum += step(inputs.at(chosen), labels.at(chosen)).item();
      }
      loss = sum / model.batches;
    },
    observe: () => [loss],
  };
}

/** Samples, of which some are taken at a time. */
class Rows {
  private readonly values: Float32Array | Int32Array;
  private readonly shape: readonly number[];
  private readonly size: number;

  constructor(description: DrawnTensor) {
    this.values = draw(description);
    this.shape = description.shape.slice(1);
    this.size = this.shape.reduce((product, each) => product * each, 1);
  }

  at(indices: Int32Array): Tensor {
    const { values, shape, size } = this;
    const rows = values.slice(0, indices.length * size);
    indices.forEach((index, row) => {
      rows.set(values.subarray(index * size, (index + 1) * size), row * size);
    });
    return tensor(rows, [indices.length, ...shape]);
  }
}
