/** Where gradients are zero, and where they are an error. */
import { afterEach, describe, expect, it } from "vitest";
import {
  argMax,
  cond,
  gather,
  gradients,
  jit,
  SGD,
  setBackend,
  sign,
  stopGradient,
  type Tensor,
  tensor,
  type Variable,
  variable,
  where,
} from "../index.ts";

afterEach(() => setBackend("cpu"));

/** What depends on `b` without a gradient, and by `a` with the gradient that stands beside it. */
const ways: Readonly<Record<string, readonly [(a: Variable, b: Variable) => Tensor, readonly number[]]>> = {
  stopGradient: [(a, b) => a.mul(stopGradient(b)), [3, -4]],
  sign: [(a, b) => a.mul(sign(b)), [1, -1]],
  "a comparison": [(a, b) => where(b.greater(0), a, a.mul(2)), [1, 2]],
  "the index of the largest": [(a, b) => gather(a, argMax(b)), [1, 0]],
  "a cast to integers": [(a, b) => a.mul(b.cast("int32").cast("float32")), [3, -4]],
  "a predicate": [
    (a, b) =>
      cond(
        b.sum().greater(0),
        () => a.mul(1),
        () => a.mul(5),
      ),
    [5, 5],
  ],
};

describe.each(["cpu", "reference"] as const)("on %s the gradient is zeros through", (backend) => {
  it.each(Object.entries(ways))("%s, compiled or not", (_title, [compute, expected]) => {
    setBackend(backend);
    const [a, b] = [variable([1, 2]), variable([3, -4])];
    const slopes = (): Tensor[] => gradients(compute(a, b).sum(), [a, b]);
    const values = [expected, [0, 0]];
    expect(slopes().map((each) => each.arraySync())).toEqual(values);
    expect(jit(slopes)().map((each) => each.arraySync())).toEqual(values);
    const compiled = jit(() => compute(a, b).sum());
    expect(gradients(compiled(), [a, b]).map((each) => each.arraySync())).toEqual(values);
  });

  it("stopGradient also in a step of two networks, of which each trains its own", () => {
    setBackend(backend);
    const [generator, judge] = [variable(1), variable(1)];
    const optimizers = [new SGD({ learningRate: 0.5 }), new SGD({ learningRate: 0.5 })];
    const step = () => {
      const made = generator.mul(2);
      optimizers[0].minimize(() => stopGradient(made).mul(judge), [judge, generator]);
      optimizers[1].minimize(() => generator.mul(stopGradient(judge)), [generator]);
    };
    step();
    expect([generator.item(), judge.item()]).toEqual([1, 0]);
    jit(step)();
    // The generator is judged by what the judge has become.
    expect([generator.item(), judge.item()]).toEqual([1.5, -1]);
  });
});

describe("what was computed before its Variable was assigned", () => {
  it("has no gradient by it, also where it has been read since", () => {
    const w = variable(2, { name: "w" });
    const y = w.square();
    w.assign(3);
    expect(() => gradients(y, [w])).toThrow('"w" was assigned after the result had read it');
    const z = w.square();
    z.item();
    w.assign(4);
    w.item();
    expect(() => gradients(z, [w])).toThrow("no longer knows what it was computed from");
    expect(gradients(stopGradient(z).mul(w), [w])[0].item()).toBe(9);
  });

  it("is a constant to Variables that it was not computed from", () => {
    const [w, other] = [variable(2), variable(5)];
    const data = tensor([1, 2]).mul(3);
    data.dataSync();
    w.assign(3);
    w.item();
    expect(gradients(data.mul(w).sum(), [w, other]).map((each) => each.item())).toEqual([9, 0]);
  });

  it("is an error of its own within a function that is traced", () => {
    const w = variable(2, { name: "w" });
    const y = w.square();
    const late = jit(function late() {
      return gradients(y, [w]);
    });
    expect(() => late()).toThrow(
      'the result read "w" before "late" was traced; compute it in that function too',
    );
  });
});
