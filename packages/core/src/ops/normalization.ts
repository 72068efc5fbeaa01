import { checkCount, describeValue, readOptions } from "../arguments.ts";
import { arithmeticDType } from "../dtype.ts";
import { ShapeError } from "../errors.ts";
import type { GraphNode } from "../graph/node.ts";
import { build } from "../primitives/apply.ts";
import {
  broadcastShapes,
  formatShape,
  normalizeAxes,
  normalizeAxis,
  type Shape,
  sameShape,
} from "../shape.ts";
import { Tensor, type TensorLike } from "../tensor.ts";
import type { Axis } from "../tensor-methods.ts";
import { checkIsFloat } from "./checks.ts";
import { operandNode, roundedOnce } from "./operands.ts";

/** Options of all normalizations. */
export interface NormalizationOptions {
  /** The factor of the normalized values. Default: none. */
  readonly scale?: TensorLike | null;
  /** The number added afterwards. Default: none. */
  readonly offset?: TensorLike | null;
  /** Added to the variance, so that nothing is divided by 0. Default: 1e-3, as in Keras and TensorFlow.js. */
  readonly epsilon?: number;
}

const normalizationOptions = ["scale", "offset", "epsilon"] as const;

/** Options of {@link batchNorm}. */
export interface BatchNormOptions extends NormalizationOptions {
  /** The axis of the features, along which mean and variance differ. Default: the last. */
  readonly axis?: number;
}

/** Options of {@link layerNorm} and {@link rmsNorm}. */
export interface LayerNormOptions extends NormalizationOptions {
  /** The axes that are normalized together. Default: the last. */
  readonly axis?: Axis;
}

/** Scale and offset, which broadcast against x, applied to the normalized values. */
function finish(
  operation: string,
  x: GraphNode,
  options: NormalizationOptions,
  along: (vector: GraphNode) => GraphNode,
): Tensor {
  const fitting = (name: string, value: TensorLike): GraphNode => {
    const node = along(build.cast(operandNode(operation, value, x.dtype), x.dtype));
    if (sameShape(broadcastShapes(operation, node.shape, x.shape), x.shape)) return node;
    throw new ShapeError(
      `${operation}: the ${name} ${formatShape(node.shape)} does not broadcast to ${formatShape(x.shape)}`,
    );
  };
  const { scale = null, offset = null } = options;
  const scaled = scale === null ? x : build.mul(x, fitting("scale", scale));
  return new Tensor(offset === null ? scaled : build.add(scaled, fitting("offset", offset)));
}

function checkEpsilon(operation: string, epsilon: number): void {
  if (typeof epsilon === "number" && epsilon >= 0) return;
  throw new RangeError(
    `${operation}: epsilon is ${describeValue(epsilon)}; it must be a number of at least 0`,
  );
}

function inverseRoot(variance: GraphNode, epsilon: number): GraphNode {
  return build.div(1, build.sqrt(build.add(variance, epsilon)));
}

/**
 * Normalizes with given statistics: (x − mean) / √(variance + ε) · scale + offset. S. Ioffe, C. Szegedy, "Batch
 * normalization" (2015). In training, mean and variance are those of the batch: `moments(x, axes)`.
 *
 * @param x The tensor.
 * @param mean A vector with one element for each feature; so are variance, scale and offset.
 * @throws ShapeError if a vector has another length than the axis of the features.
 *
 * @example
 * ```ts
 * import { batchNorm } from "@strata/core";
 *
 * console.log(batchNorm([[1], [3]], [2], [1], { epsilon: 0 }).arraySync()); // [[-1], [1]]
 * ```
 */
export function batchNorm(
  x: TensorLike,
  mean: TensorLike,
  variance: TensorLike,
  options: BatchNormOptions = {},
): Tensor {
  checkCount("batchNorm", arguments, 4);
  const { axis = -1, epsilon = 1e-3 } = readOptions("batchNorm", options, [...normalizationOptions, "axis"]);
  const node = checkIsFloat("batchNorm", x);
  checkEpsilon("batchNorm", epsilon);
  const at = normalizeAxis("batchNorm", axis, node.shape.length);
  const features = node.shape[at];
  const along = (vector: GraphNode): GraphNode => {
    if (vector.shape.length === 0) return vector;
    if (vector.shape.length !== 1 || vector.shape[0] !== features) {
      throw new ShapeError(
        `batchNorm: takes vectors of ${features} elements for axis ${axis} of ${formatShape(node.shape)}, ` +
          `not ${formatShape(vector.shape)}`,
      );
    }
    return build.reshape(
      vector,
      node.shape.map((_, each) => (each === at ? features : 1)),
    );
  };
  const statistic = (value: TensorLike): GraphNode => {
    const dtype = arithmeticDType(node.dtype);
    return along(build.cast(operandNode("batchNorm", value, dtype), dtype));
  };
  const normalized = roundedOnce(node, (wide) =>
    build.mul(build.sub(wide, statistic(mean)), inverseRoot(statistic(variance), epsilon)),
  );
  return finish("batchNorm", normalized, options, along);
}

