import { afterEach, describe, expect, it } from "vitest";
import { nodesCreated } from "./graph/node.ts";
import {
  checkpoint,
  cond,
  customGradient,
  EvaluationError,
  grad,
  gradients,
  hessian,
  hvp,
  type JitValue,
  jacobian,
  jit,
  jvp,
  map,
  nonzero,
  normal,
  SGD,
  scan,
  setBackend,
  setSeed,
  Tensor,
  tensor,
  uniform,
  type Variable,
  valueAndGrad,
  variable,
  vmap,
  whileLoop,
  zeros,
} from "./index.ts";
import { countPrograms } from "./testing/count-programs.ts";

afterEach(() => setBackend("cpu"));

/** A function made by jit, and how often the function itself was run. */
function traced<A extends readonly unknown[], R extends Tensor>(f: (...inputs: A) => R) {
  const counter = { traces: 0 };
  const compiled = jit((...inputs: A): R => {
    counter.traces++;
    return f(...inputs);
  });
  return { compiled, counter };
}

describe("jit traces a function once for each signature:", () => {
  it("other values of the same shape and dtype run the same program", () => {
    const { compiled, counter } = traced((x: Tensor) => x.mul(2).sum());
    expect([1, 2, 3].map((value) => compiled(tensor([value, 1])).item())).toEqual([4, 6, 8]);
    expect(counter.traces).toBe(1);
  });

  it("other shapes and dtypes are traced anew, and both stay", () => {
    const { compiled, counter } = traced((x: Tensor) => x.add(1));
    expect(compiled(tensor([1])).arraySync()).toEqual([2]);
    expect(compiled(tensor([1, 2])).arraySync()).toEqual([2, 3]);
    expect(compiled(tensor([1], [1], "int32")).dtype).toBe("int32");
    expect(compiled(tensor([5, 6])).arraySync()).toEqual([6, 7]);
    expect(counter.traces).toBe(3);
  });

  it("other plain values are traced anew, and a string is no number", () => {
    const { compiled, counter } = traced((x: Tensor, power: number | string) => x.mul(Number(power)));
    expect(compiled(tensor(3), 2).item()).toBe(6);
    expect(compiled(tensor(3), 4).item()).toBe(12);
    expect(compiled(tensor(3), "4").item()).toBe(12);
    expect(compiled(tensor(5), 2).item()).toBe(10);
    expect(counter.traces).toBe(3);
    expect(Object.is(compiled(tensor(1), -0).item(), -0)).toBe(true);
    expect(Object.is(compiled(tensor(1), 0).item(), 0)).toBe(true);
  });

  it("one argument after the other is told from the last by form, types, names, plain values and functions", () => {
    const { compiled, counter } = traced(
      (given: { readonly x: Tensor; readonly rate?: JitValue; readonly ratio?: Tensor }) => given.x,
    );
    const [f, g] = [() => 1, () => 1];
    const x = tensor([1, 2]);
    const calls: readonly { readonly x: Tensor; readonly rate?: JitValue; readonly ratio?: Tensor }[] = [
      { x },
      { x, rate: 0 },
      { x, rate: -0 },
      { x, rate: Number.NaN },
      { x, rate: null },
      { x, rate: undefined },
      { x, rate: "0" },
      { rate: "0", x },
      { x, rate: false },
      { x, rate: f },
      { x, rate: g },
      { x, rate: x },
      { x, rate: [] },
      { x, rate: {} },
      { x, rate: [x] },
      { x, rate: [x, x] },
      { x, rate: [[x], x] },
      { x, rate: { 0: x, 1: x } },
      { x, rate: tensor([1, 2], [2], "int32") },
      { x, rate: tensor([[1, 2]]) },
      { x, ratio: x },
    ];
    for (const [index, given] of calls.entries()) {
      for (let call = 0; call < 2; call++) expect(compiled(given).arraySync()).toEqual([1, 2]);
      expect(counter.traces).toBe(index + 1);
    }
    for (const given of [...calls, ...calls.toReversed()]) compiled(given);
    expect(counter.traces).toBe(calls.length);
  });

  it("Variables and typed arrays take turns with tensors of their shape", () => {
    const { compiled, counter } = traced((x: Tensor) => x.mul(2));
    const given = [tensor([1, 2]), Float32Array.of(3, 4), variable([5, 6]), Float32Array.of(7, 8)];
    expect(given.map((x) => compiled(x).arraySync())).toEqual([
      [2, 4],
      [6, 8],
      [10, 12],
      [14, 16],
    ]);
    expect(counter.traces).toBe(1);
    expect(compiled(Float32Array.of(1, 2, 3)).arraySync()).toEqual([2, 4, 6]);
    expect(compiled(Int32Array.of(1, 2, 3)).dtype).toBe("int32");
    expect(compiled(tensor([[1, 2]])).shape).toEqual([1, 2]);
    expect(counter.traces).toBe(4);
  });

  it("an array that was changed since the last call has another form", () => {
    const { compiled, counter } = traced((list: Tensor[]) => list.reduce((sum, each) => sum.add(each)));
    const list = [tensor(1), tensor(2)];
    expect(compiled(list).item()).toBe(3);
    list.push(tensor(4));
    expect(compiled(list).item()).toBe(7);
    expect(counter.traces).toBe(2);
  });

  it("another backend is traced anew", () => {
    const { compiled, counter } = traced((x: Tensor) => x.mul(3));
    expect(compiled(tensor(0.1)).item()).toBe(Math.fround(Math.fround(0.1) * 3));
    setBackend("reference");
    expect(compiled(tensor(2)).item()).toBe(6);
    expect(counter.traces).toBe(2);
  });

  it("a call after the first builds no graph", () => {
    const weight = variable(zeros([4, 3]));
    const step = jit((x: Tensor) => {
      const loss = x.matmul(weight).square().sum();
      const [slope] = gradients(loss, [weight]);
      weight.assignSub(slope.mul(0.1));
      return loss;
    });
    const x = tensor([[1, 2, 3, 4]]);
    step(x);
    const before = nodesCreated();
    for (let call = 0; call < 10; call++) step(x);
    // One node for the result of each call.
    expect(nodesCreated() - before).toBe(10);
  });
});

