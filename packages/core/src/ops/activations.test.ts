import { describe, expect, it } from "vitest";
import { grad } from "../autodiff/gradients.ts";
import { type Tensor, tensor } from "../tensor.ts";
import { firstDifference } from "../testing/closeness.ts";
import { logSoftmax, relu, sigmoid, softmax, softplus } from "./activations.ts";
import { abs, clip } from "./arithmetic.ts";
import { gelu, glu, logSigmoid, mish, silu, softsign } from "./gates.ts";
import { celu, elu, hardSigmoid, hardSwish, hardTanh, leakyRelu, prelu, relu6, selu } from "./rectifiers.ts";
import { expectValues, testOps } from "./testing/battery.ts";
import { everyWay, expectEveryWay } from "./testing/every-way.ts";
import { erf } from "./transcendental.ts";

// Away from the kinks, where finite differences see no derivative.
const positive = { shape: [3, 5], from: 0.1, to: 0.9 };
const negative = { shape: [7], from: -0.9, to: -0.1 };
const smooth = {
  relu6,
  leakyRelu,
  elu,
  selu,
  celu,
  gelu,
  silu,
  logSigmoid,
  softsign,
  mish,
  hardSigmoid,
  hardSwish,
};

testOps("activations", [
  ...Object.entries({ ...smooth, hardTanh, relu, sigmoid, softplus }).flatMap(([name, apply]) => [
    {
      name: `${name} of positive numbers`,
      inputs: [positive],
      apply: (x: Parameters<typeof apply>[0]) => apply(x),
    },
    {
      name: `${name} of negative numbers`,
      inputs: [negative],
      apply: (x: Parameters<typeof apply>[0]) => apply(x),
    },
    { name: `${name} of nothing`, inputs: [[0, 3]], apply: (x: Parameters<typeof apply>[0]) => apply(x) },
    {
      name: `${name} of a scalar`,
      inputs: [{ shape: [], from: 0.2, to: 0.8 }],
      apply: (x: Parameters<typeof apply>[0]) => apply(x),
    },
  ]),
  // Smooth at 0, though their formulas have two branches there.
  ...Object.entries({ gelu, logSigmoid, mish, silu, softplus }).map(([name, apply]) => ({
    name: `${name} of 0`,
    inputs: [{ shape: [1], from: 0, to: 0 }],
    apply: (x: Parameters<typeof apply>[0]) => apply(x),
  })),
  { name: "gelu, approximate", inputs: [[3, 5]], apply: (x) => gelu(x, { approximate: true }) },
  {
    name: "prelu",
    inputs: [negative, { shape: [], from: 0.1, to: 0.5 }],
    apply: (x, alpha) => prelu(x, alpha),
  },
  { name: "glu", inputs: [[3, 4]], apply: (x) => glu(x) },
  { name: "glu of axis 0", inputs: [[2, 3]], apply: (x) => glu(x, 0) },
  { name: "softmax", inputs: [[3, 5]], apply: (x) => softmax(x) },
  { name: "logSoftmax of axis 0", inputs: [[3, 5]], apply: (x) => logSoftmax(x, 0) },
]);

