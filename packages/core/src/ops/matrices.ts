import { checkCount, checkList, checkNumber } from "../arguments.ts";
import { checkDType, type DType, roundTo } from "../dtype.ts";
import { ShapeError } from "../errors.ts";
import type { GraphNode } from "../graph/node.ts";
import { applyPrimitive, build } from "../primitives/apply.ts";
import { checkShape, formatShape } from "../shape.ts";
import { Tensor, type TensorLike } from "../tensor.ts";
import type { Tensors } from "../tuples.ts";
import { full } from "./creation.ts";
import { diagonalOf } from "./diagonal.ts";
import { operandNode, operandNodes } from "./operands.ts";

/** The integers 0 … length − 1. */
function indices(length: number): GraphNode {
  return applyPrimitive("range", [], { start: 0, step: 1, length, dtype: "int32" });
}

/** For each place of a matrix, how far its column lies to the right of its row. */
function diagonalNumbers(rows: number, columns: number): GraphNode {
  return build.sub(indices(columns), build.reshape(indices(rows), [rows, 1]));
}

function checkInteger(operation: string, name: string, value: number): void {
  if (!Number.isInteger(value))
    throw new RangeError(`${operation}: ${name} is ${value}; it must be an integer`);
}

/**
 * Numbers at equal distances from `start` to `stop`, both included: [count].
 *
 * @param stop The last number.
 * @param count How many; one alone is `start`.
 * @param dtype A float dtype. Default: float32.
 * @throws RangeError for a count that is no integer of at least 0.
 *
 * @example
 * ```ts
 * import { linspace } from "@strata/core";
 *
 * console.log(linspace(0, 1, 5).arraySync()); // [0, 0.25, 0.5, 0.75, 1]
 * ```
 */
export function linspace(start: number, stop: number, count: number, dtype: DType = "float32"): Tensor {
  checkCount("linspace", arguments, 4);
  checkDType("linspace", dtype);
  checkNumber("linspace", "the start", start);
  checkNumber("linspace", "the stop", stop);
  if (!Number.isInteger(count) || count < 0) {
    throw new RangeError(`linspace: the count is ${count}; it must be an integer of at least 0`);
  }
  if (count < 2) return full([count], start, dtype);
  // Halves, where the dtype does not hold the distance of the bounds.
  const scale = Number.isFinite(roundTo(dtype, stop - start)) ? 1 : 2;
  const step = (stop / scale - start / scale) / (count - 1);
  const range = applyPrimitive("range", [], { start: start / scale, step, length: count, dtype });
  const numbers = build.mul(range, scale);
  // The last one is exact, whatever the step was rounded to.
  return new Tensor(build.where(build.equal(indices(count), count - 1), build.literal(stop, dtype), numbers));
}

/**
 * Ones on a diagonal, zeros elsewhere: [rows, columns].
 *
 * @param rows The number of rows.
 * @param dtype The dtype of the result.
 * @param columns Default: as many as rows.
 * @param offset Which diagonal: 0 is the main one, positive ones lie above it. Default: 0.
 *
 * @example
 * ```ts
 * import { eye } from "@strata/core";
 *
 * console.log(eye(2).arraySync()); // [[1, 0], [0, 1]]
 * ```
 */
export function eye(rows: number, columns: number = rows, offset = 0, dtype: DType = "float32"): Tensor {
  checkCount("eye", arguments, 4);
  checkShape("eye", [rows, columns]);
  checkDType("eye", dtype);
  checkInteger("eye", "the offset", offset);
  return new Tensor(build.cast(build.equal(diagonalNumbers(rows, columns), offset), dtype));
}

/**
 * Ones on and below a diagonal, zeros above: [rows, columns], as `numpy.tri`.
 *
 * @param rows The number of rows.
 * @param dtype The dtype of the result.
 * @param columns Default: as many as rows.
 * @param offset Which diagonal: 0 is the main one, positive ones lie above it. Default: 0.
 *
 * @example
 * ```ts
 * import { tri } from "@strata/core";
 *
 * console.log(tri(3).arraySync()); // [[1, 0, 0], [1, 1, 0], [1, 1, 1]]
 * ```
 */
export function tri(rows: number, columns: number = rows, offset = 0, dtype: DType = "float32"): Tensor {
  checkCount("tri", arguments, 4);
  checkShape("tri", [rows, columns]);
  checkDType("tri", dtype);
  checkInteger("tri", "the offset", offset);
  return new Tensor(build.cast(build.lessEqual(diagonalNumbers(rows, columns), offset), dtype));
}

function matrixOf(operation: string, x: TensorLike): GraphNode {
  const node = operandNode(operation, x);
  if (node.shape.length < 2) {
    throw new ShapeError(`${operation}: takes matrices [..., M, N], not ${formatShape(node.shape)}`);
  }
  return node;
}

