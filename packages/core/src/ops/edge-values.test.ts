import { describe, expect, it } from "vitest";
import { evaluate, type Tensor } from "../tensor.ts";
import { onBackend } from "../testing/backends.ts";
import "./methods.ts";
import { logSoftmax, softmax } from "./activations.ts";
import * as arithmetic from "./arithmetic.ts";
import { matmul } from "./contractions.ts";
import { full, oneHot } from "./creation.ts";
import { cummax, cummin, cumprod, cumsum } from "./cumulation.ts";
import { det, slogdet } from "./determinants.ts";
import { unique } from "./dynamic-shapes.ts";
import { gather } from "./indexing.ts";
import { bitwiseNot, leftShift, rightShift } from "./logic.ts";
import { sigmoidCrossEntropy, softmaxCrossEntropy, sparseSoftmaxCrossEntropy } from "./losses.ts";
import { norm } from "./norms.ts";
import { averagePool1d, maxPool1d } from "./pooling.ts";
import { all, any, argMax, argMin, logSumExp, max, mean, min, prod, sum } from "./reductions.ts";
import { scatter, segmentMax } from "./scatter.ts";
import { argsort, searchSorted, sort, sparsemax, topK } from "./sorting.ts";
import { countNonZero, std, variance } from "./statistics.ts";

const { abs, add, cast, clip, div, divNoNan, floorDiv, mod, mul, neg, pow, square, sub } = arithmetic;
const [nan, inf] = [Number.NaN, Number.POSITIVE_INFINITY];
const [lowest, highest] = [-(2 ** 31), 2 ** 31 - 1];

function int32(...values: number[]): Int32Array {
  return Int32Array.from(values);
}

function uint8(...values: number[]): Uint8Array {
  return Uint8Array.from(values);
}

type Row = readonly [what: string, call: () => Tensor, expected: unknown];

/** Expected are NumPy 1.24.2's results, where it has the function. */
function check(rows: readonly Row[]): void {
  for (const backend of ["cpu", "reference"] as const) {
    onBackend(backend, () => {
      const results = rows.map(([, call]) => call());
      evaluate(...results);
      const found = results.map((result, index) => [rows[index][0], result.arraySync()]);
      // `toEqual` tells −0 from +0, and takes NaN for NaN.
      expect(found).toEqual(rows.map(([what, , expected]) => [what, expected]));
    });
  }
}

