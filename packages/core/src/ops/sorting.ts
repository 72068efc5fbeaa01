import { checkCount, readOptions } from "../arguments.ts";
import { ShapeError } from "../errors.ts";
import type { GraphNode } from "../graph/node.ts";
import { applyPrimitive, build } from "../primitives/apply.ts";
import { checkCountable, formatShape, normalizeAxis, sameShape, sizeOf } from "../shape.ts";
import { Tensor, type TensorLike } from "../tensor.ts";
import { checkIsFloat } from "./checks.ts";
import { cumsum } from "./cumulation.ts";
import { takeAlongAxis } from "./indexing.ts";
import { operandNode, operandNodes, roundedOnce } from "./operands.ts";
import { slice } from "./slicing.ts";

/** Options of {@link sort} and {@link argsort}. */
export interface SortOptions {
  /** Whether the largest element comes first. NaN comes last in both orders. Default: false. */
  readonly descending?: boolean;
}

/**
 * The indices that sort the elements along an axis, as int32. Equal elements keep their order. Has no gradient.
 *
 * @param x The tensor.
 * @param axis The axis. Default: the last.
 * @throws RangeError for an axis that `x` does not have, or that has more elements than int32 can number.
 *
 * @example
 * ```ts
 * import { argsort } from "@strata/core";
 *
 * console.log(argsort([30, 10, 20]).arraySync()); // [1, 2, 0]
 * ```
 */
export function argsort(x: TensorLike, axis = -1, options: SortOptions = {}): Tensor {
  checkCount("argsort", arguments, 3);
  const { descending = false } = readOptions("argsort", options, ["descending"], ["descending"]);
  const node = operandNode("argsort", x);
  const at = normalizeAxis("argsort", axis, node.shape.length);
  const order = [...node.shape.keys()].filter((each) => each !== at).concat(at);
  const inverse = order.map((_, each) => order.indexOf(each));
  const moved = build.transpose(node, order);
  const length = node.shape[at];
  checkCountable("argsort", length);
  const rows = build.reshape(moved, [sizeOf(moved.shape.slice(0, -1)), length]);
  const sorted = applyPrimitive("argsort", [rows], { descending });
  return new Tensor(build.transpose(build.reshape(sorted, moved.shape), inverse));
}

/**
 * The elements in order along an axis. Gradients go back to where the elements came from.
 *
 * @param x The tensor.
 * @param axis The axis. Default: the last.
 * @throws RangeError for an axis that `x` does not have.
 *
 * @example
 * ```ts
 * import { sort } from "@strata/core";
 *
 * console.log(sort([3, 1, 2]).arraySync(), sort([3, 1, 2], -1, { descending: true }).arraySync()); // [1, 2, 3] [3, 2, 1]
 * ```
 */
export function sort(x: TensorLike, axis = -1, options: SortOptions = {}): Tensor {
  checkCount("sort", arguments, 3);
  const t = new Tensor(operandNode("sort", x));
  readOptions("sort", options, ["descending"], ["descending"]);
  normalizeAxis("sort", axis, t.rank);
  return takeAlongAxis(t, argsort(t, axis, options), axis);
}

/** The results of {@link topK}. */
export interface TopK {
  /** The elements, the largest first. */
  readonly values: Tensor;
  /** Their places along the last axis, as int32. */
  readonly indices: Tensor;
}

/**
 * The k largest elements along the last axis, the largest first: [..., N] → [..., k].
 *
 * @param x The tensor.
 * @throws RangeError if k is no integer of at least 0 and at most N.
 *
 * @example
 * ```ts
 * import { topK } from "@strata/core";
 *
 * console.log(topK([3, 9, 5], 2).values.arraySync()); // [9, 5]
 * console.log(topK([3, 9, 5], 2).indices.arraySync()); // [1, 2]
 * ```
 */
export function topK(x: TensorLike, k = 1): TopK {
  checkCount("topK", arguments, 2);
  const t = new Tensor(operandNode("topK", x));
  const length = t.shape[t.rank - 1];
  if (t.rank === 0 || !Number.isInteger(k) || k < 0 || k > length) {
    throw new RangeError(
      `topK: k is ${k}; for ${formatShape(t.shape)} accepted are the integers 0 to ${length ?? "the size of a last axis"}`,
    );
  }
  const indices = slice(argsort(t, -1, { descending: true }), ["...", [0, k]]);
  return { values: takeAlongAxis(t, indices, -1), indices };
}

