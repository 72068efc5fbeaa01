import fc from "fast-check";
import { afterEach, describe, expect, it } from "vitest";
import { describeGraph, describeProgram } from "../debug.ts";
import {
  checkpoint,
  dropout,
  gradients,
  jit,
  map,
  memoryUse,
  ones,
  scan,
  setBackend,
  setSeed,
  slice,
  stack,
  type Tensor,
  tensor,
  type Variable,
  variable,
  zeros,
} from "../index.ts";

afterEach(() => setBackend("cpu"));

/** A recurrent network, as a loop and as it would be written out. */
function recurrence(length: number, seed: number, reverse: boolean) {
  let drawn = seed;
  const values = (shape: number[]) => {
    const count = shape.reduce((size, dimension) => size * dimension, 1);
    const list = Float64Array.from({ length: count }, () => Math.sin(++drawn * 12.9898));
    return tensor(list, shape);
  };
  const kernel = variable(values([3, 3]), { name: "kernel" });
  const [projection, bias, initial] = [values([2, 3]), values([3]), values([4, 3])];
  const xs = values([length, 4, 2]);
  const step = (state: Tensor, x: Tensor): Tensor =>
    state.matmul(kernel).add(x.matmul(projection)).add(bias).tanh();
  const looped = () => {
    const [last, squares] = scan(
      ({ state, count }: { state: Tensor; count: Tensor }, x: Tensor) => {
        const next = step(state, x);
        return [{ state: next, count: count.add(1) }, next.mul(next).mul(count)];
      },
      { state: initial, count: tensor(1, [], "float64") },
      xs,
      { reverse },
    );
    return { last: last.state, squares, total: last.state.sum().add(squares.sum()) };
  };
  const unrolled = () => {
    let state = initial;
    const squares: Tensor[] = [];
    for (let iteration = 0; iteration < length; iteration++) {
      const at = reverse ? length - 1 - iteration : iteration;
      state = step(state, slice(xs, [at]));
      squares[at] = state.mul(state).mul(iteration + 1);
    }
    const stacked = length > 0 ? stack(squares) : zeros([0, 4, 3], "float64");
    return { last: state, squares: stacked, total: state.sum().add(stacked.sum()) };
  };
  const inputs: (Tensor | Variable)[] = [kernel, projection, bias, initial, xs];
  return { looped, unrolled, inputs };
}

function expectClose(actual: Tensor, expected: Tensor, tolerance = 1e-9): void {
  expect(actual.shape).toEqual(expected.shape);
  const [left, right] = [actual.dataSync(), expected.dataSync()];
  left.forEach((value, index) => {
    expect(Math.abs(value - right[index])).toBeLessThanOrEqual(
      tolerance * Math.max(1, Math.abs(right[index])),
    );
  });
}

