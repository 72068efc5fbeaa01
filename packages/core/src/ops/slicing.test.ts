import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { arange } from "./creation.ts";
import { repeat, split, stack, tile, unstack } from "./joining.ts";
import { pad } from "./padding.ts";
import { flip, roll, slice } from "./slicing.ts";
import { depthToSpace, spaceToDepth } from "./space-depth.ts";
import { testOps } from "./testing/battery.ts";

testOps("shape ops", [
  { name: "slice", inputs: [[3, 4, 5]], apply: (x) => slice(x, [1, [null, null, -2], [1, 4]]) },
  {
    name: "slice backwards",
    inputs: [[7, 5]],
    apply: (x) =>
      slice(x, [
        [-1, -6, -2],
        [null, null, 3],
      ]),
  },
  { name: "slice of nothing", inputs: [[3, 4]], apply: (x) => slice(x, [[5, 9]]) },
  { name: "flip", inputs: [[3, 5]], apply: (x) => flip(x, 1) },
  { name: "flip of nothing", inputs: [[0, 2]], apply: (x) => flip(x) },
  { name: "roll", inputs: [[2, 5]], apply: (x) => roll(x, [1, -2], [0, 1]) },
  { name: "roll of all", inputs: [[2, 5]], apply: (x) => roll(x, 3) },
  {
    name: "stack",
    inputs: [
      [3, 2],
      [3, 2],
      [3, 2],
    ],
    apply: (...x) => stack(x, 1),
  },
  { name: "unstack", inputs: [[3, 2, 5]], apply: (x) => unstack(x, 1)[1] },
  { name: "split", inputs: [[3, 7]], apply: (x) => split(x, [2, -1, 1], 1)[1] },
  { name: "tile", inputs: [[3, 1]], apply: (x) => tile(x, [2, 1, 3]) },
  { name: "tile by 0", inputs: [[3]], apply: (x) => tile(x, [0]) },
  { name: "repeat", inputs: [[3, 2]], apply: (x) => repeat(x, 3, 0) },
  { name: "repeat by counts", inputs: [[2, 3]], apply: (x) => repeat(x, [2, 0, 1], -1) },
  {
    name: "pad",
    inputs: [[3, 2]],
    apply: (x) =>
      pad(
        x,
        [
          [1, 0],
          [2, 3],
        ],
        { value: 7 },
      ),
  },
  {
    name: "pad by reflection",
    inputs: [[5, 3]],
    apply: (x) =>
      pad(
        x,
        [
          [3, 2],
          [1, 2],
        ],
        { mode: "reflect" },
      ),
  },
  {
    name: "pad symmetrically",
    inputs: [[5, 1]],
    apply: (x) =>
      pad(
        x,
        [
          [3, 2],
          [1, 1],
        ],
        { mode: "symmetric" },
      ),
  },
  {
    name: "pad with the edge",
    inputs: [[2, 1]],
    apply: (x) =>
      pad(
        x,
        [
          [3, 0],
          [1, 4],
        ],
        { mode: "edge" },
      ),
  },
  { name: "depthToSpace", inputs: [[2, 3, 1, 8]], apply: (x) => depthToSpace(x, 2) },
  { name: "spaceToDepth", inputs: [[1, 6, 3, 2]], apply: (x) => spaceToDepth(x, 3) },
]);