describe("activations", () => {
  const x = tensor([-3, -1, -0.5, 0, 0.5, 2, 7], undefined, "float64");

  // PyTorch 1.13, torch.nn.functional, in float64.
  it.each([
    ["relu6", relu6(x), [0, 0, 0, 0, 0.5, 2, 6]],
    ["leakyRelu", leakyRelu(x), [-0.6, -0.2, -0.1, 0, 0.5, 2, 7]],
    ["elu", elu(x, 1.5), [-1.4253194, -0.948180838, -0.59020401, 0, 0.5, 2, 7]],
    ["selu", selu(x), [-1.67056873, -1.11133074, -0.691758188, 0, 0.525350494, 2.10140197, 7.35490691]],
    ["celu", celu(x, 2), [-1.55373968, -0.786938681, -0.442398434, 0, 0.5, 2, 7]],
    ["gelu", gelu(x), [-0.00404969409, -0.158655254, -0.154268769, 0, 0.345731231, 1.95449974, 7]],
    [
      "gelu, approximate",
      gelu(x, { approximate: true }),
      [-0.00363739208, -0.158808009, -0.15428599, 0, 0.34571401, 1.95459769, 7],
    ],
    ["silu", silu(x), [-0.14227762, -0.268941421, -0.188770334, 0, 0.311229666, 1.76159416, 6.99362264]],
    [
      "logSigmoid",
      logSigmoid(x),
      [-3.04858735, -1.31326169, -0.974076984, -Math.LN2, -0.474076984, -0.126928011, -0.000911466454],
    ],
    ["hardSigmoid", hardSigmoid(x), [0, 1 / 3, 5 / 12, 0.5, 7 / 12, 5 / 6, 1]],
    ["hardSwish", hardSwish(x), [0, -1 / 3, -0.208333333, 0, 0.291666667, 5 / 3, 7]],
    ["softsign", softsign(x), [-0.75, -0.5, -1 / 3, 0, 1 / 3, 2 / 3, 0.875]],
    ["mish", mish(x), [-0.145647461, -0.303401461, -0.220743775, 0, 0.375245211, 1.94395896, 6.99998838]],
    ["glu", glu(tensor([[1, 2, 3, -4]], undefined, "float64")), [0.952574127, 0.0359724199]],
  ])("%s gives PyTorch's values", (_name, actual, expected) => {
    expectValues(actual, expected, 5e-9);
  });

  it("of ELU's family have at 0 the slope of either side", () => {
    expect([elu, celu].map((f) => grad((x) => f(x))(0).item())).toEqual([1, 1]);
  });

  it("have at their kinks the slope of the constant side", () => {
    const kinks: readonly [(x: Tensor) => Tensor, readonly number[], readonly number[]][] = [
      [relu, [0, -0], [0, 0]],
      [relu6, [0, 6, 3], [0, 0, 1]],
      [hardTanh, [-1, 1, 0.5], [0, 0, 1]],
      [hardSigmoid, [-3, 3, 1.5], [0, 0, 1 / 6]],
      [hardSwish, [-3, 3, 1.5], [0, 1, 1]],
      [(y) => leakyRelu(y, 0.25), [0, -0], [0.25, 0.25]],
      [(y) => prelu(y, 0.25), [0, -0], [0.25, 0.25]],
      [(y) => elu(y, 0.5), [0, -0], [0.5, 0.5]],
      [(y) => clip(y, -1, 1), [-1, 1], [0.5, 0.5]],
      [abs, [0, -0], [0, 0]],
      [softsign, [0, -0], [1, 1]],
    ];
    for (const [f, places, slopes] of kinks) {
      for (const dtype of ["float32", "float64", "float16", "bfloat16"] as const) {
        const at = tensor([...places], undefined, dtype);
        expectEveryWay((y) => grad((z: Tensor) => f(z).sum())(y), [at], slopes, 2e-3);
      }
    }
  });

  it("pass NaN on", () => {
    for (const f of [relu6, hardTanh, hardSigmoid, hardSwish]) {
      expectEveryWay((y) => f(y), [tensor([Number.NaN])], [Number.NaN]);
    }
  });

  it("stay finite far out", () => {
    const far = tensor([-1e4, 1e4]);
    for (const f of [gelu, silu, logSigmoid, softsign, mish, elu, selu, celu]) {
      expect(f(far).dataSync().every(Number.isFinite)).toBe(true);
    }
  });

  it("say what is wrong with their arguments", () => {
    expect(() => glu([1, 2, 3])).toThrow("glu: axis -1 of [3] has the size 3; it must be even");
    expect(() => celu(1, 0)).toThrow("celu: alpha is 0");
  });
});

