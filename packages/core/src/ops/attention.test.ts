import { describe, expect, it } from "vitest";
import { grad, gradients } from "../autodiff/gradients.ts";
import { Tensor, tensor } from "../tensor.ts";
import "./methods.ts";
import { where } from "./arithmetic.ts";
import { type AttentionOptions, scaledDotProductAttention } from "./attention.ts";
import { attendInBlocks } from "./attention-blocks.ts";
import { attentionOf } from "./attention-scores.ts";
import { operandNode } from "./operands.ts";
import { concat, reshape } from "./shapes.ts";
import { drawing } from "./testing/battery.ts";
import { expectEveryWay } from "./testing/every-way.ts";

const hidden = Number.NEGATIVE_INFINITY;

function drawn(seed: number, ...shape: number[]): Tensor {
  const next = drawing(seed);
  const size = shape.reduce((product, length) => product * length, 1);
  return tensor(
    Float64Array.from({ length: size }, () => 4 * next() - 2),
    shape,
  );
}

type Attend = (query: Tensor, key: Tensor, value: Tensor, options: AttentionOptions) => Tensor;

const paths: readonly (readonly [name: string, attend: Attend])[] = [
  ["at once", scaledDotProductAttention],
  [
    "in blocks",
    (query, key, value, { mask = null, causal = false }) => {
      const scale = 1 / Math.sqrt(query.shape[query.rank - 1]);
      const given = mask === null ? null : new Tensor(operandNode("attention", mask));
      return attendInBlocks(attentionOf({ query, key, value, mask: given, causal, scale }), 2);
    },
  ],
];

/** The result, and the gradients of the sum of its squares by query, key and value, in one list. */
function everything(attend: Attend, options: AttentionOptions) {
  return (query: Tensor, key: Tensor, value: Tensor): Tensor => {
    const result = attend(query, key, value, options);
    const slopes = gradients(result.square().sum(), [query, key, value]);
    return concat([result, ...slopes].map((each) => reshape(each, [-1])));
  };
}

/** The same, row by row in plain arithmetic, with central differences for the slopes. */
function expected(inputs: readonly Tensor[], isAllowed: (query: number, key: number) => boolean, bias = 0) {
  const lists = inputs.map((each) => Array.from(each.dataSync()));
  const [size, depth] = inputs[0].shape;
  const attend = ([q, k, v]: readonly number[][]): number[] =>
    Array.from({ length: size }, (_, t) => {
      const keys = Array.from({ length: size }, (_key, s) => s).filter((s) => isAllowed(t, s));
      const powers = keys.map((s) => {
        let score = 0;
        for (let d = 0; d < depth; d++) score += q[t * depth + d] * k[s * depth + d];
        return Math.exp(score / Math.sqrt(depth) + bias * s);
      });
      const total = powers.reduce((sum, power) => sum + power, 0);
      return Array.from({ length: depth }, (_e, d) =>
        keys.reduce((sum, s, index) => sum + (powers[index] / total) * v[s * depth + d], 0),
      );
    }).flat();
  const loss = (all: readonly number[][]): number => attend(all).reduce((sum, y) => sum + y * y, 0);
  const step = 1e-5;
  const slopes = lists.map((list, input) =>
    list.map((_, index) => {
      const [up, down] = [step, -step].map((change) =>
        loss(lists.map((each, at) => (at === input ? each.with(index, each[index] + change) : each))),
      );
      return (up - down) / (2 * step);
    }),
  );
  return [...attend(lists), ...slopes.flat()];
}

