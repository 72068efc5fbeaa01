import { checkCount, readOptions } from "../arguments.ts";
import { checkDType, isInteger } from "../dtype.ts";
import { DTypeError, ShapeError } from "../errors.ts";
import { cast, less, neg, sub } from "../ops/arithmetic.ts";
import { checkIsFloat } from "../ops/checks.ts";
import { gather } from "../ops/indexing.ts";
import { floatNode, operandNode } from "../ops/operands.ts";
import { argMax } from "../ops/reductions.ts";
import { floor } from "../ops/rounding.ts";
import { argsort } from "../ops/sorting.ts";
import { log } from "../ops/transcendental.ts";
import { broadcastShapes, checkShape, formatShape, type Shape, sameShape } from "../shape.ts";
import { fitsDType, Tensor, type TensorLike } from "../tensor.ts";
import { type RandomOptions, uniform } from "./distributions.ts";
import type { Generator } from "./generator.ts";
import { chosenGenerator } from "./seed.ts";

/** Options of random functions that choose their dtype themselves. */
export interface DrawOptions {
  /** The source of the numbers. Default: the stream that `setSeed` starts. */
  readonly generator?: Generator;
}

/** The generator that the options name. */
function readDrawOptions(operation: string, options: DrawOptions): Generator {
  return chosenGenerator(operation, readOptions(operation, options, ["generator"]).generator);
}

/**
 * Integers drawn evenly from minimum, …, maximum − 1.
 *
 * @param shape The shape of the result.
 * @param minimum The smallest integer.
 * @param maximum The bound above, which is excluded.
 * @param options The dtype, int32 (the default) or uint8, and the generator.
 * @throws RangeError unless both are integers, the minimum below the maximum, and all that is drawn fits the dtype.
 *
 * @example
 * ```ts
 * import { randint } from "@strata/core";
 *
 * const dice = randint([100], 1, 7);
 * console.log(dice.min().item() >= 1, dice.max().item() <= 6); // true true
 * ```
 */
export function randint(shape: Shape, minimum: number, maximum: number, options: RandomOptions = {}): Tensor {
  checkCount("randint", arguments, 4);
  const { dtype = "int32", generator } = readOptions("randint", options, ["dtype", "generator"]);
  chosenGenerator("randint", generator);
  checkShape("randint", shape);
  checkDType("randint", dtype);
  if (!isInteger(dtype)) {
    throw new DTypeError(`randint: draws integers, not ${dtype}; accepted are "int32" or "uint8"`);
  }
  if (!Number.isInteger(minimum) || !Number.isInteger(maximum) || minimum >= maximum) {
    throw new RangeError(
      `randint: the bounds are ${minimum} and ${maximum}; they must be integers, the first below the second`,
    );
  }
  if (!fitsDType(minimum, dtype) || !fitsDType(maximum - 1, dtype)) {
    throw new RangeError(
      `randint: the bounds are ${minimum} and ${maximum}; the integers from the first to below the second must all be ${dtype}`,
    );
  }
  // 48 random bits: of the largest ranges, no integer is more likely than another by more than 2⁻¹⁶.
  const unit = uniform(shape, { dtype: "float64", generator });
  return cast(floor(unit.mul(maximum - minimum).add(minimum)), dtype);
}

/**
 * True with a probability, false else, as bool.
 *
 * @param shape The shape of the result.
 * @param probability A number, or floats that broadcast to the shape. Default: 0.5.
 *
 * @example
 * ```ts
 * import { bernoulli } from "@strata/core";
 *
 * console.log(bernoulli([1000], 0.5).mean().item() > 0.4); // true
 * ```
 */
export function bernoulli(shape: Shape, probability: TensorLike = 0.5, options: DrawOptions = {}): Tensor {
  checkCount("bernoulli", arguments, 3);
  checkShape("bernoulli", shape);
  readDrawOptions("bernoulli", options);
  if (typeof probability === "number" && !(probability >= 0 && probability <= 1)) {
    throw new RangeError(`bernoulli: the probability is ${probability}; it must be at least 0 and at most 1`);
  }
  const given = new Tensor(floatNode("bernoulli", probability));
  if (!sameShape(broadcastShapes("bernoulli", shape, given.shape), shape)) {
    throw new ShapeError(
      `bernoulli: the probabilities ${formatShape(given.shape)} do not broadcast to ${formatShape(shape)}`,
    );
  }
  return less(uniform(shape, options), probability);
}

/**
 * Draws indices of classes by their unscaled log-probabilities: logits [..., K] → int32 [..., count]. By the Gumbel-max
 * trick: the index of the largest z − ln(−ln u).
 *
 * @param logits Scores z; −∞ for a class that is never drawn.
 * @param count How many to draw for each row, with replacement.
 *
 * @example
 * ```ts
 * import { categorical } from "@strata/core";
 *
 * console.log(categorical([[0.1, 0.9]], 5).shape); // [1, 5]
 * ```
 */
export function categorical(logits: TensorLike, count: number, options: DrawOptions = {}): Tensor {
  checkCount("categorical", arguments, 3);
  const node = checkIsFloat("categorical", logits);
  checkShape("categorical", [count]);
  readDrawOptions("categorical", options);
  const { shape } = node;
  if (shape.length === 0 || shape[shape.length - 1] === 0) {
    throw new ShapeError(
      `categorical: takes logits [..., K] of at least one class, not ${formatShape(shape)}`,
    );
  }
  const rows = shape.slice(0, -1);
  const unit = uniform([...rows, count, shape[shape.length - 1]], { ...options, dtype: "float64" });
  // 1 − u is never 0, and the noise never infinite upwards.
  const noise = neg(log(neg(log(sub(1, unit)))));
  const scores = new Tensor(node).expandDims(-2).cast("float64").add(noise);
  return argMax(scores, -1);
}

/**
 * The integers 0 … n − 1 in a random order, or the parts of a tensor along its first axis.
 *
 * @param x A count, or a tensor [N, ...], through which gradients flow.
 * @throws RangeError for a count that is no integer of at least 0.
 * @throws ShapeError for a scalar tensor.
 *
 * @example
 * ```ts
 * import { permutation } from "@strata/core";
 *
 * console.log(permutation(5).shape); // [5]
 * ```
 */
export function permutation(x: TensorLike, options: DrawOptions = {}): Tensor {
  checkCount("permutation", arguments, 2);
  const generator = readDrawOptions("permutation", options);
  if (typeof x === "number") {
    if (!Number.isInteger(x) || x < 0) {
      throw new RangeError(`permutation: the count is ${x}; it must be an integer of at least 0`);
    }
    // Of equal words the order is not random; with 2³² of them that is rare.
    return argsort(generator.bits([x]));
  }
  const t = new Tensor(operandNode("permutation", x));
  if (t.rank === 0)
    throw new ShapeError("permutation: takes a count or a tensor with an axis, not a scalar tensor");
  return gather(t, argsort(generator.bits([t.shape[0]])));
}