it("softsign has its slope and its curvature far out", () => {
  for (const dtype of ["float32", "float64"] as const) {
    const at = [1e6, -1e7, 1e8, 1e15, -3, 0];
    const x = tensor(at, undefined, dtype);
    const slope = (y: Tensor): Tensor => grad((each) => softsign(each).sum())(y);
    const scaled = tensor(
      at.map((each) => (1 + Math.abs(each)) ** 2),
      undefined,
      dtype,
    );
    expectEveryWay(
      (y) => slope(y).mul(scaled),
      [x],
      at.map(() => 1),
    );
    const curved = tensor(
      at.map((each) => (1 + Math.abs(each)) ** 2 * (1 + Math.abs(each))).map((each) => Math.min(each, 1e30)),
      undefined,
      dtype,
    );
    const few = at.map((each) => (Math.abs(each) < 1e9 ? 1 : 0));
    expectEveryWay(
      (y) =>
        grad((each) => slope(each).sum())(y)
          .mul(curved)
          .mul(tensor(few, undefined, dtype)),
      [x],
      at.map((each, index) => -2 * Math.sign(each) * few[index]),
      2e-6,
    );
  }
});

it("the approximate gelu keeps its digits where it is near 0", () => {
  // x·sigmoid(2√(2/π)(x + 0.044715x³)) in float64.
  const exact = (x: number) => x / (1 + Math.exp(-2 * Math.sqrt(2 / Math.PI) * (x + 0.044715 * x ** 3)));
  const at = [-8, -5, -4, -1, 0.5, 6];
  const scales = at.map(exact);
  const ratio = (x: Tensor): Tensor => gelu(x, { approximate: true }).div(tensor(scales));
  expectEveryWay(
    ratio,
    [tensor(at)],
    at.map(() => 1),
    2e-5,
  );
});

describe("far out, values, slopes and curvatures keep their digits:", () => {
  const sigmoidAt = (x: number): number => Math.exp(Math.min(x, 0)) / (1 + Math.exp(-Math.abs(x)));
  const softplusAt = (x: number): number => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)));
  const bell = (x: number): number => Math.exp(-x * x) / Math.sqrt(Math.PI);
  const at = [-80, -30, -20, -9, -7, 7, 9, 20, 30, 80];

  /** The value, the slope and the curvature in float64; null where erfc, which has tests of its own, says the digits. */
  type Formulas = readonly (((x: number) => number) | null)[];
  const cases: readonly (readonly [name: string, f: (x: Tensor) => Tensor, formulas: Formulas])[] = [
    ["softplus", softplus, [softplusAt, sigmoidAt, (x) => sigmoidAt(x) * sigmoidAt(-x)]],
    [
      "logSigmoid",
      logSigmoid,
      [(x) => -softplusAt(-x), (x) => sigmoidAt(-x), (x) => -sigmoidAt(x) * sigmoidAt(-x)],
    ],
    ["gelu", (x) => gelu(x), [null, null, (x) => (bell(x / Math.SQRT2) / Math.SQRT2) * (2 - x * x)]],
    ["erf", erf, [Math.sign, (x) => 2 * bell(x), (x) => -4 * x * bell(x)]],
  ];

  it.each(cases)("%s", (_name, f, formulas) => {
    const slope = grad((x: Tensor) => f(x).sum());
    const curvature = grad((x: Tensor) => slope(x).sum());
    for (const [dtype, tolerance, least] of [
      ["float32", 1e-5, 2 ** -126],
      ["float64", 1e-12, 2 ** -1022],
    ] as const) {
      const x = tensor(at, undefined, dtype);
      for (const [order, formula] of formulas.entries()) {
        if (formula === null) continue;
        const expected = Float64Array.from(at, formula);
        for (const values of everyWay([f, slope, curvature][order], x)) {
          const allowed = (index: number): number => tolerance * Math.abs(expected[index]) + least;
          expect(firstDifference(Float64Array.from(values), expected, allowed), `order ${order}`).toBeNull();
        }
      }
    }
  });
});
