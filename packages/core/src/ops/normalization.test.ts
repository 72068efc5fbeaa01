import { describe, expect, it } from "vitest";
import { tensor } from "../tensor.ts";
import { scaledDotProductAttention } from "./attention.ts";
import { arange } from "./creation.ts";
import { batchNorm, groupNorm, layerNorm, rmsNorm } from "./normalization.ts";
import { expectValues, testOps } from "./testing/battery.ts";

const spread = { shape: [5], from: 0.5, to: 2 };

testOps("normalization", [
  {
    name: "batchNorm",
    inputs: [[3, 5], [5], spread, [5], [5]],
    apply: (x, mean, variance, scale, offset) => batchNorm(x, mean, variance, { scale, offset }),
  },
  {
    name: "batchNorm of axis 1",
    inputs: [[2, 5, 3], [5], spread],
    apply: (x, m, v) => batchNorm(x, m, v, { axis: 1 }),
  },
  {
    name: "layerNorm",
    inputs: [[3, 5], [5], [5]],
    apply: (x, scale, offset) => layerNorm(x, { scale, offset }),
  },
  {
    name: "layerNorm of two axes",
    inputs: [
      [2, 3, 2],
      [3, 2],
    ],
    apply: (x, scale) => layerNorm(x, { axis: [1, 2], scale }),
  },
  { name: "rmsNorm", inputs: [[3, 5], [5]], apply: (x, scale) => rmsNorm(x, { scale }) },
  { name: "groupNorm", inputs: [[2, 3, 4], [4]], apply: (x, scale) => groupNorm(x, 2, { scale }) },
  {
    name: "attention",
    inputs: [
      [2, 3, 2],
      [2, 5, 2],
      [2, 5, 3],
    ],
    apply: (q, k, v) => scaledDotProductAttention(q, k, v),
  },
  {
    name: "causal attention",
    inputs: [
      [3, 2],
      [3, 2],
      [3, 1],
    ],
    apply: (q, k, v) => scaledDotProductAttention(q, k, v, { causal: true }),
  },
  {
    name: "attention with a mask",
    inputs: [
      [2, 3],
      [3, 3],
      [3, 2],
    ],
    apply: (q, k, v) =>
      scaledDotProductAttention(q, k, v, {
        mask: [
          [true, false, true],
          [false, false, false],
        ],
      }),
  },
  {
    name: "attention with a bias",
    inputs: [
      [2, 3],
      [3, 3],
      [3, 2],
      [2, 3],
    ],
    apply: (q, k, v, mask) => scaledDotProductAttention(q, k, v, { mask, scale: 0.3 }),
  },
]);

describe("normalization", () => {
  const y = tensor(
    [
      [1, -2, 3],
      [0.5, 4, -1.5],
    ],
    undefined,
    "float64",
  );
  const parameters = { scale: [1, 2, 3], offset: [0.5, 0, -1] };

  // PyTorch 1.13 in float64: torch.nn.functional, eps = 1e-3.
  it("is that of PyTorch", () => {
    expectValues(
      layerNorm(y, parameters),
      [0.662202214, -2.59523543, 2.4062465, 0.280050612, 2.63939266, -4.29924082],
      1e-8,
    );
    expectValues(
      batchNorm(y, [0.1, 0.2, 0.3], [1, 2, 3], parameters),
      [1.39955034, -3.11049232, 3.67575793, 0.899800148, 5.37266853, -4.11717199],
      1e-8,
    );
    const grouped = arange(16, undefined, 1, "float64").reshape([2, 2, 4]).pow(1.5);
    expectValues(
      groupNorm(grouped, 2),
      [
        -1.07444138, -0.861473436, -1.15181944, -0.787319873, 0.629302183, 1.30661263, 0.675279024,
        1.26386029, -1.18859896, -0.751480191, -1.19260304, -0.747535843, 0.704976825, 1.23510232,
        0.708549703, 1.23158918,
      ],
      1e-8,
    );
  });

  it("names what does not fit", () => {
    expect(() => layerNorm([1, 2, 3], { scale: [1, 2] })).toThrow(
      "layerNorm: the shapes [2] and [3] do not broadcast",
    );
    expect(() => groupNorm([[1, 2, 3]], 2)).toThrow("groupNorm: takes [batch, ..., channels]");
    expect(() => batchNorm(y, [1, 2], [1, 2])).toThrow("batchNorm: takes vectors of 3 elements");
    expect(() => rmsNorm(y, { epsilon: -1 })).toThrow("rmsNorm: epsilon is -1");
    expect(() => layerNorm(tensor([1], undefined, "int32"))).toThrow("layerNorm: does not take int32");
  });
});

describe("scaledDotProductAttention", () => {
  // PyTorch 1.13 in float64: softmax(q kᵀ / √2) v.
  it("is that of PyTorch", () => {
    const [q, k, v] = [
      [
        [1, 0],
        [0, 1],
        [1, 1],
      ],
      [
        [1, 2],
        [3, -1],
        [0.5, 0],
      ],
      [[1], [2], [4]],
    ].map((values) => tensor(values, undefined, "float64"));
    expectValues(scaledDotProductAttention(q, k, v), [2.06953508, 1.6230592, 1.60417154], 1e-8);
    expectValues(scaledDotProductAttention(q, k, v, { causal: true }), [1, 1.1070418, 1.60417154], 1e-8);
  });

  it("names what does not fit", () => {
    expect(() => scaledDotProductAttention([[1, 2]], [[1]], [[1]])).toThrow(
      "scaledDotProductAttention: takes [..., T, D], [..., S, D] and [..., S, E], not [1, 2], [1, 1], [1, 1]",
    );
  });
});
