import { checkCount, checkFlag } from "../arguments.ts";
import { toFloat } from "../dtype.ts";
import { build } from "../primitives/apply.ts";
import { formatShape, normalizeAxes, normalizeAxis, reducedShape } from "../shape.ts";
import { Tensor, type TensorLike } from "../tensor.ts";
import type { Axis } from "../tensor-methods.ts";
import { abs, equal, notEqual, pow, where } from "./arithmetic.ts";
import { operandNode, roundedOnce } from "./operands.ts";
import { extremum } from "./reduce.ts";
import { max, sum } from "./reductions.ts";
import { rootOf } from "./root.ts";
import { reshape, transpose } from "./shapes.ts";
import { svd } from "./singular-values.ts";

/** Which norm {@link norm} computes. */
export type NormOrder = number | "euclidean" | "fro" | "nuc";

/**
 * A norm of vectors or matrices, as `numpy.linalg.norm`. `axis` says which: one axis is that of vectors, two are the rows and
 * the columns of matrices. Without it a tensor of rank 1 is a vector, and one of rank 2 a matrix.
 *
 * | order         | of a vector                    | of a matrix                    |
 * | ------------- | ------------------------------ | ------------------------------ |
 * | `"euclidean"` | √Σ x²                          | √Σ x²                          |
 * | `"fro"`       | √Σ x²                          | √Σ x²                          |
 * | `"nuc"`       |                                | the sum of the singular values |
 * | `Infinity`    | the largest \|x\|              | the largest row of Σ \|x\|     |
 * | `-Infinity`   | the smallest \|x\|             | the smallest row of Σ \|x\|    |
 * | 1             | Σ \|x\|                        | the largest column of Σ \|x\|  |
 * | -1            | as any other p                 | the smallest column of Σ \|x\| |
 * | 2             | √Σ x²                          | the largest singular value     |
 * | -2            | as any other p                 | the smallest singular value    |
 * | 0             | how many are not 0             |                                |
 * | p             | (Σ \|x\|ᵖ)^(1/p)               |                                |
 *
 * `"euclidean"` and `"fro"` take any number of axes, and all of them where none is given.
 *
 * At a kink of a norm its gradient is one between those on both sides: 0 where x or a singular value is 0, and shared by
 * those that tie for the largest or the smallest.
 *
 * @param x The tensor.
 * @param order Which norm. Default: `"euclidean"`.
 * @param axis The axes. Default: all.
 * @param keepDims Whether they stay as dimensions of size 1. Default: false.
 * @throws RangeError for an axis that `x` does not have, an order that there is not for vectors or for matrices, or an order
 *   other than `"euclidean"` and `"fro"` with more than two axes.
 *
 * @example
 * ```ts
 * import { norm } from "@strata/core";
 *
 * console.log(norm([3, -4]).item(), norm([3, -4], 1).item(), norm([3, -4], Infinity).item()); // 5 7 4
 * console.log(norm([[1, 2], [3, 4]], 1).item()); // 6
 * console.log(norm([[1, 2], [3, 4]], 1, 0).arraySync()); // [4, 6]
 * ```
 */
export function norm(x: TensorLike, order: NormOrder = "euclidean", axis?: Axis, keepDims = false): Tensor {
  checkCount("norm", arguments, 4);
  checkFlag("norm", "keepDims", keepDims);
  const given = operandNode("norm", x);
  const axes = axesOf(axis, given.shape.length);
  const float = build.cast(given, toFloat(given.dtype));
  const found = roundedOnce(float, (wide) => normOf(new Tensor(wide), order, axes).node);
  return reshape(new Tensor(found), reducedShape(given.shape, axes, keepDims));
}

/** Normalized, in the order in which they are given: rows before columns. */
function axesOf(axis: Axis | undefined, rank: number): number[] {
  const sorted = normalizeAxes("norm", axis, rank);
  return Array.isArray(axis) ? axis.map((each: number) => normalizeAxis("norm", each, rank)) : sorted;
}

/** The norm in any shape that has its elements in order. */
function normOf(x: Tensor, order: NormOrder, axes: readonly number[]): Tensor {
  if (order === "euclidean" || order === "fro") return euclideanNorm(x, axes);
  if (axes.length < 2) return vectorNorm(x, order, axes);
  if (axes.length === 2) return matrixNorm(x, order, axes[0], axes[1]);
  throw new RangeError(
    `norm: the order ${JSON.stringify(order)} is for one axis or two, not for ${axes.length} of ` +
      `${formatShape(x.shape)}; the argument axis says which`,
  );
}

function euclideanNorm({ node }: Tensor, axes: readonly number[]): Tensor {
  return new Tensor(rootOf(build.sum(build.mul(node, node), axes), 2));
}

function vectorNorm(x: Tensor, order: number | "nuc", axes: readonly number[]): Tensor {
  if (typeof order !== "number" || Number.isNaN(order)) {
    throw wrongOrder(order, 'for vectors accepted are numbers, "euclidean" or "fro"');
  }
  if (order === 2) return euclideanNorm(x, axes);
  const sizes = abs(x);
  if (order === Number.POSITIVE_INFINITY) return largest(sizes, axes);
  if (order === Number.NEGATIVE_INFINITY) return smallest(sizes, axes);
  if (order === 1) return sum(sizes, axes);
  if (order === 0) return sum(notEqual(x, 0).cast(x.dtype), axes);
  // Powers of 0 are set apart, for some have infinite slopes.
  const isZero = equal(x, 0);
  const power = order > 0 ? 0 : Number.POSITIVE_INFINITY;
  const powers = where(isZero, power, pow(where(isZero, 1, sizes), order));
  return new Tensor(rootOf(sum(powers, axes).node, order));
}

function matrixNorm(x: Tensor, order: number | "nuc", row: number, column: number): Tensor {
  switch (order) {
    case 1:
      return largest(sum(abs(x), row, true), [column]);
    case -1:
      return smallest(sum(abs(x), row, true), [column]);
    case Number.POSITIVE_INFINITY:
      return largest(sum(abs(x), column, true), [row]);
    case Number.NEGATIVE_INFINITY:
      return smallest(sum(abs(x), column, true), [row]);
    case 2:
      return largest(singularValues(x, row, column), [-1]);
    case -2:
      return smallest(singularValues(x, row, column), [-1]);
    case "nuc":
      return sum(singularValues(x, row, column), -1);
  }
  throw wrongOrder(
    order,
    'for matrices accepted are 1, -1, 2, -2, Infinity, -Infinity, "euclidean", "fro" or "nuc"',
  );
}

/** With a gradient of 0 where they are 0. */
function singularValues(x: Tensor, row: number, column: number): Tensor {
  const others = x.shape.map((_, axis) => axis).filter((axis) => axis !== row && axis !== column);
  return abs(svd(transpose(x, [...others, row, column]), { fullMatrices: false }).s);
}

/** The largest of numbers that are not below 0: 0 where there are none. */
function largest(x: Tensor, axes: readonly number[]): Tensor {
  const isEmpty = axes.some((axis) => x.shape.at(axis) === 0);
  return isEmpty ? sum(x, axes) : max(x, axes);
}

function smallest(x: Tensor, axes: readonly number[]): Tensor {
  return extremum("norm", "min", x, axes, false);
}

function wrongOrder(order: number | string, rule: string): RangeError {
  return new RangeError(
    `norm: the order is ${typeof order === "number" ? order : JSON.stringify(order)}; ${rule}`,
  );
}
