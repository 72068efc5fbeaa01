import type { Tensor, Variable } from "@strata/core";
import type { Regularizer } from "../regularizers/regularizer.ts";

/** A weight that a layer made itself. */
export interface OwnWeight {
  /** Its name within the layer. */
  readonly name: string;
  /** Its values. */
  readonly variable: Variable;
  /** Whether training changes it while the layer is trainable. */
  readonly isTrainable: boolean;
  /** A penalty for its values. */
  readonly regularizer: Regularizer | null;
}

/** The penalties for the weights that training changes, a scalar each. */
export function penaltiesOf(weights: readonly OwnWeight[]): Tensor[] {
  return weights.flatMap(({ variable, isTrainable, regularizer }) =>
    isTrainable && regularizer !== null ? [regularizer.apply(variable)] : [],
  );
}
