import { Variable } from "@strata/core";
import { isPlainObject } from "../schema/configurable.ts";
import { toSnakeCase } from "../utilities/names.ts";

/**
 * A part of a layer under its name: the property that holds it, in snake_case as Keras's files have it, and the way within
 * arrays, objects and Maps.
 */
export interface Member<Part> {
  /** `"query"`, or `"blocks/0"` in an array. */
  readonly name: string;
  /** The part. */
  readonly part: Part;
}

/**
 * The layers and Variables that an object holds in its properties, in arrays, plain objects, Maps and Sets, also nested;
 * each once, in the order of the properties.
 *
 * @param isLayer Whether a value is a layer, which is a part and not looked into.
 */
export function membersOf<Layer extends object>(
  holder: object,
  isLayer: (value: unknown) => value is Layer,
): Member<Layer | Variable>[] {
  const members: Member<Layer | Variable>[] = [];
  const seen = new Set<unknown>();
  const visit = (value: unknown, property: string, way: string): void => {
    if (typeof value !== "object" || value === null || seen.has(value)) return;
    if (isLayer(value) || value instanceof Variable) {
      seen.add(value);
      members.push({ name: `${toSnakeCase(property)}${way}`, part: value });
      return;
    }
    for (const [key, item] of entriesOf(value)) {
      if (typeof item === "object" && item !== null) {
        seen.add(value);
        visit(item, property, `${way}/${key}`);
      }
    }
  };
  for (const [property, value] of Object.entries(holder)) visit(value, property, "");
  return members;
}

function entriesOf(value: object): Iterable<readonly [unknown, unknown]> {
  if (Array.isArray(value)) return value.entries();
  if (value instanceof Map) return value.entries();
  if (value instanceof Set) return [...value].entries();
  return isPlainObject(value) ? Object.entries(value) : [];
}
