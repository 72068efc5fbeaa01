import { checkCount, checkList } from "../arguments.ts";
import { indivisible, ShapeError } from "../errors.ts";
import { build } from "../primitives/apply.ts";
import { formatShape, normalizeAxis, sameShape } from "../shape.ts";
import { Tensor, type TensorLike } from "../tensor.ts";
import type { Parts } from "../tuples.ts";
import { operandNode, operandNodes } from "./operands.ts";
import { concat, expandDims, squeeze } from "./shapes.ts";

/** The largest number of parts that one call cuts a tensor into, each a tensor of its own: more would only fill the heap. */
const mostParts = 2 ** 20;

/**
 * Joins tensors of one shape along a new axis.
 *
 * @param axis Where the new axis is to be in the result. Default: 0.
 * @throws ShapeError if the shapes differ, RangeError if there are no tensors.
 *
 * @example
 * ```ts
 * import { stack } from "@strata/core";
 *
 * console.log(stack([[1, 2], [3, 4]], 1).arraySync()); // [[1, 3], [2, 4]]
 * ```
 */
export function stack(tensors: readonly TensorLike[], axis = 0): Tensor {
  checkCount("stack", arguments, 2);
  checkList("stack", "the first argument", tensors);
  if (tensors.length === 0) throw new RangeError("stack: was given no tensors; it takes one at least");
  const nodes = operandNodes("stack", tensors);
  const [{ shape }] = nodes;
  for (const node of nodes) {
    if (!sameShape(node.shape, shape)) {
      throw new ShapeError(
        `stack: the shapes ${formatShape(shape)} and ${formatShape(node.shape)} differ; they must be the same`,
      );
    }
  }
  const at = normalizeAxis("stack", axis, shape.length + 1);
  return concat(
    nodes.map((node) => expandDims(new Tensor(node), at)),
    at,
  );
}

/**
 * The parts of a tensor along an axis, which is dropped: the inverse of {@link stack}.
 *
 * @param x The tensor.
 * @param axis The axis. Default: 0.
 *
 * @example
 * ```ts
 * import { unstack } from "@strata/core";
 *
 * console.log(unstack([[1, 2], [3, 4]]).map((row) => row.arraySync())); // [[1, 2], [3, 4]]
 * ```
 */
export function unstack(x: TensorLike, axis = 0): Tensor[] {
  checkCount("unstack", arguments, 2);
  const t = new Tensor(operandNode("unstack", x));
  const at = normalizeAxis("unstack", axis, t.rank);
  const length = t.shape[at];
  if (length > mostParts) {
    throw new RangeError(
      `unstack: ${length} parts of ${formatShape(t.shape)}; there can be ${mostParts} at most`,
    );
  }
  return split(
    t,
    Array.from({ length }, () => 1),
    at,
  ).map((part) => squeeze(part, at));
}

/**
 * Cuts a tensor into parts along an axis.
 *
 * @param x The tensor.
 * @param parts How many equal parts, or the sizes of the parts, of which one may be −1, for what is left.
 * @param axis The axis. Default: 0.
 * @throws RangeError if the parts do not fill the axis, or are more than a million.
 *
 * @example
 * ```ts
 * import { split } from "@strata/core";
 *
 * const [first, second] = split([1, 2, 3, 4, 5], [2, -1]);
 * console.log(first.arraySync(), second.arraySync()); // [1, 2] [3, 4, 5]
 * ```
 */
export function split<const Given extends number | readonly number[]>(
  x: TensorLike,
  parts: Given,
  axis?: number,
): Parts<Given>;
export function split(x: TensorLike, parts: number | readonly number[], axis = 0): Tensor[] {
  checkCount("split", arguments, 3);
  const node = operandNode("split", x);
  const { shape } = node;
  const at = normalizeAxis("split", axis, shape.length);
  if (typeof parts !== "number") checkList("split", "the list of parts", parts);
  const count = typeof parts === "number" ? parts : parts.length;
  if (count > mostParts) {
    throw new RangeError(`split: ${count} parts of ${formatShape(shape)}; there can be ${mostParts} at most`);
  }
  const sizes = typeof parts === "number" ? equalParts(parts, shape[at]) : fillUnknown(parts, shape[at]);
  const total = sizes.reduce((sum, size) => sum + size, 0);
  if (total !== shape[at] || sizes.some((size) => !Number.isInteger(size) || size < 0)) {
    const given = typeof parts === "number" ? `${parts} equal parts` : `parts of [${parts.join(", ")}]`;
    throw indivisible(
      new RangeError(
        `split: ${given} do not fill axis ${axis} of ${formatShape(shape)}, of size ${shape[at]}`,
      ),
      count,
    );
  }
  const ones = shape.map(() => 1);
  let position = 0;
  return sizes.map((size) => {
    const begin = shape.map((_, each) => (each === at ? position : 0));
    const part = shape.map((length, each) => (each === at ? size : length));
    position += size;
    return new Tensor(build.slice(node, begin, part, ones));
  });
}

