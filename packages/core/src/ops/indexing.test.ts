import { describe, expect, it } from "vitest";
import { grad } from "../autodiff/gradients.ts";
import { tensor } from "../tensor.ts";
import { where } from "./arithmetic.ts";
import { arange } from "./creation.ts";
import { embeddingLookup, gather, gatherND, takeAlongAxis } from "./indexing.ts";
import { isNaN } from "./logic.ts";
import { bincount, putAlongAxis, scatter, scatterND, segmentMax, segmentMin, segmentSum } from "./scatter.ts";
import { onBackend, testOps } from "./testing/battery.ts";
import { everyWay } from "./testing/every-way.ts";

const indices = (shape: readonly number[], below: number) => ({
  shape,
  from: -below,
  to: below,
  integer: true,
});
const distinct = tensor([3, 0, 4], undefined, "int32");

testOps("indexing", [
  { name: "gather", inputs: [[5, 3], indices([7], 5)], apply: (x, i) => gather(x, i) },
  { name: "gather of one", inputs: [[5], indices([], 5)], apply: (x, i) => gather(x, i) },
  { name: "gather of wide rows", inputs: [[3, 37], indices([2, 2], 3)], apply: (x, i) => gather(x, i) },
  { name: "gather along axis 1", inputs: [[2, 3, 2], indices([2, 3], 3)], apply: (x, i) => gather(x, i, 1) },
  { name: "gather of a batch", inputs: [[2, 3, 5], indices([2, 3], 3)], apply: (x, i) => gather(x, i, 1, 1) },
  {
    name: "gather of a batch, last axis",
    inputs: [[2, 2, 5], indices([2, 3], 5)],
    apply: (x, i) => gather(x, i, -1, 1),
  },
  { name: "gather of nothing", inputs: [[3, 2], indices([0], 3)], apply: (x, i) => gather(x, i) },
  { name: "embeddingLookup", inputs: [[7, 3], indices([2, 5], 7)], apply: (x, i) => embeddingLookup(x, i) },
  { name: "gatherND of elements", inputs: [[3, 3], indices([5, 2], 3)], apply: (x, i) => gatherND(x, i) },
  { name: "gatherND of slices", inputs: [[3, 3, 2], indices([2, 2, 1], 3)], apply: (x, i) => gatherND(x, i) },
  { name: "takeAlongAxis", inputs: [[3, 5], indices([3, 2], 5)], apply: (x, i) => takeAlongAxis(x, i) },
  {
    name: "takeAlongAxis, broadcast",
    inputs: [[5, 1, 3], indices([2, 4, 1], 5)],
    apply: (x, i) => takeAlongAxis(x, i, 0),
  },
  {
    name: "scatter, add",
    inputs: [[5, 3], indices([7], 5), [7, 3]],
    apply: (x, i, u) => scatter(x, i, u, { mode: "add" }),
  },
  { name: "scatter, set", inputs: [[5], indices([7], 5), [7]], apply: (x, i, u) => scatter(x, i, u) },
  {
    name: "scatter, max",
    inputs: [[5, 2], indices([7], 5), [7, 2]],
    apply: (x, i, u) => scatter(x, i, u, { mode: "max" }),
  },
  {
    name: "scatter, min, axis 1",
    inputs: [[2, 5], indices([3], 5), [2, 3]],
    apply: (x, i, u) => scatter(x, i, u, { axis: 1, mode: "min" }),
  },
  { name: "scatter, broadcast", inputs: [[5, 2], [1]], apply: (x, u) => scatter(x, distinct, u) },
  { name: "scatterND", inputs: [indices([5, 2], 3), [5, 2]], apply: (i, u) => scatterND(i, u, [3, 3, 2]) },
  {
    name: "putAlongAxis",
    inputs: [[3, 5], indices([3, 2], 5), [3, 2]],
    apply: (x, i, u) => putAlongAxis(x, i, u, { mode: "add" }),
  },
  {
    name: "segmentSum",
    inputs: [[7, 3], { shape: [7], from: 0, to: 4, integer: true }],
    apply: (x, i) => segmentSum(x, i, 4),
  },
  {
    name: "segmentMax",
    inputs: [[7], { shape: [7], from: 0, to: 2, integer: true }],
    apply: (x, i) => segmentMax(x, i, 2),
  },
  {
    name: "segmentMin",
    inputs: [[7], { shape: [7], from: 0, to: 2, integer: true }],
    apply: (x, i) => segmentMin(x, i, 2),
  },
  { name: "bincount", inputs: [indices([31], 5), [31]], apply: (x, w) => bincount(x, w, 5) },
]);