describe("slice", () => {
  // NumPy 1.23: a = np.arange(60).reshape(3, 4, 5).
  it("reads specs as NumPy does", () => {
    const a = arange(60).reshape([3, 4, 5]);
    expect(slice(a, [1, [null, null, -2], [1, 4]]).arraySync()).toEqual([
      [36, 37, 38],
      [26, 27, 28],
    ]);
    expect(slice(a, [0, "...", [-1, -4, -2]]).arraySync()).toEqual([
      [4, 2],
      [9, 7],
      [14, 12],
      [19, 17],
    ]);
    expect(slice(a, [[2, 0, -1], null, 3]).arraySync()).toEqual([
      [43, 48, 53, 58],
      [23, 28, 33, 38],
    ]);
  });

  it("takes the same elements as a loop, for any begin, end and step", () => {
    const bound = fc.option(fc.integer({ min: -9, max: 9 }));
    const step = fc.integer({ min: -4, max: 4 }).filter((value) => value !== 0);
    fc.assert(
      fc.property(fc.nat(6), bound, bound, step, (length, begin, end, by) => {
        const list = Array.from({ length }, (_, index) => index);
        const place = (value: number): number => (value < 0 ? value + length : value);
        const expected: number[] = [];
        const start = begin === null ? (by > 0 ? 0 : length - 1) : place(begin);
        const stop = end === null ? (by > 0 ? length : Number.NEGATIVE_INFINITY) : place(end);
        // Python cuts a start outside of the list off to its end, and then walks.
        let index = by > 0 ? Math.max(start, 0) : Math.min(start, length - 1);
        const limit = end === null || by > 0 ? stop : Math.max(stop, -1);
        for (; by > 0 ? index < limit && index < length : index > limit && index >= 0; index += by) {
          if (index >= 0) expected.push(list[index]);
        }
        expect(slice(arange(length), [[begin, end, by]]).arraySync()).toEqual(expected);
      }),
      { numRuns: 300 },
    );
  });

  it("says what is out of range", () => {
    expect(() => slice([1, 2, 3], [3])).toThrow(
      "slice: index 3 is out of range for axis 0 of size 3; accepted are the integers -3 to 2",
    );
    expect(() => slice([1, 2, 3], [null, null])).toThrow("slice: 2 axes");
    expect(() => slice([1, 2, 3], [[0, 1, 0]])).toThrow("with a step that is not 0");
  });
});

describe("shape ops", () => {
  // NumPy 1.23, the functions of the same names.
  it("are those of NumPy", () => {
    const five = arange(5);
    expect(pad(five, [[3, 2]], { mode: "reflect" }).arraySync()).toEqual([3, 2, 1, 0, 1, 2, 3, 4, 3, 2]);
    expect(pad(five, [[3, 2]], { mode: "symmetric" }).arraySync()).toEqual([2, 1, 0, 0, 1, 2, 3, 4, 4, 3]);
    expect(pad(five, [[3, 2]], { mode: "edge" }).arraySync()).toEqual([0, 0, 0, 0, 1, 2, 3, 4, 4, 4]);
    const ten = arange(10).reshape([2, 5]);
    expect(roll(ten, 3).arraySync()).toEqual([
      [7, 8, 9, 0, 1],
      [2, 3, 4, 5, 6],
    ]);
    expect(roll(ten, [1, -2], [0, 1]).arraySync()).toEqual([
      [7, 8, 9, 5, 6],
      [2, 3, 4, 0, 1],
    ]);
    expect(
      repeat(
        [
          [1, 2],
          [3, 4],
        ],
        [1, 2],
        0,
      ).arraySync(),
    ).toEqual([
      [1, 2],
      [3, 4],
      [3, 4],
    ]);
    expect(
      repeat(
        [
          [1, 2],
          [3, 4],
        ],
        2,
      ).arraySync(),
    ).toEqual([1, 1, 2, 2, 3, 3, 4, 4]);
    expect(tile([[1, 2]], [2, 2]).arraySync()).toEqual([
      [1, 2, 1, 2],
      [1, 2, 1, 2],
    ]);
  });

  // The example of TensorFlow's documentation of tf.nn.depth_to_space.
  it("depthToSpace is TensorFlow's, and spaceToDepth its inverse", () => {
    const x = arange(1, 13).reshape([1, 1, 1, 12]);
    const blocks = depthToSpace(x, 2);
    expect(blocks.arraySync()).toEqual([
      [
        [
          [1, 2, 3],
          [4, 5, 6],
        ],
        [
          [7, 8, 9],
          [10, 11, 12],
        ],
      ],
    ]);
    expect(spaceToDepth(blocks, 2).arraySync()).toEqual(x.arraySync());
  });

  it("say what is wrong", () => {
    expect(() => split([1, 2, 3], 2)).toThrow("split: 2 equal parts do not fill axis 0 of [3], of size 3");
    expect(() => split([1, 2, 3], [1, 1])).toThrow("split: parts of [1, 1]");
    expect(() => stack([[1], [1, 2]])).toThrow("stack: the shapes [1] and [2] differ");
    expect(() => pad([1, 2], [[2, 0]], { mode: "reflect" })).toThrow("pad: axis 0 of [2] is too short");
    expect(() => tile([1], [-1])).toThrow("tile: the counts [-1]");
    expect(() => roll([1, 2], [1, 2], 0)).toThrow("roll: 2 shifts for 1 axes");
    expect(() => depthToSpace([[[[1, 2]]]], 2)).toThrow(
      "depthToSpace: takes [batch, height, width, channels]",
    );
  });
});
