import { ShapeError } from "../errors.ts";
import type { GraphNode } from "../graph/node.ts";
import { applyPrimitive, build } from "../primitives/apply.ts";
import { broadcastShapes, formatShape, sizeOf } from "../shape.ts";
import { Tensor, type TensorLike } from "../tensor.ts";
import { cast } from "./arithmetic.ts";
import { matmul } from "./contractions.ts";
import { takeAlongAxis } from "./indexing.ts";
import { cholesky, triangularSolve } from "./linear-algebra.ts";
import { floatNodes } from "./operands.ts";
import { argsort } from "./sorting.ts";

function transposeLast(x: Tensor): Tensor {
  return new Tensor(build.swapLastAxes(x.node));
}

/** A = Q R. */
export interface QrDecomposition {
  /** Orthonormal columns: [..., M, N]. */
  readonly q: Tensor;
  /** Upper triangular, with a positive diagonal: [..., N, N]. */
  readonly r: Tensor;
}

/**
 * Matrices of at least as many rows as columns, [..., M, N], as orthonormal columns times an upper triangle. The columns
 * must be linearly independent: otherwise the result has NaN. Computed in float64 by two rounds of Cholesky decompositions:
 * T. Fukaya et al., "CholeskyQR2" (2014), which asks for a condition below 10⁸.
 *
 * @throws ShapeError for fewer rows than columns.
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
  const [node] = floatNodes("qr", [a]);
  const [rows, columns] = node.shape.slice(-2);
  if (node.shape.length < 2 || rows < columns) {
    throw new ShapeError(`qr: takes [..., M, N] with M ≥ N, not ${formatShape(node.shape)}`);
  }
  const first = roundOfCholesky(cast(new Tensor(node), "float64"));
  const second = roundOfCholesky(first.q);
  return { q: cast(second.q, node.dtype), r: cast(matmul(second.r, first.r), node.dtype) };
}

function roundOfCholesky(x: Tensor): QrDecomposition {
  const lower = cholesky(matmul(transposeLast(x), x));
  return { q: transposeLast(triangularSolve(lower, transposeLast(x))), r: transposeLast(lower) };
}

/**
 * The X that makes ‖A X − B‖ least, for A [..., M, N] of at least as many rows as columns, and B [..., M, K] or [M], by
 * {@link qr}, which sets the limits.
 *
 * @returns [..., N, K], or [..., N] for a vector B.
 * @throws ShapeError if the shapes do not fit.
 */
export function lstsq(a: TensorLike, b: TensorLike): Tensor {
  const [matrix, given] = floatNodes("lstsq", [a, b]).map((node) => new Tensor(node));
  const isVector = given.rank === 1;
  const right = isVector ? given.expandDims(-1) : given;
  const [rows, columns] = matrix.shape.slice(-2);
  if (matrix.rank < 2 || right.rank < 2 || rows < columns || rows !== right.shape[right.rank - 2]) {
    throw new ShapeError(
      `lstsq: takes [..., M, N] with M ≥ N and [..., M, K] or [M], not ${formatShape(matrix.shape)} and ${formatShape(given.shape)}`,
    );
  }
  broadcastShapes("lstsq", matrix.shape.slice(0, -2), right.shape.slice(0, -2));
  const { q, r } = qr(cast(matrix, "float64"));
  const found = triangularSolve(r, matmul(transposeLast(q), cast(right, "float64")), { lower: false });
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
 * Eigenvalues and eigenvectors of symmetric matrices [..., N, N], by Jacobi's rotations in float64. Gradients of the vectors
 * of equal eigenvalues are taken as 0, for such vectors are not determined.
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
