/** The features of a sample as elements of datasets, and back. */
import { type DType, Tensor, type TypedArray, tensor } from "@strata/core";
import { allocateArray, describeValue, formatShape, sizeOf } from "@strata/core/internal";
import { isPlainObject } from "../../schema/configurable.ts";
import { isTypedArray } from "../../training/arrays.ts";
import type { Example, Feature } from "./example.ts";

/** A feature that is wanted. */
export interface WantedFeature {
  readonly dtype: "float32" | "int32" | "bool" | "uint8" | "string";
  /** Null for a list of any length. */
  readonly shape: readonly number[] | null;
  /** The value where a sample has none; null where each must have one. */
  readonly defaultValue: number | string | null;
}

const kindOf = {
  float32: "floats",
  int32: "integers",
  bool: "integers",
  uint8: "bytes",
  string: "bytes",
} as const;

/**
 * The values of the features that are wanted, by name.
 *
 * @throws RangeError for a feature that is missing, or of another kind, length or range.
 */
export function valuesOf(
  example: Example,
  wanted: Readonly<Record<string, WantedFeature>>,
): Record<string, unknown> {
  const names = Object.keys(wanted);
  return Object.fromEntries(names.map((name) => [name, valueFor(example, name, wanted[name])]));
}

function valueFor(example: Example, name: string, wanted: WantedFeature): unknown {
  const { dtype, shape, defaultValue } = wanted;
  const given = example.get(name);
  const place = `the feature ${JSON.stringify(name)}`;
  const isMissing = given === undefined || (given.values.length === 0 && shape !== null && sizeOf(shape) > 0);
  if (isMissing) {
    if (defaultValue !== null) return repeated(defaultValue, wanted);
    throw new RangeError(`${place} is missing; the record has ${describeExample(example)}`);
  }
  if (given.kind !== kindOf[dtype]) {
    throw new RangeError(`${place} is a list of ${given.kind}; ${dtype} is made of ${kindOf[dtype]}`);
  }
  if (dtype === "string") return textsOf(given, place, shape);
  const values = given.kind === "bytes" ? oneOf(given.values, place) : given.values;
  const count = shape === null ? values.length : sizeOf(shape);
  if (values.length !== count) {
    throw new RangeError(
      `${place} has ${values.length} values; the shape ${formatShape(shape ?? [])} takes ${count}`,
    );
  }
  return tensor(converted(values, dtype, place), shape ?? [count], dtype);
}

function converted(values: ArrayLike<number>, dtype: Exclude<DType, "string">, place: string): TypedArray {
  const array = allocateArray(dtype, values.length);
  for (let index = 0; index < values.length; index++) array[index] = values[index];
  const isExact = dtype === "float32" || dtype === "uint8";
  const isWrong = (value: number): boolean =>
    dtype === "bool" ? value !== 0 && value !== 1 : value !== (value | 0);
  const wrong = isExact ? -1 : Array.from(values).findIndex(isWrong);
  if (wrong < 0) return array;
  throw new RangeError(`${place} holds ${values[wrong]}, which is no ${dtype}`);
}

function oneOf(values: readonly Uint8Array[], place: string): Uint8Array {
  if (values.length === 1) return values[0];
  throw new RangeError(`${place} is a list of ${values.length} bytes; uint8 is made of one`);
}

function textsOf(given: Feature, place: string, shape: readonly number[] | null): string | readonly string[] {
  const texts = given.kind === "bytes" ? given.values.map((bytes) => textOf(bytes, place)) : [];
  if (shape === null) return texts;
  if (texts.length !== sizeOf(shape)) {
    throw new RangeError(`${place} has ${texts.length} strings; there must be ${sizeOf(shape)}`);
  }
  return shape.length === 0 ? texts[0] : texts;
}

function textOf(bytes: Uint8Array, place: string): string {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw new RangeError(`${place} is not UTF-8; bytes are read as uint8`);
  }
}

function repeated(value: number | string, { dtype, shape }: WantedFeature): unknown {
  const count = shape === null ? 0 : sizeOf(shape);
  if (dtype === "string") {
    return shape?.length === 0 ? String(value) : Array.from({ length: count }, () => String(value));
  }
  return tensor(allocateArray(dtype, count).fill(Number(value)), shape ?? [0], dtype);
}

function describeExample(example: Example): string {
  const features = [...example].map(([name, { kind, values }]) => `${name} (${values.length} ${kind})`);
  return features.length === 0 ? "none" : features.join(", ");
}

/**
 * An element as a sample: an object of features.
 *
 * @throws TypeError for an element that is none, and for values that a feature cannot hold.
 */
export async function exampleOf(element: unknown): Promise<Example> {
  if (!isPlainObject(element)) {
    throw new TypeError(
      `it is ${describeValue(element)}; accepted are objects of features by name, and bytes, which are written as they are`,
    );
  }
  const example = new Map<string, Feature>();
  for (const [name, value] of Object.entries(element)) example.set(name, await featureOf(value, name));
  return example;
}

async function featureOf(value: unknown, name: string): Promise<Feature> {
  if (value instanceof Tensor) return featureOfNumbers(await value.data(), value.dtype);
  if (isTypedArray(value)) return featureOf(tensor(value), name);
  if (typeof value === "number") return { kind: "floats", values: [value] };
  if (typeof value === "boolean") return { kind: "integers", values: [Number(value)] };
  if (typeof value === "string") return { kind: "bytes", values: [utf8(value)] };
  if (Array.isArray(value)) {
    if (value.every((each) => typeof each === "string")) return { kind: "bytes", values: value.map(utf8) };
    if (value.every((each) => each instanceof Uint8Array)) return { kind: "bytes", values: value };
    if (value.every((each) => typeof each === "number")) return { kind: "floats", values: value };
  }
  throw new TypeError(
    `the feature ${JSON.stringify(name)} is ${describeValue(value)}; accepted are tensors, typed arrays, numbers, booleans, ` +
      "strings, and arrays of numbers, of strings or of Uint8Array",
  );
}

function featureOfNumbers(values: TypedArray, dtype: DType): Feature {
  if (dtype === "uint8") return { kind: "bytes", values: [Uint8Array.from(values)] };
  return { kind: dtype === "int32" || dtype === "bool" ? "integers" : "floats", values };
}

function utf8(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}
