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

/** A part, or the parts in a collection, under the name of the attribute of Keras's that files keep their weights by. */
export interface SavedPart<Part> {
  /** The attribute, as `"forward_layer"`; of what is nested in collections the way to it too. */
  readonly name: string;
  /** The part; of a collection those that stand in it, in order. */
  readonly parts: Part | readonly Part[];
}

/**
 * The layers that an object holds in its properties as Keras's files group them: each by the attribute that holds it, and those
 * of a collection together; by name, private ones last.
 *
 * @param isLayer Whether a value is a layer, which is a part and not looked into.
 */
export function savedPartsOf<Layer extends object>(
  holder: object,
  isLayer: (value: unknown) => value is Layer,
): readonly SavedPart<Layer>[] {
  const found: SavedPart<Layer>[] = [];
  const seen = new Set<unknown>();
  const visit = (value: unknown, name: string): void => {
    if (typeof value !== "object" || value === null || seen.has(value)) return;
    if (isLayer(value)) {
      found.push({ name, parts: value });
      return;
    }
    const entries = [...entriesOf(value)];
    const parts = entries.map(([, item]) => item).filter(isLayer);
    if (parts.length > 0) found.push({ name, parts });
    if (entries.length > 0) seen.add(value);
    for (const [key, item] of entries) if (!isLayer(item)) visit(item, `${name}/${key}`);
  };
  for (const [name, value] of Object.entries(holder)) visit(value, toSnakeCase(name));
  return inKerasOrder(found);
}

/** Saved parts by name, private ones last: the order in which Keras visits attributes. */
export function inKerasOrder<Layer>(parts: readonly SavedPart<Layer>[]): readonly SavedPart<Layer>[] {
  const key = ({ name }: SavedPart<Layer>): string => (name.startsWith("_") ? `~${name}` : name);
  return [...parts].sort((one, other) => (key(one) < key(other) ? -1 : 1));
}

function entriesOf(value: object): Iterable<readonly [unknown, unknown]> {
  if (Array.isArray(value)) return value.entries();
  if (value instanceof Map) return value.entries();
  if (value instanceof Set) return [...value].entries();
  return isPlainObject(value) ? Object.entries(value) : [];
}
