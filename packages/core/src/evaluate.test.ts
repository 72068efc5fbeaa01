import { afterEach, describe, expect, it } from "vitest";
import { nodesCreated } from "./graph/node.ts";
import {
  describeBackend,
  evaluate,
  getBackend,
  matmul,
  memoryUse,
  nextTurn,
  setBackend,
  type Tensor,
  tensor,
  uniform,
  variable,
  zeros,
} from "./index.ts";
import { countPrograms } from "./testing/count-programs.ts";
import { waysOfTraining } from "./testing/tiny-training.ts";

afterEach(() => setBackend("cpu"));

describe("nothing is computed before someone reads a value", () => {
  it("and then it is computed once, however often it is read", () => {
    const x = tensor([1, 2, 3, 4, 5.5]);
    let y: Tensor = x;
    const building = countPrograms(() => {
      y = x.mul(2).exp().sum();
    });
    expect(building).toEqual({ compiled: 0, run: 0 });
    const reading = countPrograms(() => {
      y.item();
      y.dataSync();
      y.arraySync();
    });
    expect(reading).toEqual({ compiled: 1, run: 1 });
  });

  it("and the second pass through a loop compiles nothing", () => {
    const pass = (values: number[], factor: number) => tensor(values).mul(factor).tanh().sum().item();
    pass([1, 2, 3, 4, 5, 6, 7], 0.3);
    const later = countPrograms(() => {
      for (let step = 0; step < 10; step++) pass([step, 2, 3, 4, 5, 6, step], 0.1 * step + 3.3);
    });
    expect(later.compiled).toBe(0);
  });

  it("and what several tensors share is computed once by evaluate", () => {
    const shared = tensor([[1, 2, 9]]).exp();
    const [sum, largest] = [shared.sum(), shared.max()];
    const counts = countPrograms(() => {
      evaluate(sum, largest);
      sum.item();
      largest.item();
    });
    expect(counts).toEqual({ compiled: 1, run: 1 });
    expect(largest.item()).toBeCloseTo(Math.exp(9), 0);
  });

  it("and a value that is there already is where the next computation starts", () => {
    const x = tensor([3, 1, 2]);
    const first = x.mul(2);
    first.dataSync();
    const second = first.add(1);
    const counts = countPrograms(() => second.dataSync());
    expect(counts.run).toBeLessThanOrEqual(1);
    expect(second.arraySync()).toEqual([7, 3, 5]);
  });
});

describe("reading gives the caller an array of his own", () => {
  it("that he may change without changing the tensor", async () => {
    const x = tensor([1, 2, 3]);
    x.dataSync()[0] = 99;
    (await x.data())[1] = 99;
    expect(x.arraySync()).toEqual([1, 2, 3]);
  });

  it("and a tensor does not change with the array that it was made from", () => {
    const source = Float32Array.of(1, 2, 3);
    const x = tensor(source);
    const y = x.mul(1);
    source[0] = 99;
    expect(x.arraySync()).toEqual([1, 2, 3]);
    expect(y.arraySync()).toEqual([1, 2, 3]);
  });

  it("at once and as a promise alike", async () => {
    const x = tensor([[1, 2]]).add(1);
    expect(await x.array()).toEqual(x.arraySync());
    expect(await x.data()).toEqual(x.dataSync());
  });
});

describe("a loop lets others have their turn", () => {
  const reads: Readonly<Record<string, (x: Tensor) => Promise<unknown>>> = {
    "that reads by data": (x) => x.data(),
    "that reads by array": (x) => x.array(),
    "that calls nextTurn": () => nextTurn(),
  };

  it.each(Object.entries(reads))("%s", async (_title, read) => {
    let ticks = 0;
    const timer = setInterval(() => ticks++, 1);
    const x = tensor([1, 2, 3]).mul(2);
    for (let step = 0; step < 100_000 && ticks < 3; step++) await read(x);
    clearInterval(timer);
    expect(ticks).toBe(3);
  });
});

describe("pending assignments", () => {
  it("are computed together with what is read next, in one program", () => {
    const weight = variable(zeros([3, 7]));
    const total = variable(0);
    weight.dataSync();
    total.dataSync();
    let loss = 0;
    const counts = countPrograms(() => {
      const value = weight.add(1);
      weight.assign(value);
      total.assignAdd(value.sum());
      loss = value.mean().item();
    });
    expect(counts).toEqual({ compiled: 1, run: 1 });
    expect(loss).toBe(1);
    const reading = countPrograms(() => {
      expect(weight.arraySync()).toEqual([1, 2, 3].map(() => new Array(7).fill(1)));
      expect(total.item()).toBe(21);
    });
    expect(reading.compiled).toBe(0);
  });

  it("do not pile up in a loop that never reads", () => {
    const counter = variable([0, 0]);
    const steps = 20_000;
    const before = memoryUse();
    for (let step = 0; step < steps; step++) counter.assign(counter.add(1));
    expect(counter.arraySync()).toEqual([steps, steps]);
    expect(memoryUse().storageBytes).toBeLessThanOrEqual(before.storageBytes + 64);
  });

  it("are computed by a handful of programs in a loop that never reads, however long it is", () => {
    // As many as in no other test, which might have compiled its programs.
    const step = waysOfTraining["a loop that never reads"](4);
    const counts = countPrograms(() => {
      for (let count = 0; count < 600; count++) step();
    });
    expect(counts.compiled).toBeLessThanOrEqual(4);
    expect(counts.run).toBeGreaterThan(20);
  });

  it("of two Variables that depend on each other stay in step, also without reads", () => {
    const [a, b] = [variable(0), variable(1)];
    for (let step = 0; step < 9_001; step++) {
      const before = a.value;
      a.assign(b);
      b.assign(before);
    }
    expect([a.item(), b.item()]).toEqual([1, 0]);
  });
});

