import type { Tensor, TensorLike } from "@strata/core";
import { classesOf, type InstanceNames } from "../registry/classes.ts";
import { objectOption, resolveObject } from "../registry/object-option.ts";
import { Registry } from "../registry/registry.ts";
import type { NameOf } from "../utilities/names.ts";
import * as classes from "./classes.ts";
import { Regularizer } from "./regularizer.ts";

/** A penalty for values. */
export type RegularizerFunction = (x: TensorLike) => Tensor;

/** The names of regularizers: those of their classes in camelCase or in Keras's snake_case. */
export type RegularizerName = NameOf<InstanceNames<typeof classes, Regularizer>>;

/** A regularizer: by name, as an object, or as a function. */
export type RegularizerLike = RegularizerName | Regularizer | RegularizerFunction;

/** The regularizers that have names. */
export const regularizerRegistry = new Registry("regularizer", classesOf(classes, Regularizer));

class FunctionRegularizer extends Regularizer {
  readonly f: RegularizerFunction;

  constructor(f: RegularizerFunction) {
    super();
    this.f = f;
  }

  override apply(x: TensorLike): Tensor {
    return this.f(x);
  }
}

const kind = {
  kind: "a regularizer",
  registry: regularizerRegistry,
  isInstance: (value: unknown) => value instanceof Regularizer,
  fromFunction: (f: RegularizerFunction): Regularizer => new FunctionRegularizer(f),
};

/** An option that is a regularizer, or null, the default. */
export function regularizer() {
  return objectOption<Regularizer, RegularizerFunction, RegularizerName>(kind)().orNull();
}

/**
 * The regularizer that a name or a function stands for.
 *
 * @param given A name, a function or a regularizer.
 * @param owner Who asks, for the message.
 * @throws RangeError for an unknown name, with the accepted ones.
 */
export function getRegularizer(given: RegularizerLike, owner = "getRegularizer: the argument"): Regularizer {
  return resolveObject(kind, owner, given);
}
