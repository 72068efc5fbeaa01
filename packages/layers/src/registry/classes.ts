/** A class that `new` makes instances of, with its options as one object. */
export type ClassOf<Instance> = new (options?: never) => Instance;

/** The names of those exports of a module that are classes of a kind. */
export type InstanceNames<Module, Instance> = {
  [Name in keyof Module & string]: Module[Name] extends new (...given: never) => Instance ? Name : never;
}[keyof Module & string];

/** Those exports of a module that are classes derived from `base`, by name. */
export function classesOf<Instance>(
  module: Readonly<Record<string, unknown>>,
  base: abstract new (...given: never) => Instance,
): Readonly<Record<string, new () => Instance>> {
  const found: Record<string, new () => Instance> = {};
  for (const [name, value] of Object.entries(module)) {
    if (isSubclass<Instance>(value, base)) found[name] = value;
  }
  return found;
}

function isSubclass<Instance>(value: unknown, base: object): value is new () => Instance {
  if (typeof value !== "function") return false;
  for (let made: unknown = Object.getPrototypeOf(value); made !== null; made = Object.getPrototypeOf(made)) {
    if (made === base) return true;
  }
  return false;
}
