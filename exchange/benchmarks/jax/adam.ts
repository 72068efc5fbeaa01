import { numpy as np } from "@jax-js/jax";
import type { DrawnTensors } from "../../../benchmarks/workloads/workload.ts";

export type Weights = Record<string, np.Array>;

/** Adam's averages of the gradients and of their squares. */
export interface Slots {
  [name: string]: Weights;
  readonly mean: Weights;
  readonly square: Weights;
}

const [beta1, beta2, epsilon] = [0.9, 0.999, 1e-7];

export function initialSlots(trained: DrawnTensors): Slots {
  const zeros = () =>
    Object.fromEntries(Object.entries(trained).map(([name, { shape }]) => [name, np.zeros([...shape])]));
  return { mean: zeros(), square: zeros() };
}

/** One update; `count` is the number of the step, from 1 on. D. P. Kingma, J. Ba (2014). */
export function adam(
  weights: Weights,
  gradients: Weights,
  slots: Slots,
  count: np.Array,
  learningRate: number,
) {
  const next: { weights: Weights; slots: Slots } = { weights: {}, slots: { mean: {}, square: {} } };
  const correction1 = np.subtract(1, np.power(beta1, count.ref));
  const correction2 = np.subtract(1, np.power(beta2, count));
  for (const [name, weight] of Object.entries(weights)) {
    const gradient = gradients[name];
    const mean = slots.mean[name].mul(beta1).add(gradient.ref.mul(1 - beta1));
    const square = slots.square[name].mul(beta2).add(np.square(gradient).mul(1 - beta2));
    const divisor = np.sqrt(square.ref.div(correction2.ref)).add(epsilon);
    next.weights[name] = weight.sub(mean.ref.div(correction1.ref).mul(learningRate).div(divisor));
    next.slots.mean[name] = mean;
    next.slots.square[name] = square;
  }
  correction1.dispose();
  correction2.dispose();
  return next;
}
