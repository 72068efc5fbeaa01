import { describeValue } from "@strata/core/internal";
import { option } from "../schema/option.ts";
import type { Registry } from "./registry.ts";

/** A kind of objects that options take by name, as an object, or as a function. */
export interface ObjectKind<Instance, Function> {
  /** Its name, for messages: `"an initializer"`. */
  readonly kind: string;
  /** The classes that have names. */
  readonly registry: Registry<new () => Instance>;
  /** Whether a value is of the kind. */
  readonly isInstance: (value: unknown) => value is Instance;
  /** Makes one of a function; null where functions are not taken. */
  readonly fromFunction: ((f: Function) => Instance) | null;
}

/** The object that a name, a function or the object itself stands for; throws a RangeError in the owner's name. */
export function resolveObject<Instance, Function>(
  { kind, registry, isInstance, fromFunction }: ObjectKind<Instance, Function>,
  owner: string,
  given: unknown,
): Instance {
  if (isInstance(given)) return given;
  if (typeof given === "string") return new (registry.resolve(owner, given))();
  if (isFunction<Function>(given) && fromFunction !== null) return fromFunction(given);
  throw new RangeError(
    `${owner} is ${describeValue(given)}; it must be ${kind}: an object${fromFunction === null ? "" : ", a function"} or ` +
      `a name (${registry.list()})`,
  );
}

/** An option that takes objects of a kind. */
export function objectOption<Instance, Function, Name extends string>(kind: ObjectKind<Instance, Function>) {
  return option<Instance, Name | Instance | Function>({
    accepted: `${kind.kind}: an object or a name (${kind.registry.list()})`,
    read: (given, owner) => resolveObject(kind, owner, given),
    restore: (json, restore) => (typeof json === "string" ? json : restore(json)),
  });
}

function isFunction<Function>(value: unknown): value is Function {
  return typeof value === "function";
}
