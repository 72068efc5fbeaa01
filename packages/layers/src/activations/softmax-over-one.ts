import { softmax } from "@strata/core";
import type { ActivationFunction } from "./registry.ts";

/**
 * Warns in a layer's name of a softmax over an axis with one element: every result would be 1, and training would
 * change nothing.
 *
 * @param size The size of the axis; null if it is not known.
 */
export function warnOfSoftmaxOverOne(
  layer: string,
  activation: ActivationFunction,
  size: number | null,
): void {
  if (activation !== softmax || size !== 1) return;
  console.warn(
    `${layer}: the softmax of one number is 1, whatever the number is; for one output take the activation "sigmoid"`,
  );
}
