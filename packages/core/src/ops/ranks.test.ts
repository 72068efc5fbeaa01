import { describe, expect, it } from "vitest";
import { evaluate, type Tensor, tensor } from "../tensor.ts";
import { onBackend } from "../testing/backends.ts";
import "./methods.ts";
import { greater, mod, where } from "./arithmetic.ts";
import { matmul } from "./contractions.ts";
import { oneHot } from "./creation.ts";
import { cummax, cummin, cumprod, cumsum } from "./cumulation.ts";
import { einsum } from "./einsum.ts";
import { gather, takeAlongAxis } from "./indexing.ts";
import { repeat, split, stack, tile } from "./joining.ts";
import { tril, triu } from "./matrices.ts";
import { pad } from "./padding.ts";
import { outer, tensordot } from "./products.ts";
import { all, any, argMax, argMin, max, mean, min, prod, sum } from "./reductions.ts";
import { floor } from "./rounding.ts";
import { broadcastTo, concat, expandDims, reshape, squeeze, transpose } from "./shapes.ts";
import { flip, roll, type SliceSpec, slice } from "./slicing.ts";
import { argsort, searchSorted, sort } from "./sorting.ts";
import { countNonZero, variance } from "./statistics.ts";
import { rankChecksums, rankShapes } from "./testing/rank-checksums.ts";

const modulus = 1_000_003;

/** Takes the shape and the values of another result, in order, into a checksum. NaN counts as 7. */
function checksum(state: number, result: Tensor): number {
  const ofShape = result.shape.reduce((sum, size) => (sum * 7 + size + 1) % modulus, 0);
  const ofValues = Array.from(result.dataSync()).reduce((sum, value) => {
    const whole = Number.isNaN(value) ? 7 : Math.trunc(value);
    return (((sum * 31 + whole) % modulus) + modulus) % modulus;
  }, ofShape);
  return (state * 13 + ofValues) % modulus;
}

function axesOf(x: Tensor): number[] {
  return x.shape.map((_, axis) => axis);
}

/** None, all, each, and every second one. */
function axisSets(x: Tensor): number[][] {
  const axes = axesOf(x);
  return [[], axes, ...axes.map((axis) => [axis]), axes.filter((axis) => axis % 2 === 0)];
}

function filledAxes(x: Tensor): number[] {
  return axesOf(x).filter((axis) => x.shape[axis] > 0);
}

function filledSets(x: Tensor): number[][] {
  return axisSets(x).filter((axes) => axes.every((axis) => x.shape[axis] > 0));
}

/** 1 or 2, so that products stay small. */
function smallFactors(x: Tensor): Tensor {
  return mod(x.abs(), 2).add(1);
}

function swapLast(x: Tensor): Tensor {
  const axes = axesOf(x);
  return transpose(x, [...axes.slice(0, -2), x.rank - 1, x.rank - 2]);
}

const ranges: readonly SliceSpec[] = [[null, null, -1], [1], [-1], [null, null, 2], [5, 2]];

