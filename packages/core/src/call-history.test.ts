/** Gradients of what compiled functions return, after the call and through transformations. */
import { afterEach, describe, expect, it } from "vitest";
import { nodesCreated } from "./graph/node.ts";
import {
  checkpoint,
  cond,
  customGradient,
  dropout,
  grad,
  gradients,
  hessian,
  jacobian,
  jit,
  jvp,
  map,
  ones,
  SGD,
  scan,
  setBackend,
  setSeed,
  type Tensor,
  tensor,
  uniform,
  type Variable,
  valueAndGrad,
  variable,
  vmap,
  whileLoop,
} from "./index.ts";

afterEach(() => setBackend("cpu"));

const cube = () => jit((x: Tensor) => x.mul(x).mul(x));

/** A step with the slope of the identity. */
const straightThrough = customGradient((x) => ({
  value: x.greater(0).cast("float32"),
  gradient: (towardsValue) => towardsValue,
}));

describe.each(["cpu", "reference"] as const)("a compiled function on %s", (backend) => {
  it("is transformed as the function itself", () => {
    setBackend(backend);
    const f = cube();
    expect(grad(f)(2).item()).toBe(12);
    expect(grad(grad(f))(2).item()).toBe(12);
    expect(valueAndGrad(f)(2).gradient.item()).toBe(12);
    expect(jacobian(f)([1, 2]).arraySync()).toEqual([
      [3, 0],
      [0, 12],
    ]);
    expect(hessian(f)(2).item()).toBe(12);
    expect(jvp(f)([1, 2], [1, 2]).tangent.arraySync()).toEqual([3, 24]);
    expect(grad(checkpoint(f))(2).item()).toBe(12);
    expect(vmap(grad(f))(tensor([1, 2])).arraySync()).toEqual([3, 12]);
    expect(grad((x) => vmap(f)(x).sum())([1, 2]).arraySync()).toEqual([3, 12]);
    expect(jit(grad(jit(grad(f))))(tensor(2)).item()).toBe(12);
  });

  it("gives results with gradients of any order, by arguments and Variables", () => {
    setBackend(backend);
    const [x, w] = [tensor([1, 2]), variable(3)];
    const f = jit((at: Tensor) => ({ product: at.mul(w).mul(w), squares: at.square() }));
    const { product, squares } = f(x);
    const total = product.mul(squares).sum();
    const [towardsX, towardsW] = gradients(total, [x, w]);
    expect([towardsX.arraySync(), towardsW.item()]).toEqual([[27, 108], 54]);
    expect(gradients(towardsW, [w])[0].item()).toBe(18);
    expect(gradients(towardsW, [x])[0].arraySync()).toEqual([18, 72]);
  });

  it("passes gradients on to what its arguments were computed from, and to Variables that it is given", () => {
    setBackend(backend);
    const [x, v] = [tensor(2), variable(3)];
    const f = jit((a: Tensor, b: Tensor) => a.mul(b));
    expect(gradients(f(x.square(), v), [x, v]).map((each) => each.item())).toEqual([12, 4]);
    expect(gradients(f(f(x, x), x), [x])[0].item()).toBe(12);
  });

  it("has the gradients of its control flow, of users' rules and of checkpoints", () => {
    setBackend(backend);
    const [x, w] = [tensor([0.5, 2]), variable(2)];
    const f = jit((at: Tensor) => {
      const [power] = scan((carry: Tensor) => [carry.mul(w), null], at, null, { length: 3 });
      const chosen = cond(
        w.greater(1),
        () => power.mul(2),
        () => power,
      );
      return checkpoint((each) => each.mul(w))(chosen).add(straightThrough(at.mul(w)));
    });
    // 2 x w⁴ + x w, by the rule.
    const [towardsX, towardsW] = gradients(f(x).sum(), [x, w]);
    expect(towardsX.arraySync()).toEqual([34, 34]);
    expect(towardsW.item()).toBe(2.5 * (8 * 8 + 1));
    expect(gradients(towardsW, [w])[0].item()).toBe(2.5 * 24 * 4);
  });

  it("keeps the random numbers that it drew", () => {
    setBackend(backend);
    setSeed(3);
    const x = ones([64]);
    const noisy = jit((at: Tensor) => dropout(at, 0.5).mul(uniform([64])));
    const y = noisy(x);
    noisy(x);
    const [slope] = gradients(y, [x]);
    expect(slope.arraySync()).toEqual(y.arraySync());
  });

  it("says so where a Variable was assigned since", () => {
    setBackend(backend);
    const [x, w] = [tensor(2), variable(3, { name: "w" })];
    const f = jit((at: Tensor) => at.mul(w));
    const y = f(x);
    w.assign(5);
    const message = 'gradients: "w" was assigned after the result had read it';
    expect(() => gradients(y, [w])).toThrow(message);
    expect(() => gradients(y, [x])).toThrow(message);
    const step = jit((at: Tensor) => {
      const loss = at.mul(w);
      w.assignSub(1);
      return { loss, own: at.square() };
    });
    const { loss, own } = step(x);
    expect(() => gradients(loss, [w])).toThrow(message);
    expect(() => gradients(loss, [x])).toThrow(message);
    expect(gradients(own, [x])[0].item()).toBe(4);
  });

  it("is trained by minimize, with a list and without", () => {
    setBackend(backend);
    const w = variable(2);
    const loss = jit(() => w.square());
    const optimizer = new SGD({ learningRate: 0.25 });
    optimizer.minimize(() => loss(), [w]);
    expect(w.item()).toBe(1);
    optimizer.minimize(loss);
    expect(w.item()).toBe(0.5);
    const before = loss();
    optimizer.minimize(() => before);
    expect(w.item()).toBe(0.25);
  });
});

