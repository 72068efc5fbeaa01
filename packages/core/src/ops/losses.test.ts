import { it } from "vitest";
import { tensor } from "../tensor.ts";
import { sigmoidCrossEntropy, softmaxCrossEntropy, sparseSoftmaxCrossEntropy } from "./losses.ts";
import { expectValues, testOps } from "./testing/battery.ts";

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
