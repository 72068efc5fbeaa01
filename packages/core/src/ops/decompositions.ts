import { checkCount } from "../arguments.ts";
import { epsilonOf } from "../dtype.ts";
import { ShapeError } from "../errors.ts";
import type { GraphNode } from "../graph/node.ts";
import { applyPrimitive, build } from "../primitives/apply.ts";
import { broadcastShapes, formatShape, sizeOf } from "../shape.ts";
import { Tensor, type TensorLike } from "../tensor.ts";
import { cast } from "./arithmetic.ts";
import { matmul } from "./contractions.ts";
import { takeAlongAxis } from "./indexing.ts";
import { floatNodes } from "./operands.ts";
import { orthogonalTriangular } from "./orthogonal-triangular.ts";
import { reshape } from "./shapes.ts";
import { pinv } from "./singular-values.ts";
import { argsort } from "./sorting.ts";

/** A = Q R. */
export interface QrDecomposition {
  /** Orthonormal columns: [..., M, K] with K = min(M, N). */
  readonly q: Tensor;
  /** Upper triangular, with nothing below 0 on the diagonal: [..., K, N]. */
  readonly r: Tensor;
}

/**
 * Matrices of any size and rank, [..., M, N], as orthonormal columns times an upper triangle: `numpy.linalg.qr`, but for the
 * signs, which are those that leave nothing below 0 on the diagonal. Computed in float64 by Householder's reflections.
 *
 * The gradient is that of matrices whose first min(M, N) columns are linearly independent; for others the decomposition has
 * none, and it is infinite or NaN.
 *
 * @param a A matrix, or a batch of matrices in the last two axes.
 * @throws ShapeError for a vector or a scalar.
 *
 * @example
 * ```ts
 * import { matmul, qr } from "@strata/core";
 *
 * const { q, r } = qr([[3, 1], [4, 2]]);
 * console.log(matmul(q, r).sub([[3, 1], [4, 2]]).abs().max().item() < 1e-6); // true
 * ```
 */
export function qr(a: TensorLike): QrDecomposition {
  checkCount("qr", arguments, 1);
  const [node] = floatNodes("qr", [a]);
  const { shape } = node;
  if (shape.length < 2) throw new ShapeError(`qr: takes matrices [..., M, N], not ${formatShape(shape)}`);
  const [rows, columns] = shape.slice(-2);
  const leading = shape.slice(0, -2);
  const batch = reshape(cast(new Tensor(node), "float64"), [sizeOf(leading), rows, columns]);
  const { q, r } = orthogonalTriangular(batch);
  const inBatches = (x: Tensor): Tensor => reshape(cast(x, node.dtype), [...leading, ...x.shape.slice(1)]);
  return { q: inBatches(q), r: inBatches(r) };
}

/**
 * The X that makes ‖A X − B‖ least, and of all such X the smallest, for A [..., M, N] of any size and rank, and B [..., M, K]
 * or [M]: `numpy.linalg.lstsq`. Computed in float64 by {@link pinv}, whose gradient it has.
 *
 * @param a A matrix, or a batch of matrices in the last two axes.
 * @param b The right-hand side, with as many rows as `a`.
 * @param rcond Singular values of A that are not above this part of the largest one count as 0. Default, as NumPy's: the
 *   larger of M and N times the machine epsilon of float64.
 * @returns [..., N, K], or [..., N] for a vector B.
 * @throws ShapeError if the shapes do not fit.
 * @throws RangeError for an `rcond` that is no number of at least 0.
 *
 * @example
 * ```ts
 * import { lstsq, round } from "@strata/core";
 *
 * console.log(round(lstsq([[1, 0], [1, 1], [1, 2]], [1, 3, 5])).arraySync()); // [1, 2]
 * ```
 */
