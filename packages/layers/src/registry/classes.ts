import { nameOfClass } from "../utilities/names.ts";

/** A class that `new` makes instances of, with its options as one object. */
export type ClassOf<Instance> = new (options?: never) => Instance;

/** The names of those exports of a module that are classes of a kind. */
export type InstanceNames<Module, Instance> = {
  [Name in keyof Module & string]: Module[Name] extends new (...given: never) => Instance ? Name : never;
}[keyof Module & string];

/** As {@link InstanceNames}, of those that need no argument. */
export type DefaultNames<Module, Instance> = {
  [Name in keyof Module & string]: Module[Name] extends new (
    ...given: infer Given
  ) => Instance
    ? [] extends Given
      ? Name
      : never
    : never;
}[keyof Module & string];

/** The further names of those exports of a module that state them in their definition. */
export type AliasesOf<Module> = {
  [Name in keyof Module]: Module[Name] extends {
    readonly definition: { readonly aliases: readonly (infer Alias extends string)[] };
  }
    ? string extends Alias
      ? never
      : Alias
    : never;
}[keyof Module];

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

/** The further names that classes state in their definitions, each with the name of its class. */
export function aliasesOf(classes: Readonly<Record<string, object>>): Readonly<Record<string, string>> {
  const aliases = Object.entries(classes).flatMap(([name, made]) =>
    definitionOf(made).aliases.map((alias) => [alias, name] as const),
  );
  return Object.fromEntries(aliases);
}

/** The functions that classes are defined by, under the names of the classes. */
export function functionsOf(classes: Readonly<Record<string, object>>): Readonly<Record<string, object>> {
  return Object.fromEntries(
    Object.entries(classes).flatMap(([name, made]) => {
      const { f } = definitionOf(made);
      return f === null ? [] : [[name, f]];
    }),
  );
}

/** The names under which classes stand besides their own, each with the class's own: `Convolution2D` → `Conv2D`. */
export function aliasesAmong(
  classes: Readonly<Record<string, { readonly name: string; readonly className?: string }>>,
): Readonly<Record<string, string>> {
  const found = Object.entries(classes).map(([name, made]) => [name, nameOfClass(made)]);
  return Object.fromEntries(found.filter(([name, own]) => name !== own && Object.hasOwn(classes, own)));
}

function isSubclass<Instance>(value: unknown, base: object): value is new () => Instance {
  if (typeof value !== "function") return false;
  for (let made: unknown = Object.getPrototypeOf(value); made !== null; made = Object.getPrototypeOf(made)) {
    if (made === base) return true;
  }
  return false;
}

function definitionOf(made: object): { readonly aliases: readonly string[]; readonly f: object | null } {
  const { aliases = [], f = null } = isDefined(made) ? made.definition : {};
  return { aliases, f };
}

function isDefined(
  made: object,
): made is { readonly definition: { readonly aliases?: readonly string[]; readonly f?: object } } {
  return "definition" in made && made.definition !== undefined;
}
