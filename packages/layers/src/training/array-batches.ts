/** Data at hand: read, checked against the model, and cut into batches. */
import { type DType, ShapeError, shuffledIndices, type Tensor } from "@strata/core";
import { describeValue, listAlternatives } from "@strata/core/internal";
import {
  isList,
  isTensorValue,
  leavesOf,
  mapStructure,
  parseStructure,
  type Structure,
} from "../layer/structure.ts";
import { isPlainObject } from "../schema/configurable.ts";
import { fitsShape, formatShape, type SymbolicShape, symbolicSize } from "../utilities/shapes.ts";
import { ArrayData, type DataLike, isTypedArray, RowReader, toArrayData } from "./arrays.ts";
import type { Batch, BatchSource } from "./batch.ts";

/** Data for a model of several inputs or outputs: arrays and objects of them; null for an output without targets. */
export type DataStructure = Structure<DataLike | null>;

/** Factors of the losses of the classes: `{ 0: 1, 1: 5 }`. A class that is not there counts 1. */
export type ClassWeight = Readonly<Record<number, number>>;

/** The name, shape and dtype that a model expects of one of its inputs or outputs. */
export class Expected {
  /** Its name, under which objects have it. */
  readonly name: string;
  /** The shape of a batch. */
  readonly shape: SymbolicShape;
  /** The dtype that floats are to have. */
  readonly dtype: DType;

  constructor(name: string, shape: SymbolicShape, dtype: DType) {
    this.name = name;
    this.shape = shape;
    this.dtype = dtype;
  }
}

/** Samples, their targets and their weights. */
export interface Dataset {
  readonly x: Structure<ArrayData>;
  readonly y: Structure<ArrayData | null> | null;
  readonly sampleWeight: Structure<ArrayData | null> | null;
  readonly count: number;
}

/** Who reads the data, for messages; what it is called there; and the dtype that floats are to have. */
interface Reading {
  readonly operation: string;
  readonly name: string;
  readonly dtype: DType;
}

/**
 * Reads the samples.
 *
 * @param expected What the model expects, in its structure; null if it takes any.
 */
export function readInputs(
  given: unknown,
  expected: Structure<Expected> | null,
  reading: Reading,
): Structure<ArrayData> {
  const read = readPlaced(given, expected, reading, (data, name, wanted) => {
    const { operation } = reading;
    const sampleShape = wanted === null ? null : wanted.shape.slice(1);
    const dtype = wanted?.dtype ?? reading.dtype;
    const array = toArrayData(data, { operation, name, dtype, sampleShape });
    return wanted === null ? array : fitted(array, wanted.shape, operation, name);
  });
  checkCounts(reading.operation, reading.name, leavesOf(read));
  return read;
}

/**
 * Reads the targets, or the weights, of samples.
 *
 * @param expected The model's outputs; null if they are not known.
 * @param count The number of samples.
 */
export function readTargets(
  given: unknown,
  expected: Structure<Expected> | null,
  count: number,
  reading: Reading,
): Structure<ArrayData | null> {
  const { operation } = reading;
  return readPlaced(given, expected, reading, (data, name, wanted) => {
    if (data === null) return null;
    const sampleShape =
      wanted === null
        ? null
        : isTypedArray(data)
          ? targetShape(data.length / count, wanted)
          : wanted.shape.slice(1);
    const array = toArrayData(data, { operation, name, dtype: reading.dtype, sampleShape });
    if (array.shape[0] === count) return array;
    const isTarget = name === "y" ? " (their shapes begin so)" : "";
    throw new ShapeError(
      `${operation}: x has ${count} samples and ${name} ${array.shape[0]}${isTarget}; they must have the same number`,
    );
  });
}

/** The shape of one sample's targets in a flat typed array: labels where there are too few for outputs. Null: a number. */
function targetShape(size: number, { shape }: Expected): SymbolicShape | null {
  if (size === 1) return null;
  const labels = shape.slice(1, -1);
  return symbolicSize(labels) === size ? labels : shape.slice(1);
}

/** The number of samples. */
export function countOf(x: Structure<ArrayData>): number {
  return leavesOf(x)[0].shape[0];
}

/** The first rows and the last, cut at floor(n·(1 − share)). */
export function splitDataset(dataset: Dataset, share: number): [Dataset, Dataset] {
  if (!(share > 0 && share < 1)) {
    throw new RangeError(`fit: validationSplit is ${describeValue(share)}; it must be above 0 and below 1`);
  }
  const { count } = dataset;
  const cut = Math.floor(count * (1 - share));
  if (cut === 0 || cut === count) {
    throw new RangeError(
      `fit: validationSplit ${share} of ${count} samples leaves ${cut} to train on and ${count - cut} to validate ` +
        "with; there must be one at least of each",
    );
  }
  return [slice(dataset, 0, cut), slice(dataset, cut, count)];
}

/** Batches of data at hand. The last one of a pass may be smaller. */
export class ArrayBatches implements BatchSource {
  readonly count: number;
  private readonly dataset: Dataset;
  private readonly batchSize: number;
  private readonly isShuffled: boolean;
  private readonly readers = new Map<ArrayData, RowReader>();

  constructor(dataset: Dataset, batchSize: number, isShuffled = false) {
    this.dataset = dataset;
    this.batchSize = batchSize;
    this.isShuffled = isShuffled;
    this.count = Math.ceil(dataset.count / batchSize);
  }

  pass(round: number, start: number): Iterator<Batch> {
    const order = this.isShuffled ? shuffledIndices(this.dataset.count, round) : null;
    let index = start;
    return {
      next: () =>
        index < this.count
          ? { done: false, value: this.at(index++, order) }
          : { done: true, value: undefined },
    };
  }