describe("arguments and results", () => {
  it("may be nested in arrays and objects, with plain values among them", () => {
    const f = jit((inputs: { readonly pair: readonly [Tensor, Tensor]; readonly scale: number }) => ({
      sum: inputs.pair[0].add(inputs.pair[1]).mul(inputs.scale),
      list: [inputs.pair[0], null, "text", inputs.scale, true, undefined],
      none: {},
    }));
    const result = f({ pair: [tensor([1, 2]), tensor([10, 20])], scale: 3 });
    expect(result.sum.arraySync()).toEqual([33, 66]);
    expect(result.list.slice(1)).toEqual([null, "text", 3, true, undefined]);
    expect(result.none).toEqual({});
    const [first] = result.list;
    expect(first).toHaveProperty("shape", [2]);
  });

  it("may be Variables, of which the value at the time is meant", () => {
    const v = variable([1, 2]);
    const f = jit((x: Tensor | Variable) => ({ doubled: x.mul(2), v }));
    expect(f(v).doubled.arraySync()).toEqual([2, 4]);
    v.assign([5, 6]);
    const result = f(v);
    v.assign([0, 0]);
    expect(result.doubled.arraySync()).toEqual([10, 12]);
    expect(result.v.arraySync()).toEqual([5, 6]);
  });

  it("may be the same tensor twice, or an argument as it came", () => {
    const f = jit((x: Tensor, y: Tensor) => [x, y, x.add(y), x]);
    const x = tensor([1]);
    expect(f(x, x).map((each) => each.arraySync())).toEqual([[1], [1], [2], [1]]);
  });

  it("may be nothing", () => {
    const v = variable(0);
    const f = jit(() => {
      v.assignAdd(1);
    });
    expect(f()).toBeUndefined();
    f();
    expect(v.item()).toBe(2);
  });

  it("may be tensors that were not computed yet", () => {
    const f = jit((x: Tensor) => x.add(1));
    expect(f(tensor([1, 2]).mul(10).exp().log()).arraySync()).toEqual(
      [11, 21].map((value) => expect.closeTo(value, 4)),
    );
  });
});

