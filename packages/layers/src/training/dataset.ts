import { ShapeError, shuffledIndices, type Tensor } from "@strata/core";
import { describeValue } from "@strata/core/internal";
import { fitsShape, formatShape, type SymbolicShape } from "../utilities/shapes.ts";
import type { FloatDType } from "../utilities/tensors.ts";
import { type ArrayData, type DataLike, RowReader, sliceRows, toArrayData } from "./arrays.ts";

/** Factors of the losses of the classes: `{ 0: 1, 1: 5 }`. A class that is not there counts 1. */
export type ClassWeight = Readonly<Record<number, number>>;

/** Samples, their targets and their weights, checked against each other and against the model. */
export interface Dataset {
  readonly x: ArrayData;
  readonly y: ArrayData | null;
  readonly sampleWeight: ArrayData | null;
  readonly count: number;
}

/** One batch, as tensors. */
export interface Batch {
  readonly x: Tensor;
  readonly y: Tensor | null;
  readonly sampleWeight: Tensor | null;
  readonly size: number;
}

/** What a dataset has to fit. */
export interface DatasetNeeds {
  /** Who asks, for messages. */
  readonly operation: string;
  /** The dtype that the model computes in. */
  readonly dtype: FloatDType;
  /** The shape of the model's input; null if it takes its first one. */
  readonly inputShape: SymbolicShape | null;
  /** The shape of the model's output for an input of a shape; throws if the model does not take it. */
  readonly outputShape: (inputShape: SymbolicShape) => SymbolicShape;
}

/** What a dataset is made of. */
export interface DatasetParts {
  readonly x: DataLike;
  readonly y?: DataLike | undefined;
  readonly sampleWeight?: DataLike | undefined;
  readonly classWeight?: ClassWeight | undefined;
}

/** Reads the data and checks that its parts belong together. */
export function makeDataset(
  parts: DatasetParts,
  { operation, dtype, inputShape, outputShape }: DatasetNeeds,
): Dataset {
  const sampleShape = inputShape === null ? null : inputShape.slice(1);
  const x = toArrayData(parts.x, { operation, name: "x", dtype, sampleShape });
  if (inputShape !== null && !fitsShape(x.shape, inputShape)) {
    throw new ShapeError(
      `${operation}: x has the shape ${formatShape(x.shape)}; the model takes ${formatShape(inputShape)}`,
    );
  }
  const [count] = x.shape;
  const output = outputShape([null, ...x.shape.slice(1)]);
  const y = parts.y === undefined ? null : readTargets(parts.y, { operation, dtype, output, count });
  const sampleWeight = readWeights(parts, { operation, dtype, y, count });
  return { x, y, sampleWeight, count };
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

/** Cuts a dataset into batches. The last one of a pass may be smaller. */
export class Batches {
  /** The number of batches in a pass. */
  readonly count: number;
  private readonly dataset: Dataset;
  private readonly batchSize: number;
  private readonly x: RowReader;
  private readonly y: RowReader | null;
  private readonly sampleWeight: RowReader | null;
  private order: Int32Array | null = null;

  constructor(dataset: Dataset, batchSize: number) {
    this.dataset = dataset;
    this.batchSize = batchSize;
    this.count = Math.ceil(dataset.count / batchSize);
    this.x = new RowReader(dataset.x);
    this.y = dataset.y === null ? null : new RowReader(dataset.y);
    this.sampleWeight = dataset.sampleWeight === null ? null : new RowReader(dataset.sampleWeight);
  }

  /** Takes the samples in the order of a round from now on. */
  shuffle(round: number): void {
    this.order = shuffledIndices(this.dataset.count, round);
  }

  at(index: number): Batch {
    const start = index * this.batchSize;
    const end = Math.min(start + this.batchSize, this.dataset.count);
    const { order } = this;
    return {
      x: this.x.rows(order, start, end),
      y: this.y?.rows(order, start, end) ?? null,
      sampleWeight: this.sampleWeight?.rows(order, start, end) ?? null,
      size: end - start,
    };
  }
}

interface Known {
  readonly operation: string;
  readonly dtype: FloatDType;
  readonly count: number;
}

function readTargets(
  data: DataLike,
  { operation, dtype, output, count }: Known & { readonly output: SymbolicShape },
): ArrayData {
  // A flat typed array is labels if there is one for each sample.
  const isFlat = ArrayBuffer.isView(data) && data.length === count;
  const y = toArrayData(data, { operation, name: "y", dtype, sampleShape: isFlat ? null : output.slice(1) });
  if (y.shape[0] === count) return y;
  throw new ShapeError(
    `${operation}: x has ${count} samples and y ${y.shape[0]} (their shapes begin so); they must have the same number`,
  );
}

function readWeights(
  { sampleWeight, classWeight }: DatasetParts,
  { operation, dtype, count, y }: Known & { readonly y: ArrayData | null },
): ArrayData | null {
  if (sampleWeight !== undefined && classWeight !== undefined) {
    throw new RangeError(
      `${operation}: classWeight and sampleWeight were both given; only one of them is accepted`,
    );
  }
  if (classWeight !== undefined) return weightsOfClasses(operation, classWeight, y);
  if (sampleWeight === undefined) return null;
  const weights = toArrayData(sampleWeight, { operation, name: "sampleWeight", dtype, sampleShape: null });
  if (weights.shape[0] === count) return weights;
  throw new ShapeError(
    `${operation}: x has ${count} samples and sampleWeight ${weights.shape[0]}; they must have the same number`,
  );
}

/** The weight of each sample by its label, or by the place of the largest value of its one-hot vector. */
function weightsOfClasses(operation: string, classWeight: ClassWeight, y: ArrayData | null): ArrayData {
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
  return { values, shape: [count], dtype: "float32" };
}

function largestOf(values: ArrayLike<number>, start: number, length: number): number {
  let largest = 0;
  for (let index = 1; index < length; index++)
    if (values[start + index] > values[start + largest]) largest = index;
  return largest;
}

function slice({ x, y, sampleWeight }: Dataset, start: number, end: number): Dataset {
  return {
    x: sliceRows(x, start, end),
    y: y && sliceRows(y, start, end),
    sampleWeight: sampleWeight && sliceRows(sampleWeight, start, end),
    count: end - start,
  };
}
