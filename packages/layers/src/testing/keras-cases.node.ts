/** The cases in `fixtures/keras`: computed by Keras itself, and read here. */
import { readFileSync } from "node:fs";
import { type ArrayValue, cast, type DType, type Tensor, tensor } from "@strata/core";
import { isDType } from "@strata/core/internal";
import { expect } from "vitest";
import { leavesOf, mapStructure, type Structure } from "../layer/structure.ts";
import { isPlainObject } from "../schema/configurable.ts";
import type { Json } from "../schema/option.ts";

/** A tensor as the cases write it. */
export interface TensorCase {
  readonly shape: readonly number[];
  readonly dtype: string;
  readonly data: readonly (number | string)[];
  readonly name?: string;
  readonly trainable?: boolean;
}

/** A case of a file; what it holds depends on the file. */
export interface KerasCase {
  readonly id: string;
  readonly [name: string]: Json | undefined;
}

/** The cases of a file of `fixtures/keras`, named without its ending. */
export function readKerasCases(file: string): readonly KerasCase[] {
  return readKerasFile(file).cases;
}

/** A case that was copied from Keras's own tests. */
export interface GoldenCase extends KerasCase {
  readonly kind: string;
  readonly cls: string;
  readonly config: { readonly [name: string]: Json };
  readonly expected: ArrayValue;
  readonly tol: { readonly atol: number; readonly rtol: number };
}

/** The cases of a kind that were copied from Keras's own tests. */
export function readGoldenCases(kind: string): readonly GoldenCase[] {
  const cases: readonly GoldenCase[] = JSON.parse(readFileSync(fileOf("goldens"), "utf8")).cases;
  return cases.filter((test) => test.kind === kind);
}

/** The cases of plain functions in a file. */
export function readKerasFunctions(file: string): readonly KerasCase[] {
  return readKerasFile(file).functions;
}

/** The lists of cases in a file. */
export function readKerasFile(
  file: string,
): Record<"cases" | "functions" | "preprocess_input", readonly KerasCase[]> {
  return JSON.parse(readFileSync(fileOf(file), "utf8"));
}

function fileOf(name: string): URL {
  return new URL(`../../fixtures/keras/${name}.json`, import.meta.url);
}

export function isTensorCase(json: unknown): json is TensorCase {
  return (
    isPlainObject(json) &&
    Array.isArray(json.shape) &&
    typeof json.dtype === "string" &&
    Array.isArray(json.data)
  );
}

/** The values of a tensor in a case. */
export function numbersOf({ data }: TensorCase): Float64Array {
  return Float64Array.from(data, Number);
}

/** The tensor of a case, in its dtype; dtypes that core does not have become the nearest. */
export function tensorOf(given: TensorCase): Tensor {
  const dtype = nearestDType(given.dtype);
  return cast(tensor(numbersOf(given), given.shape, "float64"), dtype);
}

function nearestDType(name: string): DType {
  if (isDType(name)) return name;
  return name.startsWith("float") ? "float32" : "int32";
}

/** A structure of a case with tensors in place of their descriptions; numbers, texts and null stay. */
export function structureOf(json: Json | undefined): Structure<unknown> {
  if (isTensorCase(json)) return json.dtype === "string" ? stringsOf(json) : tensorOf(json);
  if (Array.isArray(json)) return json.map(structureOf);
  if (isPlainObject(json)) {
    return Object.fromEntries(Object.entries(json).map(([name, each]) => [name, structureOf(each)]));
  }
  return json;
}

/** Texts in nested arrays, as layers of texts take them. */
export function stringsOf({ shape, data }: TensorCase): unknown {
  const nest = (axis: number, start: number): unknown => {
    if (axis === shape.length) return String(data[start]);
    const size = shape.slice(axis + 1).reduce((product, each) => product * each, 1);
    return Array.from({ length: shape[axis] }, (_, index) => nest(axis + 1, start + index * size));
  };
  return nest(0, 0);
}

/** How far values may be from Keras's. */
export interface Tolerance {
  readonly absolute: number;
  readonly relative: number;
}

export const singleCall: Tolerance = { absolute: 1e-5, relative: 1e-4 };

/** Compares a result with that of a case: shape, and each value. */
export function expectAsInKeras(
  place: string,
  found: unknown,
  expected: TensorCase,
  { absolute, relative }: Tolerance = singleCall,
): void {
  if (!isTensorLike(found)) throw new Error(`${place}: ${String(found)} is no tensor`);
  expect({ place, shape: found.shape }).toEqual({ place, shape: expected.shape });
  const values = found.dataSync();
  const wanted = numbersOf(expected);
  wanted.forEach((value, index) => {
    const isClose =
      Object.is(values[index], value) ||
      Math.abs(values[index] - value) <= absolute + relative * Math.abs(value);
    if (!isClose && !(Number.isNaN(value) && Number.isNaN(values[index]))) {
      throw new Error(
        `${place}: element ${index} of ${wanted.length} is ${values[index]}, in Keras ${value}`,
      );
    }
  });
}

/** Compares a structure of results; leaves that the case leaves out as null are not looked at. */
export function expectStructureAsInKeras(
  place: string,
  found: unknown,
  expected: Json | undefined,
  tolerance = singleCall,
): void {
  if (isTensorCase(expected) && expected.dtype === "string") {
    expect({ place, found }).toEqual({ place, found: stringsOf(expected) });
    return;
  }
  const wanted = tensorCasesOf(expected);
  const results = leavesOf<unknown>(found);
  expect({ place, count: results.length }).toEqual({ place, count: wanted.length });
  wanted.forEach((each, index) => {
    if (each !== null) expectAsInKeras(`${place}[${index}]`, results[index], each, tolerance);
  });
}

/** The leaves of a structure of tensors in a case; null for those that are not there. */
export function tensorCasesOf(json: Json | undefined): (TensorCase | null)[] {
  if (json === null || json === undefined) return [null];
  if (isTensorCase(json)) return [json];
  const parts = Array.isArray(json) ? json : Object.values(json);
  return parts.flatMap(tensorCasesOf);
}

function isTensorLike(value: unknown): value is Tensor {
  return typeof value === "object" && value !== null && "dataSync" in value;
}

/** The structure with each tensor replaced. */
export { leavesOf, mapStructure };