export function lstsq(a: TensorLike, b: TensorLike, rcond?: number): Tensor {
  checkCount("lstsq", arguments, 3);
  const [matrix, given] = floatNodes("lstsq", [a, b]).map((node) => new Tensor(node));
  const isVector = given.rank === 1;
  const right = isVector ? given.expandDims(-1) : given;
  const [rows, columns] = matrix.shape.slice(-2);
  if (matrix.rank < 2 || right.rank < 2 || rows !== right.shape[right.rank - 2]) {
    throw new ShapeError(
      `lstsq: takes [..., M, N] and [..., M, K] or [M], not ${formatShape(matrix.shape)} and ${formatShape(given.shape)}`,
    );
  }
  broadcastShapes("lstsq", matrix.shape.slice(0, -2), right.shape.slice(0, -2));
  const cutoff = rcond ?? Math.max(rows, columns) * epsilonOf("float64");
  if (!(cutoff >= 0)) throw new RangeError(`lstsq: rcond is ${rcond}; it must be a number of at least 0`);
  const found = matmul(pinv(cast(matrix, "float64"), cutoff), cast(right, "float64"));
  const result = cast(found, matrix.dtype);
  return isVector ? result.squeeze(-1) : result;
}

/** Eigenvalues and eigenvectors of symmetric matrices. */
export interface EigenDecomposition {
  /** In ascending order: [..., N]. */
  readonly values: Tensor;
  /** Orthonormal columns in the same order: [..., N, N]. The sign of each is arbitrary. */
  readonly vectors: Tensor;
}

/**
 * Eigenvalues and eigenvectors of symmetric matrices [..., N, N], by Jacobi's rotations in float64.
 *
 * Vectors of equal eigenvalues are not determined, and no gradient passes between them. At equal eigenvalues, therefore,
 * - the gradient of what is symmetric in the eigenvalues, and of no vectors, is right: of their sum, squares, extremes of
 *   which there is one, or logarithms;
 * - the gradient of V f(Λ) Vᵀ, a function of the matrix that is smooth there, lacks its parts between the equal ones: at the
 *   identity that of V √Λ Vᵀ, summed, is ½ I, and should be ½ everywhere;
 * - second derivatives, of eigenvalues too, lack the same parts, and so does what is made of them.
 *
 * If such matrices occur, take {@link matrixFunction} for V f(Λ) Vᵀ, whose gradients are right, write the function without
 * the decomposition (Σ λ² is the sum of the squared elements, Σ ln λ the logarithm of {@link det}), or set the eigenvalues
 * apart: in float64, A + 10⁻⁷ diag(0, 1, …, N − 1) gives gradients that are right to some 10⁻⁷. Eigenvalues that are equal
 * but for rounding are in the same way noise to each other's vectors.
 *
 * @param a Symmetric matrices; the mean of both triangles is taken.
 * @throws ShapeError if the matrices are not square.
 *
 * @example
 * ```ts
 * import { eigh } from "@strata/core";
 *
 * console.log(eigh([[2, 0], [0, 1]]).values.arraySync()); // [1, 2]
 * ```
 */
export function eigh(a: TensorLike): EigenDecomposition {
  checkCount("eigh", arguments, 1);
  const [node] = floatNodes("eigh", [a]);
  const { shape } = node;
  const [rows, columns] = shape.slice(-2);
  if (shape.length < 2 || rows !== columns) {
    throw new ShapeError(`eigh: takes square matrices [..., N, N], not ${formatShape(shape)}`);
  }
  const batch = sizeOf(shape.slice(0, -2));
  const matrix = build.reshape(node, [batch, rows, rows]);
  const symmetric = build.mul(build.add(matrix, build.swapLastAxes(matrix)), 0.5);
  const packed = applyPrimitive("symmetricEigen", [symmetric]);
  const part = (begin: number, size: number): GraphNode =>
    build.slice(packed, [0, begin, 0], [batch, size, rows], [1, 1, 1]);
  const values = new Tensor(part(0, 1));
  const order = argsort(values, -1);
  const vectors = takeAlongAxis(new Tensor(part(1, rows)), order, -1);
  return {
    values: takeAlongAxis(values, order, -1).reshape(shape.slice(0, -1)),
    vectors: vectors.reshape(shape),
  };
}
