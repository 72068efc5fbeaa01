import { checkCount, readOptions } from "../arguments.ts";
import { customGradient } from "../autodiff/custom-gradient.ts";
import { epsilonOf } from "../dtype.ts";
import { ShapeError } from "../errors.ts";
import type { GraphNode } from "../graph/node.ts";
import { applyPrimitive, build } from "../primitives/apply.ts";
import { formatShape, sizeOf } from "../shape.ts";
import { Tensor, type TensorLike } from "../tensor.ts";
import { add, divNoNan, greater, mul, sub, where } from "./arithmetic.ts";
import { matmul } from "./contractions.ts";
import { floatNodes } from "./operands.ts";
import { max } from "./reductions.ts";

/** A = U S Vᵀ. */
export interface SingularValueDecomposition {
  /** Orthonormal columns, the left singular vectors: [..., M, M], or [..., M, K] of the reduced decomposition. */
  readonly u: Tensor;
  /** The singular values in descending order, none below 0: [..., K] with K = min(M, N). */
  readonly s: Tensor;
  /** Vᵀ, whose orthonormal rows are the right singular vectors: [..., N, N], or [..., K, N] of the reduced decomposition. */
  readonly vh: Tensor;
}

/** Options of {@link svd}. */
export interface SvdOptions {
  /**
   * Whether the vectors are completed to bases, so that U and Vᵀ are square. Otherwise the decomposition is reduced to
   * K = min(M, N) vectors on both sides. Default: true.
   */
  readonly fullMatrices?: boolean;
}

/**
 * The singular value decomposition of matrices of any size and rank, [..., M, N], as `numpy.linalg.svd`. Computed in
 * float64 by Hestenes's rotations of one side. The signs of the vectors are arbitrary, but the same on both sides; a matrix
 * with a NaN or an infinity gives NaN.
 *
 * Gradients are those of functions that do not depend on what is arbitrary: signs, and the choice of vectors of equal
 * singular values or of 0, between which nothing flows. At equal singular values, therefore, the gradient of what is symmetric
 * in the values alone is right, and that of U Vᵀ; the gradient of U f(S) Vᵀ lacks its parts between the equal ones, as in
 * {@link eigh}, and so do second derivatives, of the values too. At a singular value of 0 the gradient of the value is one of
 * many. The remedies are those of `eigh`: U f(S) Vᵀ is A g(Aᵀ A), with g(x) = f(√x) / √x for {@link matrixFunction}; or write
 * the function without the decomposition, or set the values apart, in float64, by A + 10⁻⁷ diag(0, 1, …), for gradients that
 * are right to some 10⁻⁷.
 *
 * @param a A matrix, or a batch of matrices in the last two axes.
 * @throws ShapeError for a vector or a scalar.
 *
 * @example
 * ```ts
 * import { svd } from "@strata/core";
 *
 * const a = [[0, 2], [1, 0], [0, 0]];
 * console.log(svd(a).s.arraySync()); // [2, 1]
 * console.log(svd(a).u.shape, svd(a, { fullMatrices: false }).u.shape); // [3, 3] [3, 2]
 * ```
 */
export function svd(a: TensorLike, options: SvdOptions = {}): SingularValueDecomposition {
  checkCount("svd", arguments, 2);
  const { fullMatrices = true } = readOptions("svd", options, ["fullMatrices"], ["fullMatrices"]);
  const [node] = floatNodes("svd", [a]);
  const { shape } = node;
  if (shape.length < 2) throw new ShapeError(`svd: takes matrices [..., M, N], not ${formatShape(shape)}`);
  const [rows, columns] = shape.slice(-2);
  const leading = shape.slice(0, -2);
  const batch = sizeOf(leading);
  const matrix = build.reshape(node, [batch, rows, columns]);
  const isTall = rows > columns;
  const wide = isTall ? build.swapLastAxes(matrix) : matrix;
  const [least, most] = wide.shape.slice(1);
  const packed = applyPrimitive("singularTriplets", [wide], { full: fullMatrices });
  const part = (count: number, begin: number, size: number): GraphNode =>
    build.slice(packed, [0, 0, begin], [batch, count, size], [1, 1, 1]);
  const left = part(least, 1, least);
  const right = part(packed.shape[1], 1 + least, most);
  const [u, vh] = isTall ? [right, left] : [left, right];
  const inBatches = (x: GraphNode): Tensor => new Tensor(build.reshape(x, [...leading, ...x.shape.slice(1)]));
  return {
    u: inBatches(build.swapLastAxes(u)),
    s: inBatches(build.reshape(part(least, 0, 1), [batch, least])),
    vh: inBatches(vh),
  };
}