describe("Variables in a compiled function", () => {
  it("are read at each call, also when they changed outside", () => {
    const v = variable(1);
    const f = jit((x: Tensor) => x.mul(v));
    expect(f(tensor(10)).item()).toBe(10);
    v.assign(7);
    expect(f(tensor(10)).item()).toBe(70);
  });

  it("hold what was assigned last, and are read as they are at that point", () => {
    const v = variable(1);
    const f = jit(() => {
      const before = v.mul(1);
      v.assign(v.add(10));
      const between = v.mul(1);
      v.assign(v.mul(2));
      return [before, between, v.value];
    });
    expect(f().map((each) => each.item())).toEqual([1, 11, 22]);
    expect(v.item()).toBe(22);
    expect(f().map((each) => each.item())).toEqual([22, 32, 64]);
  });

  it("that were assigned outside, and not yet computed, are up to date", () => {
    const v = variable([1, 2]);
    const f = jit(() => v.sum());
    v.assign(v.mul(5));
    expect(f().item()).toBe(15);
  });

  it("may be made in the function, if they begin with known values", () => {
    let made: Variable | undefined;
    const f = jit((x: Tensor) => {
      made ??= variable([100], { name: "made inside" });
      made.assignAdd(x);
      return made.value;
    });
    expect(f(tensor([1])).arraySync()).toEqual([101]);
    expect(f(tensor([1])).arraySync()).toEqual([102]);
    const wrong = jit(function build(x: Tensor) {
      return variable(x, { name: "from argument" }).value;
    });
    expect(() => wrong(tensor([1]))).toThrow(
      /"from argument" depends on.*"build".*make the Variable outside/,
    );
  });
});

describe("everything else that a compiled function uses", () => {
  it("is a constant, as it was at the first call", () => {
    let offset = tensor([1, 1]);
    const f = jit((x: Tensor) => x.add(offset));
    expect(f(tensor([1, 2])).arraySync()).toEqual([2, 3]);
    offset = tensor([100, 100]);
    expect(f(tensor([1, 2])).arraySync()).toEqual([2, 3]);
  });

  it("is computed if it was not", () => {
    const table = tensor([1, 2, 3]).mul(2).add(1);
    const f = jit((x: Tensor) => x.mul(table.sum()));
    expect(f(tensor(2)).item()).toBe(30);
    expect(f(tensor(3)).item()).toBe(45);
  });

  it("may be another compiled function, which becomes part of it", () => {
    const v = variable(0);
    const inner = jit((x: Tensor) => {
      v.assignAdd(1);
      return x.mul(2);
    });
    const outer = jit((x: Tensor) => inner(inner(x)).add(v));
    expect(outer(tensor(1)).item()).toBe(4 + 2);
    expect(outer(tensor(1)).item()).toBe(4 + 4);
    const { compiled } = countPrograms(() => outer(tensor(5)));
    expect(compiled).toBe(0);
  });
});

describe("random numbers in a compiled function", () => {
  it("are drawn anew in every call, and follow the seed", () => {
    const draw = jit(() => uniform([3]));
    setSeed(5);
    const [first, second] = [draw().arraySync(), draw().arraySync()];
    expect(first).not.toEqual(second);
    setSeed(5);
    expect([draw().arraySync(), draw().arraySync()]).toEqual([first, second]);
  });

  it("are the same as without jit", () => {
    const make = () => normal([2, 2]).add(uniform([2, 2]));
    setSeed(11);
    const plain = [make().arraySync(), make().arraySync()];
    const compiled = jit(make);
    setSeed(11);
    expect([compiled().arraySync(), compiled().arraySync()]).toEqual(plain);
  });
});

