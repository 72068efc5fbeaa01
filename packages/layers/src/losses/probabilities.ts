import { clip, div, sum, type Tensor } from "@strata/core";

/** How far probabilities are kept from 0 and 1, and divisors from 0: Keras's `epsilon`. */
export const epsilon = 1e-7;

/** Probabilities, divided by their sum over an axis and kept from 0 and 1. */
export function normalized(probabilities: Tensor, axis: number): Tensor {
  return clip(div(probabilities, sum(probabilities, axis, true)), epsilon, 1 - epsilon);
}