/**
 * The matrices with everything above a diagonal set to 0: [..., M, N] → [..., M, N].
 *
 * @param x The tensor.
 * @param offset The last diagonal that is kept: 0 is the main one, positive ones lie above it. Default: 0.
 * @throws ShapeError for a vector or a scalar.
 *
 * @example
 * ```ts
 * import { tril } from "@strata/core";
 *
 * console.log(tril([[1, 2], [3, 4]]).arraySync()); // [[1, 0], [3, 4]]
 * ```
 */
export function tril(x: TensorLike, offset = 0): Tensor {
  checkCount("tril", arguments, 2);
  const node = matrixOf("tril", x);
  checkInteger("tril", "the offset", offset);
  const [rows, columns] = node.shape.slice(-2);
  return new Tensor(build.where(build.lessEqual(diagonalNumbers(rows, columns), offset), node, 0));
}

/**
 * The matrices with everything below a diagonal set to 0: [..., M, N] → [..., M, N].
 *
 * @param x The tensor.
 * @param offset The first diagonal that is kept: 0 is the main one, positive ones lie above it. Default: 0.
 * @throws ShapeError for a vector or a scalar.
 *
 * @example
 * ```ts
 * import { triu } from "@strata/core";
 *
 * console.log(triu([[1, 2], [3, 4]]).arraySync()); // [[1, 2], [0, 4]]
 * ```
 */
export function triu(x: TensorLike, offset = 0): Tensor {
  checkCount("triu", arguments, 2);
  const node = matrixOf("triu", x);
  checkInteger("triu", "the offset", offset);
  const [rows, columns] = node.shape.slice(-2);
  const isBelow = build.less(diagonalNumbers(rows, columns), offset);
  return new Tensor(build.where(isBelow, 0, node));
}

/**
 * A vector [N] as the diagonal of a matrix, [N + |offset|, N + |offset|], or the diagonal of a matrix [M, N] as a
 * vector, as `numpy.diag`.
 *
 * @param x The tensor.
 * @param offset Which diagonal: 0 is the main one, positive ones lie above it. Default: 0.
 * @throws ShapeError for another rank than 1 or 2.
 *
 * @example
 * ```ts
 * import { diag } from "@strata/core";
 *
 * console.log(diag([1, 2]).arraySync()); // [[1, 0], [0, 2]]
 * console.log(diag([[1, 2], [3, 4]]).arraySync()); // [1, 4]
 * ```
 */
export function diag(x: TensorLike, offset = 0): Tensor {
  checkCount("diag", arguments, 2);
  const node = operandNode("diag", x);
  checkInteger("diag", "the offset", offset);
  if (node.shape.length === 1) {
    const size = node.shape[0] + Math.abs(offset);
    const at = offset < 0 ? [-offset, 0] : [0, offset];
    const placed = build.pad(node, [at[1]], [size - node.shape[0] - at[1]], [0]);
    const isOn = build.equal(diagonalNumbers(size, size), offset);
    return new Tensor(build.where(isOn, build.broadcastTo(placed, [size, size]), 0));
  }
  if (node.shape.length === 2) return new Tensor(diagonalOf(node, offset));
  throw new ShapeError(`diag: takes a vector or a matrix, not ${formatShape(node.shape)}`);
}

/**
 * The coordinates of a grid as tensors, one for each vector, each varying along one axis.
 *
 * @param vectors Vectors of the coordinates along the axes.
 * @param indexing `"xy"` (the first vector runs along the second axis, as in NumPy's default) or `"ij"` (vector n
 * runs along axis n). Default: `"xy"`.
 * @throws ShapeError for operands of another rank than 1.
 *
 * @example
 * ```ts
 * import { meshgrid } from "@strata/core";
 *
 * console.log(meshgrid([[1, 2], [10, 20]]).map((grid) => grid.arraySync())); // [[[1, 2], [1, 2]], [[10, 10], [20, 20]]]
 * ```
 */
export function meshgrid<const Vectors extends readonly TensorLike[]>(
  vectors: Vectors,
  indexing?: "xy" | "ij",
): Tensors<Vectors>;
export function meshgrid(vectors: readonly TensorLike[], indexing: "xy" | "ij" = "xy"): Tensor[] {
  checkCount("meshgrid", arguments, 2);
  if (indexing !== "xy" && indexing !== "ij") {
    throw new RangeError(`meshgrid: the indexing is ${JSON.stringify(indexing)}; accepted are "xy" or "ij"`);
  }
  checkList("meshgrid", "the list of vectors", vectors);
  const nodes = operandNodes("meshgrid", vectors);
  for (const { shape } of nodes) {
    if (shape.length !== 1) throw new ShapeError(`meshgrid: takes vectors, not ${formatShape(shape)}`);
  }
  const swaps = indexing === "xy" && nodes.length > 1;
  const axisOf = (position: number): number => (swaps && position < 2 ? 1 - position : position);
  const grid = nodes.map((_, axis) => nodes[axisOf(axis)].shape[0]);
  return nodes.map((node, position) => {
    const along = grid.map((size, axis) => (axis === axisOf(position) ? size : 1));
    return new Tensor(build.broadcastTo(build.reshape(node, along), grid));
  });
}
