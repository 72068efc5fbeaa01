import { describe, expect, it } from "vitest";
import "../ops/methods.ts";
import { onlyProgramOf } from "../compiler/testing/programs.ts";
import { topologicalOrder } from "../graph/order.ts";
import { jit } from "../jit.ts";
import { softmax } from "../ops/activations.ts";
import { prod } from "../ops/reductions.ts";
import { expectValues, onBackend } from "../ops/testing/battery.ts";
import { exp, sin } from "../ops/transcendental.ts";
import { dropout } from "../random/distributions.ts";
import { type Tensor, tensor } from "../tensor.ts";
import { variable } from "../variable.ts";
import { checkpoint } from "./checkpoint.ts";
import { customGradient } from "./custom-gradient.ts";
import { hessian, hvp, jacobian, jvp } from "./derivatives.ts";
import { grad, gradients } from "./gradients.ts";

const f = (x: Tensor): Tensor => sin(x).mul(x.sum());

describe.each(["reference", "cpu"] as const)("derivatives on %s", (backend) => {
  it("jvp is the Jacobian times the direction", () => {
    onBackend(backend, () => {
      const x = tensor([0.3, -1.2, 2], undefined, "float64");
      const direction = tensor([1, -0.5, 0.25], undefined, "float64");
      const { value, tangent } = jvp(f)(x, direction);
      const product = jacobian(f)(x).matmul(direction);
      expectValues(tangent, [...product.dataSync()], 1e-12);
      expectValues(value, [...f(x).dataSync()], 1e-12);
      const step = 1e-6;
      const moved = f(x.add(direction.mul(step)))
        .sub(f(x.sub(direction.mul(step))))
        .div(2 * step);
      expectValues(tangent, [...moved.dataSync()], 1e-8);
    });
  });

  it("hvp is the Hessian times the direction", () => {
    onBackend(backend, () => {
      const x = tensor([0.3, -1.2], undefined, "float64");
      const g = (t: Tensor): Tensor => exp(t).mul(t).sum().square();
      const direction = tensor([1, -0.5], undefined, "float64");
      expectValues(hvp(g)(x, direction), [...hessian(g)(x).matmul(direction).dataSync()], 1e-12);
    });
  });

  // PyTorch 1.13 in float64, torch.autograd.functional; g is (torch.sin(x) * x.prod()).sum(), h is x.softmax(0) * x.
  it("are PyTorch's", () => {
    onBackend(backend, () => {
      const x = tensor([0.7, -1.2, 2], undefined, "float64");
      const direction = tensor([1, -2, 0.5], undefined, "float64");
      const g = (t: Tensor): Tensor => sin(t).mul(prod(t)).sum();
      const h = (t: Tensor): Tensor => softmax(t).mul(t);
      const rows = [
        [-2.58895678441, 1.44407250765, -0.389486263321],
        [1.44407250765, -0.55122395189, -0.451952865259],
        [-0.389486263321, -0.451952865259, 2.22674636247],
      ];
      expectValues(hessian(g)(x), rows.flat(), 1e-11);
      expectValues(hvp(g)(x, direction), [-5.67184493136, 2.3205439788, 1.62779264843], 1e-11);
      expectValues(jvp(h)(x, direction).tangent, [0.276348364306, 0.0320126210073, 0.340877954183], 1e-11);
      expectValues(
        jacobian(h)(x),
        [
          [0.322635619456, -0.00450867522953, -0.110609211217],
          [0.00772915753634, -0.0050515887376, 0.0283605719916],
          [-0.316026317764, -0.047267619986, 1.12473806395],
        ].flat(),
        1e-11,
      );
    });
  });

  it("hessians and jacobians are those of calculus", () => {
    onBackend(backend, () => {
      expect(hessian((x) => x.pow(3).sum())([1, 2]).arraySync()).toEqual([
        [6, 0],
        [0, 12],
      ]);
      expect(
        jacobian((x) =>
          x.matmul([
            [1, 2],
            [3, 4],
          ]),
        )([[1, 1]])
          .reshape([2, 2])
          .arraySync(),
      ).toEqual([
        [1, 3],
        [2, 4],
      ]);
      expect(jacobian((x) => x.reshape([0, 1]))(tensor([], [0])).shape).toEqual([0, 1, 0]);
    });
  });
});

