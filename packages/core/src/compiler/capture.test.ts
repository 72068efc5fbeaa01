import { describe, expect, it } from "vitest";
import type { DType } from "../dtype.ts";
import { dataNode, type GraphNode } from "../graph/node.ts";
import { build, literal } from "../primitives/apply.ts";
import type { Shape } from "../shape.ts";
import { capture } from "./capture.ts";

function data(shape: Shape = [3], dtype: DType = "float32"): GraphNode {
  const length = shape.reduce((product, size) => product * size, 1);
  return dataNode(new Float32Array(length), { shape, dtype });
}

function capturedLazily(...outputs: readonly GraphNode[]) {
  return capture({ outputs, updates: [], parameters: [], fixesValues: false, handsOverLiterals: true });
}

function keyOf(...outputs: readonly GraphNode[]): string {
  return capturedLazily(...outputs).key.words.join();
}

describe("the key of a graph is the same, so that nothing is compiled,", () => {
  it("for the same operations on other values", () => {
    const make = () => build.exp(build.add(data(), data()));
    expect(keyOf(make())).toBe(keyOf(make()));
  });

  it("for other numbers, which are handed over", () => {
    const scaled = (factor: number) => build.mul(data(), literal(factor, "float32"));
    expect(keyOf(scaled(0.001))).toBe(keyOf(scaled(0.0005)));
    expect(capturedLazily(scaled(0.0005)).scalars).toEqual([0.0005]);
  });

  it("for parts that are cut elsewhere, which are handed over without the rest", () => {
    const cut = (begin: number, size: Shape) => build.slice(data([6, 4]), [begin, 0], size, [1, 1]);
    expect(keyOf(build.exp(cut(1, [2, 4])))).toBe(keyOf(build.exp(cut(3, [2, 4]))));
    expect(capturedLazily(build.exp(cut(3, [2, 4]))).inputs.map(({ length }) => length)).toEqual([8]);
    expect(capturedLazily(build.exp(cut(3, [2, 2]))).inputs.map(({ length }) => length)).toEqual([4]);
  });
});

describe("the key of a graph is another", () => {
  const x = data();
  const different: readonly (readonly [string, GraphNode, GraphNode])[] = [
    ["for another operation", build.exp(x), build.log(x)],
    ["for another order of the operands", build.sub(build.exp(x), x), build.sub(x, build.exp(x))],
    ["for another shape", build.exp(data([3, 2])), build.exp(data([2, 3]))],
    ["for another dtype", build.exp(data()), build.exp(data([3], "float64"))],
    ["for other attributes", build.sum(data([2, 2]), [0]), build.sum(data([2, 2]), [1])],
    ["for numbers that the compiler looks at", build.mul(x, 1), build.mul(x, 0)],
    ["for −0 and 0", build.add(x, -0), build.add(x, 0)],
    ["for an operand that is shared and one that is not", build.add(x, x), build.add(data(), data())],
  ];
  it.each(different)("%s", (_title, left, right) => {
    expect(keyOf(left)).not.toBe(keyOf(right));
  });

  it("for another result of the same operations", () => {
    const sum = build.add(x, x);
    const product = build.mul(sum, sum);
    expect(keyOf(product)).not.toBe(keyOf(sum, product));
    expect(keyOf(sum, product)).not.toBe(keyOf(product, sum));
  });
});

describe("a captured graph", () => {
  it("holds only what the results need, and computed values as leaves", () => {
    const x = data();
    const known = build.exp(x);
    known.value = new Float32Array(3);
    const unneeded = build.log(x);
    const { nodes } = capturedLazily(build.neg(known));
    expect(nodes).toHaveLength(2);
    expect(nodes).not.toContain(unneeded);
    expect(nodes).not.toContain(x);
  });

  it("takes values from outside as constants of a traced function", () => {
    const x = data();
    const options = { outputs: [build.neg(x)], updates: [], parameters: [], handsOverLiterals: false };
    const { constants, inputs } = capture({ ...options, fixesValues: true });
    expect(constants).toEqual([x.value]);
    expect(inputs).toEqual([]);
  });

  it("can be thousands of operations deep", () => {
    let deep = data();
    for (let depth = 0; depth < 50_000; depth++) deep = build.neg(deep);
    expect(capturedLazily(deep).nodes).toHaveLength(50_001);
  });
});
