import { afterEach, describe, expect, it, vi } from "vitest";
import { currentBackend } from "../evaluate.ts";
import {
  cumsum,
  EvaluationError,
  evaluate,
  Generator,
  gradients,
  jit,
  memoryUse,
  normal,
  profile,
  SGD,
  setBackend,
  setSeed,
  type Tensor,
  tensor,
  truncatedNormal,
  uniform,
  type Variable,
  variable,
  zeros,
} from "../index.ts";
import { canWait } from "./first-values.ts";

afterEach(() => {
  vi.restoreAllMocks();
  setBackend("cpu");
});

/** Whether random numbers are drawn while `body` runs. */
function draws(body: () => void): boolean {
  return profile(body).some(({ name }) => /random/.test(name));
}

function bytesHeld(): number {
  evaluate(tensor(0).add(0));
  return memoryUse().storageBytes;
}

/** Four Variables that are drawn, as those of a model, and one that is not. */
function makeWeights(): Variable[] {
  setSeed(11);
  const own = new Generator(3);
  return [
    variable(normal([7, 5])),
    variable(uniform([64], { minimum: -2, maximum: 2, generator: own })),
    variable(truncatedNormal([3, 3, 2], { generator: own })),
    variable(uniform([7, 5]).mul(3).cast("float64")),
    variable(zeros([4])),
  ];
}

const bits = (weights: readonly Variable[]): number[][] => weights.map((each) => [...each.dataSync()]);