describe("derivatives", () => {
  it("are by the first of several arguments, which may be Variables, numbers and arrays", () => {
    const product = (x: Tensor, y: Tensor): Tensor => x.mul(y).mul(x);
    expect(jacobian(product)([1, 2], variable([3, 4])).arraySync()).toEqual([
      [6, 0],
      [0, 16],
    ]);
    expect(jvp(product)([1, 2], 3, [1, 0]).tangent.arraySync()).toEqual([6, 0]);
    expect(hessian(product)(2, 3).item()).toBe(6);
    expect(hvp(product)(2, 3, 0.5).item()).toBe(3);
  });

  it("reject what has none", () => {
    expect(() => hessian((x) => x)([1, 2])).toThrow(
      "hessian: the function gives [2]; it must give one element",
    );
    expect(() =>
      Reflect.apply(
        jvp((x) => x),
        null,
        [[1, 2]],
      ),
    ).toThrow("jvp: the function was called with 1 arguments; they must be its own and the direction");
    expect(() =>
      Reflect.apply(
        jacobian((x) => x),
        null,
        [],
      ),
    ).toThrow("called without arguments");
    expect(() => jvp((x) => x)([1, 2], [1])).toThrow(
      "jvp: the direction has the shape [1]; it must be x's, [2]",
    );
    expect(() => jacobian((x) => x)(tensor([1], undefined, "int32"))).toThrow(
      "jacobian: does not take int32",
    );
  });
});

describe("customGradient", () => {
  const clipped = customGradient((x) => ({ value: x.square(), gradient: (g) => g.mul(x).mul(2).minimum(1) }));

  it("replaces the gradient, to any order", () => {
    expectValues(clipped([0.1, 3]), [0.01, 9]);
    expectValues(grad(clipped)([0.1, 3]), [0.2, 1]);
    expectValues(grad(grad(clipped))([0.1, 3]), [2, 0]);
  });

  it("works within a traced function", () => {
    const slope = jit((x: Tensor) => grad(clipped)(x));
    expectValues(slope(tensor([0.1, 3])), [0.2, 1]);
  });

  it("takes several inputs, and none for one", () => {
    const product = customGradient((x, y) => ({ value: x.mul(y), gradient: (g) => [g.mul(10), null] }));
    const [x, y] = [tensor([1, 2]), tensor([3, 4])];
    const [towardsX, towardsY] = gradients(product(x, y), [x, y]);
    expect(towardsX.arraySync()).toEqual([10, 10]);
    expect(towardsY.arraySync()).toEqual([0, 0]);
  });

  it("checks what the rule gives", () => {
    const wrong = customGradient((x) => ({ value: x, gradient: (g) => [g, g] }));
    expect(() => grad(wrong)([1])).toThrow(
      "customGradient: the rule gives 2 gradients, and the function has 1 inputs",
    );
    const misshapen = customGradient((x) => ({ value: x, gradient: () => tensor([1, 2]) }));
    expect(() => grad(misshapen)(1)).toThrow("customGradient: the gradient at position 0 has the shape [2]");
  });
});