const calls: Record<keyof typeof rankChecksums, (x: Tensor) => Tensor[]> = {
  transpose: (x) => [transpose(x), transpose(x, [...axesOf(x).slice(1), ...axesOf(x).slice(0, 1)])],
  expandDims: (x) => [...axesOf(x), x.rank].map((axis) => expandDims(x, axis)),
  squeeze: (x) => [squeeze(x)],
  broadcastTo: (x) => [broadcastTo(x, [2, ...x.shape])],
  reshape: (x) => [reshape(x, [x.size]), reshape(x, [1, ...x.shape, 1])],
  tile: (x) => [
    tile(
      x,
      x.shape.map(() => 2),
    ),
    tile(x, [2]),
  ],
  repeat: (x) => [repeat(x, 2), ...axesOf(x).map((axis) => repeat(x, 2, axis))],
  flip: (x) => [flip(x), ...axesOf(x).map((axis) => flip(x, axis))],
  roll: (x) => [roll(x, 2), ...axesOf(x).map((axis) => roll(x, -2, axis))],
  concat: (x) => axesOf(x).map((axis) => concat([x, x.add(1), x], axis)),
  stack: (x) => [...axesOf(x), x.rank].map((axis) => stack([x, x.add(1)], axis)),
  split: (x) => axesOf(x).flatMap((axis) => split(x, [x.shape[axis] > 0 ? 1 : 0, -1], axis)),
  slice: (x) =>
    axesOf(x).flatMap((axis) => ranges.map((range) => slice(x, [...Array(axis).fill(null), range]))),
  pad(x) {
    const constant = pad(
      x,
      x.shape.map(() => [1, 2]),
      { value: 4 },
    );
    return x.size === 0 || x.rank === 0
      ? [constant]
      : [
          constant,
          pad(
            x,
            x.shape.map(() => [2, 1]),
            { mode: "edge" },
          ),
        ];
  },
  gather: (x) => [
    ...filledAxes(x).map((axis) =>
      gather(
        x,
        [
          [0, -1],
          [-1, 0],
        ],
        axis,
      ),
    ),
    ...axesOf(x).map((axis) => gather(x, new Int32Array(0), axis)),
  ],
  takeAlongAxis: (x) => axesOf(x).map((axis) => takeAlongAxis(x, argsort(x, axis), axis)),
  sort: (x) => axesOf(x).map((axis) => sort(x, axis)),
  argsort: (x) => axesOf(x).map((axis) => argsort(x, axis)),
  cumsum: (x) => axesOf(x).map((axis) => cumsum(x, axis)),
  cumprod: (x) => axesOf(x).map((axis) => cumprod(smallFactors(x), axis)),
  cummax: (x) => axesOf(x).map((axis) => cummax(x, axis)),
  cummin: (x) => axesOf(x).map((axis) => cummin(x, axis)),
  sum: (x) => axisSets(x).flatMap((axes) => [sum(x, axes), sum(x, axes, true)]),
  prod: (x) => axisSets(x).map((axes) => prod(smallFactors(x), axes)),
  max: (x) => filledSets(x).map((axes) => max(x, axes)),
  min: (x) => filledSets(x).map((axes) => min(x, axes, true)),
  any: (x) => axisSets(x).map((axes) => any(x, axes)),
  all: (x) => axisSets(x).map((axes) => all(x, axes)),
  countNonZero: (x) => axisSets(x).map((axes) => countNonZero(x, axes)),
  mean: (x) => axisSets(x).map((axes) => floor(mean(x, axes).mul(16))),
  variance: (x) => axisSets(x).map((axes) => floor(variance(x, axes).mul(16).add(0.01))),
  argMax: (x) => filledAxes(x).map((axis) => argMax(x, axis)),
  argMin: (x) => filledAxes(x).map((axis) => argMin(x, axis)),
  matmul: (x) => (x.rank === 0 ? [] : [matmul(x, x.rank === 1 ? x : swapLast(x))]),
  tensordot: (x) => [tensordot(x, x, x.rank), tensordot(x, x, 0)],
  einsum: (x) => (x.rank === 0 ? [] : [einsum("...i,...i", x, x)]),
  outer: (x) => [outer(x, x)],
  where: (x) => [where(greater(x, 0), x, -1)],
  oneHot: (x) => [oneHot(x, 4)],
  tril: (x) => (x.rank < 2 ? [] : [tril(x), triu(x, 1)]),
  searchSorted: (x) => [searchSorted([-2, 0, 0, 3], x), searchSorted([-2, 0, 0, 3], x, "right")],
};

describe.each(["cpu", "reference"] as const)("on the %s backend", (backend) => {
  it.each(rankShapes.map((shape, index) => ({ shape, index })))(
    "tensors of shape $shape are reshaped, reduced, joined, sorted and multiplied as by NumPy",
    ({ shape, index }) => {
      const found = onBackend(backend, () => {
        const size = shape.reduce((product, length) => product * length, 1);
        const x = tensor(
          Float32Array.from({ length: size }, (_, at) => ((at * 7) % 11) - 5),
          shape,
        );
        const results = Object.entries(calls).map(([name, call]) => ({ name, tensors: call(x) }));
        evaluate(...results.flatMap(({ tensors }) => tensors));
        return results.map(({ name, tensors }) => [name, String(tensors.reduce(checksum, 1))]);
      });
      const expected = Object.entries(rankChecksums).map(([name, list]) => [name, list.split(" ")[index]]);
      expect(found).toEqual(expected);
    },
  );
});

describe("reshape says", () => {
  it.each([
    [[-1, -1], "reshape: [-1, -1] has −1 more than once; one dimension may be −1, for what is left"],
    [[-1, -2], "reshape: [-1, -2] is no shape; dimensions are integers of at least 0, and one may be −1"],
    [[2, Number.NaN], "reshape: [2, NaN] is no shape; dimensions are integers of at least 0"],
    [[-1, 0.5], "reshape: [-1, 0.5] is no shape"],
    [JSON.parse("[2, null]"), "reshape: [2, null] is no shape"],
    [JSON.parse('[2, "3"]'), 'reshape: [2, "3"] is no shape'],
  ])("what it was given: %j", (shape, message) => {
    expect(() => reshape(tensor([1, 2]), shape)).toThrow(message);
  });
});
