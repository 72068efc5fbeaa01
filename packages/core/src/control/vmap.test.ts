import { afterEach, describe, expect, it } from "vitest";
import {
  checkpoint,
  cholesky,
  cond,
  conv2d,
  customGradient,
  dropout,
  eye,
  gather,
  grad,
  gradients,
  jacobian,
  jit,
  matmul,
  normal,
  ones,
  scan,
  setBackend,
  setSeed,
  slice,
  softmax,
  sort,
  stack,
  type Tensor,
  tensor,
  uniform,
  variable,
  vmap,
  whileLoop,
  zeros,
} from "../index.ts";

afterEach(() => setBackend("cpu"));

/** Numbers between −1 and 1 that have no pattern. */
function values(...shape: number[]): Tensor {
  const count = shape.reduce((product, size) => product * size, 1);
  return tensor(
    Float64Array.from({ length: count }, (_, index) => Math.sin(12.9898 * (index + 1 + shape.length))),
    shape,
  );
}

/** What vmap stands for: the function of each example in turn. */
function looped(f: (...examples: Tensor[]) => Tensor, ...inputs: Tensor[]): Tensor {
  return stack(
    Array.from({ length: inputs[0].shape[0] }, (_, at) => f(...inputs.map((each) => slice(each, [at])))),
  );
}

function expectClose(actual: Tensor, expected: Tensor): void {
  expect(actual.shape).toEqual(expected.shape);
  expect(actual.sub(expected).abs().max().item()).toBeLessThan(1e-12);
}

const functions: Readonly<Record<string, [f: (...examples: Tensor[]) => Tensor, ...inputs: Tensor[]]>> = {
  "products of vectors and matrices": [(x, w) => matmul(x, w).tanh().sum(0), values(4, 3), values(4, 3, 5)],
  "a convolution, each with its own kernel": [
    (x, k) => conv2d(x, k, { padding: "same" }).square().mean([1, 2]),
    values(3, 2, 5, 4, 2),
    values(3, 3, 2, 2, 4),
  ],
  "sorted, gathered and normalised values": [
    (x) => softmax(gather(sort(x), [0, 2, 1], 0).mul(x.mean())),
    values(3, 3, 2),
  ],
  "a decomposition": [
    (x) => cholesky(matmul(x, x.transpose()).add(eye(3, 3, 0, "float64"))),
    values(3, 3, 3),
  ],
  "a recurrence": [
    (h, xs) => scan((c: Tensor, x: Tensor) => [c.mul(x).add(1).tanh(), c.mul(x)], h, xs)[1].sum(0),
    values(3, 2),
    values(3, 5, 2),
  ],
  "a branch that each takes for itself": [
    (x) =>
      cond(
        x.sum().less(0),
        () => x.mul(x).sum(),
        () => x.exp().sum(),
      ),
    values(5, 2),
  ],
  "a rule of one's own": [
    (x) => customGradient((y) => ({ value: y.tanh(), gradient: (g) => g.mul(y).mul(3) }))(x.mul(2)),
    values(4, 3),
  ],
  "what is computed again": [
    (x, y) => checkpoint((a, b) => a.mul(b).tanh().mul(a))(x, y),
    values(4, 3),
    values(4, 3),
  ],
};

describe.each(["cpu", "reference"] as const)("vmap on %s", (backend) => {
  it.each(Object.entries(functions))(
    "does what a loop does, and so do its gradients: %s",
    (_name, [f, ...inputs]) => {
      setBackend(backend);
      expectClose(vmap(f)(...inputs), looped(f, ...inputs));
      const weighted = (y: Tensor) => y.mul(values(...y.shape)).sum();
      const ofVmap = gradients(weighted(vmap(f)(...inputs)), inputs);
      const ofLoop = gradients(weighted(looped(f, ...inputs)), inputs);
      ofVmap.forEach((each, index) => {
        expectClose(each, ofLoop[index]);
      });
      const slope = (...at: Tensor[]) => gradients(weighted(f(...at)), [at[0]])[0];
      const alone = (...at: Tensor[]) => slope(...at.map((each) => tensor(each.dataSync(), each.shape)));
      expectClose(vmap(slope)(...inputs), looped(alone, ...inputs));
    },
  );

  it("gives each example its own random numbers, anew in every call of a compiled function", () => {
    setBackend(backend);
    setSeed(3);
    const draw = jit((x: Tensor) => vmap((each: Tensor) => dropout(each, 0.5).add(normal([8])))(x));
    const seen = [draw(zeros([3, 8])), draw(zeros([3, 8]))].flatMap((drawn) => drawn.arraySync());
    expect(new Set(seen.map((row) => JSON.stringify(row))).size).toBe(6);
    const inScan = vmap((x: Tensor) => scan((c: Tensor, _y: Tensor) => [c, normal([2])], x, zeros([2]))[1])(
      zeros([2]),
    );
    expect(new Set(inScan.dataSync()).size).toBe(8);
  });
});

