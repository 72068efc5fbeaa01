import { checkCount, readOptions } from "../arguments.ts";
import { listAlternatives, ShapeError } from "../errors.ts";
import type { GraphNode } from "../graph/node.ts";
import { build } from "../primitives/apply.ts";
import type { ScatterMode } from "../primitives/indexing.ts";
import { identityOf } from "../primitives/reduction.ts";
import { checkShape, formatShape, normalizeAxis, type Shape, sizeOf } from "../shape.ts";
import { Tensor, type TensorLike } from "../tensor.ts";
import { alignAlong, flatIndices, indexNode } from "./index-nodes.ts";
import { operandNode } from "./operands.ts";

const modes = { add: "add", set: "set", max: "maximum", min: "minimum" } as const;

/**
 * How scattered values meet what lies there already, and each other.
 *
 * @useDeclaredType
 */
export type ScatterReduction = keyof typeof modes;

/** Options of {@link scatter} and {@link putAlongAxis}. */
export interface ScatterOptions {
  /** The axis. Default: 0 for `scatter`, the last for `putAlongAxis`. */
  readonly axis?: number;
  /** `"set"`: the last value stays; `"add"`, `"max"`, `"min"`: they are combined. Default: `"set"`. */
  readonly mode?: ScatterReduction;
}

function rowMode(operation: string, mode: ScatterReduction): ScatterMode {
  if (Object.hasOwn(modes, mode)) return modes[mode];
  throw new RangeError(
    `${operation}: the mode is ${JSON.stringify(mode)}; accepted are ${listAlternatives(Object.keys(modes))}`,
  );
}

/**
 * x with values written at indices along an axis, the inverse of `gather`. Indices below 0 count from the end; values
 * for an index out of range are left out.
 *
 * @param x The tensor.
 * @param indices Integers [K...].
 * @param updates The values, of x's shape with K... in place of the axis; they broadcast.
 * @throws ShapeError if the values do not fit.
 *
 * @example
 * ```ts
 * import { scatter } from "@strata/core";
 *
 * console.log(scatter([1, 2, 3], [0, 0], [10, 20], { mode: "add" }).arraySync()); // [31, 2, 3]
 * ```
 */
export function scatter(
  x: TensorLike,
  indices: TensorLike,
  updates: TensorLike,
  options: ScatterOptions = {},
): Tensor {
  checkCount("scatter", arguments, 4);
  const { axis = 0, mode = "set" } = readOptions("scatter", options, ["axis", "mode"]);
  const node = operandNode("scatter", x);
  const positions = indexNode("scatter", indices);
  const at = normalizeAxis("scatter", axis, node.shape.length);
  const before = node.shape.slice(0, at);
  const after = node.shape.slice(at + 1);
  const count = sizeOf(positions.shape);
  const values = fitted("scatter", updates, node, [...before, ...positions.shape, ...after]);
  const scattered = build.scatter(
    build.reshape(node, [sizeOf(before), node.shape[at], sizeOf(after)]),
    build.reshape(positions, [1, count]),
    build.reshape(values, [sizeOf(before), count, sizeOf(after)]),
    rowMode("scatter", mode),
  );
  return new Tensor(build.reshape(scattered, node.shape));
}

function fitted(operation: string, updates: TensorLike, like: GraphNode, shape: Shape): GraphNode {
  const given = build.cast(operandNode(operation, updates, like.dtype), like.dtype);
  const isFitting =
    given.shape.length <= shape.length &&
    given.shape.every((size, axis) => size === 1 || size === shape[axis + shape.length - given.shape.length]);
  if (isFitting) return build.broadcastTo(given, shape);
  throw new ShapeError(
    `${operation}: the updates ${formatShape(given.shape)} do not broadcast to ${formatShape(shape)}`,
  );
}

/**
 * Zeros with values added at indices of several axes: indices [..., D], updates [..., rest of the shape] → shape, as
 * TensorFlow's `scatter_nd`. Values for an index out of range are left out.
 *
 * @param indices Where the elements go, as int32.
 * @param shape The shape of the result.
 * @param mode How values for one place are combined. Default: `"add"`.
 *
 * @example
 * ```ts
 * import { scatterND } from "@strata/core";
 *
 * console.log(scatterND([[1], [3]], [5, 7], [5]).arraySync()); // [0, 5, 0, 7, 0]
 * ```
 */
export function scatterND(
  indices: TensorLike,
  updates: TensorLike,
  shape: Shape,
  mode: ScatterReduction = "add",
): Tensor {
  checkCount("scatterND", arguments, 4);
  checkShape("scatterND", shape);
  const values = operandNode("scatterND", updates);
  const { flat, leading, rest, count } = flatIndices("scatterND", shape, indexNode("scatterND", indices));
  const fitting = fitted("scatterND", updates, values, [...leading, ...rest]);
  const rows = [1, sizeOf(leading), sizeOf(rest)];
  const start = build.broadcastTo(build.literal(0, values.dtype), [1, count, sizeOf(rest)]);
  const scattered = build.scatter(start, flat, build.reshape(fitting, rows), rowMode("scatterND", mode));
  return new Tensor(build.reshape(scattered, [...shape]));
}

