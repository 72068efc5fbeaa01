import type { Tensor, TensorLike } from "@strata/core";
import { classesOf, type InstanceNames } from "../registry/classes.ts";
import { objectOption, resolveObject } from "../registry/object-option.ts";
import { Registry } from "../registry/registry.ts";
import type { NameOf } from "../utilities/names.ts";
import * as classes from "./classes.ts";
import { Constraint } from "./constraint.ts";

/** The allowed values nearest to those given. */
export type ConstraintFunction = (x: TensorLike) => Tensor;

/** The names of constraints: those of their classes in camelCase or in Keras's snake_case. */
export type ConstraintName = NameOf<InstanceNames<typeof classes, Constraint>>;

/** A constraint: by name, as an object, or as a function. */
export type ConstraintLike = ConstraintName | Constraint | ConstraintFunction;

/** The constraints that have names. */
export const constraintRegistry = new Registry("constraint", classesOf(classes, Constraint));

class FunctionConstraint extends Constraint {
  readonly f: ConstraintFunction;

  constructor(f: ConstraintFunction) {
    super();
    this.f = f;
  }

  override apply(x: TensorLike): Tensor {
    return this.f(x);
  }
}

const kind = {
  kind: "a constraint",
  registry: constraintRegistry,
  isInstance: (value: unknown) => value instanceof Constraint,
  fromFunction: (f: ConstraintFunction): Constraint => new FunctionConstraint(f),
};

/** An option that is a constraint, or null, the default. */
export function constraint() {
  return objectOption<Constraint, ConstraintFunction, ConstraintName>(kind)().orNull();
}

/**
 * The constraint that a name or a function stands for.
 *
 * @param given A name, a function or a constraint.
 * @param owner Who asks, for the message.
 * @throws RangeError for an unknown name, with the accepted ones.
 */
export function getConstraint(given: ConstraintLike, owner = "getConstraint: the argument"): Constraint {
  return resolveObject(kind, owner, given);
}