describe("the first value of a Variable", () => {
  it("takes memory when it is read, and not before", () => {
    setSeed(1);
    const before = bytesHeld();
    const weight = variable(normal([1000]));
    const bias = variable(zeros([1000]));
    expect(bytesHeld()).toBe(before);
    weight.dataSync();
    expect(bytesHeld() - before).toBe(4032);
    bias.add(weight).dataSync();
    expect(bytesHeld() - before).toBe(2 * 4032);
  });

  it("is the same to the bit in whichever order Variables are read", () => {
    const expected = bits(makeWeights());
    const orders = [
      [4, 3, 2, 1, 0],
      [2, 0, 3, 1, 4],
    ];
    for (const order of orders) {
      const weights = makeWeights();
      for (const index of order) weights[index].dataSync();
      expect(bits(weights)).toEqual(expected);
    }
    const together = makeWeights();
    evaluate(...together);
    expect(bits(together)).toEqual(expected);
    const inOneStep = makeWeights();
    expect(jit(() => inOneStep.map((each) => each.value))().map((each) => [...each.dataSync()])).toEqual(
      expected,
    );
  });

  it("leaves the numbers that are drawn after it as they are, read or not", () => {
    setSeed(5);
    normal([10]).dataSync();
    const expected = normal([3]).arraySync();
    setSeed(5);
    const unread = variable(normal([10]));
    expect(normal([3]).arraySync()).toEqual(expected);
    setSeed(5);
    const reading = variable(normal([10]));
    reading.dataSync();
    expect(normal([3]).arraySync()).toEqual(expected);
    expect(unread.arraySync()).toEqual(reading.arraySync());
  });

  it("is that of the generator's state when it was made, whoever else draws from it, in compiled functions too", () => {
    const first = new Generator(9);
    const second = new Generator(9);
    const draw = jit(() => uniform([2], { generator: first }));
    const expected = [0, 1, 2].map(() => uniform([2], { generator: second }).arraySync());
    const early = variable(uniform([2], { generator: first }));
    const between = draw();
    const late = variable(uniform([2], { generator: first }));
    first.reset(1);
    expect([early.arraySync(), between.arraySync(), late.arraySync()]).toEqual(expected);
  });

  it("is never drawn where it is assigned before anybody reads it", () => {
    const weight = variable(normal([1000]));
    const other = variable(normal([1000]));
    expect(
      draws(() => {
        weight.assign(new Float32Array(1000).fill(2));
        expect(weight.sum().item()).toBe(2000);
        jit(() => {
          other.assign(weight.mul(2));
        })();
        expect(other.sum().item()).toBe(4000);
      }),
    ).toBe(false);
  });

  it("is drawn once where a compiled function reads it", () => {
    const weight = variable(normal([100]));
    const sum = jit(() => weight.sum());
    expect(draws(() => sum())).toBe(true);
    expect(draws(() => sum())).toBe(false);
    expect(sum().item()).toBeCloseTo(weight.sum().item(), 4);
  });

  it("has a gradient, and is where an optimizer's step begins", () => {
    const [weight] = makeWeights();
    const [again] = makeWeights();
    const loss = (of: Variable) => of.square().sum();
    const expected = again.sub(again.mul(2).mul(0.1)).arraySync();
    expect(gradients(loss(weight), [weight])[0].arraySync()).toEqual(weight.mul(2).arraySync());
    new SGD({ learningRate: 0.1 }).minimize(() => loss(weight), [weight]);
    expect(weight.arraySync()).toEqual(expected);
  });

  it("stays in tensors that were made from it before an assignment, and in a copy", () => {
    const expected = bits(makeWeights())[0];
    const [weight] = makeWeights();
    const before = weight.mul(1);
    const copy = variable(weight);
    weight.assign(zeros([7, 5]));
    expect([...before.dataSync()]).toEqual(expected);
    expect([...copy.dataSync()]).toEqual(expected);
    expect(weight.sum().item()).toBe(0);
  });

  it("stays in a tensor where a compiled function overwrites the Variable", () => {
    const expected = bits(makeWeights())[0];
    const [weight] = makeWeights();
    const before = weight.value;
    jit(() => {
      weight.assign(zeros([7, 5]));
    })();
    expect([...before.dataSync()]).toEqual(expected);
    expect(weight.sum().item()).toBe(0);
  });

  it("is the value of the tensor that it was made of, which may be read before or after", () => {
    const initial = normal([6]);
    const [early, late] = [variable(initial), variable(initial)];
    const expected = early.arraySync();
    expect(initial.arraySync()).toEqual(expected);
    expect(late.arraySync()).toEqual(expected);
  });

  it("has the bits of the backend that was in use when the Variable was made", () => {
    const expected = bits(makeWeights());
    const weights = makeWeights();
    setBackend("reference");
    expect(bits(weights)).toEqual(expected);
    expect(weights[0].add(0).dtype).toBe("float32");
    setBackend("cpu");
    expect(bits(weights)).toEqual(expected);
  });

  it("is needed no more after dispose, which frees nothing that was never taken", () => {
    const before = bytesHeld();
    const weight = variable(normal([1000]), { name: "weight" });
    const other = variable(zeros([1000]));
    other.assign(weight.mul(0));
    const waiting = weight.add(1);
    weight.dispose();
    expect(other.sum().item()).toBe(0);
    expect(() => waiting.dataSync()).toThrow(/"weight" is read after the Variable's dispose/);
    const unread = variable(normal([1000]));
    expect(draws(() => unread.dispose())).toBe(false);
    expect(() => unread.dataSync()).toThrow(EvaluationError);
    other.dispose();
    expect(bytesHeld()).toBe(before);
  });

  it("is what the Variable goes back to when assignments fail", () => {
    const backend = currentBackend();
    const prepare = backend.prepare.bind(backend);
    vi.spyOn(backend, "prepare").mockImplementation((program, constants) => {
      if (program.buffers.some(({ length }) => length === 4321))
        throw new RangeError("out of memory: none left");
      return prepare(program, constants);
    });
    const impossible = (): Tensor =>
      cumsum(tensor(new Float32Array(4321)))
        .max()
        .add(zeros([7, 5]));
    const expected = bits(makeWeights())[0];
    const [once, twice] = [makeWeights()[0], makeWeights()[0]];
    once.assign(impossible());
    twice.assign(impossible()).assign(impossible());
    expect(tensor(1).add(1).item()).toBe(2);
    for (const weight of [once, twice]) {
      expect(() => weight.dataSync()).toThrow(/could not be computed and was undone/);
    }
    expect([...once.dataSync()]).toEqual(expected);
    expect(() => twice.dataSync()).toThrow(new RangeError("out of memory: none left"));
    expect([...twice.dataSync()]).toEqual(expected);
  });

  it("for which there is no room is an error that names the Variable, and can be read when there is", () => {
    const expected = bits(makeWeights())[0];
    setSeed(11);
    const weight = variable(normal([7, 5]), { name: "large" });
    const backend = currentBackend();
    const spy = vi.spyOn(backend, "allocate").mockImplementation(() => {
      throw new RangeError("out of memory: none left");
    });
    for (const use of [
      () => weight.dataSync(),
      () => weight.add(1).dataSync(),
      () => jit(() => weight.sum())(),
    ]) {
      expect(use).toThrow('variable: there is no room for "large", float32 [7, 5]: out of memory: none left');
    }
    spy.mockRestore();
    expect([...weight.dataSync()]).toEqual(expected);
  });
});

describe("a first value waits only", () => {
  it("if it can be computed at any time, and holds little until then", () => {
    const large = tensor(new Float32Array(100_000));
    const held = variable([1, 2]);
    const waits = (value: Tensor): boolean => canWait(value.node);
    expect(waits(zeros([10]))).toBe(true);
    expect(waits(normal([10, 10]))).toBe(true);
    expect(waits(large.mul(2))).toBe(true);
    expect(waits(large.sum())).toBe(false);
    expect(waits(held.add(1))).toBe(false);
    expect(waits(tensor([1, 2]))).toBe(false);
    expect(waits(zeros([2e9]))).toBe(false);
    let deep = zeros([2]).add(1);
    for (let step = 0; step < 1100; step++) deep = deep.mul(2);
    expect(waits(deep)).toBe(false);
  });

  it("and what depends on Variables is what they held when it was made", () => {
    const source = variable(2);
    const copy = variable(source.mul(10));
    source.assign(5);
    expect(copy.item()).toBe(20);
  });
});

it("Variables of one shape and distribution are drawn by one program", () => {
  variable(normal([33, 3])).dataSync();
  const spy = vi.spyOn(currentBackend(), "prepare");
  for (let count = 0; count < 4; count++) variable(normal([33, 3])).dataSync();
  expect(spy).not.toHaveBeenCalled();
});
