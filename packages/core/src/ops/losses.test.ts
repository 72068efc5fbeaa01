import { describe, it } from "vitest";
import { grad } from "../autodiff/gradients.ts";
import { type Tensor, tensor } from "../tensor.ts";
import { sigmoidCrossEntropy, softmaxCrossEntropy, sparseSoftmaxCrossEntropy } from "./losses.ts";
import { logSumExp } from "./reductions.ts";
import { expectValues, testOps } from "./testing/battery.ts";
import { expectEveryWay } from "./testing/every-way.ts";

const logits = tensor(
  [
    [0.2, -1.3, 2.1],
    [1e4, -1e4, 0.5],
    [3, 1, -2],
  ],
  undefined,
  "float64",
);
const probabilities = tensor(
  [
    [0.7, 0.1, 0.2],
    [0, 0.5, 0.5],
    [0.2, 0.3, 0.5],
  ],
  undefined,
  "float64",
);

// PyTorch 1.13 in float64: torch.nn.functional.cross_entropy and binary_cross_entropy_with_logits, reduction="none".
it.each([
  ["softmaxCrossEntropy", softmaxCrossEntropy(probabilities, logits), [1.838004462, 14999.75, 3.232845234]],
  [
    "sparseSoftmaxCrossEntropy",
    sparseSoftmaxCrossEntropy([2, 1, 0], logits),
    [0.1680044622, 20000, 0.1328452337],
  ],
  [
    "sigmoidCrossEntropy",
    sigmoidCrossEntropy(probabilities, logits),
    [
      0.6581388694, 0.3710084538, 1.795519523, 10000, 5000, 0.7240769842, 2.448587352, 1.013261688,
      1.126928011,
    ],
  ],
])("%s gives PyTorch's values, of logits of ±10,000 too", (_name, actual, expected) => {
  expectValues(actual, expected, 1e-9);
});

it("the cross-entropies of float32 logits with a large part in common keep their digits", () => {
  const scores = tensor([[10_000, 10_001, 9_998]]);
  const expected = Math.log(1 + Math.exp(-1) + Math.exp(-3));
  expectValues(sparseSoftmaxCrossEntropy([1], scores), [expected], 1e-6);
  expectValues(softmaxCrossEntropy(tensor([[0, 1, 0]]), scores), [expected], 1e-6);
});

testOps("losses of logits of 0", [
  {
    name: "sigmoidCrossEntropy",
    inputs: [
      { shape: [3], from: 0, to: 1 },
      { shape: [3], from: 0, to: 0 },
    ],
    apply: (labels, zeros) => sigmoidCrossEntropy(labels, zeros),
  },
]);

describe("logits of −∞, of what is impossible", () => {
  const infinite = Number.POSITIVE_INFINITY;
  const masked = tensor([[-infinite, 2, 1]], undefined, "float64");
  const labels = tensor([[0, 1, 0]], undefined, "float64");
  // ln(1 + e⁻¹), and e⁻¹ / (1 + e⁻¹).
  const [loss, share] = [Math.log1p(Math.exp(-1)), 1 / (1 + Math.E)];

  it("cost nothing in cross-entropies where they do not happen", () => {
    const sparse = (x: Tensor): Tensor => sparseSoftmaxCrossEntropy([1], x);
    for (const f of [(x: Tensor) => softmaxCrossEntropy(labels, x), sparse]) {
      expectEveryWay(f, [masked], [loss]);
      expectEveryWay((x) => grad((y: Tensor) => f(y).sum())(x), [masked], [0, -share, share]);
      const slope = (x: Tensor): Tensor =>
        grad((y: Tensor) => f(y).sum())(x)
          .mul([[3, 5, 0]])
          .sum();
      const curvature = 5 * share * (1 - share);
      expectEveryWay((x) => grad(slope)(x), [masked], [0, curvature, -curvature]);
      expectEveryWay((x) => f(x.cast("float16")), [masked], [loss], 2e-4);
    }
  });

  it("cost infinitely much where they happen", () => {
    expectEveryWay(
      (p) => softmaxCrossEntropy(p, masked),
      [tensor([[0.5, 0.5, 0]], undefined, "float64")],
      [infinite],
    );
    expectEveryWay((x) => sparseSoftmaxCrossEntropy([0], x), [masked], [infinite]);
  });

  it("leave the gradient by the labels what it is", () => {
    const towards = (p: Tensor): Tensor => grad((q: Tensor) => softmaxCrossEntropy(q, masked).sum())(p);
    expectEveryWay(towards, [labels], [0, loss, 1 + loss]);
  });

  it("and of +∞ are certain decisions to sigmoidCrossEntropy", () => {
    const decisions = tensor([0, 1, 0, 1, 0.25], undefined, "float64");
    const scores = tensor([-infinite, infinite, infinite, -infinite, 0], undefined, "float64");
    const f = (p: Tensor, z: Tensor): Tensor => sigmoidCrossEntropy(p, z);
    expectEveryWay(f, [decisions, scores], [0, 0, infinite, infinite, Math.LN2]);
    const slope = (p: Tensor, z: Tensor): Tensor => grad((y: Tensor) => f(p, y).sum())(z);
    expectEveryWay(slope, [decisions, scores], [0, 0, 1, -1, 0.25]);
  });

  it("in nothing but −∞ give logSumExp −∞, with a gradient of 0", () => {
    const rows = tensor([
      [-infinite, -infinite],
      [-infinite, 3],
    ]);
    const slope = (x: Tensor): Tensor => grad((y: Tensor) => logSumExp(y, 1).mul([2, 5]).sum())(x);
    expectEveryWay((x) => logSumExp(x, 1), [rows], [-infinite, 3]);
    expectEveryWay(slope, [rows], [0, 0, 0, 5]);
    expectEveryWay((x) => grad((y: Tensor) => slope(y).square().sum())(x), [rows], [0, 0, 0, 0]);
    expectEveryWay((x) => slope(x.cast("float16")), [rows], [0, 0, 0, 5]);
  });
});
