import type { Tensor } from "@strata/core";
import { expect } from "vitest";
import type { TensorFlow, TensorFlowModel, TensorFlowTensor } from "./tensorflow.ts";

/** Numbers from `low` to `high` that are the same each time (a linear congruential generator). */
export function drawn(count: number, low: number, high: number, seed = 1): Float32Array {
  let state = seed;
  return Float32Array.from({ length: count }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return low + ((high - low) * state) / 2 ** 32;
  });
}

/** Gives a model of TensorFlow.js weights that hide no mistake, as zeros and ones would; variances are positive. */
export function drawWeights(tf: TensorFlow, model: TensorFlowModel): void {
  model.setWeights(
    model.getWeights().map(({ shape }, index) => {
      const count = shape.reduce((product, size) => product * size, 1);
      return tf.tensor(drawn(count, 0.1, 0.6, index + 1), shape);
    }),
  );
}

type Outputs = Tensor | TensorFlowTensor | readonly Outputs[];

function numbersOf(outputs: Outputs): number[] {
  return "dataSync" in outputs ? [...outputs.dataSync()] : outputs.flatMap(numbersOf);
}

/** Holds results of both libraries to each other: to 1e-5 of the largest number. */
export function expectSame(ours: Outputs, theirs: Outputs): void {
  const [a, b] = [numbersOf(ours), numbersOf(theirs)];
  expect(a.length).toBe(b.length);
  const largest = b.reduce((most, each) => Math.max(most, Math.abs(each)), 1);
  const differences = a.map((each, index) => Math.abs(each - b[index]));
  expect(Math.max(...differences) / largest).toBeLessThan(1e-5);
}