  /** A batch of a pass in an order; in that of the data without one. */
  at(index: number, order: Int32Array | null = null): Batch {
    const { x, y, sampleWeight, count } = this.dataset;
    const start = index * this.batchSize;
    const end = Math.min(start + this.batchSize, count);
    const rows = (data: ArrayData | null): Tensor | null =>
      data === null ? null : this.reader(data).rows(order, start, end);
    return {
      x: mapStructure(x, (data) => this.reader(data).rows(order, start, end)),
      y: y === null ? null : mapStructure(y, rows),
      sampleWeight: sampleWeight === null ? null : mapStructure(sampleWeight, rows),
    };
  }

  private reader(data: ArrayData): RowReader {
    const known = this.readers.get(data) ?? new RowReader(data);
    this.readers.set(data, known);
    return known;
  }
}

/**
 * Reads what was given, in the structure that is expected; where none is, tensors and objects tell it.
 *
 * @param read Reads one array of data, from what was given, what it is called, and what the model expects.
 */
function readPlaced<Result>(
  given: unknown,
  expected: Structure<Expected> | null,
  { operation, name }: Reading,
  read: (data: unknown, name: string, wanted: Expected | null) => Result,
): Structure<Result> {
  if (expected === null) return parseStructure(given, isTensorValue, (data) => read(data, name, null));
  const place = (part: unknown, form: Structure<Expected>, path: string): Structure<Result> => {
    if (form instanceof Expected) {
      return read(isPlainObject(part) && form.name in part ? part[form.name] : part, path, form);
    }
    if (!isList(form)) {
      return Object.fromEntries(
        Object.entries(form).map(([key, each]) => [
          key,
          place(named(part, key, path), each, `${path}.${key}`),
        ]),
      );
    }
    if (isPlainObject(part)) {
      return form.map((each) => {
        const [{ name: key }] = leavesOf(each);
        return place(named(part, key, path), each, `${path}.${key}`);
      });
    }
    if (Array.isArray(part) && part.length === form.length) {
      return form.map((each, index) => place(part[index], each, `${path}[${index}]`));
    }
    const names = leavesOf(form).map((each) => each.name);
    throw new RangeError(
      `${operation}: ${path} is ${describeValue(part)}; the model has ${form.length} (${listAlternatives(names)}): give an array ` +
        "in this order, or an object with these names",
    );
  };
  const named = (part: unknown, key: string, path: string): unknown => {
    if (isPlainObject(part) && key in part) return part[key];
    const found = isPlainObject(part)
      ? `has ${listAlternatives(Object.keys(part))}`
      : `is ${describeValue(part)}`;
    throw new RangeError(`${operation}: ${path} ${found}; the model needs ${JSON.stringify(key)}`);
  };
  return place(given, expected, name);
}

/** The data with an axis of size 1 more or less at the end, where the model expects that. */
function fitted(data: ArrayData, expected: SymbolicShape, operation: string, name: string): ArrayData {
  const { shape } = data;
  const candidates = [shape, [...shape, 1], ...(shape[shape.length - 1] === 1 ? [shape.slice(0, -1)] : [])];
  const found = candidates.find((each) => fitsShape(each, expected));
  if (found !== undefined) return new ArrayData(data.values, found, data.dtype);
  const isSample = fitsShape([1, ...shape], expected);
  throw new ShapeError(
    `${operation}: ${name} has the shape ${formatShape(shape)}; the model takes ${formatShape(expected)}` +
      (isSample ? " (a single sample is given as a batch of one: [sample])" : ""),
  );
}

function checkCounts(operation: string, name: string, data: readonly ArrayData[]): void {
  const counts = data.map(({ shape }) => shape[0]);
  if (counts.every((count) => count === counts[0])) return;
  throw new ShapeError(
    `${operation}: ${name} has inputs of ${counts.join(", ")} samples; they must have the same number`,
  );
}

function slice({ x, y, sampleWeight }: Dataset, start: number, end: number): Dataset {
  const rows = (data: ArrayData | null): ArrayData | null => data?.slice(start, end) ?? null;
  return {
    x: mapStructure(x, (data) => data.slice(start, end)),
    y: y === null ? null : mapStructure(y, rows),
    sampleWeight: sampleWeight === null ? null : mapStructure(sampleWeight, rows),
    count: end - start,
  };
}

/** The weight of each sample by its label, or by the place of the largest value of its one-hot vector. */
export function weightsOfClasses(
  operation: string,
  classWeight: ClassWeight,
  y: ArrayData | null,
): ArrayData {
  if (y === null || y.shape.length > 2) {
    const found = y === null ? "is not there" : `has the shape ${formatShape(y.shape)}`;
    throw new ShapeError(
      `${operation}: classWeight needs labels [samples] or [samples, classes]; y ${found}`,
    );
  }
  const byClass = new Map(Object.entries(classWeight).map(([label, weight]) => [Number(label), weight]));
  for (const [label, weight] of byClass) {
    if (Number.isInteger(label) && Number.isFinite(weight)) continue;
    throw new RangeError(
      `${operation}: classWeight has ${describeValue(weight)} for the class ${label}; it must give numbers to integers`,
    );
  }
  const [count, columns = 1] = y.shape;
  const values = Float32Array.from({ length: count }, (_, row) => {
    const label = columns === 1 ? Math.trunc(y.values[row]) : largestOf(y.values, row * columns, columns);
    return byClass.get(label) ?? 1;
  });
  return new ArrayData(values, [count], "float32");
}

function largestOf(values: ArrayLike<number>, start: number, length: number): number {
  let largest = 0;
  for (let index = 1; index < length; index++)
    if (values[start + index] > values[start + largest]) largest = index;
  return largest;
}
