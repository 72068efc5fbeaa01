import { afterEach, describe, expect, it } from "vitest";
import {
  add,
  type DType,
  grad,
  jit,
  type NumericArray,
  setBackend,
  type Tensor,
  tensor,
  variable,
} from "./index.ts";
import { nest } from "./nested-arrays.ts";

afterEach(() => setBackend("cpu"));

const given: readonly (readonly [array: NumericArray, dtype: DType])[] = [
  [Float32Array.of(1, 2), "float32"],
  [Float64Array.of(1, 2), "float64"],
  [Int32Array.of(1, 2), "int32"],
  [Int16Array.of(1, 2), "int32"],
  [Int8Array.of(1, 2), "int32"],
  [Uint32Array.of(1, 2), "int32"],
  [Uint16Array.of(1, 2), "int32"],
  [Uint8Array.of(1, 2), "uint8"],
  [Uint8ClampedArray.of(1, 2), "uint8"],
];

describe("every typed array of numbers is taken", () => {
  it.each(["cpu", "reference"] as const)("as a tensor, an operand and a Variable, on %s", (backend) => {
    setBackend(backend);
    for (const [array, dtype] of given) {
      expect(tensor(array).dtype).toBe(dtype);
      expect(tensor(array, [2, 1]).arraySync()).toEqual([[1], [2]]);
      expect(tensor(array, undefined, "float64").arraySync()).toEqual([1, 2]);
      expect(add(array, array).dtype).toBe(dtype);
      expect(add([1.5, 2.5], array).arraySync()).toEqual([2.5, 4.5]);
      expect(variable(array).arraySync()).toEqual([1, 2]);
    }
  });

  it("with negative numbers and the largest of a canvas", () => {
    expect(tensor(Int8Array.of(-128, 127)).arraySync()).toEqual([-128, 127]);
    expect(tensor(Int16Array.of(-32768)).arraySync()).toEqual([-32768]);
    expect(tensor(Uint16Array.of(65535)).arraySync()).toEqual([65535]);
    expect(tensor(Uint8ClampedArray.of(255, 300)).div(255).arraySync()).toEqual([1, 1]);
  });

  it("of 16-bit floats, where the engine has them", () => {
    const Float16Array = Reflect.get(globalThis, "Float16Array");
    if (Float16Array === undefined) return;
    expect(tensor(Reflect.construct(Float16Array, [[1.5, 65504]])).toString()).toBe(
      "Tensor float16 [2] [1.5, 65504]",
    );
  });

  it("but bigints are refused with a reason, and large numbers of 32 bits unless the dtype holds them", () => {
    const bigints = BigInt64Array.of(1n);
    const call = (): unknown => Reflect.apply(tensor, undefined, [bigints]);
    expect(call).toThrow(
      "tensor: does not take a BigInt64Array; no dtype holds integers of 64 bits; convert them",
    );
    const large = Uint32Array.of(2 ** 31);
    expect(() => tensor(large)).toThrow("does not hold its 2147483648");
    expect(() => add(large, 1)).toThrow("add: a Uint32Array becomes int32");
    expect(tensor(large, [1], "float64").arraySync()).toEqual([2 ** 31]);
  });
});

describe("typed arrays in an array are rows", () => {
  it("which keep their dtype", () => {
    const rows = [Float64Array.of(1 / 3, 2), Float64Array.of(3, 4)];
    expect(tensor(rows).dtype).toBe("float64");
    expect(tensor(rows).arraySync()).toEqual([
      [1 / 3, 2],
      [3, 4],
    ]);
    expect(tensor([Int32Array.of(1), Float32Array.of(2)]).dtype).toBe("float32");
    expect(tensor([[Uint8Array.of(1)], [Uint8Array.of(2)]]).toString()).toBe(
      "Tensor uint8 [2, 1, 1] [[[1]], [[2]]]",
    );
    expect(add(tensor([1, 2]), rows).dtype).toBe("float64");
  });

  it("and meet arrays of numbers as floats", () => {
    expect(tensor([Int32Array.of(1, 2), [3.5, 4]]).toString()).toBe(
      "Tensor float32 [2, 2] [[1, 2], [3.5, 4]]",
    );
  });

  it("and must be as long as one another", () => {
    expect(() => tensor([Float32Array.of(1, 2), Float32Array.of(1)])).toThrow(
      "tensor: the nested arrays are ragged",
    );
    expect(() =>
      tensor([
        [1, 2],
        [Float32Array.of(1, 2), 3],
      ]),
    ).toThrow("tensor: the nested arrays are ragged");
  });
});

describe("tensor(aTensor)", () => {
  it.each(["cpu", "reference"] as const)("has its values, reshaped and cast, on %s", (backend) => {
    setBackend(backend);
    const x = tensor([1.5, 2.5, 3.5, 4.5]);
    expect(tensor(x).arraySync()).toEqual([1.5, 2.5, 3.5, 4.5]);
    expect(tensor(x, [2, 2], "int32").toString()).toBe("Tensor int32 [2, 2] [[1, 2], [3, 4]]");
  });

  it("of a Variable keeps what it holds now, and passes gradients", () => {
    const v = variable([1, 2]);
    const before = tensor(v);
    v.assign([5, 6]);
    expect([before.arraySync(), tensor(v).arraySync()]).toEqual([
      [1, 2],
      [5, 6],
    ]);
    const square = jit((at: Tensor) => grad((x) => tensor(x, [2, 1]).square().sum())(at));
    expect(square(tensor([1, 2])).arraySync()).toEqual([2, 4]);
  });
});

describe("arrays that are no tensor are errors, not ends of the process", () => {
  it("as an array that contains itself", () => {
    const endless: number[] = [1];
    Reflect.set(endless, 0, endless);
    expect(() => tensor(endless)).toThrow(
      "tensor: the arrays are nested in more than 64 levels, or contain themselves",
    );
    expect(() => add(tensor([1], [1], "int32"), endless)).toThrow("add: ");
  });

  it("as structures that contain themselves", () => {
    const endless: { self?: unknown } = {};
    endless.self = endless;
    const compiled = jit((_value: unknown) => tensor(1));
    expect(() => Reflect.apply(compiled, undefined, [endless])).toThrow(
      "is nested in more than 1000 levels, or contains itself",
    );
  });

  it("as more numbers than arrays hold", () => {
    expect(() => nest(new Float32Array(0), [2 ** 28], false)).toThrow(
      "array: nested arrays of [268435456] are more than the heap is sure to hold; data gives the values",
    );
    expect(() => nest(new Float32Array(0), [2 ** 25, 2], false)).toThrow(
      "array: nested arrays of [33554432, 2]",
    );
  });

  it("as tensors in an array", () => {
    const call = (): unknown => Reflect.apply(tensor, undefined, [[tensor(1), tensor(2)]]);
    expect(call).toThrow(
      "tensor: a Tensor float32 [] is neither a number nor a boolean; stack joins tensors",
    );
  });
});
