/** A static property of an operation: part of the program's structure, not of its data. */
export type AttributeValue = number | string | boolean | null | readonly AttributeValue[];

/** The static properties of an operation, such as the axes of a sum. */
export type Attributes = { readonly [name: string]: AttributeValue };