/** The elements along `axes` with mean 0 and variance 1. */
function standardize(node: GraphNode, axes: readonly number[], epsilon: number): GraphNode {
  const count = axes.reduce((product, axis) => product * node.shape[axis], 1);
  const average = (values: GraphNode): GraphNode => build.div(build.sum(values, axes), count);
  return roundedOnce(node, (x) => {
    const centred = build.sub(x, build.spread(average(x), axes, x.shape));
    const variance = average(build.mul(centred, centred));
    return build.mul(centred, build.spread(inverseRoot(variance, epsilon), axes, x.shape));
  });
}

/** A parameter over the normalized axes, at its place among all axes. */
function placed(axes: readonly number[], shape: Shape): (vector: GraphNode) => GraphNode {
  const over = axes.map((axis) => shape[axis]);
  const among = shape.map((size, axis) => (axes.includes(axis) ? size : 1));
  return (vector) => (sameShape(vector.shape, over) ? build.reshape(vector, among) : vector);
}

/**
 * Normalizes each example by its own statistics: (x − mean) / √(variance + ε) · scale + offset over the axes.
 * J. L. Ba et al., "Layer normalization" (2016).
 *
 * @param x The tensor.
 * @throws ShapeError if scale or offset do not fit.
 *
 * @example
 * ```ts
 * import { layerNorm } from "@strata/core";
 *
 * console.log(layerNorm([[1, 2, 3], [10, 20, 30]], { epsilon: 0 }).sum(-1).arraySync()); // [0, 0]
 * ```
 */
export function layerNorm(x: TensorLike, options: LayerNormOptions = {}): Tensor {
  checkCount("layerNorm", arguments, 2);
  const { axis = -1, epsilon = 1e-3 } = readOptions("layerNorm", options, [...normalizationOptions, "axis"]);
  const node = checkIsFloat("layerNorm", x);
  checkEpsilon("layerNorm", epsilon);
  const axes = normalizeAxes("layerNorm", axis, node.shape.length);
  return finish("layerNorm", standardize(node, axes, epsilon), options, placed(axes, node.shape));
}

/**
 * Divides by the root of the mean square over the axes: x / √(mean(x²) + ε) · scale. B. Zhang, R. Sennrich, "Root mean
 * square layer normalization" (2019).
 *
 * @param x The tensor.
 *
 * @example
 * ```ts
 * import { rmsNorm } from "@strata/core";
 *
 * console.log(rmsNorm([3, 4]).arraySync()); // [0.848494, 1.131326]
 * ```
 */
export function rmsNorm(x: TensorLike, options: LayerNormOptions = {}): Tensor {
  checkCount("rmsNorm", arguments, 2);
  const { axis = -1, epsilon = 1e-3 } = readOptions("rmsNorm", options, [...normalizationOptions, "axis"]);
  const node = checkIsFloat("rmsNorm", x);
  checkEpsilon("rmsNorm", epsilon);
  const axes = normalizeAxes("rmsNorm", axis, node.shape.length);
  const count = axes.reduce((product, each) => product * node.shape[each], 1);
  const normalized = roundedOnce(node, (wide) => {
    const meanSquare = build.div(build.sum(build.mul(wide, wide), axes), count);
    return build.mul(wide, build.spread(inverseRoot(meanSquare, epsilon), axes, node.shape));
  });
  return finish("rmsNorm", normalized, options, placed(axes, node.shape));
}

/**
 * Normalizes groups of channels of each example: [batch, ..., channels]. Y. Wu, K. He, "Group normalization" (2018).
 * With one group for each channel it is instance normalization.
 *
 * @param x The tensor.
 * @param groups How many groups the channels, the last axis, are divided into.
 * @throws ShapeError if the groups do not divide the channels.
 *
 * @example
 * ```ts
 * import { groupNorm, ones } from "@strata/core";
 *
 * console.log(groupNorm(ones([2, 4, 4, 8]), 4).shape); // [2, 4, 4, 8]
 * ```
 */
export function groupNorm(x: TensorLike, groups: number, options: NormalizationOptions = {}): Tensor {
  checkCount("groupNorm", arguments, 3);
  const { epsilon = 1e-3 } = readOptions("groupNorm", options, normalizationOptions);
  const node = checkIsFloat("groupNorm", x);
  checkEpsilon("groupNorm", epsilon);
  const { shape } = node;
  const channels = shape[shape.length - 1];
  if (shape.length < 2 || !Number.isInteger(groups) || groups < 1 || channels % groups !== 0) {
    throw new ShapeError(
      `groupNorm: takes [batch, ..., channels] with channels that ${groups} groups divide, not ${formatShape(shape)}`,
    );
  }
  const grouped = build.reshape(node, [...shape.slice(0, -1), groups, channels / groups]);
  const axes = grouped.shape.map((_, axis) => axis).filter((axis) => axis > 0 && axis !== shape.length - 1);
  const normalized = build.reshape(standardize(grouped, axes, epsilon), shape);
  return finish("groupNorm", normalized, options, (vector) => vector);
}
