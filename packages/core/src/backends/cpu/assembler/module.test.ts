import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Expression, ValueType } from "./expression.ts";
import type { FunctionBuilder } from "./function.ts";
import { f32, f64, i32, i64, memory as memoryInstructions, select, v128 } from "./instructions.ts";
import { ModuleBuilder } from "./module.ts";

const limits = { initial: 1, maximum: 1, shared: false };

function load(module: ModuleBuilder, functions: Record<string, (...values: number[]) => number> = {}) {
  const memory = new WebAssembly.Memory({ initial: 1, maximum: 1 });
  const compiled = new WebAssembly.Module(module.encode());
  const { exports } = new WebAssembly.Instance(compiled, { env: { memory }, host: functions });
  const call = (name: string, ...values: number[]) => {
    const exported = exports[name];
    if (typeof exported !== "function") throw new Error(`${name} is not exported`);
    return exported(...values);
  };
  return { call, buffer: memory.buffer };
}

function constantFunction<T extends ValueType>(value: Expression<T>) {
  const module = new ModuleBuilder(limits);
  module.function("value", { results: [value.type] }).return(value);
  return load(module).call("value");
}

function integerFunction(body: (f: FunctionBuilder) => void) {
  const module = new ModuleBuilder(limits);
  body(module.function("main", { parameters: ["i32"], results: ["i32"] }));
  const { call, buffer } = load(module);
  return { main: (value: number): number => call("main", value), buffer };
}

describe("constants in generated code", () => {
  it("keep the value of every 32-bit integer", () => {
    fc.assert(
      fc.property(fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 }), (value) => {
        expect(constantFunction(i32.constant(value))).toBe(value);
      }),
    );
    for (const value of [0, -1, 63, 64, -64, -65, 127, 128, 8191, 8192, -8193, 2 ** 31 - 1, -(2 ** 31)]) {
      expect(constantFunction(i32.constant(value))).toBe(value);
    }
  });

  it("keep the value of every 64-bit integer", () => {
    fc.assert(
      fc.property(fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }), (value) => {
        expect(constantFunction(i64.constant(value))).toBe(value);
      }),
    );
  });

  it("keep every float, zeros' signs, infinities and NaN", () => {
    fc.assert(
      fc.property(fc.float(), fc.double(), (single, double) => {
        expect(constantFunction(f32.constant(single))).toBe(single);
        expect(constantFunction(f64.constant(double))).toBe(double);
      }),
    );
  });
});

describe("control flow in generated code", () => {
  it("takes one side of an if", () => {
    const { main } = integerFunction((f) => {
      const value = f.parameter(0, "i32");
      f.if(
        i32.gt_s(value, i32.constant(10)),
        () => f.return(i32.constant(1)),
        () => f.if(value, () => f.return(i32.constant(2))),
      );
      f.return(i32.constant(3));
    });
    expect([11, 10, 0].map(main)).toEqual([1, 2, 3]);
  });

  it("leaves the block and repeats the loop that a label names, through nested ones", () => {
    // Counts the pairs (i, j) with j < i < n, and stops at the first i that is 7.
    const { main } = integerFunction((f) => {
      const n = f.parameter(0, "i32");
      const [i, j, pairs] = [f.local("i32"), f.local("i32"), f.local("i32")];
      f.block((done) => {
        f.loop((outer) => {
          f.branchIf(done, i32.ge_s(i, n));
          f.if(i32.eq(i, i32.constant(7)), () => f.branch(done));
          f.set(j, i32.constant(0));
          f.block((rowDone) => {
            f.loop((inner) => {
              f.branchIf(rowDone, i32.ge_s(j, i));
              f.set(pairs, i32.add(pairs, i32.constant(1)));
              f.set(j, i32.add(j, i32.constant(1)));
              f.branch(inner);
            });
          });
          f.set(i, i32.add(i, i32.constant(1)));
          f.branch(outer);
        });
      });
      f.return(pairs);
    });
    expect([0, 1, 2, 5, 7, 100].map(main)).toEqual([0, 0, 1, 10, 21, 21]);
  });

  it("counts a loop from where the counter stands, and skips an empty one", () => {
    const { main } = integerFunction((f) => {
      const counter = f.let(i32.constant(2));
      const sum = f.local("i32");
      f.loopWhileBelow(counter, f.parameter(0, "i32"), 3, () => f.set(sum, i32.add(sum, counter)));
      f.return(sum);
    });
    expect([-5, 2, 3, 9, 12].map(main)).toEqual([0, 0, 2, 2 + 5 + 8, 2 + 5 + 8 + 11]);
  });

  it("chooses a value without a branch, of numbers and of vectors", () => {
    const { main } = integerFunction((f) => {
      const even = i32.eqz(i32.and(f.parameter(0, "i32"), i32.constant(1)));
      const [ones, twos] = [1, 2].map((byte) => v128.constant(new Uint8Array(16).fill(byte)));
      f.run(v128.store(i32.constant(32), select(even, ones, twos)));
      f.return(i32.add(select(even, i32.constant(100), i32.constant(200)), i32.load8_u(i32.constant(47))));
    });
    expect([4, 5].map(main)).toEqual([101, 202]);
  });
});

