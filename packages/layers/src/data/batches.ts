import { type Tensor, tensor } from "@strata/core";
import { allocateArray, describeValue, sizeOf } from "@strata/core/internal";
import { differs, joinElements, type Leaf, leafOf, splitBatch, stackLeaves, typeText } from "./elements.ts";
import type { Pass } from "./passes.ts";

/** Batches of elements; the last one may be smaller, or is dropped. */
export async function* batchPass<Element, Result>(
  elements: Pass<Element>,
  size: number,
  dropsRemainder: boolean,
  join: (elements: readonly Element[]) => Result,
): AsyncGenerator<Result> {
  let gathered: Element[] = [];
  for await (const element of elements) {
    gathered.push(element);
    if (gathered.length < size) continue;
    yield join(gathered);
    gathered = [];
  }
  if (gathered.length > 0 && !dropsRemainder) yield join(gathered);
}

/** Stacks elements of one form. */
export function stackElements(elements: readonly unknown[]): unknown {
  return joinElements(elements, { operation: "Dataset.batch", join: stackLeaves("Dataset.batch") });
}

/** Stacks elements whose sizes differ: each axis is filled up to the longest. */
export function padElements(elements: readonly unknown[], paddingValue: number): unknown {
  const operation = "Dataset.paddedBatch";
  return joinElements(elements, {
    operation,
    join: (leaves, place) => padLeaves(leaves, place, paddingValue),
  });
}

function padLeaves(leaves: readonly Leaf[], place: string, paddingValue: number): Tensor {
  const [first] = leaves;
  for (const leaf of leaves) {
    if (leaf.dtype === first.dtype && leaf.shape.length === first.shape.length) continue;
    throw differs("Dataset.paddedBatch", place, typeText(first), typeText(leaf));
  }
  const shape = first.shape.map((_, axis) => Math.max(...leaves.map((leaf) => leaf.shape[axis])));
  const size = sizeOf(shape);
  const joined = allocateArray(first.dtype, leaves.length * size);
  joined.fill(paddingValue);
  leaves.forEach((leaf, index) => {
    copyRows(leaf, joined.subarray(index * size, (index + 1) * size), shape);
  });
  return tensor(joined, [leaves.length, ...shape], first.dtype);
}

/** Copies the rows of a leaf into their places in a larger one. */
function copyRows({ values, shape }: Leaf, target: Leaf["values"], targetShape: readonly number[]): void {
  const rank = shape.length;
  const rowSize = rank === 0 ? 1 : shape[rank - 1];
  const rows = rank === 0 ? 1 : sizeOf(shape.slice(0, -1));
  for (let row = 0; row < rows; row++) {
    let start = 0;
    let left = row;
    let stride = rank === 0 ? 1 : targetShape[rank - 1];
    for (let axis = rank - 2; axis >= 0; axis--) {
      start += (left % shape[axis]) * stride;
      left = Math.floor(left / shape[axis]);
      stride *= targetShape[axis];
    }
    target.set(values.subarray(row * rowSize, (row + 1) * rowSize), start);
  }
}

/** The elements of batches, one after the other. */
export async function* unbatchPass(batches: Pass<unknown>): AsyncGenerator<unknown> {
  for await (const batch of batches) yield* splitBatch(batch, "Dataset.unbatch");
}

/** How elements are grouped by their length. */
export interface Buckets<Element> {
  /** The length of an element. */
  readonly lengthOf: (element: Element) => number;
  /** The lengths at which a new group begins, ascending. */
  readonly boundaries: readonly number[];
  /** The batch size of each group; there is one more than boundaries. */
  readonly batchSizes: readonly number[];
}

/** Padded batches of elements of similar length. */
export async function* bucketPass<Element>(
  elements: Pass<Element>,
  { lengthOf, boundaries, batchSizes }: Buckets<Element>,
  dropsRemainder: boolean,
  paddingValue: number,
): AsyncGenerator<unknown> {
  const groups = batchSizes.map((): Element[] => []);
  for await (const element of elements) {
    const length: unknown = lengthOf(element);
    if (typeof length !== "number") {
      throw new RangeError(
        `Dataset.bucketByLength: lengthOf gives ${describeValue(length)}; it must give a number`,
      );
    }
    const found = boundaries.findIndex((boundary) => length < boundary);
    const index = found < 0 ? boundaries.length : found;
    groups[index].push(element);
    if (groups[index].length < batchSizes[index]) continue;
    yield padElements(groups[index], paddingValue);
    groups[index] = [];
  }
  if (dropsRemainder) return;
  for (const group of groups) if (group.length > 0) yield padElements(group, paddingValue);
}

/** The length of the first tensor or array of an element, along its first axis. */
export function lengthOfElement(element: unknown): number {
  const first = Array.isArray(element) ? element[0] : element;
  return leafOf(first, "Dataset.bucketByLength", "").shape[0] ?? 0;
}
