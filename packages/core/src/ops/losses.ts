import { checkCount } from "../arguments.ts";
import { arithmeticDType } from "../dtype.ts";
import { ShapeError } from "../errors.ts";
import { build } from "../primitives/apply.ts";
import { broadcastShapes, formatShape, normalizeAxis, sameShape } from "../shape.ts";
import { Tensor, type TensorLike } from "../tensor.ts";
import { logSoftmax } from "./activations.ts";
import { abs, add, cast, equal, greater, mul, neg, sub, where } from "./arithmetic.ts";
import { checkIsFloat } from "./checks.ts";
import { arange } from "./creation.ts";
import { indexNode } from "./index-nodes.ts";
import { shiftedLogSum } from "./log-sum.ts";
import { logicalAnd } from "./logic.ts";
import { operandNode, roundedOnce } from "./operands.ts";
import { sum } from "./reductions.ts";
import { expandDims } from "./shapes.ts";
import { exp, log1p } from "./transcendental.ts";

/**
 * The cross-entropy −Σ p ln softmax(z) over the last axis: [..., K] → [...]. A score of −∞ costs nothing where p is 0.
 *
 * Scores keep what a softmax that is rounded to 0 or 1 has lost: a loss of probabilities, which clips them as Keras's
 * losses without `fromLogits` do, has a gradient of exactly 0 there, and a wrong prediction that is certain is never
 * unlearned. This loss's gradient is softmax(z) − p.
 *
 * @param labels Probabilities p of the classes.
 * @param logits Unscaled scores z, of the same shape.
 *
 * @example
 * ```ts
 * import { softmaxCrossEntropy } from "@strata/core";
 *
 * console.log(softmaxCrossEntropy([[0, 1]], [[0, 0]]).arraySync()); // [0.693147]
 * ```
 */
export function softmaxCrossEntropy(labels: TensorLike, logits: TensorLike): Tensor {
  checkCount("softmaxCrossEntropy", arguments, 2);
  const scores = checkIsFloat("softmaxCrossEntropy", logits);
  const { shape, dtype } = scores;
  normalizeAxis("softmaxCrossEntropy", -1, shape.length);
  const given = operandNode("softmaxCrossEntropy", labels, dtype);
  if (!sameShape(given.shape, shape)) {
    throw new ShapeError(
      `softmaxCrossEntropy: the labels have the shape ${formatShape(given.shape)}, the logits ${formatShape(shape)}; ` +
        "they must be the same",
    );
  }
  const probabilities = new Tensor(build.cast(given, arithmeticDType(dtype)));
  const loss = roundedOnce(scores, (wide) => {
    return neg(sum(timesOrZero(probabilities, logSoftmax(new Tensor(wide))), -1)).node;
  });
  return new Tensor(loss);
}

/**
 * The cross-entropy −ln softmax(z)[label] over the last axis: labels [...], logits [..., K] → [...]. A label
 * outside of 0 … K − 1 gives NaN, since values are not looked at while a graph is built.
 *
 * @param labels Integers: the indices of the classes.
 * @param logits Unscaled scores z, with one axis more.
 *
 * @example
 * ```ts
 * import { sparseSoftmaxCrossEntropy } from "@strata/core";
 *
 * console.log(sparseSoftmaxCrossEntropy([1], [[0, 0]]).arraySync()); // [0.693147]
 * ```
 */
export function sparseSoftmaxCrossEntropy(labels: TensorLike, logits: TensorLike): Tensor {
  checkCount("sparseSoftmaxCrossEntropy", arguments, 2);
  const scores = checkIsFloat("sparseSoftmaxCrossEntropy", logits);
  const { shape } = scores;
  normalizeAxis("sparseSoftmaxCrossEntropy", -1, shape.length);
  const classes = indexNode("sparseSoftmaxCrossEntropy", labels, "labels");
  if (!sameShape(classes.shape, shape.slice(0, -1))) {
    throw new ShapeError(
      `sparseSoftmaxCrossEntropy: the labels have the shape ${formatShape(classes.shape)}; for logits of ` +
        `${formatShape(shape)} it must be ${formatShape(shape.slice(0, -1))}`,
    );
  }
  const depth = shape[shape.length - 1];
  const indices = cast(new Tensor(classes), "int32");
  const isClass = equal(expandDims(indices, -1), arange(depth));
  const loss = roundedOnce(scores, (wide) => {
    // Not by logSoftmax: the gradient of ln Σ eᶻ alone is the same for all labels, and takes one sum of a row less.
    const { shifted, logSum } = shiftedLogSum(wide, [shape.length - 1]);
    return build.sub(logSum, sum(where(isClass, new Tensor(shifted), 0), -1).node);
  });
  const isValid = equal(sum(cast(isClass, "int32"), -1), 1);
  return where(isValid, new Tensor(loss), Number.NaN);
}

/**
 * The cross-entropy of independent yes-or-no decisions, element by element: max(z, 0) − z·p + ln(1 + e^−|z|). Scores of
 * ±∞ cost nothing where they are right. As with {@link softmaxCrossEntropy}, scores keep a gradient, sigmoid(z) − p, where
 * the probability is rounded to 0 or 1.
 *
 * @param labels Probabilities p.
 * @param logits Unscaled scores z.
 *
 * @example
 * ```ts
 * import { sigmoidCrossEntropy } from "@strata/core";
 *
 * console.log(sigmoidCrossEntropy([1, 0], [0, 0]).arraySync()); // [0.693147, 0.693147]
 * ```
 */
export function sigmoidCrossEntropy(labels: TensorLike, logits: TensorLike): Tensor {
  checkCount("sigmoidCrossEntropy", arguments, 2);
  const node = checkIsFloat("sigmoidCrossEntropy", logits);
  const labelNode = operandNode("sigmoidCrossEntropy", labels, node.dtype);
  const p = new Tensor(build.cast(labelNode, arithmeticDType(node.dtype)));
  broadcastShapes("sigmoidCrossEntropy", p.shape, node.shape);
  const loss = roundedOnce(node, (wide) => {
    const z = new Tensor(wide);
    const isPositive = greater(z, 0);
    // As in softplus: max(z, 0) − zp + ln(1 + e^−|z|), without kinks at 0.
    const linear = timesOrZero(where(isPositive, sub(1, p), neg(p)), z);
    return add(linear, log1p(exp(where(isPositive, neg(z), z)))).node;
  });
  return new Tensor(loss);
}

/** Probabilities times logarithms, where 0 · ∞ is 0: what is impossible and does not happen costs nothing. */
function timesOrZero(probabilities: Tensor, logarithms: Tensor): Tensor {
  const isZero = logicalAnd(equal(probabilities, 0), equal(abs(logarithms), Number.POSITIVE_INFINITY));
  return mul(probabilities, where(isZero, 0, logarithms));
}
