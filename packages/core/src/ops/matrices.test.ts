import { describe, expect, it } from "vitest";
import { tensor } from "../tensor.ts";
import { arange } from "./creation.ts";
import { diag, eye, linspace, meshgrid, tri, tril, triu } from "./matrices.ts";
import { expectValues, testOps } from "./testing/battery.ts";
import { everyWay } from "./testing/every-way.ts";

testOps("matrices", [
  { name: "tril", inputs: [[2, 3, 5]], apply: (x) => tril(x, 1) },
  { name: "triu", inputs: [[5, 3]], apply: (x) => triu(x, -1) },
  { name: "triu of nothing", inputs: [[0, 3]], apply: (x) => triu(x) },
  { name: "diag of a vector", inputs: [[3]], apply: (x) => diag(x, -2) },
  { name: "diag of an empty vector", inputs: [[0]], apply: (x) => diag(x, 1) },
  { name: "diag of a matrix", inputs: [[5, 3]], apply: (x) => diag(x, -1) },
  { name: "diag of a matrix, outside", inputs: [[2, 3]], apply: (x) => diag(x, 7) },
  { name: "linspace", inputs: [], apply: () => linspace(-1, 3, 17), differentiable: false },
  { name: "meshgrid", inputs: [[3], [2], [5]], apply: (x, y, z) => meshgrid([x, y, z])[1] },
]);

describe("matrices", () => {
  const square = arange(9).reshape([3, 3]);

  // NumPy 1.23, the functions of the same names.
  it("are those of NumPy", () => {
    expect(linspace(-1, 2, 7).arraySync()).toEqual([-1, -0.5, 0, 0.5, 1, 1.5, 2]);
    expect(tri(2, 4, 1).arraySync()).toEqual([
      [1, 1, 0, 0],
      [1, 1, 1, 0],
    ]);
    expect(tril(square, -1).arraySync()).toEqual([
      [0, 0, 0],
      [3, 0, 0],
      [6, 7, 0],
    ]);
    expect(triu(square, 1).arraySync()).toEqual([
      [0, 1, 2],
      [0, 0, 5],
      [0, 0, 0],
    ]);
    expect(diag([1, 2], -1).arraySync()).toEqual([
      [0, 0, 0],
      [1, 0, 0],
      [0, 2, 0],
    ]);
    expect(diag(arange(12).reshape([3, 4]), 2).arraySync()).toEqual([2, 7]);
    expect(
      meshgrid([
        [1, 2, 3],
        [4, 5],
      ]).map((grid) => grid.arraySync()),
    ).toEqual([
      [
        [1, 2, 3],
        [1, 2, 3],
      ],
      [
        [4, 4, 4],
        [5, 5, 5],
      ],
    ]);
    expect(
      meshgrid(
        [
          [1, 2, 3],
          [4, 5],
        ],
        "ij",
      )[0].shape,
    ).toEqual([3, 2]);
    expect(eye(2, 3, 1).arraySync()).toEqual([
      [0, 1, 0],
      [0, 0, 1],
    ]);
  });

  it("have edges", () => {
    expect(linspace(2, 5, 1).arraySync()).toEqual([2]);
    expect(linspace(2, 5, 0).shape).toEqual([0]);
    expect(linspace(0, 0.3, 4).arraySync()).toEqual([0, 0.1, 0.2, 0.3].map(Math.fround));
    expect(eye(0).shape).toEqual([0, 0]);
    expect(eye(1).arraySync()).toEqual([[1]]);
  });

  it.each([
    ["float64", 1.7e308],
    ["float32", 3.4e38],
    ["float16", 60_000],
  ] as const)("linspace of %s is finite where the distance of its bounds is not", (dtype, end) => {
    for (const count of [2, 3, 5]) {
      const expected = Array.from({ length: count }, (_, index) => (2 * index) / (count - 1) - 1);
      for (const values of everyWay(() => linspace(-end, end, count, dtype))) {
        expectValues(tensor(values.map((value) => value / end)), expected, 1e-6);
      }
    }
  });

  it("reject what they cannot take", () => {
    expect(() => linspace(0, 1, -1)).toThrow("linspace: the count is -1");
    expect(() => tril([1, 2])).toThrow("tril: takes matrices");
    expect(() => diag(tensor(1))).toThrow("diag: takes a vector or a matrix, not []");
    expect(() => eye(2, 2, 0.5)).toThrow("eye: the offset is 0.5; it must be an integer");
    expect(() => meshgrid([[[1]]])).toThrow("meshgrid: takes vectors");
  });
});