describe.each(["reference", "cpu"] as const)("indexing on %s", (backend) => {
  const x = () => arange(12).reshape([3, 4]);

  // NumPy 1.23: np.take, fancy indexing, np.take_along_axis, np.put_along_axis, np.bincount.
  it("is NumPy's", () => {
    onBackend(backend, () => {
      expect(
        gather(
          x(),
          [
            [2, -1],
            [0, 1],
          ],
          1,
        ).arraySync(),
      ).toEqual([
        [
          [2, 3],
          [0, 1],
        ],
        [
          [6, 7],
          [4, 5],
        ],
        [
          [10, 11],
          [8, 9],
        ],
      ]);
      expect(
        gatherND(x(), [
          [0, 1],
          [2, -1],
        ]).arraySync(),
      ).toEqual([1, 11]);
      expect(takeAlongAxis(x(), [[3], [0], [-2]]).arraySync()).toEqual([[3], [4], [10]]);
      expect(putAlongAxis(x(), [[3], [0], [1]], -1).arraySync()).toEqual([
        [0, 1, 2, -1],
        [-1, 5, 6, 7],
        [8, -1, 10, 11],
      ]);
      expect(bincount([0, 1, 1, 3, 2, 1, 7], null, 8).arraySync()).toEqual([1, 3, 1, 1, 0, 0, 0, 1]);
      expect(bincount([0, 1, 1, 2], [0.5, 1, 0.25, 2], 3).arraySync()).toEqual([0.5, 1.25, 2]);
    });
  });

  // The examples of TensorFlow's documentation of tf.math.unsorted_segment_sum and tf.scatter_nd.
  it("is TensorFlow's", () => {
    onBackend(backend, () => {
      const c = [
        [1, 2, 3, 4],
        [5, 6, 7, 8],
        [4, 3, 2, 1],
      ];
      expect(segmentSum(c, [0, 1, 0], 2).arraySync()).toEqual([
        [5, 5, 5, 5],
        [5, 6, 7, 8],
      ]);
      expect(scatterND([[4], [3], [1], [7]], [9, 10, 11, 12], [8]).arraySync()).toEqual([
        0, 11, 0, 10, 9, 0, 0, 12,
      ]);
    });
  });

  it("takes what is out of range for missing", () => {
    onBackend(backend, () => {
      expect(gather([1, 2, 3], [3, -4, -3]).arraySync()).toEqual([Number.NaN, Number.NaN, 1]);
      expect(gather(tensor([1, 2, 3], undefined, "int32"), [3, 1]).arraySync()).toEqual([0, 2]);
      expect(
        gatherND(
          [
            [1, 2],
            [3, 4],
          ],
          [
            [0, 2],
            [-1, -1],
            [-3, 0],
          ],
        ).arraySync(),
      ).toEqual([Number.NaN, 4, Number.NaN]);
      expect(scatter([1, 2], [2, -3, 1], [10, 20, 30]).arraySync()).toEqual([1, 30]);
      expect(segmentSum([1, 2, 3], [-1, 0, 5], 2).arraySync()).toEqual([2, 0]);
      expect(segmentMax([1, 2], [0, 0], 2).arraySync()).toEqual([2, Number.NEGATIVE_INFINITY]);
    });
  });

  it("keeps the last of several values for one place", () => {
    onBackend(backend, () => {
      expect(scatter([0, 0], [1, 1, 0, 1], [1, 2, 3, 4]).arraySync()).toEqual([3, 4]);
    });
  });
});

describe("indexing", () => {
  it("says what does not fit", () => {
    expect(() => gather([1, 2], tensor([0.5]))).toThrow(
      "gather: the indices are float32; they must be int32 or uint8",
    );
    expect(() => gather([1, 2], [0], 1)).toThrow("gather: axis 1 is out of range");
    expect(() => gather([[1]], [0], 0, 1)).toThrow("gather: batchDims is 1");
    expect(() => gatherND([1], [[0, 0]])).toThrow("name 2 axes of [1]");
    expect(() => takeAlongAxis([[1]], [0])).toThrow("must have the same rank");
    expect(() => scatter([1, 2], [0], [1, 2, 3])).toThrow("scatter: the updates [3] do not broadcast to [1]");
    expect(() => segmentSum([1, 2], [0, 1, 2], 3)).toThrow("segmentSum: the segment ids [3]");
    expect(() => embeddingLookup([1, 2], [0])).toThrow("embeddingLookup: takes a table [N, D]");
  });
});

it("what is out of range has no gradient, and takes none from the others", () => {
  const x = tensor([1, 2, 3]);
  const read = grad((each) =>
    where(isNaN(gather(each, [3, 0, -4, -1])), 0, gather(each, [3, 0, -4, -1])).sum(),
  );
  for (const slopes of everyWay(read, x)) expect(slopes).toEqual([1, 0, 1]);
  for (const slopes of everyWay(
    grad((each) => gather(each, [5, 0]).sum()),
    x,
  ))
    expect(slopes).toEqual([1, 0, 0]);
  for (const values of everyWay((each) => gather(each, [5, 0]), x)) expect(values).toEqual([Number.NaN, 1]);
});
