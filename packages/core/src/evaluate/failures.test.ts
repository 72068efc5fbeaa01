import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { currentBackend } from "../evaluate.ts";
import {
  cumsum,
  EvaluationError,
  jit,
  SGD,
  setBackend,
  type Tensor,
  tensor,
  variable,
  zeros,
} from "../index.ts";

/** There is no room for values of so many elements. */
const tooMany = 4321;

/** Has the backend refuse programs with a value of so many elements, as it does where there is no memory for one. */
function refuseLargeValues(): void {
  const backend = currentBackend();
  const prepare = backend.prepare.bind(backend);
  vi.spyOn(backend, "prepare").mockImplementation((program, constants) => {
    if (program.buffers.some(({ length }) => length === tooMany))
      throw new RangeError("out of memory: none left");
    return prepare(program, constants);
  });
}

/** One number, on the way to which there is a value that has no room. */
function impossible(seed: number): Tensor {
  return cumsum(tensor(Float32Array.from({ length: tooMany }, (_, index) => seed + index))).max();
}

describe.each(["cpu", "reference"] as const)(
  "on the backend %s an assignment that cannot be computed",
  (backend) => {
    beforeEach(() => {
      setBackend(backend);
      refuseLargeValues();
    });
    afterEach(() => {
      vi.restoreAllMocks();
      setBackend("cpu");
    });

    it("fails where it is read, and nothing else does", () => {
      const good = variable(1);
      const bad = variable(5, { name: "bad" });
      good.item();
      bad.item();
      good.assign(good.add(1));
      bad.assign(impossible(1));
      expect(tensor([1, 2]).add(1).arraySync()).toEqual([2, 3]);
      expect(good.item()).toBe(2);
      expect(() => bad.item()).toThrow(
        new EvaluationError(
          'the last assignment to "bad" could not be computed and was undone, with all others of the same step: ' +
            "out of memory: none left",
        ),
      );
      expect(bad.item()).toBe(5);
      bad.assign(bad.add(1));
      expect(bad.item()).toBe(6);
    });

    it("throws its own error where the read depends on it, and is undone", () => {
      const bad = variable(5);
      bad.assign(impossible(2));
      expect(() => bad.add(1).item()).toThrow(new RangeError("out of memory: none left"));
      expect(bad.item()).toBe(5);
    });

    it("goes back to the assignment before, if that was not computed yet", () => {
      const bad = variable(1);
      bad.item();
      bad.assign(7);
      bad.assign(impossible(3));
      expect(tensor(1).add(1).item()).toBe(2);
      expect(() => bad.item()).toThrow(EvaluationError);
      expect(bad.item()).toBe(7);
    });

    it("leaves what others read from the Variable as it was", () => {
      const bad = variable([1, 2]);
      bad.dataSync();
      const before = bad.mul(10);
      bad.assign(bad.add(impossible(4)));
      const after = bad.mul(10);
      expect(before.arraySync()).toEqual([10, 20]);
      expect(() => after.arraySync()).toThrow("out of memory");
      expect(() => bad.value).toThrow(EvaluationError);
      expect(bad.arraySync()).toEqual([1, 2]);
    });

    it("of a new Variable leaves it without a value, until it is assigned one", () => {
      const bad = variable(impossible(5), { name: "fresh" });
      expect(tensor(1).add(1).item()).toBe(2);
      const message =
        /^"fresh" holds nothing, since its first value could not be computed: out of memory: none left/;
      expect(() => bad.item()).toThrow(message);
      expect(() => bad.add(1)).toThrow(message);
      expect(bad.assign(3).item()).toBe(3);
    });

    it("is an error of a compiled function that reads the Variable, and of no other", () => {
      const bad = variable(5);
      const good = variable(1);
      const readsBad = jit(() => bad.mul(2));
      const readsGood = jit(() => good.assignAdd(1).value);
      expect([readsBad().item(), readsGood().item()]).toEqual([10, 2]);
      bad.assign(impossible(6));
      expect(readsGood().item()).toBe(3);
      expect(() => readsBad()).toThrow(EvaluationError);
      expect(readsBad().item()).toBe(10);
    });

    it("in a step of an optimizer undoes the whole step", () => {
      const first = variable([1, 2]);
      const second = variable([3]);
      const optimizer = new SGD({ learningRate: 0.1, momentum: 0.9 });
      const step = (factor: Tensor) =>
        optimizer.minimize(() => first.square().sum().add(second.mul(factor).sum()), [first, second]);
      step(tensor(1)).item();
      const state = () => [first, second, ...optimizer.variables].map((each) => each.arraySync());
      const before = state();
      const other = variable(0);
      const loss = step(impossible(7).mul(0).add(1));
      other.assignAdd(1);
      expect(other.item()).toBe(1);
      expect(() => loss.item()).toThrow("out of memory");
      expect(() => first.value).toThrow(EvaluationError);
      expect(state()).toEqual(before);
      step(tensor(1)).item();
      expect(optimizer.iterations.item()).toBe(2);
    });
  },
);

describe("where the stack has no room", () => {
  it("nothing is undone, and all of it can be computed later", () => {
    const total = variable(0);
    total.item();
    let assigned = 0;
    const descend = (): void => {
      try {
        descend();
      } catch (error) {
        // The deepest calls have next to no stack left.
        if (assigned === 30) throw error;
        total.assignAdd(1);
        assigned++;
        total.item();
      }
    };
    expect(descend).toThrow(RangeError);
    expect(total.item()).toBe(assigned);
  });
});

describe("a Variable for which there is no room", () => {
  it("is an error where it is made, and of nothing else", () => {
    expect(() =>
      variable(zeros([1.25e9]), { name: "large" })
        .sum()
        .item(),
    ).toThrow(/^variable: there is no room for "large", float32 \[1250000000\]: out of memory: /);
    expect(tensor(1).add(1).item()).toBe(2);
  });
});