describe.each(paths)("a mask of attention, %s", (_name, attend) => {
  const inputs = [1, 2, 3].map((seed) => drawn(seed, 4, 2));
  const isAllowed = [
    [true, false, true, false],
    [false, false, false, false],
    [true, true, true, false],
    [false, false, true, false],
  ];
  const floats = isAllowed.map((row) => row.map((each, key) => (each ? key * 0.5 : hidden)));
  const masks: readonly (readonly [string, AttentionOptions, number])[] = [
    ["of bools", { mask: isAllowed }, 0],
    ["of floats", { mask: floats }, 0.5],
    ["of floats, causal", { mask: floats, causal: true }, 0.5],
    ["of bools, causal", { mask: isAllowed, causal: true }, 0],
  ];

  it.each(masks)("%s may hide all keys: zeros, with gradients of 0", (_kind, options, bias) => {
    const isSeen = (t: number, s: number): boolean => isAllowed[t][s] && (!options.causal || s <= t);
    const values = expected(inputs, isSeen, bias);
    expectEveryWay(everything(attend, options), inputs, values, 1e-8);
    expect(values.slice(2, 4)).toEqual([0, 0]);
  });

  it.each(masks)("%s keeps NaN and infinities in what nobody sees to itself", (_kind, options, bias) => {
    const isSeen = (t: number, s: number): boolean => isAllowed[t][s] && (!options.causal || s <= t);
    const values = expected(inputs, isSeen, bias);
    const row = tensor([[0], [1], [2], [3]]);
    for (const bad of [Number.NaN, Number.POSITIVE_INFINITY]) {
      const [query, key, value] = inputs;
      const spoilt = [
        where(row.equal(1), bad, query),
        where(row.equal(3), bad, key),
        where(row.equal(3), bad, value),
      ];
      expectEveryWay(everything(attend, options), spoilt, values, 1e-8);
    }
  });

  it("has finite second derivatives, and a gradient by the mask", () => {
    const [query, key, value] = inputs;
    const slope = (mask: Tensor): Tensor =>
      grad((m: Tensor) => attend(query, key, value, { mask: m }).square().sum())(mask);
    const weights = drawn(5, 4, 4);
    const mask = tensor(floats, undefined, "float64");
    const curvature = (q: Tensor, m: Tensor): Tensor => {
      const [found] = gradients(attend(q, key, value, { mask: m }).square().sum(), [q]);
      return gradients(found.mul(drawn(6, 4, 2)).sum(), [q])[0];
    };
    const lowered = tensor(
      floats.map((each) => each.map((x) => Math.max(x, -200))),
      undefined,
      "float64",
    );
    // With numbers far below in place of −∞, all but the row that sees nothing is the same.
    const isOther = tensor([[true], [false], [true], [true]]);
    const slopes = where(isOther, slope(lowered), 0).dataSync();
    expectEveryWay((m) => slope(m), [mask], Array.from(slopes), 1e-10);
    const curved = where(isOther, curvature(query, lowered), 0).dataSync();
    expectEveryWay((m) => curvature(query, m), [mask], Array.from(curved), 1e-10);
    expectEveryWay(
      (m) => slope(m).mul(weights).sum(),
      [mask],
      [Array.from(slopes).reduce((sum, x, index) => sum + x * weights.dataSync()[index], 0)],
    );
  });

  it("broadcasts over examples that share keys, and hides what none of them sees", () => {
    const [query, key, value] = inputs;
    const mask = tensor([[[hidden, 0, 0, hidden]], [[hidden, hidden, hidden, hidden]]]);
    const bad = where(tensor([[true], [false], [false], [true]]), Number.NaN, value);
    const both = attend(query, key, bad, { mask });
    const alone = attend(query, key, value, { mask: tensor([[hidden, 0, 0, hidden]]) });
    expect(both.shape).toEqual([2, 4, 2]);
    const wanted = [...alone.dataSync(), 0, 0, 0, 0, 0, 0, 0, 0];
    expectEveryWay((v) => attend(query, key, v, { mask }), [bad], wanted, 1e-12);
  });
});

it("attention of half precision hides keys by −∞, too", () => {
  const [query, key, value] = [1, 2, 3].map((seed) => drawn(seed, 3, 2).cast("float16"));
  const mask = [
    [0, hidden, 0],
    [hidden, hidden, hidden],
    [0, 0, 0],
  ];
  const wide = scaledDotProductAttention(query.cast("float64"), key.cast("float64"), value.cast("float64"), {
    mask,
  });
  expectEveryWay(
    (q, k, v) => scaledDotProductAttention(q, k, v, { mask: tensor(mask, undefined, "float16") }),
    [query, key, value],
    Array.from(wide.dataSync()),
    2e-3,
  );
});
