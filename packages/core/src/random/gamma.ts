import { checkCount, readOptions } from "../arguments.ts";
import { arithmeticDType } from "../dtype.ts";
import { ShapeError } from "../errors.ts";
import type { GraphNode } from "../graph/node.ts";
import { sigmoid } from "../ops/activations.ts";
import { add, cast, div, less, maximum, mul, pow, stopGradient, sub, where } from "../ops/arithmetic.ts";
import { logicalOr } from "../ops/logic.ts";
import { applyTo, floatNodes } from "../ops/operands.ts";
import { broadcastTo } from "../ops/shapes.ts";
import { exp, log } from "../ops/transcendental.ts";
import { broadcastShapes, checkShape, formatShape, type Shape, sameShape } from "../shape.ts";
import { Tensor, type TensorLike } from "../tensor.ts";
import type { DrawOptions } from "./discrete.ts";
import { normal, uniform } from "./distributions.ts";
import { chosenGenerator } from "./seed.ts";

/** So many proposals are made for each number; each is accepted with a probability above 0.95. */
const proposals = 8;

/**
 * Numbers drawn from a gamma distribution, of density x^{α−1} e^{−βx} up to a constant. G. Marsaglia, W. W. Tsang, "A simple
 * method for generating gamma variables" (2000), with eight proposals for each number: that all are refused, and the last
 * is taken all the same, happens once in 10¹⁰ draws.
 *
 * Both parameters have a gradient: that of the quantile which was drawn (M. Figurnov, S. Mohamed, A. Mnih, "Implicit
 * reparameterization gradients", 2018). By α it can be taken once; asking for a second derivative is an error.
 *
 * @param shape The shape of the result.
 * @param alpha The shape parameter α, above 0: a number, or floats that broadcast.
 * @param beta The rate β. Default: 1.
 *
 * @example
 * ```ts
 * import { gamma, gradients, variable } from "@strata/core";
 *
 * const alpha = variable(3);
 * // The mean of the distribution is α, whose slope is 1.
 * const [slope] = gradients(gamma([10000], alpha).mean(), [alpha]);
 * console.log(Math.abs(slope.item() - 1) < 0.05); // true
 * ```
 */
export function gamma(
  shape: Shape,
  alpha: TensorLike,
  beta: TensorLike = 1,
  options: DrawOptions = {},
): Tensor {
  checkCount("gamma", arguments, 4);
  const nodes = floatNodes("gamma", [alpha, beta]);
  const draw = exp(logGamma("gamma", shape, nodes[0], options));
  return cast(div(draw, parameter("gamma", shape, nodes[1])), nodes[0].dtype);
}

/** A parameter in the result's shape and the dtype that is computed in. */
function parameter(operation: string, shape: Shape, node: GraphNode): Tensor {
  checkShape(operation, shape);
  if (sameShape(broadcastShapes(operation, shape, node.shape), shape)) {
    return broadcastTo(cast(new Tensor(node), arithmeticDType(node.dtype)), shape);
  }
  throw new ShapeError(
    `${operation}: a parameter of the shape ${formatShape(node.shape)} does not broadcast to ${formatShape(shape)}`,
  );
}

/** The logarithm of a draw with the rate 1. Draws of small α are too near to 0 for a float. */
function logGamma(operation: string, shape: Shape, alpha: GraphNode, options: DrawOptions): Tensor {
  checkShape(operation, shape);
  readOptions(operation, options, ["generator"]);
  chosenGenerator(operation, options.generator);
  const ofDistribution = parameter(operation, shape, alpha);
  const draws = { ...options, dtype: ofDistribution.dtype };
  const a = stopGradient(ofDistribution);
  // Below 1 the distribution of α + 1 is taken, and multiplied by u^{1/α}.
  const isSmall = less(a, 1);
  const d = sub(where(isSmall, add(a, 1), a), 1 / 3);
  const c = div(1 / 3, d.sqrt());
  let found: Tensor | null = null;
  for (let attempt = 0; attempt < proposals; attempt++) {
    const x = normal(shape, draws);
    const root = add(mul(c, x), 1);
    const v = pow(maximum(root, 0), 3);
    const u = sub(1, uniform(shape, draws));
    const bound = add(mul(x.square(), 0.5), mul(d, add(sub(1, v), log(v))));
    const proposed = where(logicalOr(less(root, 0), less(bound, log(u))), Number.NaN, mul(d, v));
    found = found === null ? proposed : where(found.equal(found), found, proposed);
  }
  const last = found === null ? d : where(found.equal(found), found, d);
  const boost = where(isSmall, div(log(sub(1, uniform(shape, draws))), a), 0);
  return applyTo("logGammaDraw", [stopGradient(add(log(last), boost)), ofDistribution]);
}

/**
 * Numbers drawn from a beta distribution, of density x^{α−1} (1−x)^{β−1} up to a constant, as g/(g + h) with two gamma
 * variables, through which both parameters have gradients as those of {@link gamma}. They are drawn as logarithms, so that
 * parameters may be as small as a float.
 *
 * @param shape The shape of the result.
 * @param alpha The first parameter, above 0: a number, or floats that broadcast.
 * @param beta The second parameter, above 0.
 *
 * @example
 * ```ts
 * import { beta } from "@strata/core";
 *
 * console.log(beta([3], 2, 5).shape); // [3]
 * ```
 */
export function beta(shape: Shape, alpha: TensorLike, beta: TensorLike, options: DrawOptions = {}): Tensor {
  checkCount("beta", arguments, 4);
  const nodes = floatNodes("beta", [alpha, beta]);
  const [first, second] = nodes.map((node) => logGamma("beta", shape, node, options));
  return cast(sigmoid(sub(first, second)), nodes[0].dtype);
}
