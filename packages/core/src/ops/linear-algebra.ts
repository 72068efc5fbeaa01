import { checkCount, readOptions } from "../arguments.ts";
import { ShapeError } from "../errors.ts";
import type { GraphNode } from "../graph/node.ts";
import { applyPrimitive, build } from "../primitives/apply.ts";
import { broadcastShapes, formatShape, type Shape } from "../shape.ts";
import { Tensor, type TensorLike } from "../tensor.ts";
import { eye } from "./matrices.ts";
import { floatNodes } from "./operands.ts";
import { batched, checkSquare, squareNode } from "./square-matrices.ts";

const flags = ["lower", "transposed"] as const;

interface System {
  readonly matrix: GraphNode;
  readonly right: GraphNode;
  readonly shape: Shape;
}

/** A and B of A X = B as batches of the same size; B may be a vector. */
function systemOf(operation: string, a: TensorLike, b: TensorLike): System {
  const [matrix, given] = floatNodes(operation, [a, b]);
  checkSquare(operation, matrix);
  const isVector = given.shape.length === 1;
  const right = isVector ? build.reshape(given, [...given.shape, 1]) : given;
  const size = matrix.shape[matrix.shape.length - 1];
  if (right.shape.length < 2 || right.shape[right.shape.length - 2] !== size) {
    throw new ShapeError(
      `${operation}: takes [..., N, N] and [..., N, K] or [N], not ${formatShape(matrix.shape)} and ${formatShape(given.shape)}`,
    );
  }
  const batch = broadcastShapes(operation, matrix.shape.slice(0, -2), right.shape.slice(0, -2));
  const columns = right.shape[right.shape.length - 1];
  return {
    matrix: batched(build.broadcastTo(matrix, [...batch, size, size])),
    right: batched(build.broadcastTo(right, [...batch, size, columns])),
    shape: isVector ? [...batch, size] : [...batch, size, columns],
  };
}

/**
 * The lower triangular L with L Lᵀ = A: [..., N, N]. NaN appears where A is not positive definite.
 *
 * @param a Symmetric matrices; the mean of both triangles is taken.
 * @throws ShapeError if the matrices are not square.
 *
 * @example
 * ```ts
 * import { cholesky } from "@strata/core";
 *
 * console.log(cholesky([[4, 2], [2, 5]]).arraySync()); // [[2, 0], [1, 2]]
 * ```
 */
export function cholesky(a: TensorLike): Tensor {
  checkCount("cholesky", arguments, 1);
  const node = squareNode("cholesky", a);
  const matrix = batched(node);
  const symmetric = build.mul(build.add(matrix, build.swapLastAxes(matrix)), 0.5);
  return new Tensor(build.reshape(applyPrimitive("cholesky", [symmetric]), node.shape));
}

/** Options of {@link triangularSolve}. */
export interface TriangularSolveOptions {
  /** Whether the lower triangle of A is read, or the upper one. Default: true. */
  readonly lower?: boolean;
  /** Whether to solve Aᵀ X = B. Default: false. */
  readonly transposed?: boolean;
}

/**
 * X with A X = B for triangular A: [..., N, N] and [..., N, K] → [..., N, K], or with a vector B [N] → [..., N]. Leading
 * axes broadcast.
 *
 * @param a A matrix, or a batch of matrices in the last two axes.
 * @param b The right-hand side, with as many rows as `a`.
 * @throws ShapeError if the shapes do not fit.
 *
 * @example
 * ```ts
 * import { triangularSolve } from "@strata/core";
 *
 * console.log(triangularSolve([[2, 0], [1, 1]], [[4], [5]]).arraySync()); // [[2], [3]]
 * ```
 */
export function triangularSolve(a: TensorLike, b: TensorLike, options: TriangularSolveOptions = {}): Tensor {
  checkCount("triangularSolve", arguments, 3);
  const { lower = true, transposed = false } = readOptions("triangularSolve", options, flags, flags);
  const { matrix, right, shape } = systemOf("triangularSolve", a, b);
  return new Tensor(build.reshape(build.triangularSolve(matrix, right, { lower, transposed }), shape));
}

/**
 * X with A X = B: [..., N, N] and [..., N, K] → [..., N, K], or with a vector B [N] → [..., N], as `numpy.linalg.solve`.
 * Leading axes broadcast. For singular A the result has infinities or NaN.
 *
 * @param a A matrix, or a batch of matrices in the last two axes.
 * @param b The right-hand side, with as many rows as `a`.
 * @throws ShapeError if the shapes do not fit.
 *
 * @example
 * ```ts
 * import { solve } from "@strata/core";
 *
 * console.log(solve([[2, 0], [0, 4]], [2, 2]).arraySync()); // [1, 0.5]
 * ```
 */
export function solve(a: TensorLike, b: TensorLike): Tensor {
  checkCount("solve", arguments, 2);
  const { matrix, right, shape } = systemOf("solve", a, b);
  return new Tensor(build.reshape(build.solve(matrix, right), shape));
}

/**
 * The inverse matrices: [..., N, N]. To solve equations, {@link solve} is better.
 *
 * @param a A matrix, or a batch of matrices in the last two axes.
 *
 * @example
 * ```ts
 * import { inverse } from "@strata/core";
 *
 * console.log(inverse([[2, 0], [0, 4]]).arraySync()); // [[0.5, 0], [0, 0.25]]
 * ```
 */
export function inverse(a: TensorLike): Tensor {
  checkCount("inverse", arguments, 1);
  const node = squareNode("inverse", a);
  return solve(new Tensor(node), eye(node.shape[node.shape.length - 1], undefined, 0, node.dtype));
}
