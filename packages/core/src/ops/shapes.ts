import { checkCount, checkList } from "../arguments.ts";
import { indivisible, ShapeError } from "../errors.ts";
import { applyPrimitive, build } from "../primitives/apply.ts";
import {
  checkShape,
  formatShape,
  isDimension,
  normalizeAxes,
  normalizeAxis,
  type Shape,
  sizeOf,
} from "../shape.ts";
import { Tensor, type TensorLike } from "../tensor.ts";
import type { Axis } from "../tensor-methods.ts";
import { operandNode, operandNodes } from "./operands.ts";

/**
 * The same elements in another shape.
 *
 * @param x The tensor.
 * @param shape The new shape; one dimension may be −1, for what is left.
 * @throws ShapeError if it has another number of elements.
 *
 * @example
 * ```ts
 * import { reshape } from "@strata/core";
 *
 * console.log(reshape([1, 2, 3, 4], [2, 2]).arraySync()); // [[1, 2], [3, 4]]
 * console.log(reshape([1, 2, 3, 4], [-1, 1]).shape); // [4, 1]
 * ```
 */
export function reshape(x: TensorLike, shape: Shape): Tensor {
  checkCount("reshape", arguments, 2);
  const node = operandNode("reshape", x);
  const unknown = Array.isArray(shape) ? shape.indexOf(-1) : -1;
  if (unknown === -1) {
    checkShape("reshape", shape);
    return new Tensor(build.reshape(node, [...shape]));
  }
  if (shape.includes(-1, unknown + 1)) {
    throw new ShapeError(
      `reshape: ${formatShape(shape)} has −1 more than once; one dimension may be −1, for what is left`,
    );
  }
  const others = shape.filter((_, axis) => axis !== unknown);
  if (!others.every(isDimension)) {
    throw new ShapeError(
      `reshape: ${formatShape(shape)} is no shape; dimensions are integers of at least 0, and one may be −1`,
    );
  }
  const divisor = sizeOf(others);
  const length = sizeOf(node.shape) / divisor;
  if (!Number.isInteger(length)) {
    throw indivisible(
      new ShapeError(
        `reshape: ${formatShape(node.shape)} has ${sizeOf(node.shape)} elements, which do not fill ${formatShape(shape)}`,
      ),
      divisor,
    );
  }
  return new Tensor(
    build.reshape(
      node,
      shape.map((size, axis) => (axis === unknown ? length : size)),
    ),
  );
}

/**
 * The axes in another order.
 *
 * @param x The tensor.
 * @param permutation For each axis of the result the axis of `x`. Default: all in reverse.
 * @throws RangeError unless it names each axis once.
 *
 * @example
 * ```ts
 * import { transpose } from "@strata/core";
 *
 * console.log(transpose([[1, 2, 3], [4, 5, 6]]).arraySync()); // [[1, 4], [2, 5], [3, 6]]
 * ```
 */
export function transpose(x: TensorLike, permutation?: readonly number[]): Tensor {
  checkCount("transpose", arguments, 2);
  const node = operandNode("transpose", x);
  const rank = node.shape.length;
  if (permutation !== undefined && (!Array.isArray(permutation) || permutation.length !== rank)) {
    throw new RangeError(
      `transpose: the permutation ${JSON.stringify(permutation)} must name each of the ${rank} axes of ` +
        `${formatShape(node.shape)} once`,
    );
  }
  const axes = permutation?.map((axis) => normalizeAxis("transpose", axis, rank));
  return new Tensor(build.transpose(node, axes ?? node.shape.map((_, axis) => rank - 1 - axis)));
}

/**
 * Adds an axis of size 1.
 *
 * @param x The tensor.
 * @param axis Where it is to be in the result; negative counts from the end. Default: 0.
 *
 * @example
 * ```ts
 * import { expandDims } from "@strata/core";
 *
 * console.log(expandDims([1, 2], 0).shape); // [1, 2]
 * console.log(expandDims([1, 2], -1).shape); // [2, 1]
 * ```
 */
export function expandDims(x: TensorLike, axis = 0): Tensor {
  checkCount("expandDims", arguments, 2);
  const node = operandNode("expandDims", x);
  const at = normalizeAxis("expandDims", axis, node.shape.length + 1);
  return new Tensor(build.reshape(node, [...node.shape.slice(0, at), 1, ...node.shape.slice(at)]));
}

/**
 * Drops axes of size 1.
 *
 * @param x The tensor.
 * @param axis Which ones. Default: all of size 1.
 * @throws ShapeError if one of them has another size.
 *
 * @example
 * ```ts
 * import { squeeze } from "@strata/core";
 *
 * console.log(squeeze([[[1, 2]]]).shape); // [2]
 * ```
 */
export function squeeze(x: TensorLike, axis?: Axis): Tensor {
  checkCount("squeeze", arguments, 2);
  const node = operandNode("squeeze", x);
  const { shape } = node;
  if (axis === undefined || axis === null)
    return new Tensor(
      build.reshape(
        node,
        shape.filter((size) => size !== 1),
      ),
    );
  const axes = normalizeAxes("squeeze", axis, shape.length);
  for (const each of axes) {
    if (shape[each] !== 1) {
      throw new ShapeError(
        `squeeze: axis ${each} of ${formatShape(shape)} has the size ${shape[each]}; it must be 1`,
      );
    }
  }
  return new Tensor(
    build.reshape(
      node,
      shape.filter((_, at) => !axes.includes(at)),
    ),
  );
}

/**
 * Repeats `x` along axes of size 1 and new leading ones until it has the shape.
 *
 * @param x The tensor.
 * @param shape The shape of the result, with which that of `x` must broadcast.
 * @throws ShapeError if it does not broadcast to the shape.
 *
 * @example
 * ```ts
 * import { broadcastTo } from "@strata/core";
 *
 * console.log(broadcastTo([1, 2], [2, 2]).arraySync()); // [[1, 2], [1, 2]]
 * ```
 */
export function broadcastTo(x: TensorLike, shape: Shape): Tensor {
  checkCount("broadcastTo", arguments, 2);
  checkShape("broadcastTo", shape);
  return new Tensor(build.broadcastTo(operandNode("broadcastTo", x), [...shape]));
}

/**
 * Joins tensors along an axis.
 *
 * @param tensors Tensors of equal shapes but for that axis.
 * @param axis The axis. Default: 0.
 * @throws ShapeError if the shapes do not fit, RangeError if there are no tensors.
 *
 * @example
 * ```ts
 * import { concat } from "@strata/core";
 *
 * console.log(concat([[[1, 2]], [[3, 4]]], 0).arraySync()); // [[1, 2], [3, 4]]
 * ```
 */
export function concat(tensors: readonly TensorLike[], axis = 0): Tensor {
  checkCount("concat", arguments, 2);
  checkList("concat", "the first argument", tensors);
  if (tensors.length === 0) throw new RangeError("concat: was given no tensors; it takes one at least");
  const nodes = operandNodes("concat", tensors);
  const at = normalizeAxis("concat", axis, nodes[0].shape.length);
  return new Tensor(nodes.length === 1 ? nodes[0] : applyPrimitive("concat", nodes, { axis: at }));
}
