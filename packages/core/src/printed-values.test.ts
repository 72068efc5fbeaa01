import { afterEach, describe, expect, it, vi } from "vitest";
import {
  Adam,
  arange,
  cond,
  Generator,
  jit,
  matmul,
  memoryUse,
  ones,
  scalar,
  setBackend,
  type Tensor,
  tensor,
  uniform,
  variable,
  zeros,
} from "./index.ts";
import { inspect } from "./inspect.ts";

afterEach(() => setBackend("cpu"));

describe("a tensor prints its dtype, shape and values", () => {
  it.each(["cpu", "reference"] as const)("computed for it where needed, on %s", (backend) => {
    setBackend(backend);
    const x = tensor([
      [1, 2],
      [3, 4],
    ]);
    expect(x.add(0.5).toString()).toBe("Tensor float32 [2, 2] [[1.5, 2.5], [3.5, 4.5]]");
    expect(`${x.greater(2)}`).toBe("Tensor bool [2, 2] [[false, false], [true, true]]");
    expect(variable(x.cast("int32"), { name: "w" }).toString()).toBe(
      'Variable "w" int32 [2, 2] [[1, 2], [3, 4]]',
    );
  });

  it("where Node inspects it, and by print()", () => {
    const text = "Tensor float32 [] 3";
    expect(scalar(3)[inspect]()).toBe(text);
    expect(variable(3)[inspect]()).toBe('Variable "variable" float32 [] 3');
    const log = vi.spyOn(console, "log").mockImplementation(() => {});
    scalar(3).print();
    variable(3, { name: "w" }).print();
    expect(log.mock.calls).toEqual([[text], ['Variable "w" float32 [] 3']]);
    log.mockRestore();
  });

  it("with the digits that its dtype holds, and eight at most", () => {
    expect(tensor([0.1, 1 / 3, 1e-10, -0, 1e30]).toString()).toBe(
      "Tensor float32 [5] [0.1, 0.33333334, 1e-10, -0, 1e+30]",
    );
    expect(tensor([1 / 3, 123456789.5], [2], "float64").toString()).toBe(
      "Tensor float64 [2] [0.33333333, 123456790]",
    );
    expect(tensor([1 / 3], [1], "float16").toString()).toBe("Tensor float16 [1] [0.3333]");
    expect(tensor([Number.NaN, Number.POSITIVE_INFINITY]).toString()).toBe(
      "Tensor float32 [2] [NaN, Infinity]",
    );
  });

  it("in aligned rows where it is longer than a line", () => {
    expect(arange(0, 24).mul(100).reshape([2, 12]).toString()).toBe(
      [
        "Tensor int32 [2, 12]",
        "[[   0,  100,  200,  300,  400,  500,  600,  700,  800,  900, 1000, 1100],",
        " [1200, 1300, 1400, 1500, 1600, 1700, 1800, 1900, 2000, 2100, 2200, 2300]]",
      ].join("\n"),
    );
    const lines = arange(1_000).toString().split("\n");
    expect(lines.length).toBeGreaterThan(40);
    for (const line of lines) expect(line.length).toBeLessThanOrEqual(80);
  });

  it("shortened to the ends of each axis beyond 1,000 elements, as in NumPy", () => {
    expect(arange(10_000).toString()).toBe("Tensor int32 [10000] [0, 1, 2, ..., 9997, 9998, 9999]");
    expect(arange(2_000).reshape([2, 1000]).toString()).toBe(
      "Tensor int32 [2, 1000] [[0, 1, 2, ..., 997, 998, 999], [1000, 1001, 1002, ..., 1997, 1998, 1999]]"
        .replace(" [[", "\n[[")
        .replace("[[0, 1, 2, ..., 997, 998, 999], ", "[[   0,    1,    2, ...,  997,  998,  999],\n "),
    );
    expect(zeros(Array(5).fill(5)).toString().length).toBeLessThan(5_000);
    expect(zeros(Array(14).fill(2)).toString()).toMatch(/^Tensor float32 \[2, .*\] \(16384 values\)$/);
  });

  it("of no elements too", () => {
    expect(zeros([0]).toString()).toBe("Tensor float32 [0] []");
    expect(zeros([2, 0]).toString()).toBe("Tensor float32 [2, 0] [[], []]");
  });

  it("without the values where they cannot be computed", () => {
    const text = matmul(zeros([100_000, 1]), zeros([1, 100_000])).toString();
    expect(text).toMatch(/^Tensor float32 \[100000, 100000\] \(its values cannot be computed: /);
    expect(scalar(1).add(1).item()).toBe(2);
  });
});

describe("while a function is traced, printing computes nothing", () => {
  it("in jit: neither arguments, nor Variables, nor what was made outside", () => {
    const texts: string[] = [];
    const [w, outside] = [variable([1, 2], { name: "w" }), ones([2]).add(1)];
    const step = jit(function step(x: Tensor) {
      texts.push(x.mul(2).toString(), w.toString(), outside.toString(), tensor([5, 6]).toString());
      return x;
    });
    expect(step(ones([2])).arraySync()).toEqual([1, 1]);
    expect(texts).toEqual([
      'Tensor float32 [2] (no values yet: "step" is being traced by jit)',
      'Variable "w" float32 [2] (not computed while "step" is being traced)',
      'Tensor float32 [2] (not computed while "step" is being traced)',
      "Tensor float32 [2] [5, 6]",
    ]);
  });

  it("in a branch", () => {
    const texts: string[] = [];
    const branch = (): Tensor => {
      const x = uniform([2]);
      texts.push(x.toString());
      return x;
    };
    cond(scalar(true), branch, () => ones([2]));
    expect(texts[0]).toMatch(/^Tensor float32 \[2\] \(no values yet: /);
  });
});

describe("JSON.stringify writes dtype, shape and values", () => {
  it("of tensors and Variables, and never graph internals", () => {
    expect(JSON.stringify({ x: tensor([1, 2]).mul(2) })).toBe(
      '{"x":{"dtype":"float32","shape":[2],"values":[2,4]}}',
    );
    expect(JSON.stringify(variable([[true]], { name: "flags" }))).toBe(
      '{"name":"flags","dtype":"bool","shape":[1,1],"values":[[true]]}',
    );
  });

  it("and what JSON has no numbers for as strings", () => {
    const x = tensor([Number.NaN, Number.NEGATIVE_INFINITY, 1]);
    expect(JSON.stringify(x)).toBe('{"dtype":"float32","shape":[3],"values":["NaN","-Infinity",1]}');
  });
});

describe("what holds tensors prints them, and is never circular", () => {
  it("an optimizer with its state, and a generator", () => {
    const w = variable(3, { name: "w" });
    const optimizer = new Adam({ learningRate: 0.5 });
    optimizer.minimize(() => w.square());
    expect(JSON.parse(JSON.stringify(optimizer)).options).toMatchObject({ name: "adam", learningRate: 0.5 });
    const generator = new Generator(7);
    expect(generator.toString()).toBe('Generator, Variable "random state" int32 [4] [7, 0, 0, 0]');
    expect(JSON.parse(JSON.stringify(generator)).state.values).toEqual([7, 0, 0, 0]);
  });

  it("a compiled function by its name", () => {
    expect(jit(function step() {}).name).toBe("jit(step)");
    expect(jit(() => {}).name).toBe("jit");
  });
});

it("printing a Variable in each step of a loop holds no more memory", () => {
  const w = variable([0, 0]);
  const loop = (steps: number): void => {
    for (let step = 0; step < steps; step++) {
      w.assignAdd(1);
      w.toString();
    }
  };
  loop(3);
  const before = memoryUse();
  loop(10);
  expect(memoryUse()).toEqual(before);
  expect(w.toString()).toBe('Variable "variable" float32 [2] [13, 13]');
});
