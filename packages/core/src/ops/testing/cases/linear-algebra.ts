import * as core from "../../../index.ts";
import { operation } from "../operation-case.ts";

/** Far from singular: small numbers beside a growing diagonal. */
const regular = (x: core.Tensor): core.Tensor => {
  const size = x.shape[x.rank - 1];
  return x.mul(0.4).add(core.diag(core.arange(3, 3 + size)));
};
const symmetric = (x: core.Tensor): core.Tensor => regular(x.add(core.transpose(x)).mul(0.5));

export const linearAlgebraCases = {
  cholesky: operation([[3, 3]], (x) => core.cholesky(symmetric(x))),
  triangularSolve: operation(
    [
      [3, 3],
      [3, 2],
    ],
    (a, b) => core.triangularSolve(regular(a), b, { transposed: true }),
  ),
  solve: operation([[3, 3], [3]], (a, b) => core.solve(regular(a), b)),
  inverse: operation([[3, 3]], (a) => core.inverse(regular(a))),
  det: operation([[3, 3]], (a) => core.det(a)),
  slogdet: operation([[3, 3]], (a) => core.slogdet(regular(a)).logDeterminant),
  lstsq: operation([[4, 2], [4]], (a, b) => core.lstsq(a, b)),
  qr: operation([[4, 3]], (a) => core.qr(a)),
  svd: operation([[3, 4]], (a) => {
    const { u, s, vh } = core.svd(a, { fullMatrices: false });
    // The signs of a pair of vectors are arbitrary, those of their products are not.
    return [s, core.einsum("ik,kj->kij", u, vh)];
  }),
  pinv: operation([[4, 2]], (a) => core.pinv(a)),
  matrixFunction: operation([[3, 3]], (a) => core.matrixFunction(symmetric(a), core.tanh)),
  eigh: operation([[3, 3]], (a) => {
    const { values, vectors } = core.eigh(symmetric(a));
    // The signs of the vectors are arbitrary.
    return [values, vectors.square()];
  }),
};
