/** A camelCase name in snake_case: `SnakeCase<"heNormal">` is `"he_normal"`. */
export type SnakeCase<Name extends string> = Name extends `${infer First}${infer Rest}`
  ? First extends Lowercase<First>
    ? `${First}${SnakeCase<Rest>}`
    : `_${Lowercase<First>}${SnakeCase<Rest>}`
  : "";

type IsUpperCase<Text extends string> = Text extends Lowercase<Text> ? false : true;

/** The name of a class as a camelCase name: `CamelCase<"KLDivergence">` is `"klDivergence"`. */
export type CamelCase<Name extends string> = Name extends `${infer First}${infer Second}${infer Rest}`
  ? IsUpperCase<Second> extends false
    ? `${Lowercase<First>}${Second}${Rest}`
    : Rest extends `${infer Third}${string}`
      ? IsUpperCase<Third> extends false
        ? `${Lowercase<First>}${Second}${Rest}`
        : `${Lowercase<First>}${CamelCase<`${Second}${Rest}`>}`
      : Lowercase<Name>
  : Lowercase<Name>;

/**
 * Names of things as options take them: in camelCase, which editors complete, and in Keras's snake_case, which is
 * checked when it is read.
 */
export type NameOf<ClassName extends string> = CamelCase<ClassName> | `${string}_${string}`;

const timesUsed = new Map<string, number>();

/** The name of an object's class. */
export function classNameOf(value: object): string {
  return nameOfClass(value.constructor);
}

/** The name of a class: its static `className` where it has one, which minifiers leave alone. */
export function nameOfClass(made: { readonly name: string; readonly className?: string }): string {
  return Object.hasOwn(made, "className") && made.className ? made.className : made.name;
}

/** The name of a class in camelCase: `"KLDivergence"` → `"klDivergence"`. */
export function camelCaseOfClass(name: string): string {
  return name.replace(/^[A-Z]+(?=[A-Z][a-z]|$)|^[A-Z]/, (head) => head.toLowerCase());
}

/** `"DenseBlock"` → `"dense_block"`, as Keras derives names from classes. */
export function toSnakeCase(name: string): string {
  return name
    .replace(/(.)([A-Z][a-z0-9]+)/g, "$1_$2")
    .replace(/([a-z])([A-Z])/g, "$1_$2")
    .toLowerCase();
}

/** `"fan_in"` → `"fanIn"`, and `"keep_dims"` → `"keepDims"`. */
export function toCamelCase(name: string): string {
  return name.replace(/_([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());
}

/** A name that no object was given before: `"dense"`, then `"dense_1"`, `"dense_2"`… */
export function uniqueName(className: string): string {
  const prefix = toSnakeCase(className);
  const count = timesUsed.get(prefix) ?? 0;
  timesUsed.set(prefix, count + 1);
  return count === 0 ? prefix : `${prefix}_${count}`;
}

/** Makes automatic names begin anew: the next Dense is called `"dense"` again. */
export function clearSession(): void {
  timesUsed.clear();
}