/**
 * x with values written at each place's own index along an axis, as `numpy.put_along_axis`: the inverse of
 * `takeAlongAxis`.
 *
 * @param x The tensor.
 * @param indices Integers of x's rank; outside of the axis they broadcast with x.
 * @param updates The values, which broadcast to the shape of the indices.
 *
 * @example
 * ```ts
 * import { putAlongAxis } from "@strata/core";
 *
 * console.log(putAlongAxis([[10, 20], [30, 40]], [[1], [0]], [[9], [9]]).arraySync()); // [[10, 9], [9, 40]]
 * ```
 */
export function putAlongAxis(
  x: TensorLike,
  indices: TensorLike,
  updates: TensorLike,
  options: ScatterOptions = {},
): Tensor {
  checkCount("putAlongAxis", arguments, 4);
  const { axis = -1, mode = "set" } = readOptions("putAlongAxis", options, ["axis", "mode"]);
  const node = operandNode("putAlongAxis", x);
  const positions = indexNode("putAlongAxis", indices);
  const aligned = alignAlong("putAlongAxis", node, positions, axis);
  const values = fitted("putAlongAxis", updates, node, positions.shape);
  const scattered = build.scatter(
    aligned.table,
    aligned.indices,
    aligned.toRows(values),
    rowMode("putAlongAxis", mode),
  );
  return new Tensor(aligned.fromRows(scattered));
}

function segments(
  operation: string,
  x: TensorLike,
  ids: TensorLike,
  count: number,
  mode: ScatterMode,
): Tensor {
  const node = operandNode(operation, x);
  const positions = indexNode(operation, ids);
  checkShape(operation, [count]);
  const rank = positions.shape.length;
  if (positions.shape.some((size, axis) => size !== node.shape[axis])) {
    throw new ShapeError(
      `${operation}: the segment ids ${formatShape(positions.shape)} must have the shape of the first axes of ` +
        formatShape(node.shape),
    );
  }
  const rest = node.shape.slice(rank);
  const accumulation = mode === "maximum" || mode === "minimum" ? mode : "sum";
  const start = build.literal(identityOf(accumulation, node.dtype), node.dtype);
  // Ids below 0 belong to no segment, and must not count from the end.
  const ids32 = build.where(build.less(positions, 0), count, positions);
  const scattered = build.scatter(
    build.broadcastTo(start, [1, count, sizeOf(rest)]),
    build.reshape(ids32, [1, sizeOf(positions.shape)]),
    build.reshape(node, [1, sizeOf(positions.shape), sizeOf(rest)]),
    mode,
  );
  return new Tensor(build.reshape(scattered, [count, ...rest]));
}

/**
 * Sums of elements with the same id: x [S..., ...], ids [S...] → [count, ...]. Elements whose id is out of range are
 * left out.
 *
 * @param x The tensor.
 * @param ids Integers, in any order.
 * @param count How many segments there are.
 *
 * @example
 * ```ts
 * import { segmentSum } from "@strata/core";
 *
 * console.log(segmentSum([1, 2, 3, 4], [0, 1, 0, 2], 4).arraySync()); // [4, 2, 4, 0]
 * ```
 */
export function segmentSum(x: TensorLike, ids: TensorLike, count: number): Tensor {
  checkCount("segmentSum", arguments, 3);
  return segments("segmentSum", x, ids, count, "add");
}

/**
 * The largest of the elements with the same id; −∞ or the dtype's smallest value for none. As {@link segmentSum}.
 *
 * @param x The tensor.
 * @param ids The segment of each element of the first axis, from 0 on.
 * @param count How many segments there are.
 *
 * @example
 * ```ts
 * import { segmentMax } from "@strata/core";
 *
 * console.log(segmentMax([1, 5, 3], [0, 0, 1], 2).arraySync()); // [5, 3]
 * ```
 */
export function segmentMax(x: TensorLike, ids: TensorLike, count: number): Tensor {
  checkCount("segmentMax", arguments, 3);
  return segments("segmentMax", x, ids, count, "maximum");
}

/**
 * The smallest of the elements with the same id; ∞ or the dtype's largest value for none. As {@link segmentSum}.
 *
 * @param x The tensor.
 * @param ids The segment of each element of the first axis, from 0 on.
 * @param count How many segments there are.
 *
 * @example
 * ```ts
 * import { segmentMin } from "@strata/core";
 *
 * console.log(segmentMin([1, 5, 3], [0, 0, 1], 2).arraySync()); // [1, 3]
 * ```
 */
export function segmentMin(x: TensorLike, ids: TensorLike, count: number): Tensor {
  checkCount("segmentMin", arguments, 3);
  return segments("segmentMin", x, ids, count, "minimum");
}

/**
 * How often each of the integers 0 … size − 1 occurs: [...] → [size], as int32, or the sums of their weights. Others are
 * left out.
 *
 * @param x Integers.
 * @param weights What each element counts. Default: 1, as int32.
 * @param size The length of the result.
 *
 * @example
 * ```ts
 * import { bincount } from "@strata/core";
 *
 * console.log(bincount([0, 1, 1, 3], null, 4).arraySync()); // [1, 2, 0, 1]
 * ```
 */
export function bincount(x: TensorLike, weights: TensorLike | null, size: number): Tensor {
  checkCount("bincount", arguments, 3);
  const integers = indexNode("bincount", x);
  const ones = (): GraphNode => build.broadcastTo(build.literal(1, "int32"), integers.shape);
  const counted = weights === null ? ones() : operandNode("bincount", weights);
  return segments("bincount", new Tensor(counted), new Tensor(integers), size, "add");
}
