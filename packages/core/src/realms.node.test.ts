/** Values that other realms, and other copies of this module, made. */
import { readFileSync } from "node:fs";
import { runInNewContext } from "node:vm";
import { describe, expect, it, vi } from "vitest";
import * as core from "./index.ts";
import { packageVersion } from "./version.ts";

describe("typed arrays of another realm, as those of Jest, are taken", () => {
  it.each(["Float32Array", "Float64Array", "Int32Array", "Uint8Array", "Uint8ClampedArray", "Int8Array"])(
    "%s",
    (name) => {
      const array = runInNewContext(`${name}.of(1, 2)`);
      expect(core.tensor(array).arraySync()).toEqual([1, 2]);
      expect(core.add(array, core.tensor([1, 1])).arraySync()).toEqual([2, 3]);
      expect(core.tensor([array, array]).shape).toEqual([2, 2]);
    },
  );

  it("bits of 16-bit floats, and plain arrays and objects", () => {
    expect(core.decodeHalf(runInNewContext("Uint16Array.of(15360)"), "float16")).toEqual(Float32Array.of(1));
    expect(core.encodeHalf(runInNewContext("[1]"), "float16")).toEqual(Uint16Array.of(15360));
    expect(core.tensor(runInNewContext("[[1, 2]]")).shape).toEqual([1, 2]);
    expect(core.uniform([2], runInNewContext("({ maximum: 0.5 })")).shape).toEqual([2]);
    expect(() => core.add(runInNewContext("({ a: 1 })"), 1)).toThrow("not { a: 1 }");
  });
});

describe("another copy of core is recognised, and named", async () => {
  vi.resetModules();
  const other = await import("./index.ts");
  const sentence = `another copy of @strata/core (version ${packageVersion}; this one is ${packageVersion}): there are two copies`;

  it("where its tensors and Variables are given to ops", () => {
    expect(other.Tensor).not.toBe(core.Tensor);
    const call =
      (f: (...inputs: never[]) => unknown, ...inputs: unknown[]) =>
      () =>
        Reflect.apply(f, undefined, inputs);
    expect(call(core.add, other.ones([2]), 1)).toThrow(
      `add: takes tensors, Variables, numbers, booleans and arrays of them, not a Tensor of ${sentence}`,
    );
    expect(call(core.matmul, core.ones([2, 2]), other.variable([[1]]))).toThrow(
      `matmul: takes tensors, Variables, numbers, booleans and arrays of them, not a Variable of ${sentence}`,
    );
    expect(call(core.gradients, other.ones([]), [])).toThrow(`a Tensor of ${sentence}`);
    expect(call(core.evaluate, other.ones([]))).toThrow(`a Tensor of ${sentence}`);
    expect(call(core.tensor, other.ones([]))).toThrow(`a Tensor of ${sentence}`);
    expect(call(core.tensor, [other.ones([])])).toThrow(`a Tensor of ${sentence}`);
  });

  it("where its schedules are given to optimizers", () => {
    const call = () => Reflect.construct(core.Adam, [new other.CosineDecay(0.1, 10)]);
    expect(call).toThrow(`Adam: learningRate is a CosineDecay of ${sentence}`);
  });

  it("and everything else goes on", () => {
    expect(core.ones([2]).add(1).arraySync()).toEqual([2, 2]);
    expect(other.ones([2]).add(1).arraySync()).toEqual([2, 2]);
  });
});

it("the version is that of package.json", () => {
  const { version } = JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8"));
  expect(packageVersion).toBe(version);
});
