/**
 * Matrices [B, M, N] as orthonormal columns times an upper triangle, by Householder's reflections: G. Golub, C. Van Loan,
 * "Matrix Computations", section 5.2.
 */
import { customGradient } from "../autodiff/custom-gradient.ts";
import { scan } from "../control/scan.ts";
import { build } from "../primitives/apply.ts";
import { Tensor } from "../tensor.ts";
import {
  abs,
  add,
  cast,
  divNoNan,
  equal,
  greaterEqual,
  less,
  mul,
  sqrt,
  square,
  stopGradient,
  sub,
  where,
} from "./arithmetic.ts";
import { matmul } from "./contractions.ts";
import { arange, zeros } from "./creation.ts";

import { triangularSolve } from "./linear-algebra.ts";
import { eye, tril, triu } from "./matrices.ts";
import { max, sum } from "./reductions.ts";
import { concat, expandDims } from "./shapes.ts";
import { slice } from "./slicing.ts";

/** Q [B, M, K] and R [B, K, N] with K = min(M, N). */
interface Factors {
  readonly q: Tensor;
  readonly r: Tensor;
}

function transposed(x: Tensor): Tensor {
  return new Tensor(build.swapLastAxes(x.node));
}

/** Q and R of matrices in float64; nothing on the diagonal of R is below 0. */
export function orthogonalTriangular(x: Tensor): Factors {
  const [batch, rows, columns] = x.shape;
  const count = Math.min(rows, columns);
  if (count === 0 || batch === 0) {
    return { q: zeros([batch, rows, count], x.dtype), r: zeros([batch, count, columns], x.dtype) };
  }
  return unpacked(packedFactors(x), rows);
}

/** Qᵀ and R beside each other, since a rule for gradients is one for one result. */
const packedFactors = customGradient((x) => {
  const { q, r } = factorsOf(stopGradient(x));
  return {
    value: concat([transposed(q), r], -1),
    gradient: (towards) => towardsMatrix(x, unpacked(towards, x.shape[1])),
  };
});

function unpacked(packed: Tensor, rows: number): Factors {
  return {
    q: transposed(slice(packed, ["...", [0, rows]])),
    r: slice(packed, ["...", [rows, packed.shape[2]]]),
  };
}

function factorsOf(x: Tensor): Factors {
  const [batch, rows, columns] = x.shape;
  const count = Math.min(rows, columns);
  const row = arange(rows);
  const largest = max(abs(x), [1, 2], true);
  const scale = where(equal(largest, 0), 1, largest);
  const steps = arange(count);
  const [reduced, mirrors] = scan(
    (rest: Tensor, step: Tensor): [Tensor, Tensor] => {
      const isColumn = equal(arange(columns), step);
      const column = sum(where(isColumn, rest, 0), 2);
      const tail = where(greaterEqual(row, step), column, 0);
      const length = sqrt(sum(square(tail), 1, true));
      const head = sum(where(equal(row, step), column, 0), 1, true);
      // Away from 0, so that no digits are lost.
      const moved = where(equal(row, step), add(tail, where(less(head, 0), mul(length, -1), length)), tail);
      const mirror = divNoNan(moved, sqrt(sum(square(moved), 1, true)));
      return [reflected(rest, mirror), mirror];
    },
    x.div(scale),
    steps,
  );
  const upper = mul(triu(slice(reduced, [null, [0, count], null])), scale);
  const identity = add(zeros([batch, rows, count], x.dtype), eye(rows, count, 0, x.dtype));
  const [columnsOfQ] = scan(
    (q: Tensor, mirror: Tensor): [Tensor, null] => [reflected(q, mirror), null],
    identity,
    mirrors,
    { reverse: true },
  );
  const diagonal = sum(where(equal(eye(count, columns), 1), upper, 0), 2);
  const signs = sub(1, mul(cast(less(diagonal, 0), x.dtype), 2));
  return { q: mul(columnsOfQ, expandDims(signs, 1)), r: mul(upper, expandDims(signs, 2)) };
}

/** x − 2 v (vᵀ x), for unit vectors v [B, M] or zeros. */
function reflected(x: Tensor, mirror: Tensor): Tensor {
  const v = expandDims(mirror, 2);
  return sub(x, mul(v, mul(sum(mul(v, x), 1, true), 2)));
}

/**
 * S. Walter, L. Lehmann, "Algorithmic differentiation of linear algebra functions with application in optimum experimental
 * design" (2010); of wide matrices the columns after the first M are Q times those of R.
 */
function towardsMatrix(x: Tensor, towards: Factors): Tensor {
  const { q, r } = orthogonalTriangular(x);
  const count = q.shape[2];
  const others: [number, number] = [count, x.shape[2]];
  const isWide = count < x.shape[2];
  const firstOf = (y: Tensor): Tensor => (isWide ? slice(y, ["...", [0, count]]) : y);
  const afterOf = (y: Tensor): Tensor => slice(y, ["...", others]);
  const towardsQ = isWide ? add(towards.q, matmul(afterOf(x), transposed(afterOf(towards.r)))) : towards.q;
  const triangle = firstOf(r);
  const turned = sub(matmul(triangle, transposed(firstOf(towards.r))), matmul(transposed(towardsQ), q));
  const symmetric = add(tril(turned), transposed(tril(turned, -1)));
  const right = transposed(add(towardsQ, matmul(q, symmetric)));
  const first = transposed(triangularSolve(triangle, right, { lower: false }));
  return isWide ? concat([first, matmul(q, afterOf(towards.r))], -1) : first;
}
