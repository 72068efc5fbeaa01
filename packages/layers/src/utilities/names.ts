/** A camelCase name in snake_case: `SnakeCase<"heNormal">` is `"he_normal"`. */
export type SnakeCase<Name extends string> = Name extends `${infer First}${infer Rest}`
  ? First extends Lowercase<First>
    ? `${First}${SnakeCase<Rest>}`
    : `_${Lowercase<First>}${SnakeCase<Rest>}`
  : "";

/** A camelCase name, the same in Keras's snake_case, and as the name of a class. */
export type Spelled<Name extends string> = Name | SnakeCase<Name> | Capitalize<Name>;

const timesUsed = new Map<string, number>();

/** The name of a class: its static `className` where it has one, which minifiers leave alone. */
export function classNameOf(value: object): string {
  const made = value.constructor;
  const isNamed = Object.hasOwn(made, "className") && "className" in made;
  return isNamed && typeof made.className === "string" ? made.className : made.name;
}

/** `"DenseBlock"` → `"dense_block"`, as Keras derives names from classes. */
export function toSnakeCase(name: string): string {
  return name
    .replace(/(.)([A-Z][a-z0-9]+)/g, "$1_$2")
    .replace(/([a-z])([A-Z])/g, "$1_$2")
    .toLowerCase();
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

/**
 * What a name stands for, whichever way it is spelled.
 *
 * @param operation Who asks, for the message.
 * @param kind What is named: `"loss"`, `"initializer"`…
 * @param table The things by their camelCase names and abbreviations.
 * @throws RangeError if there is none of that name, with the accepted ones.
 */
export function resolveName<Value>(
  operation: string,
  kind: string,
  table: Readonly<Record<string, Value>>,
  name: string,
): Value {
  const camelCase = name.replace(/_([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());
  const lowered = camelCase.slice(0, 1).toLowerCase() + camelCase.slice(1);
  for (const spelling of [name, camelCase, lowered, name.toLowerCase()]) {
    if (Object.hasOwn(table, spelling)) return table[spelling];
  }
  throw new RangeError(
    `${operation}: there is no ${kind} ${JSON.stringify(name)}; accepted are ${listNames(Object.keys(table))}`,
  );
}

/** `"a", "b" or "c"`. */
export function listNames(names: readonly string[]): string {
  const quoted = names.map((name) => JSON.stringify(name));
  if (quoted.length < 2) return quoted.join("");
  return `${quoted.slice(0, -1).join(", ")} or ${quoted[quoted.length - 1]}`;
}
