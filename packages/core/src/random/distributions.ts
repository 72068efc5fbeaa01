import { checkNumber, describeValue, readOptions } from "../arguments.ts";
import { checkDType, type DType, isFloat } from "../dtype.ts";
import { DTypeError } from "../errors.ts";
import type { GraphNode } from "../graph/node.ts";
import { checkIsFloat } from "../ops/checks.ts";
import { applyPrimitive, build } from "../primitives/apply.ts";
import { checkShape, type Shape } from "../shape.ts";
import { erf } from "../special/error-function.ts";
import { Tensor, type TensorLike } from "../tensor.ts";
import type { Generator } from "./generator.ts";
import { chosenGenerator } from "./seed.ts";

/** What all random functions take. */
export interface RandomOptions {
  /** The dtype of the result. Default: float32. */
  readonly dtype?: DType;
  /** Where the numbers come from. Default: the stream that `setSeed` starts. */
  readonly generator?: Generator;
}

/** Options of {@link uniform}. */
export interface UniformOptions extends RandomOptions {
  /** The lower bound, included. Default: 0. */
  readonly minimum?: number;
  /** The upper bound, excluded. Default: 1. */
  readonly maximum?: number;
}

/** Options of {@link normal} and {@link truncatedNormal}. */
export interface NormalOptions extends RandomOptions {
  /** The mean. Default: 0. */
  readonly mean?: number;
  /** The standard deviation; of the normal distribution before truncation. Default: 1. */
  readonly standardDeviation?: number;
}

const bitsUsed = 24;

const drawOptions = ["dtype", "generator"] as const;

/**
 * Numbers drawn evenly from [minimum, maximum).
 *
 * @param shape The shape of the result.
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
  const names = [...drawOptions, "minimum", "maximum"] as const;
  const { minimum = 0, maximum = 1 } = readOptions("uniform", options, names);
  checkNumber("uniform", "the minimum", minimum);
  checkNumber("uniform", "the maximum", maximum);
  const unit = unitInterval("uniform", shape, options, 0);
  return new Tensor(build.add(build.mul(unit, maximum - minimum), minimum));
}

/**
 * Numbers drawn from a normal distribution, as the quantiles of evenly drawn ones: √2 erf⁻¹(2u − 1).
 *
 * @param shape The shape of the result.
 */
export function normal(shape: Shape, options: NormalOptions = {}): Tensor {
  const { mean, standardDeviation } = readNormal("normal", options);
  // u is the middle of its interval, and so never 0.
  const unit = unitInterval("normal", shape, options, 0.5);
  return quantile(build.sub(build.mul(unit, 2), 1), mean, standardDeviation);
}

/**
 * Numbers drawn from the part of a normal distribution within two standard deviations of the mean.
 *
 * @param shape The shape of the result.
 */
export function truncatedNormal(shape: Shape, options: NormalOptions = {}): Tensor {
  const { mean, standardDeviation } = readNormal("truncatedNormal", options);
  const unit = unitInterval("truncatedNormal", shape, options, 0.5);
  const bound = erf(2 / Math.SQRT2);
  return quantile(build.mul(build.sub(build.mul(unit, 2), 1), bound), mean, standardDeviation);
}

/**
 * Sets elements to 0 at random, and scales the others so that the expected sum stays the same.
 *
 * @param x A float tensor.
 * @param rate The share of elements that is dropped, at least 0 and below 1.
 * @throws RangeError for another rate.
 */
export function dropout(
  x: TensorLike,
  rate: number,
  options: { readonly generator?: Generator } = {},
): Tensor {
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

function readNormal(operation: string, options: NormalOptions): { mean: number; standardDeviation: number } {
  const names = [...drawOptions, "mean", "standardDeviation"] as const;
  const { mean = 0, standardDeviation = 1 } = readOptions(operation, options, names);
  checkNumber(operation, "the mean", mean);
  checkNumber(operation, "the standard deviation", standardDeviation);
  if (standardDeviation >= 0) return { mean, standardDeviation };
  throw new RangeError(`${operation}: the standard deviation is ${standardDeviation}; it must be at least 0`);
}

function quantile(position: GraphNode, mean: number, standardDeviation: number): Tensor {
  const standard = applyPrimitive("erfinv", [position]);
  return new Tensor(build.add(build.mul(standard, standardDeviation * Math.SQRT2), mean));
}

/** Multiples of 2⁻²⁴ (float32) or 2⁻⁴⁸ (float64) in [0, 1), moved up by a share of that distance. */
function unitInterval(operation: string, shape: Shape, options: RandomOptions, shift: number): GraphNode {
  const { dtype = "float32" } = options;
  const generator = chosenGenerator(operation, options.generator);
  checkShape(operation, shape);
  checkDType(operation, dtype);
  if (!isFloat(dtype))
    throw new DTypeError(`${operation}: draws floats, not ${dtype}; accepted are "float32" or "float64"`);
  const unit = 2 ** -bitsUsed;
  const high = build.cast(lowBits(generator.bits(shape).node), dtype);
  if (dtype === "float32") return build.mul(build.add(high, shift), unit);
  const low = build.cast(lowBits(generator.bits(shape).node), dtype);
  return build.mul(build.add(high, build.mul(build.add(low, shift), unit)), unit);
}

function lowBits(bits: GraphNode): GraphNode {
  return applyPrimitive("bitwiseAnd", [bits, build.literal(2 ** bitsUsed - 1, "int32")]);
}
