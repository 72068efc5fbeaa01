import type { Tensor } from "@strata/core";
import { describeValue } from "@strata/core/internal";
import { Registry } from "../registry/registry.ts";
import { type Json, option, type Serialize } from "../schema/option.ts";
import { toSnakeCase } from "../utilities/names.ts";
import * as functions from "./functions.ts";

/** The names of activations, in camelCase or in Keras's snake_case. */
export type ActivationName =
  | Exclude<keyof typeof functions, "threshold">
  | "swish"
  | "hardSwish"
  | `${string}_${string}`;

/** A function of a tensor; most activations keep the shape. */
export type ActivationFunction = (x: Tensor) => Tensor;

/** An activation, by its name or as a function; null for none. */
export type ActivationLike = ActivationName | ActivationFunction | null;

// A threshold has no default, so that it cannot be had by name.
const { threshold: _, ...named } = functions;

/** The activations that have names. */
export const activationRegistry = new Registry<ActivationFunction>("activation", named, {
  swish: "silu",
  hardSwish: "hardSilu",
});

const rule = {
  accepted: `an activation: a function or a name (${activationRegistry.list()})`,
  read: (given: unknown, owner: string) => {
    if (given === null) return functions.linear;
    if (isFunction(given)) return given;
    return typeof given === "string" ? activationRegistry.resolve(owner, given) : undefined;
  },
  write: (value: ActivationFunction, serialize: Serialize): Json => {
    const name = activationRegistry.nameOf(value);
    return name === undefined ? serialize(value) : toSnakeCase(name);
  },
};

/** An option that is an activation; without a default it must be given. */
export const activation = option<ActivationFunction, ActivationLike>(rule);

/**
 * The function that a name stands for.
 *
 * @param given A name, or a function; null for the identity.
 * @param owner Who asks, for the message.
 * @throws RangeError for an unknown name, with the accepted ones.
 *
 * @example
 * ```ts
 * import { tensor } from "@strata/core";
 * import { activations } from "@strata/layers";
 *
 * console.log(activations.getActivation("relu")(tensor([-1, 2])).arraySync()); // [0, 2]
 * ```
 */
export function getActivation(
  given: ActivationLike,
  owner = "getActivation: the argument",
): ActivationFunction {
  const found = rule.read(given, owner);
  if (found !== undefined) return found;
  throw new RangeError(`${owner} is ${describeValue(given)}; it must be ${rule.accepted}`);
}

function isFunction(value: unknown): value is ActivationFunction {
  return typeof value === "function";
}