describe("reading a value while a function is traced is an error that says what to do, and leaves all as it was:", () => {
  const advice = /"decide" was being traced.*return the tensor.*where\(\)/s;
  const readers: readonly (readonly [string, (x: Tensor, counter: Variable) => unknown])[] = [
    ["item", (x) => x.sum().item()],
    ["dataSync", (x) => x.dataSync()],
    ["arraySync", (x) => x.add(1).arraySync()],
    ["a Variable's item", (_x, counter) => counter.item()],
  ];

  it.each(readers)("%s", (_title, read) => {
    const v = variable(1);
    const counter = variable(0);
    const decide = jit(function decide(x: Tensor) {
      counter.assignAdd(1);
      v.assign(99);
      uniform([2]);
      read(x, counter);
      return x;
    });
    setSeed(3);
    const expected = uniform([2]).arraySync();
    setSeed(3);
    expect(() => decide(tensor([1, 2]))).toThrow(EvaluationError);
    expect(() => decide(tensor([1, 2]))).toThrow(advice);
    expect([v.item(), counter.item()]).toEqual([1, 0]);
    expect(uniform([2]).arraySync()).toEqual(expected);
  });

  it("as a promise too", async () => {
    let reading: Promise<unknown> | undefined;
    const decide = jit(function decide(x: Tensor) {
      reading = x.data();
      return x;
    });
    expect(decide(tensor([1])).arraySync()).toEqual([1]);
    await expect(reading).rejects.toThrow(advice);
  });

  it("but a value that does not depend on arguments or Variables can be read", () => {
    const limit = tensor(3);
    const f = jit((x: Tensor) => (limit.item() > 2 ? x.add(1) : x));
    expect(f(tensor(1)).item()).toBe(2);
  });
});

describe("a tensor of a function that was traced", () => {
  it("cannot be read later: the error names the function", () => {
    let leaked: Tensor | undefined;
    const leak = jit(function leak(x: Tensor) {
      leaked = x.add(1);
      return x;
    });
    leak(tensor(1));
    expect(() => leaked?.item()).toThrow(/"leak".*return the tensor from the function/s);
    expect(() => leaked?.add(1).item()).toThrow(EvaluationError);
  });

  it("cannot be used by another one", () => {
    let leaked: Tensor = tensor(0);
    const leak = jit(function leak(x: Tensor) {
      leaked = x.add(1);
      return x;
    });
    leak(tensor(1));
    const user = jit(function user(x: Tensor) {
      return x.add(leaked);
    });
    expect(() => user(tensor(1))).toThrow(/jit: "user" uses a tensor.*"leak".*return it from there/);
  });
});

describe("a function that throws", () => {
  it("leaves the Variables as they were, and can be called again", () => {
    const v = variable(1);
    let fails = true;
    const f = jit((x: Tensor) => {
      v.assign(x);
      if (fails) throw new Error("of the user's own");
      return v.value;
    });
    expect(() => f(tensor(5))).toThrow("of the user's own");
    expect(v.item()).toBe(1);
    fails = false;
    expect(f(tensor(5)).item()).toBe(5);
    expect(v.item()).toBe(5);
  });

  it("while another one is traced ends that trace too", () => {
    const inner = jit((x: Tensor) => x.reshape([7]));
    const outer = jit((x: Tensor) => inner(x));
    expect(() => outer(tensor([1, 2]))).toThrow(/reshape: \[2\]/);
    expect(tensor([1, 2]).add(1).arraySync()).toEqual([2, 3]);
  });
});