describe("a graph that nobody reads does not grow for ever", () => {
  it("as a chain of tensors", () => {
    let x = tensor([1, 2]);
    for (let step = 0; step < 25_000; step++) x = x.add(1);
    expect(x.node.depth).toBeLessThan(10_001);
    expect(x.arraySync()).toEqual([25_001, 25_002]);
  });

  it("and a graph of thousands of operations is no stack overflow", () => {
    let x = tensor([0.5]);
    for (let step = 0; step < 4_000; step++) x = x.mul(1.0001).sub(0.00001);
    expect(x.item()).toBeGreaterThan(0);
  });
});

describe("setBackend", () => {
  it("moves what Variables hold to the backend that computes next, and back", () => {
    const v = variable([1.5, 2.5]);
    const computed = variable(tensor([1, 2]).mul(2));
    expect(getBackend()).toBe("cpu");
    v.dataSync();
    setBackend("reference");
    v.assign(v.add(1));
    expect(v.add(computed).arraySync()).toEqual([4.5, 7.5]);
    const onReference = memoryUse().storageBytes;
    setBackend("cpu");
    v.assign(v.mul(2));
    expect(v.arraySync()).toEqual([5, 7]);
    expect(computed.arraySync()).toEqual([2, 4]);
    setBackend("reference");
    expect(memoryUse().storageBytes).toBeLessThan(onReference);
  });

  it("computes what was assigned before it on the backend before", () => {
    const v = variable(0.1, { trainable: false });
    v.assign(v.mul(3));
    setBackend("reference");
    expect(v.item()).toBe(Math.fround(Math.fround(0.1) * 3));
  });

  it("leaves tensors and graphs usable", () => {
    const x = tensor([[1, 2]]).mul(2);
    const computed = x.add(1);
    computed.dataSync();
    setBackend("reference");
    expect(matmul(computed, x.transpose()).arraySync()).toEqual([[3 * 2 + 5 * 4]]);
  });

  it("names the backends that there are", () => {
    // @ts-expect-error: no backend of this name
    expect(() => setBackend("cuda")).toThrow(
      'setBackend: there is no backend "cuda"; accepted are "cpu" or "reference"',
    );
    expect(getBackend()).toBe("cpu");
  });

  it("takes a number of threads before anything is computed", () => {
    tensor([1]).add(1).dataSync();
    expect(() => setBackend("cpu", { threads: 1 })).toThrow(
      "setBackend: the number of threads is chosen before anything is computed, and the cpu backend has computed already",
    );
    expect(() => setBackend("cpu", { threads: 0.5 })).toThrow(
      "setBackend: threads is 0.5: the number of threads is an integer from 1 on",
    );
    expect(() => setBackend("reference", { threads: 2 })).toThrow(
      "setBackend: the reference backend has no threads",
    );
    // @ts-expect-error: misspelt
    expect(() => setBackend("cpu", { thread: 1 })).toThrow(
      'setBackend: "thread" is an unknown option (did you mean "threads"?); accepted are "threads"',
    );
    expect(getBackend()).toBe("cpu");
  });

  it("is followed by what describeBackend says", () => {
    expect(describeBackend()).toMatch(/^cpu: /);
    setBackend("reference");
    expect(describeBackend()).toMatch(/^reference: /);
  });
});

describe("tensors without elements", () => {
  const empty = () => zeros([0, 3]);

  it("go through every kind of operation", () => {
    expect(empty().add(1).exp().arraySync()).toEqual([]);
    expect(empty().sum().item()).toBe(0);
    expect(empty().sum(0).arraySync()).toEqual([0, 0, 0]);
    expect(empty().sum(1).arraySync()).toEqual([]);
    expect(empty().max(1).arraySync()).toEqual([]);
    expect(empty().transpose().shape).toEqual([3, 0]);
    expect(empty().transpose().arraySync()).toEqual([[], [], []]);
    expect(empty().reshape([3, 0, 2]).shape).toEqual([3, 0, 2]);
    expect(matmul(zeros([2, 0]), zeros([0, 3])).arraySync()).toEqual([
      [0, 0, 0],
      [0, 0, 0],
    ]);
    expect(uniform([0]).arraySync()).toEqual([]);
    expect(tensor([]).shape).toEqual([0]);
  });

  it("can be held by a Variable, assigned and read", () => {
    const v = variable(empty());
    v.assign(v.add(1));
    expect(v.arraySync()).toEqual([]);
    expect(v.shape).toEqual([0, 3]);
  });
});

it("a graph is not built twice for the same read", () => {
  const x = tensor([1]).add(1);
  x.item();
  const before = nodesCreated();
  x.item();
  x.dataSync();
  expect(nodesCreated()).toBe(before);
});
