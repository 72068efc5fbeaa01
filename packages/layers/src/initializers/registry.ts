import type { Shape, Tensor } from "@strata/core";
import { classesOf, type InstanceNames } from "../registry/classes.ts";
import { objectOption, resolveObject } from "../registry/object-option.ts";
import { Registry } from "../registry/registry.ts";
import type { NameOf } from "../utilities/names.ts";
import type { FloatDType } from "../utilities/tensors.ts";
import * as classes from "./classes.ts";
import { Initializer } from "./initializer.ts";

/** The values for a weight of a shape and a dtype. */
export type InitializerFunction = (shape: Shape, dtype: FloatDType) => Tensor;

/** The names of initializers: those of their classes in camelCase or in Keras's snake_case. */
export type InitializerName = NameOf<InstanceNames<typeof classes, Initializer>> | "normal" | "uniform";

/** An initializer: by name, as an object, or as a function. */
export type InitializerLike = InitializerName | Initializer | InitializerFunction;

/** The initializers that have names. */
export const initializerRegistry = new Registry("initializer", classesOf(classes, Initializer), {
  normal: "RandomNormal",
  uniform: "RandomUniform",
  IdentityInitializer: "Identity",
  OrthogonalInitializer: "Orthogonal",
  STFTInitializer: "STFT",
});

class FunctionInitializer extends Initializer {
  readonly f: InitializerFunction;

  constructor(f: InitializerFunction) {
    super();
    this.f = f;
  }

  override apply(shape: Shape, dtype: FloatDType = "float32"): Tensor {
    return this.f(shape, dtype);
  }
}

const kind = {
  kind: "an initializer",
  registry: initializerRegistry,
  isInstance: (value: unknown) => value instanceof Initializer,
  fromFunction: (f: InitializerFunction): Initializer => new FunctionInitializer(f),
};

/** An option that is an initializer. */
export const initializer = objectOption<Initializer, InitializerFunction, InitializerName>(kind);

/**
 * The initializer that a name or a function stands for.
 *
 * @param given A name, a function or an initializer.
 * @param owner Who asks, for the message.
 * @throws RangeError for an unknown name, with the accepted ones.
 */
export function getInitializer(given: InitializerLike, owner = "getInitializer: the argument"): Initializer {
  return resolveObject(kind, owner, given);
}