describe.each(["cpu", "reference"] as const)("scan on %s", (backend) => {
  it("gives what the recurrence written out gives, with first and second derivatives", () => {
    setBackend(backend);
    fc.assert(
      fc.property(fc.constantFrom(0, 1, 2, 5), fc.nat(1000), fc.boolean(), (length, seed, reverse) => {
        const { looped, unrolled, inputs } = recurrence(length, seed, reverse);
        const [loop, expected] = [looped(), unrolled()];
        expectClose(loop.last, expected.last);
        expectClose(loop.squares, expected.squares);
        const first = gradients(loop.total, inputs);
        const firstExpected = gradients(expected.total, inputs);
        first.forEach((gradient, index) => void expectClose(gradient, firstExpected[index]));
        const norm = (all: Tensor[]) => all.map((each) => each.square().sum()).reduce((a, b) => a.add(b));
        const second = gradients(norm(gradients(looped().total, inputs)), inputs);
        const secondExpected = gradients(norm(gradients(unrolled().total, inputs)), inputs);
        second.forEach((gradient, index) => void expectClose(gradient, secondExpected[index], 1e-8));
      }),
      { numRuns: 6 },
    );
  });

  it("swaps, drops and passes on what it carries", () => {
    setBackend(backend);
    const [carry, ys] = scan(
      (c: { a: Tensor; b: Tensor; unused: Tensor }, x: readonly [Tensor, Tensor]) => [
        { a: c.b, b: c.a, unused: c.unused.add(1) },
        { before: c.a, entries: x, constant: tensor([7]) },
      ],
      { a: tensor([1, 2]), b: tensor([3, 4]), unused: tensor(0) },
      [tensor([1, 2, 3]), tensor([[4], [5], [6]])],
    );
    expect(carry.a.arraySync()).toEqual([3, 4]);
    expect(carry.b.arraySync()).toEqual([1, 2]);
    expect(ys.before.arraySync()).toEqual([
      [1, 2],
      [3, 4],
      [1, 2],
    ]);
    expect(ys.entries.map((each) => each.arraySync())).toEqual([
      [1, 2, 3],
      [[4], [5], [6]],
    ]);
    expect(ys.constant.arraySync()).toEqual([[7], [7], [7]]);
  });

  it("reads what lies in memory in another order", () => {
    setBackend(backend);
    const x = tensor([
      [1, 2, 3],
      [4, 5, 6],
    ]);
    expect(map((row) => row.mul(2), x.transpose()).arraySync()).toEqual([
      [2, 8],
      [4, 10],
      [6, 12],
    ]);
    expect(map((row) => row.sum(), slice(x, [1])).arraySync()).toEqual([4, 5, 6]);
  });

  it("nests, and has gradients through all levels", () => {
    setBackend(backend);
    const rows = tensor([
      [1, 2],
      [3, 4],
    ]);
    const nested = () =>
      scan(
        (carry: Tensor, row: Tensor) => {
          const [total] = scan((sum: Tensor, x: Tensor) => [sum.mul(x).add(carry), null], tensor(1), row);
          return [total, null];
        },
        tensor(0.5),
        rows,
      )[0];
    expect(nested().item()).toBe(29.5);
    expect(gradients(nested(), [rows])[0].arraySync()).toEqual([
      [10, 7.5],
      [4, 6.5],
    ]);
  });

  it("carries the Variables that it assigns", () => {
    setBackend(backend);
    const total = variable(0);
    const sums = jit((xs: Tensor) => map((x) => total.assignAdd(x).value, xs));
    expect(sums(tensor([1, 2, 3])).arraySync()).toEqual([1, 3, 6]);
    expect(sums(tensor([1, 2, 3])).arraySync()).toEqual([7, 9, 12]);
    expect(total.item()).toBe(12);
    map((x) => total.assign(x.mul(total)).value, tensor([2, 3]));
    expect(total.item()).toBe(72);
  });

  it("draws anew in every iteration and every call", () => {
    setBackend(backend);
    setSeed(3);
    const drop = jit((xs: Tensor) => map((x) => dropout(x, 0.5), xs));
    const results = [drop(ones([3, 32])), drop(ones([3, 32]))].flatMap((result) =>
      [0, 1, 2].map((index) => slice(result, [index]).dataSync().join("")),
    );
    expect(new Set(results).size).toBe(6);
    const x = ones([3, 32]);
    const kept = map((row) => dropout(row, 0.5), x);
    const [gradient] = gradients(kept, [x]);
    expect(gradient.arraySync()).toEqual(kept.arraySync());
  });

  it("computes again what a checkpoint does not keep, within and around it", () => {
    setBackend(backend);
    const xs = tensor([1, 2, 3]);
    const plain = (c: Tensor, x: Tensor) => c.mul(x).tanh().mul(x);
    const around = (step: typeof plain) => (each: Tensor) =>
      scan((c, x) => [step(c, x), null], tensor(0.5), each)[0];
    const slopes = (f: (x: Tensor) => Tensor) => gradients(f(xs), [xs])[0].arraySync();
    const expected = slopes(around(plain));
    expect(slopes(around(checkpoint(plain)))).toEqual(expected);
    expect(slopes(checkpoint(around(plain)))).toEqual(expected);
  });

  it("differentiates within the body", () => {
    setBackend(backend);
    const slopes = map((x) => gradients(x.mul(x).mul(x), [x])[0], tensor([1, 2]));
    expect(slopes.arraySync()).toEqual([3, 12]);
  });
});