describe.each(["reference", "cpu"] as const)("checkpoint on %s", (backend) => {
  it("gives the same values and gradients, also of Variables and of second order", () => {
    onBackend(backend, () => {
      const weights = variable(
        tensor(
          [
            [0.5, -1],
            [2, 0.25],
          ],
          undefined,
          "float64",
        ),
      );
      const x = tensor([[0.3, -0.7]], undefined, "float64");
      const layer = (t: Tensor): Tensor => t.matmul(weights).tanh().mul(t).exp();
      const twice = (step: (t: Tensor) => Tensor): Tensor => step(step(x)).sum();
      const plain = gradients(twice(layer), [x, weights]);
      const kept = checkpoint(layer);
      const again = gradients(twice(kept), [x, weights]);
      for (const [index, gradient] of plain.entries())
        expectValues(again[index], [...gradient.dataSync()], 1e-12);
      const second = gradients(plain[0], [weights])[0];
      expectValues(gradients(again[0], [weights])[0], [...second.dataSync()], 1e-12);
    });
  });

  it("draws the same random numbers again", () => {
    onBackend(backend, () => {
      const x = tensor(Float32Array.from({ length: 50 }, () => 1));
      const y = checkpoint((t) => dropout(t, 0.5).square())(x);
      const [slope] = gradients(y, [x]);
      const [values, slopes] = [y.dataSync(), slope.dataSync()];
      expect(slopes).toEqual(values.map((value) => (value === 0 ? 0 : 8)));
    });
  });

  it("works within a traced function, and of nothing", () => {
    onBackend(backend, () => {
      const block = checkpoint((t) => t.exp().mul(t));
      const slope = jit((x: Tensor) => grad(block)(x));
      expectValues(slope(tensor([0, 1])), [1, 2 * Math.E]);
      expect(grad(block)(tensor([], [0])).shape).toEqual([0]);
    });
  });
});

it("a checkpoint takes less scratch memory than keeping what it computes again", () => {
  const size = 32;
  const layersPerBlock = 4;
  const weights = tensor(new Float32Array(size * size), [size, size]);
  const layer = (h: Tensor): Tensor => h.matmul(weights).tanh();
  const block = (h: Tensor): Tensor => Array.from({ length: layersPerBlock }).reduce<Tensor>(layer, h);
  const scratchBytes = (step: (h: Tensor) => Tensor): number =>
    onBackend("cpu", () => {
      const slope = jit((x: Tensor) => grad((t) => step(step(step(step(t)))).sum())(x));
      slope(weights);
      return onlyProgramOf(slope).scratchBytes;
    });
  const bytesOfLayer = size * size * 4;
  // Without checkpoints every layer's result waits for its gradient; with them those of the blocks and of one block.
  const saved = scratchBytes(block) - scratchBytes(checkpoint(block));
  expect(saved).toBeGreaterThanOrEqual(6 * bytesOfLayer);
});

describe("a checkpoint keeps nothing of what it computes again,", () => {
  /** Whether the gradient of Σ checkpoint(f) is made of a tensor that `f` computed; and its value. */
  const differentiated = (f: (x: Tensor, note: (made: Tensor) => Tensor) => Tensor) => {
    const noted: Tensor[] = [];
    const x = tensor([0.3, -1.2], undefined, "float64");
    const value = checkpoint((at) => f(at, (made) => noted[noted.push(made) - 1]))(x);
    const first = [...noted];
    const [slope] = gradients(value, [x]);
    const used = new Set(topologicalOrder([slope.node], () => false));
    expectValues(slope, [...grad((at) => f(at, (made) => made))(x).dataSync()], 1e-12);
    return first.map(({ node }) => used.has(node));
  };

  it("also of what a rule of the user's own uses", () => {
    const tripled = (at: Tensor, note: (made: Tensor) => Tensor): Tensor =>
      customGradient((y) => {
        const factor = note(exp(y));
        return { value: sin(y), gradient: (towardsValue) => towardsValue.mul(factor) };
      })(note(at.mul(3)));
    expect(differentiated((x, note) => tripled(x, note).mul(2))).toEqual([false, false]);
    expect(differentiated((x, note) => tripled(tripled(x, note), note))).toEqual([
      false,
      false,
      false,
      false,
    ]);
  });

  it("also of what a rule uses of which the value knows nothing", () => {
    const weight = variable(2);
    let used: Tensor | null = null;
    const y = checkpoint((x) => {
      const factor = exp(x);
      used ??= factor;
      const scaled = customGradient((w) => ({ value: w, gradient: (g) => g.mul(factor) }));
      return scaled(weight).mul(x);
    })(3);
    const [slope] = gradients(y, [weight]);
    expect(slope.item()).toBeCloseTo(3 * Math.exp(3));
    expect(topologicalOrder([slope.node], () => false).some((node) => node === used?.node)).toBe(false);
  });

  it("also of what another one within begins with", () => {
    const inner = checkpoint((at) => exp(at).mul(at));
    expect(differentiated((x, note) => inner(note(sin(x))))).toEqual([false]);
  });
});