describe("on both backends", () => {
  it("reductions treat NaN, infinities and zeros as NumPy's", () => {
    const zeros = [-0, -0, -0, -0, -0, -0, -0, -0, -0, -0, -0, -0, -0];
    check([
      ["max NaN", () => max([1, nan, 3]), nan],
      ["min NaN", () => min([1, nan, 3]), nan],
      ["max of −0 and 0, as in IEEE 754", () => max([-0, 0]), 0],
      ["max of 0 and −0", () => max([0, -0]), 0],
      ["max of −0 alone", () => max(zeros), -0],
      ["max of many −0 and one 0", () => max([...zeros.slice(1), 0, ...zeros]), 0],
      [
        "max by columns",
        () =>
          max(
            [
              [0, -0],
              [-0, -0],
            ],
            0,
          ),
        [0, -0],
      ],
      ["min of 0 and −0", () => min([0, -0]), -0],
      ["min of 0 alone", () => min(Float64Array.of(0, 0, 0)), 0],
      ["argMax NaN", () => argMax([1, nan, 3, nan]), 1],
      ["argMin NaN", () => argMin([1, nan, -3, nan]), 1],
      ["argMax −∞", () => argMax([-inf, -inf]), 0],
      ["sum ∞ − ∞", () => sum([inf, -inf]), nan],
      ["prod 0 · ∞", () => prod([0, inf]), nan],
      ["mean ∞", () => mean([inf, 1]), inf],
      ["variance ∞", () => variance([inf, 1]), nan],
      ["variance of one", () => variance([5], 0, false, 1), nan],
      ["variance, correction = count", () => variance([1, 5], 0, false, 2), inf],
      ["norm that overflows", () => norm([3e38, 3e38]), inf],
      ["norm of order ∞", () => norm([1, -inf], inf), inf],
      ["any NaN", () => any([nan, 0]), true],
      ["all NaN", () => all([nan, 1]), true],
      ["countNonZero", () => countNonZero([nan, 0, -0, inf]), 2],
      ["logSumExp −∞", () => logSumExp([-inf, -inf]), -inf],
      ["logSumExp ∞", () => logSumExp([inf, 1]), inf],
      ["logSumExp ±∞", () => logSumExp([inf, -inf]), inf],
      ["logSumExp NaN", () => logSumExp([nan, 1]), nan],
      ["logSumExp 10⁴", () => logSumExp([1e4, -1e4]), 1e4],
      ["cumsum ∞ − ∞", () => cumsum([1, inf, 2, -inf, 3]), [1, inf, inf, nan, nan]],
      ["cumsum, exclusive", () => cumsum([1, inf, 2], 0, { exclusive: true }), [0, 1, inf]],
      ["cumprod 0 · ∞", () => cumprod([0, inf, 2]), [0, nan, nan]],
      ["cummax NaN", () => cummax([1, nan, 2]), [1, nan, nan]],
      ["cummax −0", () => cummax([-0, 0, -0]), [-0, 0, 0]],
      ["cummin −0", () => cummin([0, -0, 0]), [0, -0, -0]],
      ["clip", () => clip([nan, -inf, inf, -0], -1, 1), [nan, -1, 1, -0]],
      ["maxPool NaN", () => maxPool1d([[[1], [nan], [-inf], [-inf]]], 2), [[[nan], [-inf]]]],
      ["averagePool ∞", () => averagePool1d([[[1], [inf], [3], [4]]], 2), [[[inf], [3.5]]]],
      ["matmul 0 · ∞", () => matmul([[0, 1]], [[inf], [1]]), [[nan]]],
      ["segmentMax of none", () => segmentMax([1, nan], [0, 2], 3), [1, -inf, nan]],
      ["scatter max NaN", () => scatter([1, 2], [0], [nan], { mode: "max" }), [nan, 2]],
      ["gather out of range", () => gather([1, 2], [5, -3]), [nan, nan]],
      [
        "oneHot out of range",
        () => oneHot([nan, 1.5, -1, 1], 2),
        [
          [0, 0],
          [0, 0],
          [0, 0],
          [0, 1],
        ],
      ],
      ["a literal −0", () => full([2], -0), [-0, -0]],
      [
        "det of zeros",
        () =>
          det([
            [0, 0],
            [0, 0],
          ]),
        0,
      ],
      [
        "slogdet of zeros",
        () =>
          slogdet([
            [0, 0],
            [0, 0],
          ]).logDeterminant,
        -inf,
      ],
      ["sum of subnormals", () => sum(new Float32Array(5).fill(2 ** -149)), 5 * 2 ** -149],
    ]);
  });

  it("reductions of nothing are what changes nothing, NaN, or an error", () => {
    check([
      ["sum", () => sum([]), 0],
      ["prod", () => prod([]), 1],
      ["any", () => any([]), false],
      ["all", () => all([]), true],
      ["mean", () => mean([]), nan],
      ["variance", () => variance([]), nan],
      ["std", () => std([]), nan],
      ["norm", () => norm([]), 0],
      ["logSumExp", () => logSumExp([]), -inf],
      ["countNonZero", () => countNonZero([]), 0],
      ["max along another axis", () => max(full([0, 3], 1), 1), []],
    ]);
    expect(() => max([])).toThrow("max: axis 0 of [0] has no elements; it must have one at least");
    expect(() => min(full([3, 0, 2], 1))).toThrow("min: axis 1 of [3, 0, 2] has no elements");
    expect(() => argMax(full([0, 3], 1))).toThrow("argMax: axis 0 of [0, 3] has no elements");
    expect(() => norm([], -inf)).toThrow("norm: axis 0 of [0] has no elements");
  });

  it("NaN comes last when sorted, and is one among unique values", async () => {
    const mixed = [3, nan, -inf, inf, -0, 0, 1];
    check([
      ["sort", () => sort(mixed), [-inf, -0, 0, 1, 3, inf, nan]],
      ["descending", () => sort(mixed, 0, { descending: true }), [inf, 3, 1, -0, 0, -inf, nan]],
      ["argsort", () => argsort([nan, 3, nan, 1]), [3, 1, 0, 2]],
      ["topK", () => topK([1, nan, 3, inf], 3).values, [inf, 3, 1]],
      ["searchSorted", () => searchSorted([1, 2, nan], [nan, 3, -inf, inf]), [2, 2, 0, 2]],
      ["searchSorted on the right", () => searchSorted([1, 2, nan], [nan], "right"), [3]],
    ]);
    const { values, counts } = await unique([nan, 1, nan, 0, -0]);
    expect([values.arraySync(), counts.arraySync()]).toEqual([
      [0, 1, nan],
      [2, 1, 2],
    ]);
  });

  it("softmax and the losses from logits are stable at ±10⁴ and −∞", () => {
    check([
      ["softmax 10⁴", () => softmax([1e4, -1e4]), [1, 0]],
      ["softmax −∞", () => softmax([-inf, 0]), [0, 1]],
      ["softmax of −∞ alone", () => softmax([-inf, -inf]), [nan, nan]],
      ["softmax ∞", () => softmax([inf, 1]), [nan, nan]],
      ["logSoftmax −∞", () => logSoftmax([-inf, 0]), [-inf, 0]],
      ["sparsemax −∞", () => sparsemax([-inf, 0]), [0, 1]],
      ["softmaxCrossEntropy", () => softmaxCrossEntropy([[0, 1]], [[1e4, -1e4]]), [2e4]],
      ["sparseSoftmaxCrossEntropy", () => sparseSoftmaxCrossEntropy([1], [[1e4, -1e4]]), [2e4]],
      [
        "sigmoidCrossEntropy",
        () => sigmoidCrossEntropy([0, 1, 1, 0], [1e4, 1e4, -1e4, -1e4]),
        [1e4, 0, 1e4, 0],
      ],
    ]);
  });

  it("integers wrap, shift their bits out, and divided by 0 are 0", () => {
    const [dividends, divisors] = [int32(lowest, 7, -7, 7, -7, 0, 5), int32(-1, 2, 2, -2, -2, 0, 0)];
    check([
      ["add", () => add(int32(highest), int32(1)), [lowest]],
      ["sub", () => sub(int32(lowest), int32(1)), [highest]],
      ["mul", () => mul(int32(highest, 65536), int32(highest, 65536)), [1, 0]],
      ["neg", () => neg(int32(lowest)), [lowest]],
      ["abs", () => abs(int32(lowest)), [lowest]],
      ["square", () => square(int32(65536, 46341)), [0, -2147479015]],
      ["pow", () => pow(int32(3, 2, -2, 2, 0), int32(40, 31, 31, 32, 0)), [689956897, lowest, lowest, 0, 1]],
      ["pow below 0", () => pow(int32(-1, 1, 2, 0), int32(-3, -5, -1, -1)), [-1, 1, 0, 0]],
      ["sum", () => sum(int32(highest, 1, 5)), lowest + 5],
      ["prod", () => prod(int32(highest, highest, 3)), 3],
      ["cumsum", () => cumsum(int32(highest, 1, 1)), [highest, lowest, lowest + 1]],
      ["matmul", () => matmul(int32(highest, highest), int32(highest, 2)), -1],
      ["floorDiv", () => floorDiv(dividends, divisors), [lowest, 3, -4, -4, 3, 0, 0]],
      ["mod", () => mod(dividends, divisors), [0, 1, 1, -1, -1, 0, 0]],
      ["div", () => div(int32(lowest, 1, -1, 0), int32(-1, 0, 0, 0)), [2 ** 31, inf, -inf, nan]],
      ["divNoNan", () => divNoNan(int32(1, 0), int32(0, 0)), [0, 0]],
      [
        "leftShift",
        () => leftShift(int32(1, 1, 1, 1, -1, 1), int32(31, 32, 33, -1, 31, 100)),
        [lowest, 0, 0, 0, lowest, 0],
      ],
      [
        "rightShift",
        () => rightShift(int32(lowest, lowest, 5, -5, 5, lowest), int32(31, 32, 33, -1, -1, 100)),
        [-1, -1, 0, -1, 0, -1],
      ],
      ["bitwiseNot", () => bitwiseNot(int32(0, lowest)), [-1, highest]],
      ["uint8 add", () => add(uint8(255, 200), uint8(1, 100)), [0, 44]],
      ["uint8 sub", () => sub(uint8(0), uint8(1)), [255]],
      ["uint8 neg", () => neg(uint8(1)), [255]],
      ["uint8 pow", () => pow(uint8(2, 3), uint8(8, 6)), [0, 217]],
      ["uint8 shifts", () => leftShift(uint8(255, 255), uint8(1, 8)), [254, 0]],
      ["uint8 floorDiv", () => floorDiv(uint8(255, 5), uint8(2, 0)), [127, 0]],
      ["uint8 sum", () => sum(uint8(255, 255)), 510],
      ["bool add", () => add([true], [true]), [2]],
    ]);
  });

  it("casts truncate, saturate int32 and wrap uint8; a number that does not fit raises the dtype", () => {
    const wide = [nan, inf, -inf, 1e10, -1e10, 2.7, -2.7];
    check([
      ["to int32", () => cast(wide, "int32"), [0, highest, lowest, highest, lowest, 2, -2]],
      ["to uint8", () => cast([...wide, 300, -1], "uint8"), [0, 255, 0, 255, 0, 2, 254, 44, 255]],
      ["to bool", () => cast([nan, 0, -0, 0.5, inf], "bool"), [true, false, false, true, true]],
      ["int32 to uint8", () => cast(int32(256, -1, 511), "uint8"), [0, 255, 255]],
      ["int32 to float32", () => cast(int32(16777217, highest), "float32"), [16777216, 2 ** 31]],
      [
        "float64 to float32",
        () => cast(Float64Array.of(1e300, 1e-310, -1e300, 16777217), "float32"),
        [inf, 0, -inf, 16777216],
      ],
      ["full", () => full([1], 1e10, "int32"), [highest]],
      ["uint8 + 300", () => add(uint8(1), 300), [301]],
      ["int32 + 10¹⁰", () => add(int32(1), 1e10), [1e10]],
      ["uint8 clipped", () => clip(uint8(5, 200), -1, 300), [5, 200]],
      ["int32 = 2³²", () => arithmetic.equal(int32(0), 2 ** 32), [false]],
    ]);
    expect([add(uint8(1), 300).dtype, add(uint8(1), 2).dtype, add(int32(1), 1e10).dtype]).toEqual([
      "int32",
      "uint8",
      "float32",
    ]);
  });
});