describe("vmap", () => {
  it("nests, and is the gradient of each output for a Jacobian", () => {
    const [x, y] = [values(3, 2), values(4, 2)];
    const products = vmap((a: Tensor) => vmap((b: Tensor) => a.mul(b).sum())(y))(x);
    expectClose(products, matmul(x, y.transpose()));
    const f = (at: Tensor) => at.square().mul(at.sum());
    const at = values(3);
    const value = f(at);
    const rows = vmap((seed: Tensor) => gradients(value, [at], seed)[0])(eye(3, 3, 0, "float64"));
    expectClose(rows, jacobian(f)(at));
  });

  it("takes examples along other axes, shared arguments, and structures", () => {
    const [x, w] = [values(2, 5), values(2)];
    const f = vmap(({ a }: { a: Tensor }, shared: Tensor) => [a.mul(shared), shared.sum()], {
      inAxes: [-1, null],
      outAxes: -1,
    });
    const [scaled, sums] = f({ a: x }, w);
    expectClose(scaled, x.mul(w.reshape([2, 1])));
    expect(sums.shape).toEqual([5]);
    expect(vmap((a: Tensor) => a.exp())(zeros([0, 3])).shape).toEqual([0, 3]);
  });

  it("lets a carry differ that begins as the same, whichever way the scan goes", () => {
    const sums = (x: Tensor, ys: Tensor) =>
      scan(
        ({ a, b, n }: { a: Tensor; b: Tensor; n: Tensor }, y: Tensor) => [
          { a: b.add(b), b: b.add(x.mul(y)), n: n.add(a.mul(0)).add(1) },
          { b, n },
        ],
        { a: tensor(0), b: tensor(0), n: tensor(0) },
        ys,
        { reverse: true },
      );
    const [last, steps] = vmap(sums, { inAxes: [0, null] })(tensor([1, 10]), tensor([1, 2, 3]));
    expect(last.a.arraySync()).toEqual([10, 100]);
    expect(last.n.arraySync()).toEqual([3, 3]);
    expect(steps.b.arraySync()).toEqual([
      [5, 3, 0],
      [50, 30, 0],
    ]);
    expect(steps.n.arraySync()).toEqual([
      [2, 1, 0],
      [2, 1, 0],
    ]);
  });

  it("is differentiated to the second order, within and without", () => {
    const f = (x: Tensor) => x.pow(4).sum();
    const second = (x: Tensor) => gradients(gradients(f(x), [x])[0].sum(), [x])[0];
    const x = values(3, 2);
    expectClose(vmap(second)(x), x.square().mul(12));
    const [slope] = gradients(vmap((each: Tensor) => gradients(f(each), [each])[0])(x).sum(), [x]);
    expectClose(slope, x.square().mul(12));
  });

  it("reads Variables, and lets the function assign what does not depend on the example", () => {
    const [weight, calls] = [variable([1, 2]), variable(0, { name: "calls" })];
    const f = vmap((x: Tensor) => {
      calls.assignAdd(1);
      return x.mul(weight);
    });
    expect(
      f(
        tensor([
          [1, 1],
          [2, 2],
        ]),
      ).arraySync(),
    ).toEqual([
      [1, 2],
      [2, 4],
    ]);
    expect(calls.item()).toBe(1);
    const bad = vmap((x: Tensor) => calls.assign(x).value);
    expect(() => bad(tensor([1, 2]))).toThrow(
      "assigns a Variable of the shape [] a value that differs between the examples",
    );
    const slopes = vmap((x: Tensor) => gradients(x.mul(weight).square().sum(), [weight])[0]);
    expect(
      slopes(
        tensor([
          [1, 1],
          [2, 0],
        ]),
      ).arraySync(),
    ).toEqual([
      [2, 4],
      [8, 0],
    ]);
  });

  it("runs a whileLoop whose condition all share, and rejects others", () => {
    const powers = (x: Tensor, limit: Tensor) =>
      whileLoop(
        (s: { n: Tensor; y: Tensor }) => s.n.less(limit),
        ({ n, y }) => ({ n: n.add(1), y: y.mul(x) }),
        { n: tensor(0), y: tensor(1) },
      ).y;
    expect(vmap(powers, { inAxes: [0, null] })(tensor([2, 3]), tensor(3)).arraySync()).toEqual([8, 27]);
    expect(() => vmap(powers)(tensor([2, 3]), tensor([1, 2]))).toThrow(
      "vmap: the condition of a whileLoop differs between the examples",
    );
  });

  it("rejects what it cannot do", () => {
    const add = vmap((x: Tensor, y: Tensor) => x.add(y));
    expect(() => add(zeros([2]), zeros([3]))).toThrow("vmap: the arguments have 2 and 3 examples");
    expect(() => add(zeros([2]), tensor(1))).toThrow("vmap: the axis is 0, and a tensor has the shape []");
    expect(() => vmap((x: Tensor) => x, { inAxes: null })(zeros([2]))).toThrow(
      "no argument has an axis of examples",
    );
    expect(() => vmap((x: Tensor) => x, { inAxes: [] })(zeros([2]))).toThrow(
      "inAxes has no entry for argument 0",
    );
    expect(() => vmap((x: Tensor) => tensor(x.item()))(zeros([2]))).toThrow("vmap");
    expect(grad((x) => vmap((y: Tensor) => y.square())(x).sum())([1, 2]).arraySync()).toEqual([2, 4]);
  });
});

