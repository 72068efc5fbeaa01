import { ShapeError, type TensorLike } from "@strata/core";
import { checkTensorLike, describeValue } from "@strata/core/internal";
import { toTensor } from "../../../utilities/tensors.ts";

/** Texts in nested arrays, as `["a b", "c"]`. */
export type Texts = string | readonly Texts[];

/** Values in row-major order, with their shape. */
export interface Flat<Value> {
  readonly values: readonly Value[];
  readonly shape: readonly number[];
}

/** Whether there is a text in nested arrays. */
export function holdsText(value: unknown): boolean {
  return typeof value === "string" || (Array.isArray(value) && value.some(holdsText));
}

/** The texts of nested arrays, in order. Throws a ShapeError in the owner's name for arrays of different lengths. */
export function flatTexts(owner: string, texts: unknown): Flat<string> {
  const values: string[] = [];
  const shape: number[] = [];
  const visit = (part: unknown, depth: number): void => {
    if (typeof part === "string") {
      if (shape.length > depth) throw ragged(owner);
      values.push(part);
      return;
    }
    if (!Array.isArray(part)) {
      throw new TypeError(
        `${owner}: ${describeValue(part)} is given; it must be a string, or nested arrays of strings`,
      );
    }
    if (shape.length === depth) {
      if (values.length > 0) throw ragged(owner);
      shape.push(part.length);
    }
    if (shape[depth] !== part.length) throw ragged(owner);
    for (const each of part) visit(each, depth + 1);
  };
  visit(texts, 0);
  return { values, shape };
}

/** Texts or whole numbers, in order. */
export function flatValues(owner: string, given: unknown): Flat<string | number> {
  if (holdsText(given)) return flatTexts(owner, given);
  checkTensorLike(owner, given);
  const numbers = toTensor(given);
  return { values: Array.from(numbers.dataSync()), shape: numbers.shape };
}

/** Values in nested arrays of a shape. */
export function nested<Value>({ values, shape }: Flat<Value>): Value | readonly unknown[] {
  const nest = (axis: number, start: number): Value | readonly unknown[] => {
    if (axis === shape.length) return values[start];
    const size = shape.slice(axis + 1).reduce((product, each) => product * each, 1);
    return Array.from({ length: shape[axis] }, (_, index) => nest(axis + 1, start + index * size));
  };
  return nest(0, 0);
}

function ragged(owner: string): ShapeError {
  return new ShapeError(
    `${owner}: the nested arrays of strings have different lengths; they must be the same`,
  );
}

/** Texts, or whole numbers as a tensor or what makes one. */
export type TextsOrNumbers = Texts | TensorLike;
