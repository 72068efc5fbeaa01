/** Variables where control flow takes tensors: they stand for what they hold. */
import { afterEach, describe, expect, it } from "vitest";
import {
  cond,
  gradients,
  jit,
  map,
  scan,
  setBackend,
  type Tensor,
  tensor,
  type Variable,
  variable,
  vmap,
  whileLoop,
} from "../index.ts";

afterEach(() => setBackend("cpu"));

describe.each(["cpu", "reference"] as const)("a Variable on %s", (backend) => {
  const rows = [
    [1, 2],
    [3, 4],
  ];

  it("begins a scan, and is taken apart by one, with gradients by it", () => {
    setBackend(backend);
    const [state, xs] = [variable(1), variable([2, 3])];
    const [last, steps] = scan((carry, x) => [carry.mul(x), carry], state, xs);
    expect(last.item()).toBe(6);
    expect(steps.arraySync()).toEqual([1, 2]);
    expect(gradients(last, [state, xs]).map((slope) => slope.arraySync())).toEqual([6, [3, 2]]);
  });

  it("stands in structures beside tensors, for what it held at the call", () => {
    setBackend(backend);
    const [h, xs] = [variable(1), variable([1, 2])];
    const [[last, count]] = scan(
      ([sum, n]: [Tensor, Tensor], { x }) => {
        h.assign(100);
        return [[sum.add(x), n.add(1)], null];
      },
      [h, tensor(0)],
      { x: xs },
    );
    xs.assign([7, 7]);
    expect([last.item(), count.item(), h.item()]).toEqual([4, 2, 100]);
  });

  it("is what a body leaves in it, where the body returns it", () => {
    setBackend(backend);
    const total = variable(0);
    const sums = map((x) => total.assignAdd(x), tensor([1, 2, 3]));
    expect(sums.arraySync()).toEqual([1, 3, 6]);
    const [last] = scan((_carry, x) => [total.assignAdd(x), null], total, tensor([1, 1]));
    expect([last.item(), total.item()]).toEqual([8, 8]);
  });

  it("is the state of a whileLoop, and may say whether it goes on", () => {
    setBackend(backend);
    const [first, goesOn] = [variable(3), variable(true)];
    const last = whileLoop(
      () => goesOn,
      (x) => {
        goesOn.assign(x.less(50));
        return x.mul(2);
      },
      first,
    );
    expect([last.item(), goesOn.item(), first.item()]).toEqual([192, 0, 3]);
  });

  it("is the predicate and either result of a cond", () => {
    setBackend(backend);
    const [isLarge, large, small] = [variable(true), variable(10), variable(1)];
    const chosen = () =>
      cond(
        isLarge,
        () => large,
        () => small.mul(1),
      );
    expect(gradients(chosen(), [large, small]).map((slope) => slope.item())).toEqual([1, 0]);
    isLarge.assign(false);
    expect(chosen().item()).toBe(1);
    const added = cond(
      isLarge,
      () => small,
      () => small.assignAdd(5),
    );
    expect([added.item(), small.item()]).toEqual([6, 6]);
  });

  it("holds examples for vmap, or what they share, and is a result of it", () => {
    setBackend(backend);
    const [x, weight, calls] = [variable(rows), variable([1, 10]), variable(0)];
    const f = vmap((each: Tensor, w: Tensor) => ({ y: each.mul(w), calls: calls.assignAdd(1) }), {
      inAxes: [0, null],
    });
    const { y, calls: counted } = f(x, weight);
    expect(y.arraySync()).toEqual([
      [1, 20],
      [3, 40],
    ]);
    expect(counted.arraySync()).toEqual([1, 1]);
    expect(gradients(y.sum(), [x, weight]).map((slope) => slope.arraySync())).toEqual([
      [
        [1, 10],
        [1, 10],
      ],
      [4, 6],
    ]);
    const nested = vmap(vmap((each: Tensor) => each.add(1)));
    expect(nested(x).arraySync()).toEqual([
      [2, 3],
      [4, 5],
    ]);
  });

  it("is read anew in each call of a compiled function", () => {
    setBackend(backend);
    const state = variable(1);
    const step = jit((xs: Tensor) => {
      const [last] = scan((carry, x) => [carry.add(x), null], state, xs);
      state.assign(last);
      return last;
    });
    expect([step(tensor([1, 2])).item(), step(tensor([1, 2])).item()]).toEqual([4, 7]);
  });
});

it("what comes of Variables is typed as tensors, in the structure that was given", () => {
  const weights: { readonly w: Variable; readonly b: Tensor } = { w: variable([1, 2]), b: tensor([0, 1]) };
  const entries: Tensor = map(({ w, b }) => w.add(b), weights);
  const [last]: [{ w: Tensor; b: Tensor }, null] = scan((carry) => [carry, null], weights, null, {
    length: 2,
  });
  expect([entries.arraySync(), last.w.arraySync(), last.b.arraySync()]).toEqual([
    [1, 3],
    [1, 2],
    [0, 1],
  ]);
});
