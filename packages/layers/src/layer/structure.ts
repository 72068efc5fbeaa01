import { Tensor, Variable } from "@strata/core";
import { isPlainObject } from "../schema/configurable.ts";

/** A leaf, or arrays and objects of leaves, nested to any depth. */
export type Structure<Leaf> =
  | Leaf
  | readonly Structure<Leaf>[]
  | { readonly [name: string]: Structure<Leaf> };

/** Tensors in a structure, as layers take and give them. */
export type TensorStructure = Structure<Tensor | null>;

/** The structure of tensors `S`, with leaves of another type in their places. */
export type Mapped<S, Leaf> = [TensorStructure] extends [S]
  ? Structure<Leaf>
  : S extends Tensor
    ? Leaf
    : S extends null | undefined
      ? S
      : { readonly [Name in keyof S]: Mapped<S[Name], Leaf> };

/** Replaces each leaf; `null` and what is neither an array nor a plain object is a leaf. */
export function mapStructure<Leaf, Result>(
  structure: Structure<Leaf>,
  replace: (leaf: Leaf, index: number) => Result,
): Structure<Result> {
  let index = 0;
  const visit = (part: Structure<Leaf>): Structure<Result> => {
    if (isList(part)) return part.map(visit);
    if (isRecord(part)) {
      return Object.fromEntries(Object.entries(part).map(([name, each]) => [name, visit(each)]));
    }
    return replace(part, index++);
  };
  return visit(structure);
}

/** The leaves in order. */
export function leavesOf<Leaf>(structure: Structure<Leaf>): Leaf[] {
  const leaves: Leaf[] = [];
  mapStructure(structure, (leaf) => leaves.push(leaf));
  return leaves;
}

/** A structure of the same form, with the leaves given. */
export function withLeaves<Leaf, Result>(
  form: Structure<Leaf>,
  leaves: readonly Result[],
): Structure<Result> {
  return mapStructure(form, (_, index) => leaves[index]);
}

/** Whether the structure is one leaf. */
export function isLeaf<Leaf>(structure: Structure<Leaf>): structure is Leaf {
  return !isList(structure) && !isRecord(structure);
}

/** Whether two structures have the same arrays, names and number of leaves. */
export function hasFormOf(one: Structure<unknown>, other: Structure<unknown>): boolean {
  return describeForm(one) === describeForm(other);
}

/** The form of a structure in few words: `[•, { mask: • }]`. */
export function describeForm(structure: Structure<unknown>): string {
  if (isList(structure)) return `[${structure.map(describeForm).join(", ")}]`;
  if (!isRecord(structure)) return "•";
  const fields = Object.entries(structure).map(([name, part]) => `${name}: ${describeForm(part)}`);
  return `{ ${fields.join(", ")} }`;
}

/**
 * Reads what was given for a structure of tensors: an array of numbers is one leaf, an array with a tensor in it, or
 * with typed arrays, is a structure.
 *
 * @param isTensor Whether a value is a tensor of some kind.
 * @param read Makes a leaf of what stands in its place.
 */
export function parseStructure<Leaf>(
  given: unknown,
  isTensor: (value: unknown) => boolean,
  read: (leaf: unknown) => Leaf,
): Structure<Leaf> {
  if (Array.isArray(given) && given.some((part) => holdsTensor(part, isTensor))) {
    return given.map((part) => parseStructure(part, isTensor, read));
  }
  if (!isPlainObject(given)) return read(given);
  const parts = Object.entries(given).map(([name, part]) => [name, parseStructure(part, isTensor, read)]);
  return Object.fromEntries(parts);
}

/** Whether a value is a tensor or a Variable. */
export function isTensorValue(value: unknown): value is Tensor | Variable {
  return value instanceof Tensor || value instanceof Variable;
}

function holdsTensor(part: unknown, isTensor: (value: unknown) => boolean): boolean {
  if (isTensor(part) || ArrayBuffer.isView(part) || isPlainObject(part)) return true;
  return Array.isArray(part) && part.some((each) => holdsTensor(each, isTensor));
}

/** Whether the structure is an array. */
export function isList<Leaf>(part: Structure<Leaf>): part is readonly Structure<Leaf>[] {
  return Array.isArray(part);
}

/** Whether the structure is an object with names. */
export function isRecord<Leaf>(part: Structure<Leaf>): part is { readonly [name: string]: Structure<Leaf> } {
  return isPlainObject(part);
}
