import { checkCount, checkNumber, describeValue, readOptions } from "../arguments.ts";
import { arithmeticDType, checkDType, type DType, floatDTypes, isFloat, isHalf, roundTo } from "../dtype.ts";
import { DTypeError, listAlternatives, ShapeError } from "../errors.ts";
import type { GraphNode, TensorType } from "../graph/node.ts";
import { checkIsFloat } from "../ops/checks.ts";
import { operandNode } from "../ops/operands.ts";
import { applyPrimitive, build } from "../primitives/apply.ts";
import type { BuildOperand } from "../primitives/build.ts";
import { checkShape, formatShape, type Shape } from "../shape.ts";
import { erf } from "../special/error-function.ts";
import { halfFormats } from "../special/half-precision.ts";
import { Tensor, type TensorLike } from "../tensor.ts";
import type { Generator } from "./generator.ts";
import { chosenGenerator } from "./seed.ts";

/** Options of all random functions. */
export interface RandomOptions {
  /** The dtype of the result. Default: float32. */
  readonly dtype?: DType;
  /** The source of the numbers. Default: the stream that `setSeed` starts. */
  readonly generator?: Generator;
}

/** Options of {@link uniform}. */
export interface UniformOptions extends RandomOptions {
  /** The lower bound, included: a number, or floats that broadcast to the result's shape. Default: 0. */
  readonly minimum?: TensorLike;
  /** The upper bound, excluded. Default: 1. */
  readonly maximum?: TensorLike;
}

/** Options of {@link normal} and {@link truncatedNormal}. */
export interface NormalOptions extends RandomOptions {
  /** The mean: a number, or floats that broadcast to the result's shape. Default: 0. */
  readonly mean?: TensorLike;
  /** The standard deviation; of the normal distribution before truncation. Default: 1. */
  readonly standardDeviation?: TensorLike;
}

const bitsUsed = 24;

const drawOptions = ["dtype", "generator"] as const;

/**
 * Numbers drawn evenly from [minimum, maximum), of bounds that are rounded to the dtype. The bounds have gradients: a draw is
 * minimum + u·(maximum − minimum), with u fixed. A draw that rounding puts at the maximum is the minimum instead, which by
 * rounding is met half as often as its neighbours.
 *
 * @param shape The shape of the result.
 * @throws RangeError for bounds that are numbers and not finite, or of which the first is above the second.
 *
 * @example
 * ```ts
 * import { uniform } from "@strata/core";
 *
 * const x = uniform([1000], { minimum: -1, maximum: 1 });
 * console.log(x.max().item() < 1, x.min().item() >= -1); // true true
 * ```
 */
export function uniform(shape: Shape, options: UniformOptions = {}): Tensor {
  checkCount("uniform", arguments, 2);
  const names = [...drawOptions, "minimum", "maximum"] as const;
  const { minimum = 0, maximum = 1 } = readOptions("uniform", options, names);
  const draw = readDraw("uniform", shape, options);
  const { dtype } = draw;
  const bounds = [
    parameter("uniform", "minimum", minimum, draw),
    parameter("uniform", "maximum", maximum, draw),
  ];
  const [low, high] = bounds.map((bound) => (typeof bound === "number" ? roundTo(dtype, bound) : bound));
  checkBounds(low, high);
  const unit = unitInterval(draw);
  if (low === 0 && high === 1) return new Tensor(unit);
  // In float64, which holds the distance of any bounds of the other dtypes, and rounds to the dtype once. Its own may be
  // infinite, unless halved.
  const scale = dtype === "float64" ? 0.5 : 1;
  const [from, to] = [low, high].map((bound) => scaled(bound, scale));
  const place = build.add(build.mul(build.cast(unit, "float64"), difference(to, from)), from);
  const wide = build.mul(place, 1 / scale);
  const drawn = build.cast(dtype === "float32" ? roundedToFloat32(wide) : wide, dtype);
  return new Tensor(build.where(build.less(drawn, high), drawn, low));
}