/**
 * The places at which values keep sorted numbers sorted, as int32: the count of numbers that are
 * less, or also those that are equal. Has no gradient.
 *
 * @param sorted Numbers in ascending order, [N] or [..., N].
 * @param values Of any shape for one row of numbers, else [..., K] with the same leading axes.
 * @param side `"left"`: before equal numbers; `"right"`: after them. Default: `"left"`.
 * @throws ShapeError if the leading axes differ.
 *
 * @example
 * ```ts
 * import { searchSorted } from "@strata/core";
 *
 * console.log(searchSorted([10, 20, 30], [5, 20, 25]).arraySync()); // [0, 1, 2]
 * ```
 */
export function searchSorted(
  sorted: TensorLike,
  values: TensorLike,
  side: "left" | "right" = "left",
): Tensor {
  checkCount("searchSorted", arguments, 3);
  if (side !== "left" && side !== "right") {
    throw new RangeError(`searchSorted: the side is ${JSON.stringify(side)}; accepted are "left" or "right"`);
  }
  const [numbers, wanted] = operandNodes("searchSorted", [sorted, values]);
  const isOneRow = numbers.shape.length === 1;
  const leading = numbers.shape.slice(0, -1);
  if (numbers.shape.length === 0 || (!isOneRow && !sameShape(leading, wanted.shape.slice(0, -1)))) {
    throw new ShapeError(
      `searchSorted: takes numbers [N] or [..., N] and values [..., K] with the same leading axes, not ` +
        `${formatShape(numbers.shape)} and ${formatShape(wanted.shape)}`,
    );
  }
  const rows = sizeOf(leading);
  const flat = (node: GraphNode): GraphNode =>
    build.reshape(node, [rows, rows === 0 ? lastOf(node) : sizeOf(node.shape) / rows]);
  const afterEqual = side === "right";
  const found = applyPrimitive("searchSorted", [flat(numbers), flat(wanted)], { afterEqual });
  return new Tensor(build.reshape(found, wanted.shape));
}

function lastOf({ shape }: GraphNode): number {
  return shape[shape.length - 1];
}

/**
 * The point of the probability simplex that is nearest to x along an axis; many of its elements are exactly 0.
 * A. Martins, R. Astudillo, "From softmax to sparsemax" (2016), algorithm 1.
 *
 * @param x The tensor.
 * @param axis The axis whose elements sum to 1. Default: the last.
 * @throws DTypeError for integers.
 *
 * @example
 * ```ts
 * import { sparsemax } from "@strata/core";
 *
 * console.log(sparsemax([1, 0.5, -1]).arraySync()); // [0.75, 0.25, 0]
 * ```
 */
export function sparsemax(x: TensorLike, axis = -1): Tensor {
  checkCount("sparsemax", arguments, 2);
  const node = checkIsFloat("sparsemax", x);
  const at = normalizeAxis("sparsemax", axis, node.shape.length);
  return new Tensor(roundedOnce(node, (wide) => projectOntoSimplex(wide, at)));
}

function projectOntoSimplex(node: GraphNode, axis: number): GraphNode {
  const { shape, dtype } = node;
  const length = shape[axis];
  const highest = build.stopGradient(build.max(node, [axis]));
  // NaN for an infinity, in a row of which no difference says anything.
  const shift = build.add(highest, build.sub(highest, highest));
  const shifted = build.sub(node, build.spread(shift, [axis], shape));
  // The result is 0 from 1 below the largest element on, and sums of what is lower would lose the digits of the others.
  const near = build.where(build.less(shifted, -1), -1, shifted);
  const sorted = sort(new Tensor(near), axis, { descending: true });
  const along = shape.map((_, each) => (each === axis ? length : 1));
  const ranks = build.reshape(build.add(build.cast(build.range(length), dtype), 1), along);
  const sums = cumsum(sorted, axis).node;
  const isInSupport = build.less(sums, build.add(build.mul(ranks, sorted.node), 1));
  const support = build.sum(build.cast(isInSupport, dtype), [axis]);
  const total = build.sum(build.where(isInSupport, sorted.node, 0), [axis]);
  const threshold = build.div(build.sub(total, 1), support);
  const above = build.sub(near, build.spread(threshold, [axis], shape));
  return build.where(build.lessEqual(above, 0), 0, above);
}