function equalParts(count: number, length: number): number[] {
  const isCount = Number.isInteger(count) && count > 0;
  return isCount ? Array.from({ length: count }, () => length / count) : [Number.NaN];
}

function fillUnknown(sizes: readonly number[], length: number): number[] {
  const unknown = sizes.indexOf(-1);
  if (unknown === -1) return [...sizes];
  const known = sizes.reduce((sum, size, index) => (index === unknown ? sum : sum + size), 0);
  return sizes.with(unknown, length - known);
}

/**
 * A tensor repeated as a whole along its axes.
 *
 * @param x The tensor.
 * @param repetitions How often along each axis; missing leading ones, and missing leading axes, count as 1.
 * @throws RangeError for a count that is no integer of at least 0.
 *
 * @example
 * ```ts
 * import { tile } from "@strata/core";
 *
 * console.log(tile([1, 2], [3]).arraySync()); // [1, 2, 1, 2, 1, 2]
 * ```
 */
export function tile(x: TensorLike, repetitions: readonly number[]): Tensor {
  checkCount("tile", arguments, 2);
  const node = operandNode("tile", x);
  checkCounts("tile", repetitions);
  const rank = Math.max(node.shape.length, repetitions.length);
  const aligned = (list: readonly number[]): number[] => [...Array(rank - list.length).fill(1), ...list];
  const [shape, counts] = [aligned(node.shape), aligned(repetitions)];
  const spread = build.reshape(
    node,
    shape.flatMap((size) => [1, size]),
  );
  const repeated = build.broadcastTo(
    spread,
    shape.flatMap((size, axis) => [counts[axis], size]),
  );
  return new Tensor(
    build.reshape(
      repeated,
      shape.map((size, axis) => size * counts[axis]),
    ),
  );
}

/**
 * A tensor with each element repeated along an axis: [a, b] → [a, a, b, b].
 *
 * @param x The tensor.
 * @param repetitions How often; one number, or one for each element along the axis.
 * @param axis The axis. Default: the elements in row-major order, as a vector, as in NumPy.
 * @throws RangeError for a count that is no integer of at least 0, or another number of counts than elements.
 *
 * @example
 * ```ts
 * import { repeat } from "@strata/core";
 *
 * console.log(repeat([1, 2], 2).arraySync()); // [1, 1, 2, 2]
 * ```
 */
export function repeat(x: TensorLike, repetitions: number | readonly number[], axis?: number | null): Tensor {
  checkCount("repeat", arguments, 3);
  const given = new Tensor(operandNode("repeat", x));
  const t = axis === undefined || axis === null ? given.reshape([given.size]) : given;
  const at = normalizeAxis("repeat", axis ?? 0, t.rank);
  const counts = typeof repetitions === "number" ? [repetitions] : repetitions;
  checkCounts("repeat", counts);
  const length = t.shape[at];
  if (counts.length === 1) {
    const [count] = counts;
    const spread = t.shape.flatMap((size, each) => (each === at ? [size, count] : [size]));
    const wide = build.broadcastTo(expandDims(t, at + 1).node, spread);
    const shape = t.shape.map((size, each) => (each === at ? size * count : size));
    return new Tensor(build.reshape(wide, shape));
  }
  if (counts.length !== length) {
    throw new RangeError(
      `repeat: ${counts.length} counts for axis ${at} of ${formatShape(t.shape)}, which has ${length} elements; ` +
        "there must be one for each, or one for all",
    );
  }
  const pieces = split(
    t,
    counts.map(() => 1),
    at,
  );
  const shapeOf = (count: number): number[] => t.shape.map((size, each) => (each === at ? count : size));
  return concat(
    pieces.map((piece, index) => new Tensor(build.broadcastTo(piece.node, shapeOf(counts[index])))),
    at,
  );
}

function checkCounts(operation: string, counts: readonly number[]): void {
  checkList(operation, "the list of counts", counts);
  if (counts.every((count) => Number.isInteger(count) && count >= 0)) return;
  throw new RangeError(`${operation}: the counts [${counts.join(", ")}] must be integers of at least 0`);
}
