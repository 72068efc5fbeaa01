import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { grad, gradients } from "../autodiff/gradients.ts";
import { type Tensor, tensor } from "../tensor.ts";
import { cummax, cummin, cumprod, cumsum, linearRecurrence } from "./cumulation.ts";
import { booleanMask, nonzero, unique } from "./dynamic-shapes.ts";
import { slice } from "./slicing.ts";
import { argsort, searchSorted, sort, sparsemax, topK } from "./sorting.ts";
import { expectValues, onBackend, testOps } from "./testing/battery.ts";
import { expectEveryWay } from "./testing/every-way.ts";

testOps("order and running sums", [
  { name: "cumsum", inputs: [[3, 5]], apply: (x) => cumsum(x, 1) },
  { name: "cumsum of columns", inputs: [[7, 2, 3]], apply: (x) => cumsum(x) },
  {
    name: "cumsum, exclusive and reverse",
    inputs: [[5]],
    apply: (x) => cumsum(x, 0, { exclusive: true, reverse: true }),
  },
  { name: "cumsum of nothing", inputs: [[0, 2]], apply: (x) => cumsum(x) },
  { name: "cumsum of one", inputs: [[1]], apply: (x) => cumsum(x, 0, { exclusive: true }) },
  { name: "cumprod", inputs: [[2, 5]], apply: (x) => cumprod(x, 1) },
  { name: "cumprod, exclusive", inputs: [[5, 2]], apply: (x) => cumprod(x, 0, { exclusive: true }) },
  { name: "cumprod, reverse", inputs: [[5]], apply: (x) => cumprod(x, 0, { reverse: true }) },
  { name: "cummax", inputs: [[3, 7]], apply: (x) => cummax(x, 1) },
  { name: "cummin, reverse", inputs: [[7, 3]], apply: (x) => cummin(x, 0, { reverse: true }) },
  {
    name: "linearRecurrence",
    inputs: [
      [5, 3],
      [5, 3],
    ],
    apply: (a, b) => linearRecurrence(a, b),
  },
  { name: "sort", inputs: [[3, 7]], apply: (x) => sort(x) },
  { name: "sort of columns, descending", inputs: [[5, 3]], apply: (x) => sort(x, 0, { descending: true }) },
  { name: "sort of nothing", inputs: [[0, 3]], apply: (x) => sort(x, 0) },
  { name: "sort of one", inputs: [[1]], apply: (x) => sort(x) },
  { name: "argsort", inputs: [[2, 131]], apply: (x) => argsort(x), differentiable: false },
  { name: "topK", inputs: [[3, 7]], apply: (x) => topK(x, 3).values },
  { name: "sparsemax", inputs: [[3, 5]], apply: (x) => sparsemax(x) },
  { name: "sparsemax of axis 0", inputs: [[5, 2]], apply: (x) => sparsemax(x, 0) },
]);

describe.each(["reference", "cpu"] as const)("order on %s", (backend) => {
  // NumPy 1.23: np.argsort(kind="stable"), np.searchsorted, np.cumsum.
  it("is NumPy's", () => {
    onBackend(backend, () => {
      const x = [3, Number.NaN, 1, 2, 1, Number.NEGATIVE_INFINITY];
      expect(argsort(x).arraySync()).toEqual([5, 2, 4, 3, 0, 1]);
      expect(argsort(x, 0, { descending: true }).arraySync()).toEqual([0, 3, 2, 4, 5, 1]);
      expect(searchSorted([1, 2, 2, 3], [0, 2, 2.5, 9]).arraySync()).toEqual([0, 1, 3, 4]);
      expect(
        searchSorted(
          [1, 2, 2, 3],
          [
            [0, 2],
            [2.5, 9],
          ],
          "right",
        ).arraySync(),
      ).toEqual([
        [0, 3],
        [3, 4],
      ]);
      expect(
        searchSorted(
          [
            [1, 3],
            [5, 7],
          ],
          [[2], [8]],
        ).arraySync(),
      ).toEqual([[1], [2]]);
      expect(cumsum([true, true, false]).arraySync()).toEqual([1, 2, 2]);
      expect(
        cumprod([
          [1, 2],
          [3, 4],
        ]).arraySync(),
      ).toEqual([
        [1, 2],
        [3, 8],
      ]);
      expect(cummax(tensor([1, 3, 2, 5], undefined, "int32")).arraySync()).toEqual([1, 3, 3, 5]);
    });
  });

  it("sorts any numbers as JavaScript does, stably", () => {
    onBackend(backend, () => {
      const drawn = fc.array(fc.integer({ min: -5, max: 5 }), { maxLength: 70 });
      fc.assert(
        fc.property(drawn, (list) => {
          const positions = list.map((_, index) => index).sort((a, b) => list[a] - list[b]);
          expect(argsort(tensor(list, [list.length], "float64")).arraySync()).toEqual(positions);
          expect(sort(tensor(list, [list.length], "int32")).arraySync()).toEqual(
            positions.map((index) => list[index]),
          );
        }),
        { numRuns: 40 },
      );
    });
  });
});

