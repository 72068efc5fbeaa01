import { expect, it } from "vitest";
import { hessian } from "../autodiff/derivatives.ts";
import { gradients } from "../autodiff/gradients.ts";
import { matmul } from "../ops/contractions.ts";
import { expectValues } from "../ops/testing/battery.ts";
import { tanh } from "../ops/transcendental.ts";
import { type Tensor, tensor } from "../tensor.ts";
import { scan } from "./scan.ts";

const entries = tensor(
  [
    [0.5, -1],
    [1.5, 0.25],
    [-0.75, 2],
  ],
  undefined,
  "float64",
);

function recurrence(initial: Tensor, weights: Tensor): Tensor {
  const [, states] = scan<Tensor, Tensor, Tensor>(
    (state, x) => {
      const next = tanh(x.add(matmul(state, weights)));
      return [next, next];
    },
    initial,
    entries,
  );
  return states;
}

// PyTorch 1.13 in float64: h = tanh(x + h W) unrolled, torch.autograd.grad and torch.autograd.functional.hessian.
it("a recurrent network by scan has PyTorch's values, gradients and second derivatives", () => {
  const initial = tensor([0.2, -0.4], undefined, "float64");
  const weights = tensor(
    [
      [0.3, -0.8],
      [0.6, 0.1],
    ],
    undefined,
    "float64",
  );
  const states = recurrence(initial, weights);
  expectValues(
    states,
    [0.309506921213, -0.833654607012, 0.797846699052, -0.0807945037321, -0.507326216735, 0.874910459887],
    1e-11,
  );
  const [towardsInitial, towardsWeights] = gradients(states.square().sum(), [initial, weights]);
  expectValues(towardsInitial, [0.687494759778, 0.598680342018], 1e-11);
  expectValues(towardsWeights, [-0.269259911946, 0.0600141254161, -0.684191937139, 0.623780644886], 1e-11);
  const second = hessian((h) => recurrence(h, weights).square().sum())(initial);
  expect(second.shape).toEqual([2, 2]);
  expectValues(second, [-0.164911913597, 0.432331050275, 0.432331050275, 0.695509036506], 1e-11);
});
