/** Elements of datasets: how several become one batch, and how a batch is taken apart. */
import { type DType, evaluate, type Shape, Tensor, type TypedArray, tensor } from "@strata/core";
import { allocateArray, describeValue, sameShape, sizeOf } from "@strata/core/internal";
import { isPlainObject } from "../schema/configurable.ts";
import { dtypeOf, isTypedArray } from "../training/arrays.ts";
import { formatShape } from "../utilities/shapes.ts";

/** The type of a batch of elements: tensors of numbers, arrays of strings, in the elements' structure. */
export type Batched<Element> = Element extends readonly unknown[]
  ? { readonly [Place in keyof Element]: BatchedPart<Element[Place]> }
  : BatchedPart<Element>;

/** As {@link Batched}, within an element, where an array of numbers is data. */
export type BatchedPart<Part> = unknown extends Part
  ? unknown
  : Part extends Tensor | TypedArray | number | boolean | Numbers
    ? Tensor
    : Part extends string
      ? readonly string[]
      : Part extends object
        ? { readonly [Name in keyof Part]: BatchedPart<Part[Name]> }
        : never;

/** Nested arrays of numbers. */
export type Numbers = readonly (number | Numbers)[];

/** The type of the slices of data along their first axis: the reverse of {@link Batched}. */
export type Unbatched<Data> = unknown extends Data
  ? unknown
  : Data extends Tensor | TypedArray | Numbers
    ? Tensor
    : Data extends readonly string[]
      ? string
      : Data extends object
        ? { readonly [Name in keyof Data]: Unbatched<Data[Name]> }
        : never;

/** How elements are joined. */
export interface Joining {
  /** Who joins, for messages. */
  readonly operation: string;
  /** Joins leaves that stand in the same place. */
  readonly join: (leaves: readonly Leaf[], place: string) => Tensor;
}

/** Numbers in an element. */
export interface Leaf {
  readonly values: TypedArray;
  readonly shape: Shape;
  readonly dtype: DType;
}

/**
 * A batch of elements. The outermost array of an element is a tuple, as `[x, y]`; within it arrays of numbers are
 * data.
 */
export function joinElements(elements: readonly unknown[], joining: Joining): unknown {
  const computed: Tensor[] = [];
  for (const element of elements) collectTensors(element, computed);
  // One program for all that is to be computed, and not one for each element.
  evaluate(...computed);
  return joinParts(elements, joining, "", true);
}

function collectTensors(part: unknown, found: Tensor[]): void {
  if (part instanceof Tensor) found.push(part);
  else if (Array.isArray(part)) {
    if (!isNumbers(part)) for (const each of part) collectTensors(each, found);
  } else if (isPlainObject(part)) for (const each of Object.values(part)) collectTensors(each, found);
}

function joinParts(
  parts: readonly unknown[],
  joining: Joining,
  place: string,
  isOutermost: boolean,
): unknown {
  const [first] = parts;
  if (typeof first === "string") return parts.map((part) => checkedString(part, joining, place));
  if (isPlainObject(first)) {
    const names = Object.keys(first);
    return Object.fromEntries(
      names.map((name) => {
        const inside = parts.map((part) => member(part, names, name, joining, place));
        return [name, joinParts(inside, joining, `${place}.${name}`, false)];
      }),
    );
  }
  if (Array.isArray(first) && (isOutermost || !isNumbers(first))) {
    return first.map((_, index) => {
      const inside = parts.map((part) => item(part, first.length, index, joining, place));
      return joinParts(inside, joining, `${place}[${index}]`, false);
    });
  }
  return joining.join(
    parts.map((part) => leafOf(part, joining.operation, place)),
    place,
  );
}

function checkedString(part: unknown, { operation }: Joining, place: string): string {
  if (typeof part === "string") return part;
  throw differs(operation, place, "a string", describeValue(part));
}

function member(
  part: unknown,
  names: readonly string[],
  name: string,
  { operation }: Joining,
  place: string,
): unknown {
  if (isPlainObject(part) && Object.keys(part).length === names.length && Object.hasOwn(part, name)) {
    return part[name];
  }
  throw differs(operation, place, `an object with ${names.join(", ")}`, describeValue(part));
}

function item(part: unknown, length: number, index: number, { operation }: Joining, place: string): unknown {
  if (Array.isArray(part) && part.length === length) return part[index];
  throw differs(operation, place, `an array of ${length}`, describeValue(part));
}

/** The error for elements that do not fit together. */
export function differs(operation: string, place: string, one: string, other: string): RangeError {
  const where = place === "" ? "elements" : `elements at ${place}`;
  return new RangeError(`${operation}: ${where} differ: ${one} and ${other}; those of a batch must be alike`);
}

