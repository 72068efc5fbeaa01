import type { Tensor, Variable } from "@strata/core";
import type { Constraint } from "../constraints/constraint.ts";
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

const constraints = new WeakMap<Variable, Constraint>();

/** Notes the constraint of a weight, which optimizers' steps keep. */
export function setConstraint(variable: Variable, constraint: Constraint): void {
  constraints.set(variable, constraint);
}

/** The constraint of a weight; null if there is none. */
export function constraintOf(variable: Variable): Constraint | null {
  return constraints.get(variable) ?? null;
}

/** The penalties for the weights that training changes, a scalar each. */
export function penaltiesOf(weights: readonly OwnWeight[]): Tensor[] {
  return weights.flatMap(({ variable, isTrainable, regularizer }) =>
    isTrainable && regularizer !== null ? [regularizer.apply(variable)] : [],
  );
}