describe.each(["cpu", "reference"] as const)(
  "vmap of cond on %s, whose predicate differs between the examples,",
  (backend) => {
    const sides = (x: Tensor): Tensor =>
      cond(
        x.greater(0),
        () => x.mul(2),
        () => x.square(),
      );

    it("takes each example's own branch, with values made in it, nested, and under grad and jit", () => {
      setBackend(backend);
      const x = tensor([-1, 2]);
      expect(vmap(sides)(x).arraySync()).toEqual([1, 4]);
      expect(jit(vmap(sides))(x).arraySync()).toEqual([1, 4]);
      expect(grad((each) => vmap(sides)(each).sum())(x).arraySync()).toEqual([-2, 2]);
      expect(jit(vmap(grad(sides)))(x).arraySync()).toEqual([-2, 2]);
      const nested = (each: Tensor): Tensor =>
        cond(
          each.greater(0),
          () => ones([2]).mul(each),
          () =>
            cond(
              each.less(-1),
              () => zeros([2]),
              () => ones([2]),
            ),
        );
      expect(vmap(nested)(tensor([-1, 2, -3])).arraySync()).toEqual([
        [1, 1],
        [2, 2],
        [0, 0],
      ]);
      expect(vmap(vmap(sides))(tensor([[-1], [2]])).arraySync()).toEqual([[1], [4]]);
    });

    it("draws random numbers in a branch, each example its own, and goes on after those of both", () => {
      setBackend(backend);
      setSeed(4);
      const draw = (x: Tensor): Tensor =>
        cond(
          x.greater(0),
          () => uniform([]),
          () => uniform([]).add(uniform([])).add(1),
        );
      const values = [...vmap(draw)(tensor([1, -1, 1, -1])).dataSync(), ...uniform([2]).dataSync()];
      expect(new Set(values).size).toBe(6);
      expect(values.map((value, index) => value >= 1 === (index === 1 || index === 3))).not.toContain(false);
    });
  },
);