/** Whether an array is data: numbers, or nested arrays of them. */
function isNumbers(value: readonly unknown[]): boolean {
  return value.every((each) => typeof each === "number" || (Array.isArray(each) && isNumbers(each)));
}

/** The numbers of a leaf. */
export function leafOf(part: unknown, operation: string, place: string): Leaf {
  if (part instanceof Tensor) return { values: part.dataSync(), shape: part.shape, dtype: part.dtype };
  if (typeof part === "number") return { values: Float32Array.of(part), shape: [], dtype: "float32" };
  if (typeof part === "boolean") return { values: Uint8Array.of(part ? 1 : 0), shape: [], dtype: "bool" };
  if (isTypedArray(part)) return { values: part, shape: [part.length], dtype: dtypeOf(part) };
  if (Array.isArray(part) && isNumbers(part)) return leafOf(tensor(part), operation, place);
  const where = place === "" ? "an element" : `an element at ${place}`;
  throw new RangeError(
    `${operation}: ${where} is ${describeValue(part)}; it must be a tensor, a typed array, a number, a boolean, a string, ` +
      "or arrays or objects of these",
  );
}

/** Stacks leaves of one shape: [batch, ...]. */
export function stackLeaves(operation: string) {
  return (leaves: readonly Leaf[], place: string): Tensor => {
    const [{ shape, dtype }] = leaves;
    const size = sizeOf(shape);
    const joined = allocateArray(dtype, leaves.length * size);
    leaves.forEach((leaf, index) => {
      if (!sameShape(leaf.shape, shape) || leaf.dtype !== dtype) {
        throw differs(operation, place, typeText(leaves[0]), typeText(leaf));
      }
      joined.set(leaf.values, index * size);
    });
    return tensor(joined, [leaves.length, ...shape], dtype);
  };
}

/** The type of a leaf, for messages. */
export function typeText({ dtype, shape }: Leaf): string {
  return `${dtype} ${formatShape(shape)}`;
}

/** The elements of a batch: the slices of its tensors along the first axis, in its structure. */
export function* splitBatch(batch: unknown, operation: string): Generator<unknown> {
  const slices = slicer(batch, operation, "");
  for (let index = 0; index < slices.count; index++) yield slices.at(index);
}

interface Slices {
  readonly count: number;
  at(index: number): unknown;
}

/** Access to the slices of tensors, typed arrays and lists of strings, in a structure; of one number all. */
export function slicer(part: unknown, operation: string, place: string): Slices {
  if (Array.isArray(part) && part.every((each) => typeof each === "string")) {
    return { count: part.length, at: (index) => part[index] };
  }
  if (part instanceof Tensor || isTypedArray(part) || (Array.isArray(part) && isNumbers(part))) {
    return tensorSlices(part instanceof Tensor ? part : tensor(part), operation, place);
  }
  const isRecord = isPlainObject(part);
  if (!isRecord && !Array.isArray(part)) {
    const where = place === "" ? "the data are" : `the data at ${place} are`;
    throw new RangeError(
      `${operation}: ${where} ${describeValue(part)}; they must be tensors, typed arrays or nested arrays of numbers, ` +
        "lists of strings, or arrays or objects of these",
    );
  }
  const parts = Object.entries(part).map(
    ([name, each]) =>
      [name, slicer(each, operation, isRecord ? `${place}.${name}` : `${place}[${name}]`)] as const,
  );
  if (parts.length === 0) throw new RangeError(`${operation}: there are no data`);
  const [[, { count }]] = parts;
  for (const [name, each] of parts) {
    if (each.count === count) continue;
    throw new RangeError(
      `${operation}: the data ${JSON.stringify(parts[0][0])} have ${count} elements and ${JSON.stringify(name)} ${each.count}; they ` +
        "must have the same number",
    );
  }
  if (isRecord) {
    return { count, at: (index) => Object.fromEntries(parts.map(([name, each]) => [name, each.at(index)])) };
  }
  return { count, at: (index) => parts.map(([, each]) => each.at(index)) };
}

function tensorSlices(values: Tensor, operation: string, place: string): Slices {
  const { shape, dtype } = values;
  if (shape.length === 0) {
    throw new RangeError(`${operation}: the data${place} are a scalar; they must have a first axis`);
  }
  const [count, ...rest] = shape;
  const size = sizeOf(rest);
  const all = values.dataSync();
  return { count, at: (index) => tensor(all.slice(index * size, (index + 1) * size), rest, dtype) };
}