describe.each(["cpu", "reference"] as const)("numbers that differ from call to call, on %s,", (backend) => {
  it("are what the function gets, and all values share a program where it does not decide by them", () => {
    setBackend(backend);
    const f = jit((x: Tensor, factor: number, offsets: readonly number[]) =>
      (factor > 1000 ? x.neg() : x).mul(factor).add([...offsets]),
    );
    const x = tensor([1, 2]);
    const call = (factor: number): number[] => [...f(x, factor, [factor, 0.25]).dataSync()];
    call(10.5);
    const { compiled } = countPrograms(() => {
      for (let factor = 11.5; factor < 40; factor++)
        expect(call(factor)).toEqual([2 * factor, 2 * factor + 0.25]);
    });
    if (backend === "cpu") expect(compiled).toBe(1);
    expect(call(2000.5)).toEqual([0, -4000.75]);
    expect(call(12.5)).toEqual([25, 25.25]);
    expect(call(10.5)).toEqual([21, 21.25]);
  });

  it("leave tensors from outside constants", () => {
    setBackend(backend);
    const [first, second] = [tensor([1, 2]), tensor([3, 4])];
    const f = jit((factor: number) => (factor < 100 ? first : second).mul(factor));
    expect(f(3).arraySync()).toEqual([3, 6]);
    expect(f(5).arraySync()).toEqual([5, 10]);
    expect(f(300).arraySync()).toEqual([900, 1200]);
    expect(f(7).arraySync()).toEqual([7, 14]);
  });
});

it("signatures are bounded, and the ones used last are kept", () => {
  const { compiled, counter } = traced((x: Tensor, mode: string) => x.add(mode.length));
  const x = tensor([1]);
  compiled(x, "kept");
  for (let count = 0; count < 300; count++) {
    compiled(x, `mode ${count}`);
    expect(compiled(x, "kept").item()).toBe(5);
  }
  expect(counter.traces).toBe(301);
  expect(compiled(x, "mode 0").item()).toBe(7);
  expect(counter.traces).toBe(302);
});

describe("arguments and results of a compiled function", () => {
  it("may be objects of an interface, typed arrays and Variables, for which it gets tensors", () => {
    interface Params {
      w: Tensor;
      rate?: number;
    }
    const f = jit((params: Params) => ({
      scaled: params.w.mul(params.rate ?? 1),
      kind: params.w instanceof Tensor,
    }));
    expect(f({ w: tensor([1, 2]), rate: 3 }).scaled.arraySync()).toEqual([3, 6]);
    const { scaled, kind } = f({ w: variable([4, 5]) });
    expect([scaled.arraySync(), kind]).toEqual([[4, 5], true]);
    expect(f({ w: Float32Array.of(7, 8) }).scaled.arraySync()).toEqual([7, 8]);
    const outer = jit((x: Tensor) => f({ w: x }).scaled);
    expect(outer(variable([1, 1])).arraySync()).toEqual([1, 1]);
  });

  it("tell functions apart by identity", () => {
    const scale = (factor: number) => (x: Tensor) => x.mul(factor);
    const apply = jit((f: (x: Tensor) => Tensor, x: Tensor) => f(x));
    const [double, triple] = [scale(2), scale(3)];
    expect([double, triple, double].map((f) => apply(f, tensor(1)).item())).toEqual([2, 3, 2]);
  });

  const strays: readonly (readonly [string, unknown, RegExp])[] = [
    [
      "a Date",
      { at: new Date(0) },
      /^jit: argument 0\.at is a Date; accepted are tensors, .* of an instance/,
    ],
    ["a Map", [tensor(1), new Map()], /^jit: argument 0\[1\] is a Map/],
    ["an instance of a class", new (class Point {})(), /^jit: argument 0 is a Point/],
    ["a symbol", Symbol("s"), /^jit: argument 0 is the symbol Symbol\(s\)/],
    ["a bigint", 3n, /^jit: argument 0 is the bigint 3/],
  ];

  it.each(strays)("are refused with a sentence: %s", (_title, stray, message) => {
    const identity = jit((x: unknown) => x as Tensor);
    expect(() => identity(stray as never)).toThrow(message);
    expect(() => jit(() => ({ stray }) as never)()).toThrow(/^jit: the result\.stray/);
  });
});

