/** A static property of an operation: part of the program's structure, not of its data. */
export type AttributeValue = number | string | boolean | null | readonly AttributeValue[];

/** The static properties of an operation, such as the axes of a sum. */
export type Attributes = { readonly [name: string]: AttributeValue };

/** Attributes as text that differs wherever they do, −0 and NaN included. */
export function attributesText(attributes: Attributes): string {
  for (const _ in attributes) {
    return JSON.stringify(attributes, (_key, part) => {
      if (typeof part !== "number") return part;
      return Object.is(part, -0) ? "-0" : String(part);
    });
  }
  return "";
}
