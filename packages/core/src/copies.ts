/**
 * Several copies of core in one process, as two versions of it or a bundle beside a module give: their tensors look alike,
 * and do not go together. Each copy marks its classes.
 */
import { packageVersion } from "./version.ts";

/** The name of the property that says of which copy an object is. */
export const mark: unique symbol = Symbol.for("@strata/core");

/** The value of that property in this copy. */
export const thisCopy: object = { version: packageVersion };

/** All classes that this copy marked inherit from it: every op asks for that, and a property takes far longer to find. */
class Ours {
  get [mark](): object {
    return thisCopy;
  }
}

/** Marks the instances of a class, which extends no other, as this copy's. */
export function markAsOurs({ prototype }: { readonly prototype: object }): void {
  Object.setPrototypeOf(prototype, Ours.prototype);
}

/** Whether the value is of a class that this copy marked. */
export function isOurs(value: unknown): value is object {
  return value instanceof Ours;
}

/** Of which other copy the value is, for a message; null where it is of none. */
export function describeOtherCopy(value: unknown): string | null {
  const copy = markOf(value);
  if (copy === undefined || copy === thisCopy) return null;
  const version = typeof copy === "object" && copy !== null && "version" in copy ? copy.version : "unknown";
  return `another copy of @strata/core (version ${version}; this one is ${packageVersion}): there are two copies, and a program may have only one ("npm ls @strata/core" lists them)`;
}

function markOf(value: unknown): unknown {
  return typeof value === "object" && value !== null && mark in value ? value[mark] : undefined;
}
