import { checkCount, describeValue } from "../arguments.ts";
import { ShapeError } from "../errors.ts";
import { build } from "../primitives/apply.ts";
import { formatShape, normalizeAxis, sizeOf } from "../shape.ts";
import { Tensor, type TensorLike } from "../tensor.ts";
import { mul } from "./arithmetic.ts";
import { matmul } from "./contractions.ts";
import { operandNodes } from "./operands.ts";

/**
 * The product of two vectors, or of matrices and vectors, as `numpy.dot`: the last axis of x is summed with the last
 * but one of y (a vector's only one), and the axes of both that are left follow each other. Scalars multiply.
 *
 * @param x The tensor.
 * @param y The other tensor.
 * @throws ShapeError if the summed axes differ in size.
 *
 * @example
 * ```ts
 * import { dot } from "@strata/core";
 *
 * console.log(dot([1, 2, 3], [4, 5, 6]).item()); // 32
 * ```
 */
export function dot(x: TensorLike, y: TensorLike): Tensor {
  checkCount("dot", arguments, 2);
  const [left, right] = operandNodes("dot", [x, y]).map((node) => new Tensor(node));
  if (left.rank === 0 || right.rank === 0) return mul(left, right);
  const [ofLeft, ofRight] = [left.shape[left.rank - 1], right.shape[Math.max(0, right.rank - 2)]];
  if (ofLeft !== ofRight) {
    throw new ShapeError(
      `dot: the summed axes differ: ${formatShape(left.shape)} · ${formatShape(right.shape)} (${ofLeft} and ${ofRight})`,
    );
  }
  if (right.rank <= 2) return matmul(left, right);
  return tensordot(left, right, [[left.rank - 1], [right.rank - 2]]);
}

/**
 * All products of an element of x with an element of y: [M] × [N] → [M, N]. Tensors count as vectors of their
 * elements.
 *
 * @param x The tensor.
 * @param y The other tensor.
 *
 * @example
 * ```ts
 * import { outer } from "@strata/core";
 *
 * console.log(outer([1, 2], [10, 20, 30]).arraySync()); // [[10, 20, 30], [20, 40, 60]]
 * ```
 */
export function outer(x: TensorLike, y: TensorLike): Tensor {
  checkCount("outer", arguments, 2);
  const [left, right] = operandNodes("outer", [x, y]).map((node) => new Tensor(node));
  return mul(left.reshape([left.size, 1]), right.reshape([1, right.size]));
}

/**
 * The sum of products over axes of both: first the axes of x that are left, then those of y, as `numpy.tensordot`.
 *
 * @param x The tensor.
 * @param y The other tensor.
 * @param axes How many axes to sum over, the last of x and the first of y in order; or two lists, of axes of x and of
 * the axes of y that go with them. Default: 2.
 * @throws ShapeError if axes that are summed together differ in size.
 * @throws RangeError for axes that an operand does not have.
 *
 * @example
 * ```ts
 * import { ones, tensordot } from "@strata/core";
 *
 * console.log(tensordot(ones([2, 3, 4]), ones([4, 3, 5]), [[1, 2], [1, 0]]).shape); // [2, 5]
 * ```
 */
export function tensordot(
  x: TensorLike,
  y: TensorLike,
  axes: number | readonly [x: readonly number[] | number, y: readonly number[] | number] = 2,
): Tensor {
  checkCount("tensordot", arguments, 3);
  const [left, right] = operandNodes("tensordot", [x, y]);
  const [leftRank, rightRank] = [left.shape.length, right.shape.length];
  const [ofLeft, ofRight] = axisLists(axes, leftRank, rightRank);
  ofLeft.forEach((axis, position) => {
    const [a, b] = [left.shape[axis], right.shape[ofRight[position]]];
    if (a === b) return;
    throw new ShapeError(
      `tensordot: axis ${axis} of ${formatShape(left.shape)} and axis ${ofRight[position]} of ` +
        `${formatShape(right.shape)} differ: ${a} and ${b}`,
    );
  });
  const leftFree = left.shape.map((_, axis) => axis).filter((axis) => !ofLeft.includes(axis));
  const rightFree = right.shape.map((_, axis) => axis).filter((axis) => !ofRight.includes(axis));
  const rows = leftFree.map((axis) => left.shape[axis]);
  const columns = rightFree.map((axis) => right.shape[axis]);
  const inner = sizeOf(ofLeft.map((axis) => left.shape[axis]));
  const a = build.reshape(build.transpose(left, [...leftFree, ...ofLeft]), [sizeOf(rows), inner]);
  const b = build.reshape(build.transpose(right, [...ofRight, ...rightFree]), [inner, sizeOf(columns)]);
  return new Tensor(build.reshape(build.matmul(a, b), [...rows, ...columns]));
}

function axisLists(
  axes: number | readonly [readonly number[] | number, readonly number[] | number],
  leftRank: number,
  rightRank: number,
): [number[], number[]] {
  if (typeof axes === "number") {
    if (!Number.isInteger(axes) || axes < 0 || axes > Math.min(leftRank, rightRank)) {
      throw new RangeError(
        `tensordot: ${axes} axes of operands of rank ${leftRank} and ${rightRank}; ` +
          `accepted are the integers 0 to ${Math.min(leftRank, rightRank)}`,
      );
    }
    const range = Array.from({ length: axes }, (_, axis) => axis);
    return [range.map((axis) => leftRank - axes + axis), range];
  }
  if (!Array.isArray(axes) || axes.length !== 2) {
    throw new RangeError(
      `tensordot: the axes are ${describeValue(axes)}; accepted are an integer, or the axes of x and those of y`,
    );
  }
  const ranks = [leftRank, rightRank];
  const [left, right] = axes.map((list, operand) => {
    const given = typeof list === "number" ? [list] : list;
    const normalized = given.map((axis) => normalizeAxis("tensordot", axis, ranks[operand]));
    if (new Set(normalized).size === normalized.length) return normalized;
    throw new RangeError(`tensordot: the axes [${given.join(", ")}] name an axis twice`);
  });
  if (left.length !== right.length) {
    throw new RangeError(
      `tensordot: ${left.length} axes of x and ${right.length} of y; they must be as many`,
    );
  }
  return [left, right];
}
