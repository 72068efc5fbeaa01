import { afterEach, describe, expect, it } from "vitest";
import { describeProgram } from "../debug.ts";
import {
  cond,
  gradients,
  jit,
  scan,
  setBackend,
  type Tensor,
  tensor,
  variable,
  whileLoop,
} from "../index.ts";

afterEach(() => setBackend("cpu"));

describe.each(["cpu", "reference"] as const)("cond on %s", (backend) => {
  const absolute = (x: Tensor) =>
    cond(
      x.less(0),
      () => x.mul(x),
      () => x.sqrt(),
    );

  it.each([
    [-4, 16, -8, 2],
    [9, 3, 1 / 6, -1 / 108],
  ])("takes one branch, with its derivatives, at %f", (at, value, first, second) => {
    setBackend(backend);
    const x = tensor(at);
    const y = absolute(x);
    const [slope] = gradients(y, [x]);
    expect(y.item()).toBe(value);
    expect(slope.item()).toBeCloseTo(first, 6);
    expect(gradients(slope, [x])[0].item()).toBeCloseTo(second, 6);
  });

  it("assigns what the branch assigns that was taken", () => {
    setBackend(backend);
    const counter = variable(1);
    const count = jit((x: Tensor) =>
      cond(
        x.less(0),
        () => x,
        () => counter.assignAdd(x).value,
      ),
    );
    expect(count(tensor(-1)).item()).toBe(-1);
    expect(counter.item()).toBe(1);
    expect(count(tensor(5)).item()).toBe(6);
    expect(counter.item()).toBe(6);
  });

  it("takes a boolean, and Variables from outside", () => {
    setBackend(backend);
    const weight = variable([2, 3]);
    const y = cond(
      true,
      () => weight.mul(weight),
      () => weight.mul(5),
    );
    expect(y.arraySync()).toEqual([4, 9]);
    expect(gradients(y, [weight])[0].arraySync()).toEqual([4, 6]);
  });

  it("works within a scan", () => {
    setBackend(backend);
    const xs = tensor([1, -2, 3]);
    const [last, all] = scan(
      (carry: Tensor, x: Tensor) => {
        const next = cond(
          x.less(0),
          () => carry.mul(x),
          () => carry.add(x.square()),
        );
        return [next, next];
      },
      tensor(1),
      xs,
    );
    expect(all.arraySync()).toEqual([2, -4, 5]);
    expect(gradients(last, [xs])[0].arraySync()).toEqual([-4, 2, 6]);
  });

  it("is a branch in the program", () => {
    const program = describeProgram(absolute(tensor(4)));
    const [before, rest] = program.split("\nif ");
    const [whenTrue, whenFalse] = rest.split("\nelse");
    expect([before.includes("sqrt"), whenTrue.includes("sqrt"), whenFalse.includes("sqrt")]).toEqual([
      false,
      false,
      true,
    ]);
  });

  it("rejects predicates and results that do not fit", () => {
    const x = tensor([1, 2]);
    expect(() =>
      cond(
        x.sum(),
        () => x,
        () => x,
      ),
    ).toThrow("cond: the predicate is float32; it must be bool");
    expect(() =>
      cond(
        x.less(0),
        () => x,
        () => x,
      ),
    ).toThrow("cond: the predicate has the shape [2]");
    expect(() =>
      cond(
        true,
        () => x,
        () => x.sum(),
      ),
    ).toThrow("cond: the result of the second branch is float32 []; it must be float32 [2], as before");
  });
});

describe.each(["cpu", "reference"] as const)("whileLoop on %s", (backend) => {
  it("runs while the condition holds", () => {
    setBackend(backend);
    const limit = variable(100);
    const double = (x: Tensor) =>
      whileLoop(
        (state: { value: Tensor; steps: Tensor }) => state.value.less(limit),
        ({ value, steps }) => ({ value: value.mul(2), steps: steps.add(1) }),
        { value: x, steps: tensor(0, [], "int32") },
      );
    const result = double(tensor(3));
    expect([result.value.item(), result.steps.item()]).toEqual([192, 6]);
    expect(double(tensor(100)).steps.item()).toBe(0);
    expect(jit(double)(tensor(3)).value.item()).toBe(192);
  });

  it("carries the Variables that the body assigns, which the condition sees", () => {
    setBackend(backend);
    const counter = variable(0);
    const last = whileLoop(
      () => counter.value.less(5),
      (x: Tensor) => {
        counter.assignAdd(1);
        return x.add(counter);
      },
      tensor(0),
    );
    expect([last.item(), counter.item()]).toEqual([15, 5]);
  });

  it("says that it has no gradient", () => {
    const x = tensor(3);
    const y = whileLoop(
      (state: Tensor) => state.less(100),
      (state) => state.mul(2),
      x,
    );
    expect(() => gradients(y, [x])).toThrow("gradients: a whileLoop has no gradient");
  });

  it("rejects a state that changes and a condition that is no bool", () => {
    const x = tensor(3);
    expect(() =>
      whileLoop(
        (s: Tensor) => s.less(1),
        (s) => s.less(0),
        x,
      ),
    ).toThrow("whileLoop: the next state is bool []; it must be float32 [], as before");
    expect(() =>
      whileLoop(
        (s: Tensor) => s,
        (s) => s,
        x,
      ),
    ).toThrow("whileLoop: the condition is float32");
  });
});