function checkBounds(low: BuildOperand, high: BuildOperand): void {
  if (typeof low !== "number" || typeof high !== "number") {
    for (const bound of [low, high]) {
      if (typeof bound !== "number" || Number.isFinite(bound)) continue;
      throw new RangeError(`uniform: a bound is ${bound}; it must be finite`);
    }
    return;
  }
  if (Number.isFinite(low) && Number.isFinite(high) && low <= high) return;
  throw new RangeError(
    `uniform: the bounds are ${low} and ${high}; they must be finite, and the first not above the second`,
  );
}

/**
 * A float64 rounded to the digits of float32, also where a backend computes float32 with more. T. J. Dekker, "A
 * floating-point technique for extending the available precision" (1971).
 */
function roundedToFloat32(x: GraphNode): GraphNode {
  const split = build.mul(x, 2 ** 29 + 1);
  return build.sub(split, build.sub(split, x));
}

/** A bound in float64, times a factor. */
function scaled(bound: BuildOperand, factor: number): BuildOperand {
  return typeof bound === "number" ? bound * factor : build.mul(build.cast(bound, "float64"), factor);
}

function difference(left: BuildOperand, right: BuildOperand): BuildOperand {
  return typeof left === "number" && typeof right === "number" ? left - right : build.sub(left, right);
}

/**
 * Numbers drawn from a normal distribution, as the quantiles of evenly drawn ones: √2 erf⁻¹(2u − 1). The mean and the
 * standard deviation have gradients, with u fixed. The quantiles are computed in float64 from 52 random bits, so that draws
 * go out to 8.2 standard deviations, beyond which lies one in 10¹⁵.
 *
 * @param shape The shape of the result.
 *
 * @example
 * ```ts
 * import { gradients, normal, variable } from "@strata/core";
 *
 * const mean = variable([0, 10]);
 * const drawn = normal([100, 2], { mean, standardDeviation: 0.1 });
 * console.log(gradients(drawn.mean(0).sum(), [mean])[0].arraySync()); // [1, 1]
 * ```
 */
export function normal(shape: Shape, options: NormalOptions = {}): Tensor {
  checkCount("normal", arguments, 2);
  const { mean, deviation, draw, dtype } = readNormal("normal", shape, options);
  return quantile(symmetricInterval(draw), mean, deviation, dtype);
}

/**
 * Numbers drawn from the part of a normal distribution within two standard deviations of the mean, both of which have
 * gradients.
 *
 * @param shape The shape of the result.
 *
 * @example
 * ```ts
 * import { truncatedNormal } from "@strata/core";
 *
 * console.log(truncatedNormal([1000]).abs().max().item() < 2); // true
 * ```
 */
export function truncatedNormal(shape: Shape, options: NormalOptions = {}): Tensor {
  checkCount("truncatedNormal", arguments, 2);
  const { mean, deviation, draw, dtype } = readNormal("truncatedNormal", shape, options);
  const position = build.mul(symmetricInterval(draw), erf(2 / Math.SQRT2));
  return quantile(position, mean, deviation, dtype);
}

/**
 * Sets elements to 0 at random, and scales the others so that the expected sum stays the same.
 *
 * @param x A float tensor.
 * @param rate The share of elements that is dropped, at least 0 and below 1.
 * @throws RangeError for another rate.
 *
 * @example
 * ```ts
 * import { dropout } from "@strata/core";
 *
 * console.log(dropout([1, 1, 1, 1], 0.5).shape); // [4]
 * ```
 */
export function dropout(
  x: TensorLike,
  rate: number,
  options: { readonly generator?: Generator } = {},
): Tensor {
  checkCount("dropout", arguments, 3);
  const { generator: given } = readOptions("dropout", options, ["generator"]);
  const generator = chosenGenerator("dropout", given);
  const node = checkIsFloat("dropout", x);
  if (typeof rate !== "number" || !(rate >= 0 && rate < 1)) {
    throw new RangeError(`dropout: the rate is ${describeValue(rate)}; it must be at least 0 and below 1`);
  }
  if (rate === 0) return new Tensor(node);
  const drawn = lowBits(generator.bits(node.shape).node);
  const isDropped = build.less(drawn, Math.round(rate * 2 ** bitsUsed));
  return new Tensor(build.where(isDropped, 0, build.mul(node, 1 / (1 - rate))));
}