describe("results of a compiled function", () => {
  it("do not depend on Variables that the function did not read, however they were assigned", () => {
    const [w, other] = [variable(2), variable(3)];
    const features = jit((x: Tensor) => x.mul(w))(tensor(1));
    w.assign(7);
    expect(gradients(features.mul(other), [other])[0].item()).toBe(2);
  });

  it("keep what the calls were given, up to the last 64 calls, and then say so", () => {
    const x = tensor([1, 2]);
    const f = jit((at: Tensor) => at.square());
    const first = f(x);
    const later = Array.from({ length: 64 }, () => f(x));
    expect(gradients(later[0], [x])[0].arraySync()).toEqual([2, 4]);
    expect(() => gradients(first, [x])).toThrow("computed long ago");
    const w = variable([1, 1]);
    expect(gradients(first.mul(w), [w])[0].arraySync()).toEqual([1, 4]);
  });

  it("are constants where they come from random state and integers alone, and not where from a tensor outside", () => {
    const [w, outside] = [variable([1, 2]), tensor([3, 4])];
    setSeed(1);
    const drawn = jit((count: Tensor) => uniform([2]).mul(count))(tensor(2, [], "int32"));
    const [slope] = gradients(drawn.mul(w).sum(), [w]);
    expect(slope.arraySync()).toEqual(drawn.arraySync());
    expect(gradients(drawn, [w])[0].arraySync()).toEqual([0, 0]);
    expect(gradients(jit(() => outside.square())(), [outside])[0].arraySync()).toEqual([6, 8]);
  });

  it("cost no graph where nobody asks for gradients", () => {
    const w = variable(ones([8, 8]));
    const f = jit((x: Tensor) => x.matmul(w).exp().sum());
    const x = ones([8, 8]);
    f(x);
    const before = nodesCreated();
    for (let call = 0; call < 10; call++) f(x);
    expect(nodesCreated() - before).toBe(10);
  });
});

describe.each(["cpu", "reference"] as const)(
  "on %s minimize without a list trains Variables that reach the loss",
  (backend) => {
    const length = 2;
    const ways: Readonly<Record<string, (w: Variable) => Tensor>> = {
      "captured by a scan": (w) => scan((c: Tensor) => [c.mul(w), null], tensor(1), null, { length })[0],
      "as the carry of a scan": (w) => scan((c: Tensor) => [c.mul(c), null], w, null, { length: 1 })[0],
      "in the xs of a scan": (w) =>
        scan((c, x) => [c.add(x.mul(x)), null], tensor(0), { w: w.expandDims(0) }.w)[0],
      "through map": (w) => map((x) => x.mul(w).mul(w), tensor([1])).sum(),
      "through cond": (w) =>
        cond(
          w.greater(0),
          () => w.mul(w),
          () => w.neg(),
        ),
    };

    it.each(Object.entries(ways))("%s", (_title, loss) => {
      setBackend(backend);
      const w = variable(2);
      new SGD({ learningRate: 0.125 }).minimize(() => loss(w).mul(1));
      // The loss is w².
      expect(w.item()).toBe(1.5);
    });

    it("through whileLoop says that it has no gradient", () => {
      setBackend(backend);
      const w = variable(2);
      const loss = () =>
        whileLoop(
          (x: Tensor) => x.less(10),
          (x: Tensor) => x.mul(w),
          tensor(1),
        );
      expect(() => new SGD({ learningRate: 0.1 }).minimize(loss)).toThrow("a whileLoop has no gradient");
    });
  },
);
