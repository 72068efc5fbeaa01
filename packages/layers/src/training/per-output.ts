/** An option for each output of a model: one value for all, an array in their order, or an object by their names. */
import { describeValue, listAlternatives } from "@strata/core/internal";
import { isPlainObject } from "../schema/configurable.ts";

/** A value for all outputs, or one for each: in their order, or by their names. */
export type PerOutput<Value> =
  | Value
  | readonly (Value | null)[]
  | { readonly [output: string]: Value | null };

/**
 * The value of each output; null where there is none.
 *
 * @param owner Whose option it is, for messages: `"compile: loss"`.
 * @param given What the user gave.
 * @param names The names of the outputs.
 * @throws RangeError for a wrong number of values, or the name of no output.
 */
export function perOutput<Value>(
  owner: string,
  given: PerOutput<Value> | null | undefined,
  names: readonly string[],
): readonly (Value | null)[] {
  if (isByName(given)) {
    const unknown = Object.keys(given).find((name) => !names.includes(name));
    if (unknown === undefined) return names.map((name) => given[name] ?? null);
    throw new RangeError(
      `${owner} names the output ${JSON.stringify(unknown)}; the outputs are ${listAlternatives(names)}`,
    );
  }
  if (!isInOrder(given)) return names.map(() => given ?? null);
  if (given.length === names.length) return given;
  throw new RangeError(
    `${owner} is ${describeValue(given)}; for ${names.length} outputs (${listAlternatives(names)}) it must be an array of ` +
      `${names.length}, or an object with their names`,
  );
}

/** Everything that was given, for whichever output. */
export function valuesGiven<Value>(given: PerOutput<Value> | null | undefined): readonly Value[] {
  const values = isByName(given) ? Object.values(given) : isInOrder(given) ? given : [given ?? null];
  return values.filter((value) => value !== null);
}

function isByName<Value>(
  given: PerOutput<Value> | null | undefined,
): given is { readonly [output: string]: Value | null } {
  return isPlainObject(given);
}

function isInOrder<Value>(given: PerOutput<Value> | null | undefined): given is readonly (Value | null)[] {
  return Array.isArray(given);
}