describe("the program of a scan", () => {
  const lines = (length: number) => {
    const kernel = variable(ones([4, 4]));
    const step = jit((xs: Tensor) => {
      const [state] = scan(
        (h: Tensor, x: Tensor) => [h.add(x).matmul(kernel).tanh(), null],
        zeros([2, 4]),
        xs,
      );
      return gradients(state.sum(), [kernel]);
    });
    step(ones([length, 2, 4]));
    return describeProgram(step)
      .split("\n")
      .filter((line) => !line.startsWith("b")).length;
  };

  it("is as long for a thousand iterations as for two", () => {
    expect(lines(1000)).toBe(lines(2));
  });

  it("computes outside what does not depend on the iteration", () => {
    const weight = variable([1, 2, 3]);
    const program = describeProgram(map((x) => x.mul(weight.exp()), ones([5, 3])));
    const [before, within] = program.split("loop 5 times");
    expect(before).toContain("exp");
    expect(within).not.toContain("exp");
  });

  it("has the products that do not wait for the carry outside of the loop", () => {
    const [kernel, recurrent] = [variable(ones([3, 4])), variable(ones([4, 4]))];
    const step = jit((xs: Tensor) => {
      const [state] = scan(
        (h: Tensor, x: Tensor) => [x.matmul(kernel).add(h.matmul(recurrent)).tanh(), null],
        zeros([2, 4]),
        xs,
      );
      return gradients(state.sum(), [kernel, recurrent]);
    });
    step(ones([5, 2, 3]));
    const products = describeProgram(step)
      .split("\n")
      .filter((line) => line.includes("routine matmul"));
    const within = products.filter((line) => line.startsWith("  "));
    expect([products.length, within.length]).toEqual([5, 2]);
    expect(products.filter((line) => line.includes("as [10, 4]")).length).toBe(3);
  });

  it("is what describeGraph shows", () => {
    const text = describeGraph(map((x) => x.exp(), tensor([1, 2])));
    expect(text).toContain("loop(carries: 0, windows: 1, count: 2, reverse: false)");
    expect(text).toContain("    %1 = exp %0 : float32 []");
  });

  it("keeps no more than a gradient needs", () => {
    const [length, size] = [100, 1000];
    const step = jit((initial: Tensor) => {
      const [last] = scan((h: Tensor) => [h.mul(1.01).tanh(), null], initial, null, { length });
      return gradients(last, [initial])[0];
    });
    const program = () => /scratch space: (\d+)/.exec(describeProgram(step))?.[1];
    step(ones([size]));
    // The results of tanh, the gradient, and less than ten vectors in addition.
    expect(Number(program())).toBeLessThan(4 * size * (length + 10));
    const before = memoryUse();
    for (let repetition = 0; repetition < 50; repetition++) step(ones([size]));
    expect(memoryUse()).toEqual(before);
  });
});

describe("scan rejects", () => {
  const x = tensor([1, 2, 3]);

  it.each([2 ** 31, 2 ** 32 + 3, -1, 1.5])("a length of %d", (length) => {
    expect(() => scan((c: Tensor) => [c, null], tensor(0), null, { length })).toThrow(
      `scan: the length is ${length}; it must be an integer from 0 to 2147483647`,
    );
  });

  it.each([
    [
      "a carry of another shape",
      () => scan((c: Tensor) => [stack([c, c]), null], tensor(0), x),
      "scan: the next carry is float32 [2]; it must be float32 [], as before",
    ],
    [
      "a carry of another dtype",
      () =>
        scan(
          (c: { a: Tensor; b: Tensor }) => [{ a: c.a, b: c.a.less(0) }, null],
          { a: tensor(0), b: tensor(0) },
          x,
        ),
      "scan: the next carry at position 1 is bool []; it must be float32 [], as before",
    ],
    [
      "lengths that differ",
      () => map(([a]) => a, [x, tensor([1, 2])]),
      "map: xs has the lengths 3 and 2 along axis 0; they must be the same",
    ],
    [
      "a length that is not that of xs",
      () => scan((c: Tensor) => [c, null], tensor(0), x, { length: 2 }),
      "scan: xs has the lengths 3 along axis 0; the option length is 2",
    ],
    [
      "no length at all",
      () => scan((c: Tensor) => [c, null], tensor(0), null),
      "scan: xs holds no tensor, and no length is given",
    ],
    [
      "a scalar to take apart",
      () => map((each) => each, tensor(1)),
      "map: xs holds a tensor of the shape []",
    ],
    [
      "reading a value",
      () => map((each) => tensor(each.item()), x),
      'map: a value was read while "the body" was being traced',
    ],
  ])("%s", (_name, call, message) => {
    expect(call).toThrow(message);
  });

  it("gradients of a Variable that was assigned since the loop read it", () => {
    const weight = variable(2);
    const ys = map((each) => each.mul(weight), x);
    weight.assign(3);
    expect(() => gradients(ys, [weight])).toThrow("was assigned after the result had read it");
  });

  it("numbers in the carry", () => {
    const count: unknown = 0;
    expect(() => scan((c) => [c, null], count as never, x)).toThrow(
      "scan: the initial carry is the number 0; accepted are tensors, Variables, null, undefined",
    );
  });

  it("tensors that leave the body by another way", () => {
    let leaked = tensor(0);
    map((each) => {
      leaked = each.mul(2);
      return each;
    }, x);
    expect(() => leaked.add(1).item()).toThrow(/map: /);
  });
});

it("equal loops of which the same is wanted run once", () => {
  const weight = variable([0.5, 2]);
  const last = (factor: number) =>
    scan(
      (state: Tensor, x: Tensor) => [state.mul(weight).add(x).mul(factor), null],
      zeros([2]),
      ones([4, 2]),
    )[0];
  const loops = (sum: Tensor) => describeProgram(sum).split("loop 4 times").length - 1;
  expect(loops(last(3).sum().add(last(3).mean()))).toBe(1);
  expect(loops(last(3).sum().add(last(5).mean()))).toBe(2);
});