/**
 * The pseudoinverses of Moore and Penrose, [..., M, N] → [..., N, M], as `numpy.linalg.pinv`: of all X that make ‖A X − I‖
 * least the smallest. Computed by {@link svd}.
 *
 * The gradient is that of matrices of the same rank: G. Golub, V. Pereyra, "The differentiation of pseudo-inverses" (1973).
 *
 * @param a A matrix, or a batch of matrices in the last two axes.
 * @param rcond Singular values that are not above this part of the largest one count as 0. Default: the larger of M and N
 *   times the machine epsilon of the dtype.
 * @throws ShapeError for a vector or a scalar.
 * @throws RangeError for an `rcond` that is no number of at least 0.
 *
 * @example
 * ```ts
 * import { pinv } from "@strata/core";
 *
 * console.log(pinv([[2, 0], [0, 0], [0, 4]]).arraySync()); // [[0.5, 0, 0], [0, 0, 0.25]]
 * ```
 */
export function pinv(a: TensorLike, rcond?: number): Tensor {
  checkCount("pinv", arguments, 2);
  const [node] = floatNodes("pinv", [a]);
  if (node.shape.length < 2) {
    throw new ShapeError(`pinv: takes matrices [..., M, N], not ${formatShape(node.shape)}`);
  }
  const cutoff = rcond ?? Math.max(...node.shape.slice(-2)) * epsilonOf(node.dtype);
  if (!(cutoff >= 0)) throw new RangeError(`pinv: rcond is ${rcond}; it must be a number of at least 0`);
  return pseudoinverse(cutoff)(new Tensor(node));
}

function pseudoinverse(cutoff: number): (a: TensorLike) => Tensor {
  const invert = customGradient((a) => ({
    value: inverseOfLarge(a, cutoff),
    gradient: (towardsValue) => towardsMatrix(a, invert(a), towardsValue),
  }));
  return invert;
}

/** V S⁻¹ Uᵀ, without the singular values that count as 0. */
function inverseOfLarge(a: Tensor, cutoff: number): Tensor {
  const { u, s, vh } = svd(a, { fullMatrices: false });
  if (s.size === 0) return transposed(matmul(u, vh));
  const isLarge = greater(s, mul(max(s, -1, true), cutoff));
  const inverses = divNoNan(1, where(isLarge, s, 0));
  return matmul(mul(transposed(vh), inverses.expandDims(-2)), transposed(u));
}

/** With P = A⁺ and towards it G: −Pᵀ G Pᵀ + (I − A P) Gᵀ P Pᵀ + Pᵀ P Gᵀ (I − P A). */
function towardsMatrix(a: Tensor, inverse: Tensor, towardsInverse: Tensor): Tensor {
  const [p, g] = [transposed(inverse), transposed(towardsInverse)];
  const gpp = matmul(g, matmul(inverse, p));
  const ppg = matmul(matmul(p, inverse), g);
  return add(
    sub(sub(gpp, matmul(a, matmul(inverse, gpp))), matmul(p, matmul(towardsInverse, p))),
    sub(ppg, matmul(matmul(ppg, inverse), a)),
  );
}

function transposed(x: Tensor): Tensor {
  return new Tensor(build.swapLastAxes(x.node));
}