describe("order", () => {
  it("has exact gradients of products with zeros", () => {
    const x = tensor([2, 0, 3]);
    // Σ of 2, 2·0, 2·0·3: d/dx = [1 + 0 + 0, 2 + 2·3, 0].
    expect(gradients(cumprod(x), [x])[0].arraySync()).toEqual([1, 8, 0]);
  });

  it("sends a running maximum's gradient to the latest of equal elements", () => {
    const x = tensor([1, 1, 0, 2]);
    expect(gradients(cummax(x), [x])[0].arraySync()).toEqual([1, 2, 0, 1]);
  });

  // Martins and Astudillo 2016: for two scores it is clip((1 + z₁ − z₂)/2, 0, 1).
  it("sparsemax is on the simplex, with exact zeros", () => {
    expectValues(sparsemax([0.4, 0]), [0.7, 0.3]);
    expectValues(sparsemax([[2, 0.5, 0.5]]), [1, 0, 0]);
    expectValues(sparsemax([0.5, 0.6, 0.1, -3]), [0.433333333, 0.533333333, 0.033333333, 0]);
  });

  it("sparsemax of scores far apart is exact, in all dtypes", () => {
    const rows: readonly [scores: number[], expected: number[], slopes: number[]][] = [
      [
        [2e4, 1e4],
        [1, 0],
        [0, 0],
      ],
      [
        [300, 100],
        [1, 0],
        [0, 0],
      ],
      [
        [300, 300],
        [0.5, 0.5],
        [-0.5, 0.5],
      ],
      [
        [Number.NEGATIVE_INFINITY, 0, 0.5],
        [0, 0.25, 0.75],
        [0, -0.5, 0.5],
      ],
      [
        [1, 0],
        [1, 0],
        [0, 0],
      ],
    ];
    const weights = tensor([1, 2, 3], undefined, "float64");
    const slope = (x: Tensor): Tensor =>
      grad((y: Tensor) =>
        sparsemax(y)
          .mul(slice(weights, [[0, y.size]]))
          .sum(),
      )(x);
    for (const dtype of ["float32", "float64", "float16", "bfloat16"] as const) {
      for (const [scores, expected, slopes] of rows) {
        const x = tensor(scores, undefined, dtype);
        expectEveryWay((y) => sparsemax(y), [x], expected);
        expectEveryWay(slope, [x], slopes);
      }
    }
    expectEveryWay((x) => sparsemax(x), [tensor([2e7, 1e7])], [1, 0]);
    expectEveryWay((x) => sparsemax(x), [tensor([1e30, -1e30, 1e30])], [0.5, 0, 0.5]);
    expectEveryWay((x) => sparsemax(x), [tensor([1, Number.NaN])], [Number.NaN, Number.NaN]);
  });

  it("topK gives values and indices", () => {
    const { values, indices } = topK(
      [
        [1, 5, 3],
        [9, 9, 2],
      ],
      2,
    );
    expect(values.arraySync()).toEqual([
      [5, 3],
      [9, 9],
    ]);
    expect(indices.arraySync()).toEqual([
      [1, 2],
      [0, 1],
    ]);
  });

  it("says what does not fit", () => {
    expect(() => topK([1, 2], 3)).toThrow("topK: k is 3; for [2] accepted are the integers 0 to 2");
    expect(() => sort([1], 1)).toThrow("sort: axis 1 is out of range");
    expect(() => searchSorted([[1]], [1, 2])).toThrow("searchSorted: takes numbers");
    expect(() => linearRecurrence([1, 2], [1])).toThrow("linearRecurrence: the shapes [2] and [1] differ");
  });
});

describe("functions whose shapes depend on values", () => {
  it("find distinct elements", async () => {
    const { values, indices, counts } = await unique([
      [3, 1],
      [Number.NaN, 3],
    ]);
    expect(values.arraySync()).toEqual([1, 3, Number.NaN]);
    expect(indices.arraySync()).toEqual([1, 0, 2, 1]);
    expect(counts.arraySync()).toEqual([1, 2, 1]);
  });

  it("find what is not 0", async () => {
    expect(
      (
        await nonzero([
          [0, 2],
          [3, 0],
        ])
      ).arraySync(),
    ).toEqual([
      [0, 1],
      [1, 0],
    ]);
    expect((await nonzero([0, 0])).shape).toEqual([0, 1]);
  });

  it("keep what a mask says, with gradients", async () => {
    const x = tensor([
      [1, 2],
      [3, 4],
      [5, 6],
    ]);
    const kept = await booleanMask(x, [true, false, true]);
    expect(kept.arraySync()).toEqual([
      [1, 2],
      [5, 6],
    ]);
    expect(gradients(kept, [x])[0].arraySync()).toEqual([
      [1, 1],
      [0, 0],
      [1, 1],
    ]);
    expect(
      (
        await booleanMask(x, [
          [true, false],
          [false, false],
          [true, true],
        ])
      ).arraySync(),
    ).toEqual([1, 5, 6]);
    await expect(booleanMask(x, [true])).rejects.toThrow("booleanMask: the mask [1]");
  });
});
