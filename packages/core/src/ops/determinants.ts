import { checkCount } from "../arguments.ts";
import { customGradient } from "../autodiff/custom-gradient.ts";
import { cond } from "../control/cond.ts";
import { epsilonOf } from "../dtype.ts";
import { applyPrimitive, build } from "../primitives/apply.ts";
import { Tensor, type TensorLike } from "../tensor.ts";
import { abs, add, cast, equal, less, lessEqual, mul, sign, stopGradient, sub, where } from "./arithmetic.ts";
import { matmul } from "./contractions.ts";
import { arange, onesLike, zeros } from "./creation.ts";
import { inverse } from "./linear-algebra.ts";
import { logicalAnd } from "./logic.ts";
import { eye } from "./matrices.ts";
import { any, max, prod, sum } from "./reductions.ts";
import { expandDims, reshape } from "./shapes.ts";
import { svd } from "./singular-values.ts";
import { slice } from "./slicing.ts";
import { batched, squareNode, transposed } from "./square-matrices.ts";
import { log } from "./transcendental.ts";

function pivotsOf(x: Tensor): Tensor {
  return new Tensor(build.reshape(applyPrimitive("pivots", [batched(x.node)]), x.shape.slice(0, -1)));
}

/** A number for each matrix, to meet the matrices. */
function perMatrix(x: Tensor): Tensor {
  return reshape(x, [...x.shape, 1, 1]);
}

/** The transposed inverse times a number for each matrix. */
function scaledInverse(x: Tensor, factor: Tensor): Tensor {
  return mul(transposed(inverse(x)), perMatrix(factor));
}

const determinant = customGradient((x) => {
  const pivots = pivotsOf(x);
  return {
    value: prod(pivots, -1),
    gradient(towardsValue) {
      const size = x.shape[x.rank - 1];
      if (size <= 1) return mul(onesLike(x), perMatrix(towardsValue));
      const sizes = abs(pivots);
      // What is left of a pivot is rounding, and its inverse noise.
      const isSingular = any(lessEqual(sizes, mul(max(sizes, -1, true), size * epsilonOf("float64"))), -1);
      const isHere = perMatrix(isSingular);
      const regular = where(isHere, eye(size, size, 0, x.dtype), x);
      const ofRegular = scaledInverse(regular, mul(towardsValue, determinant(regular)));
      const ofSingular = cond(
        any(isSingular),
        () => cast(cofactors(cast(where(isHere, x, 0), "float64")), x.dtype),
        () => zeros([...x.shape], x.dtype),
      );
      return where(isHere, mul(ofSingular, perMatrix(towardsValue)), ofRegular);
    },
  };
});

/**
 * The cofactors of singular matrices of at least two rows, which are their determinants' derivatives. With the two least
 * singular values lifted, by B = A + σ U Vᵀ, det A = det B · det(I − σ Vᵀ B⁻¹ U), which has derivatives where A has no
 * inverse: the lemma of the determinant, in G. Golub, C. Van Loan, "Matrix Computations". If more than two singular values
 * are 0, so are the cofactors, and their derivatives.
 */
function cofactors(x: Tensor): Tensor {
  const size = x.shape[x.rank - 1];
  const { u, s, vh } = svd(stopGradient(x), { fullMatrices: false });
  const largest = max(s, -1, true);
  const sigma = where(equal(largest, 0), 1, largest);
  const isLast = lessEqual(size - 2, arange(size));
  const isZero = lessEqual(s, mul(largest, size * epsilonOf("float64")));
  const isOtherZero = logicalAnd(isZero, less(arange(size), size - 2));
  const lift = where(isLast, sigma, where(isZero, sigma, 0));
  const lifted = add(x, matmul(mul(u, expandDims(lift, -2)), vh));
  const inverted = inverse(lifted);
  const left = slice(u, ["...", [size - 2, size]]);
  const right = mul(slice(vh, ["...", [size - 2, size], null]), expandDims(sigma, -1));
  const solved = matmul(inverted, left);
  const small = sub(eye(2, 2, 0, "float64"), matmul(right, solved));
  const entry = (row: number, column: number): Tensor =>
    slice(small, ["...", [row, row + 1], [column, column + 1]]);
  const minor = sub(mul(entry(0, 0), entry(1, 1)), mul(entry(0, 1), entry(1, 0)));
  // The adjugate of the small matrix: its entries are exchanged on the diagonal, and have the other sign beside it.
  const isDiagonal = equal(eye(2), 1);
  const trace = add(entry(0, 0), entry(1, 1));
  const adjugate = sub(where(isDiagonal, trace, 0), small);
  const whole = add(mul(eye(size, size, 0, "float64"), minor), matmul(solved, matmul(adjugate, right)));
  const factor = where(any(isOtherZero, -1), 0, determinant(lifted));
  return mul(transposed(matmul(whole, inverted)), perMatrix(factor));
}

const logDeterminant = customGradient((x) => ({
  value: sum(log(abs(pivotsOf(x))), -1),
  gradient: (towardsValue) => scaledInverse(x, towardsValue),
}));

/**
 * The determinants: [..., N, N] → [...]. The gradient is that of the polynomial, the cofactors, for singular matrices too; so
 * are second derivatives.
 *
 * @param a A matrix, or a batch of matrices in the last two axes.
 * @throws ShapeError if the matrices are not square.
 *
 * @example
 * ```ts
 * import { det, grad, round } from "@strata/core";
 *
 * console.log(det([[1, 2], [3, 4]]).item().toFixed(3)); // "-2.000"
 * console.log(round(grad(det)([[1, 2], [2, 4]])).arraySync()); // [[4, -2], [-2, 1]]
 * ```
 */
export function det(a: TensorLike): Tensor {
  checkCount("det", arguments, 1);
  return determinant(new Tensor(squareNode("det", a)));
}

/** A determinant as its sign and the logarithm of its absolute value. */
export interface SignAndLogDeterminant {
  /** −1, 0 or 1; has no gradient. */
  readonly sign: Tensor;
  /** ln |det A|; −∞ for a singular matrix. */
  readonly logDeterminant: Tensor;
}

/**
 * Sign and logarithm of the determinants, which neither overflow nor vanish: [..., N, N] → [...]. The logarithm's gradient is
 * A⁻ᵀ, and so is none for singular matrices, where the logarithm is −∞: infinities or NaN.
 *
 * @param a A matrix, or a batch of matrices in the last two axes.
 * @throws ShapeError if the matrices are not square.
 *
 * @example
 * ```ts
 * import { slogdet } from "@strata/core";
 *
 * console.log(slogdet([[2, 0], [0, 4]]).sign.item()); // 1
 * console.log(slogdet([[2, 0], [0, 4]]).logDeterminant.item()); // 2.079442
 * ```
 */
export function slogdet(a: TensorLike): SignAndLogDeterminant {
  checkCount("slogdet", arguments, 1);
  const x = new Tensor(squareNode("slogdet", a));
  return { sign: prod(sign(pivotsOf(x)), -1), logDeterminant: logDeterminant(x) };
}
