/** Loops, branches, and functions of functions. */
import * as core from "../../../index.ts";
import { integers, operation } from "../operation-case.ts";

/** Σ x³·sin x. */
const f = (x: core.Tensor): core.Tensor => x.mul(x).mul(x).mul(core.sin(x)).sum();

export const controlCases = {
  scan: operation([[2], [4, 2]], (initial, xs) =>
    core.scan<core.Tensor, core.Tensor, core.Tensor>(
      (carry, x) => {
        const next = core.tanh(carry.mul(0.7).add(x));
        return [next, next.mul(carry)];
      },
      initial,
      xs,
    ),
  ),
  map: operation([[4, 2]], (xs) => core.map((x) => core.sin(x).mul(x), xs)),
  vmap: operation([[4, 3], [3]], (xs, weights) =>
    core.vmap((x: core.Tensor, w: core.Tensor) => core.sin(x.mul(w)).sum().mul(x), { inAxes: [0, null] })(
      xs,
      weights,
    ),
  ),
  cond: operation([integers(0, 1, []), [3]], (decision, x) =>
    core.cond(
      core.equal(decision, 0),
      () => core.sin(x),
      () => core.exp(x),
    ),
  ),
  whileLoop: operation([integers(3, 5, [])], (count) =>
    core.whileLoop(
      (left: core.Tensor) => core.greater(left, 0),
      (left: core.Tensor) => left.sub(1),
      count,
    ),
  ),
  checkpoint: operation([[3]], (x) => core.checkpoint((each) => core.exp(core.sin(each)))(x)),
  customGradient: operation([[3]], (x) =>
    core.customGradient((each) => ({
      value: each.mul(each),
      gradient: (towardsValue) => towardsValue.mul(each).mul(2),
    }))(x),
  ),
  gradients: operation([[3]], (x) => core.gradients(f(x), [x])),
  grad: operation([[3]], (x) => core.grad(f)(x)),
  valueAndGrad: operation([[3]], (x) => core.valueAndGrad(f)(x)),
  jvp: operation([[3], [3]], (x, tangent) => core.jvp(f)(x, tangent)),
  jacobian: operation([[3]], (x) => core.jacobian((each) => core.sin(each.mul(each)))(x)),
  hessian: operation([[3]], (x) => core.hessian(f)(x)),
  hvp: operation([[3], [3]], (x, tangent) => core.hvp(f)(x, tangent)),
};