describe("a function that returns a promise is refused with a reason, and ends nothing, by", () => {
  const eventually = async (x?: unknown): Promise<never> => {
    await nonzero(x as Tensor);
    throw new Error("not reached");
  };
  const f = eventually as (...inputs: unknown[]) => never;
  const x = tensor([1, 2]);
  const callers: Readonly<Record<string, () => unknown>> = {
    jit: () => jit(f)(x),
    grad: () => grad(f)(x),
    valueAndGrad: () => valueAndGrad(f)(x),
    jacobian: () => jacobian(f)(x),
    hessian: () => hessian(f)(x),
    jvp: () => jvp(f)(x, x),
    hvp: () => hvp(f)(x, x),
    checkpoint: () => checkpoint(f)(x),
    customGradient: () => customGradient(f)(x),
    vmap: () => vmap(f)(x),
    map: () => map(f, x),
    scan: () => scan(f, x, x),
    cond: () => cond(true, f, f),
    whileLoop: () => whileLoop(() => false, f, x),
  };

  it.each(Object.entries(callers))("%s", async (operation, call) => {
    expect(call).toThrow(new RegExp(`^${operation}: ".*" returns a promise; it must return tensors at once`));
    // An unhandled rejection would end the run.
    await new Promise((resolve) => setTimeout(resolve, 0));
  });
});

describe("what a user's function gives, and is no tensor, gets a sentence from", () => {
  const number = (() => 3) as unknown as (x?: Tensor) => Tensor;
  const nothing = (() => null) as unknown as (x?: Tensor) => Tensor;

  it("grad, checkpoint and minimize", () => {
    expect(() => grad(number)(1)).toThrow("grad: the function's result is 3; it must be a tensor");
    expect(() => checkpoint(nothing)(1)).toThrow(
      "checkpoint: the function's result is null; it must be a tensor",
    );
    expect(() => new SGD({ learningRate: 1 }).minimize(number)).toThrow(
      /minimize: the function's result is 3/i,
    );
  });

  it("customGradient", () => {
    const of = (result: unknown) => () => customGradient(() => result as never)(1);
    expect(of(3)).toThrow("customGradient: the function gives 3; it must give { value, gradient }");
    expect(of({ value: 3, gradient: () => null })).toThrow("the value that the function gives is 3");
    expect(of({ value: tensor(1), gradient: null })).toThrow("the gradient that the function gives is null");
    const ruled = (given: unknown) => () =>
      grad(customGradient((x) => ({ value: x.mul(2), gradient: () => given as never })))(1);
    expect(ruled(5)).toThrow("customGradient: the gradient at position 0 is 5; it must be a tensor");
    expect(ruled(Promise.resolve(1))).toThrow('customGradient: "the rule" returns a promise');
    expect(ruled(undefined)).toThrow("customGradient: the gradient at position 0 is undefined");
  });
});

it("transformations of transformations are typed without casts", () => {
  const cube = (x: Tensor): Tensor => x.mul(x).mul(x);
  const perExample: (...inputs: readonly (Tensor | Variable)[]) => Tensor = vmap(grad(cube));
  expect(perExample(tensor([1, 2])).arraySync()).toEqual([3, 12]);
  expect(jit(vmap(grad(grad(cube))))(tensor([1, 2])).arraySync()).toEqual([6, 12]);
  interface State {
    h: Tensor;
  }
  const initial: State = { h: tensor(1) };
  const [last] = scan((state: State) => [{ h: state.h.mul(2) }, null], initial, null, { length: 3 });
  expect(last.h.item()).toBe(8);
  const chosen = cond(
    true,
    () => initial,
    () => ({ h: tensor(0) }),
  );
  expect(chosen.h.item()).toBe(1);
  const until = whileLoop(
    (state: State) => state.h.less(5),
    (state: State) => ({ h: state.h.mul(2) }),
    initial,
  );
  expect(until.h.item()).toBe(8);
  expect(vmap((state: State) => state.h.mul(2))({ h: variable([1, 2]) }).arraySync()).toEqual([2, 4]);
});
