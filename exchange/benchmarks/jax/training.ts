import { jit, nn, numpy as np, random, valueAndGrad } from "@jax-js/jax";
import type { Prepared } from "../../../benchmarks/libraries/library.ts";
import { draw } from "../../../benchmarks/workloads/draw.ts";
import type { DrawnTensor, DrawnTensors } from "../../../benchmarks/workloads/workload.ts";
import { adam, initialSlots, type Slots, type Weights } from "./adam.ts";

/** Functions of jax-js take over their arguments: what is used again is passed as `x.ref`. */
export interface Network {
  predict(weights: Weights, inputs: np.Array, key: np.Array): np.Array;
  readonly classes: number;
}

export function drawn(description: DrawnTensor): np.Array {
  return np.array(draw(description)).reshape([...description.shape]);
}

/** Trains on one batch, and reads the loss. */
export function training(
  { predict, classes }: Network,
  tensors: DrawnTensors,
  learningRate: number,
): Prepared {
  const { inputs: drawnInputs, labels: drawnLabels, ...trained } = tensors;
  const batch = drawnInputs.shape[0];
  const lossOf = (weights: Weights, inputs: np.Array, labels: np.Array, key: np.Array): np.Array =>
    nn
      .logSoftmax(predict(weights, inputs, key))
      .mul(labels)
      .sum()
      .mul(-1 / batch);
  const step = jit(
    (weights: Weights, slots: Slots, count: np.Array, inputs: np.Array, labels: np.Array, key: np.Array) => {
      const copies = Object.fromEntries(Object.entries(weights).map(([name, value]) => [name, value.ref]));
      const [loss, gradients] = valueAndGrad(lossOf)(copies, inputs, labels, key);
      return { loss, ...adam(weights, gradients, slots, count, learningRate) };
    },
  );
  const inputs = drawn(drawnInputs);
  const labels = nn.oneHot(drawn(drawnLabels), classes);
  let weights: Weights = Object.fromEntries(
    Object.entries(trained).map(([name, description]) => [name, drawn(description)]),
  );
  let slots = initialSlots(trained);
  let loss = Number.NaN;
  let count = 0;
  return {
    run() {
      count++;
      const result = step(weights, slots, np.array(count), inputs.ref, labels.ref, random.key(count));
      weights = result.weights;
      slots = result.slots;
      [loss] = result.loss.dataSync();
    },
    observe: () => [loss],
    dispose: () => step.dispose(),
  };
}