describe("functions of a generated module", () => {
  it("call each other and the host's, in the order of their arguments", () => {
    const module = new ModuleBuilder(limits);
    const host = module.importFunction("host", "subtract", { parameters: ["i32", "i32"], results: ["i32"] });
    const twice = module.function("twice", { parameters: ["i32"], results: ["i32"] }, false);
    twice.return(i32.mul(twice.parameter(0, "i32"), i32.constant(2)));
    const store = module.function("store", { parameters: ["i32", "f64"] }, false);
    store.run(f64.store(store.parameter(0, "i32"), store.parameter(1, "f64"), 8));
    const main = module.function("main", { parameters: ["i32"], results: ["i32"] });
    main.invoke(store, i32.constant(16), f64.constant(2.5));
    main.drop(main.call(twice, "i32", i32.constant(0)));
    main.return(main.call(host, "i32", main.call(twice, "i32", main.parameter(0, "i32")), i32.constant(5)));
    const { call, buffer } = load(module, { subtract: (left, right) => left - right });
    expect(call("main", 10)).toBe(15);
    expect(new Float64Array(buffer)[3]).toBe(2.5);
  });

  it("keep their locals apart, whatever the order of their types", () => {
    const { main } = integerFunction((f) => {
      const first = f.let(f.parameter(0, "i32"));
      const number = f.let(f64.constant(0.5));
      const vector = f.let(v128.constant(new Uint8Array(16).fill(7)));
      const second = f.let(i32.constant(1000));
      f.run(v128.store(i32.constant(0), vector));
      f.run(f64.store(i32.constant(16), number));
      f.return(i32.add(first, second));
    });
    expect(main(-1)).toBe(999);
  });

  it("fill and copy ranges of memory", () => {
    const { main, buffer } = integerFunction((f) => {
      f.run(memoryInstructions.fill(i32.constant(8), i32.constant(0x107), f.parameter(0, "i32")));
      f.run(memoryInstructions.copy(i32.constant(10), i32.constant(6), i32.constant(4)));
      f.return(i32.constant(0));
    });
    main(3);
    expect([...new Uint8Array(buffer, 6, 10)]).toEqual([0, 0, 7, 7, 0, 0, 7, 7, 0, 0]);
  });

  it("refuse a wrong argument, parameter or result where they are written", () => {
    const module = new ModuleBuilder(limits);
    const f = module.function("f", { parameters: ["i32"], results: ["f32"] });
    expect(() => f.parameter(0, "f64")).toThrow("f: parameter 0 is i32, not f64");
    expect(() => f.parameter(1, "i32")).toThrow("f: parameter 1 is missing, not i32");
    expect(() => f.call(f, "i32", i32.constant(1))).toThrow("f: returns [f32], not [i32]");
    expect(() => f.call(f, "f32", f32.constant(1))).toThrow("f: takes (i32), was given (f32)");
    expect(() => f.invoke(f, i32.constant(1))).toThrow("f: returns [f32], not []");
    expect(() => module.importFunction("host", "late")).toThrow("late: functions are imported before");
  });

  it("may share their memory between threads", () => {
    const module = new ModuleBuilder({ initial: 1, maximum: 2, shared: true });
    const f = module.function("add", { parameters: ["i32"], results: ["i32"] });
    f.return(i32.atomic.rmw_add(i32.constant(64), f.parameter(0, "i32")));
    const memory = new WebAssembly.Memory({ initial: 1, maximum: 2, shared: true });
    const { exports } = new WebAssembly.Instance(new WebAssembly.Module(module.encode()), {
      env: { memory },
    });
    if (typeof exports.add !== "function") throw new Error("add is not exported");
    expect([exports.add(3), exports.add(4)]).toEqual([0, 3]);
    expect(new Int32Array(memory.buffer)[16]).toBe(7);
  });
});