function readNormal(operation: string, shape: Shape, options: NormalOptions) {
  const names = [...drawOptions, "mean", "standardDeviation"] as const;
  const { mean = 0, standardDeviation = 1 } = readOptions(operation, options, names);
  const { dtype, ...source } = readDraw(operation, shape, options);
  const draw = { ...source, dtype: arithmeticDType(dtype) };
  const deviation = parameter(operation, "standard deviation", standardDeviation, draw);
  if (typeof deviation === "number" && deviation < 0) {
    throw new RangeError(`${operation}: the standard deviation is ${deviation}; it must be at least 0`);
  }
  return { mean: parameter(operation, "mean", mean, draw), deviation, draw, dtype };
}

function quantile(position: GraphNode, mean: BuildOperand, deviation: BuildOperand, dtype: DType): Tensor {
  const standard = build.cast(applyPrimitive("erfinv", [position]), arithmeticDType(dtype));
  const scale = typeof deviation === "number" ? deviation * Math.SQRT2 : build.mul(deviation, Math.SQRT2);
  return new Tensor(build.cast(build.add(build.mul(standard, scale), mean), dtype));
}

/** The type of the numbers drawn, and their source. */
interface Draw extends TensorType {
  readonly generator: Generator;
}

function readDraw(operation: string, shape: Shape, options: RandomOptions): Draw {
  const { dtype = "float32" } = options;
  const generator = chosenGenerator(operation, options.generator);
  checkShape(operation, shape);
  checkDType(operation, dtype);
  if (!isFloat(dtype))
    throw new DTypeError(
      `${operation}: draws floats, not ${dtype}; accepted are ${listAlternatives(floatDTypes)}`,
    );
  return { shape, dtype, generator };
}

/** A distribution's parameter, as it meets the draws. */
function parameter(operation: string, name: string, value: TensorLike, draw: Draw): BuildOperand {
  if (typeof value === "number") {
    checkNumber(operation, `the ${name}`, value);
    return value;
  }
  const node = build.cast(operandNode(operation, value), draw.dtype);
  const added = draw.shape.length - node.shape.length;
  const fits = node.shape.every((size, axis) => size === 1 || size === draw.shape[axis + added]);
  if (added >= 0 && fits) return node;
  throw new ShapeError(
    `${operation}: the ${name} has the shape ${formatShape(node.shape)}; it must broadcast to the result's, ` +
      formatShape(draw.shape),
  );
}

/** Multiples of 2⁻²⁴ (float32), 2⁻⁴⁸ (float64), 2⁻¹¹ (float16) or 2⁻⁸ (bfloat16) in [0, 1). */
function unitInterval({ shape, dtype, generator }: Draw): GraphNode {
  if (isHalf(dtype)) {
    // No more digits than it has: it would round the largest numbers up to 1.
    const { significandBits } = halfFormats[dtype];
    const digits = build.cast(lowBits(generator.bits(shape).node, significandBits), dtype);
    return build.mul(digits, 2 ** -significandBits);
  }
  const unit = 2 ** -bitsUsed;
  const high = build.cast(lowBits(generator.bits(shape).node), dtype);
  if (dtype === "float32") return build.mul(high, unit);
  const low = build.cast(lowBits(generator.bits(shape).node), dtype);
  return build.mul(build.add(high, build.mul(low, unit)), unit);
}

/**
 * The middles of 2⁵² even parts of (−1, 1) in float64, so that ±1 is never drawn. They are counted from the centre: counted
 * from one end, the last of them would need a digit more than there is, and be rounded to it.
 */
function symmetricInterval({ shape, generator }: Draw): GraphNode {
  const high = build.cast(generator.bits(shape).node, "float64");
  const low = build.cast(lowBits(generator.bits(shape).node, 20), "float64");
  return build.mul(build.add(high, build.mul(build.add(low, 0.5), 2 ** -20)), 2 ** -31);
}

function lowBits(bits: GraphNode, count = bitsUsed): GraphNode {
  return applyPrimitive("bitwiseAnd", [bits, build.literal(2 ** count - 1, "int32")]);
}
