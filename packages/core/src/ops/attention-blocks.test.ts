import { describe, expect, it } from "vitest";
import { gradients } from "../autodiff/gradients.ts";
import { scan } from "../control/scan.ts";
import { vmap } from "../control/vmap.ts";
import { describeProgram } from "../debug.ts";
import { jit } from "../jit.ts";
import { evaluate, type Tensor, tensor } from "../tensor.ts";
import "./methods.ts";
import { softmax } from "./activations.ts";
import { where } from "./arithmetic.ts";
import { scaledDotProductAttention } from "./attention.ts";
import { attendInBlocks } from "./attention-blocks.ts";
import { attentionOf } from "./attention-scores.ts";
import { matmul } from "./contractions.ts";
import { arange, zeros } from "./creation.ts";
import { logicalAnd } from "./logic.ts";
import { transpose } from "./shapes.ts";
import { difference, drawing, onBackend, testOps } from "./testing/battery.ts";

interface Options {
  readonly mask?: Tensor;
  readonly causal?: boolean;
}

/** What the op does with long sequences. */
function inBlocks(count: number, [query, key, value]: readonly Tensor[], options: Options = {}): Tensor {
  const { mask = null, causal = false } = options;
  const scale = 1 / Math.sqrt(query.shape[query.rank - 1]);
  return attendInBlocks(attentionOf({ query, key, value, mask, causal, scale }), count);
}

function drawn(seed: number, ...shape: number[]): Tensor {
  const next = drawing(seed);
  const size = shape.reduce((product, length) => product * length, 1);
  return tensor(
    Float64Array.from({ length: size }, () => 4 * next() - 2),
    shape,
  );
}

function draw3(dtype: "float32" | "float64", shapes: readonly (readonly number[])[]): Tensor[] {
  return shapes.map((shape, index) => drawn(index + 1, ...shape).cast(dtype));
}

/** Draws bools; the first row has none that is true. */
function drawnBools(...shape: number[]): Tensor {
  const row = arange(shape[0]).reshape([-1, ...shape.slice(1).map(() => 1)]);
  return logicalAnd(drawn(11, ...shape).greater(0), row.greater(0));
}

testOps("attention in blocks of queries", [
  {
    name: "self-attention",
    inputs: [
      [2, 7, 2],
      [2, 7, 2],
      [2, 7, 3],
    ],
    apply: (...inputs) => inBlocks(3, inputs),
  },
  {
    name: "causal cross-attention without leading axes",
    inputs: [
      [7, 2],
      [5, 2],
      [5, 3],
    ],
    apply: (...inputs) => inBlocks(2, inputs, { causal: true }),
  },
  {
    name: "causal attention to more keys than there are queries, in several loops",
    inputs: [
      [2, 5, 2],
      [2, 8, 2],
      [2, 8, 3],
      [5, 8],
    ],
    apply: (q, k, v, mask) => inBlocks(5, [q, k, v], { mask, causal: true }),
  },
  {
    name: "leading axes that broadcast",
    inputs: [
      [3, 1, 5, 2],
      [2, 3, 2],
      [3, 3, 1],
    ],
    apply: (...inputs) =>
      inBlocks(
        2,
        inputs.map((each, index) => (index === 2 ? each.expandDims(1) : each)),
      ),
  },
  {
    name: "a mask of bools",
    inputs: [
      [5, 2],
      [4, 2],
      [4, 3],
    ],
    apply: (...inputs) => inBlocks(2, inputs, { mask: drawnBools(5, 4), causal: true }),
  },
  {
    name: "a bias for each pair",
    inputs: [
      [2, 5, 2],
      [2, 3, 2],
      [2, 3, 2],
      [5, 3],
    ],
    apply: (q, k, v, mask) => inBlocks(3, [q, k, v], { mask }),
  },
  {
    name: "a bias that all queries share, with axes of its own",
    inputs: [
      [5, 2],
      [3, 2],
      [3, 2],
      [2, 1, 3],
    ],
    apply: (q, k, v, mask) => inBlocks(3, [q, k, v], { mask, causal: true }),
  },
]);

describe("attention in blocks of queries", () => {
  const masks: Readonly<Record<string, (queries: number, keys: number) => Options>> = {
    nothing: () => ({}),
    "the future": () => ({ causal: true }),
    "some keys": (_queries, keys) => ({ mask: drawnBools(1, keys) }),
    "some keys and the future": (_queries, keys) => ({ mask: drawn(11, keys).greater(0), causal: true }),
    "some pairs and the future": (queries, keys) => ({ mask: drawnBools(queries, keys), causal: true }),
    "some keys of each example": (_queries, keys) => ({ mask: drawnBools(2, 1, keys) }),
    "all from some queries": (queries) => ({ mask: drawnBools(queries, 1), causal: true }),
    "a bias": (queries, keys) => ({ mask: drawn(5, queries, keys) }),
    "a bias and the future": (queries, keys) => ({ mask: drawn(5, queries, keys), causal: true }),
    "a bias of keys and the future": (_queries, keys) => ({ mask: drawn(5, 2, 1, keys), causal: true }),
    "a bias of examples and the future": () => ({ mask: drawn(5, 2, 1, 1), causal: true }),
  };
  const cases = Object.entries(masks).flatMap(([name, optionsFor]) =>
    [
      [13, 11],
      [17, 5],
      [9, 14],
    ]
      .map(([queries, keys]) => ({ name, queries, keys, options: optionsFor(queries, keys) }))
      // How many keys there are matters where loops end before the last.
      .filter(({ options }, index) => options.causal || index === 0),
  );

  it.each(cases)("is the formula, and has its derivatives, $queries × $keys, hidden: $name", (each) => {
    const { queries, keys, options } = each;
    const shapes = [
      [2, queries, 3],
      [2, keys, 3],
      [2, keys, 2],
    ];
    const inputs = draw3("float64", shapes);
    const derivatives = (attention: Tensor, order: number): Tensor[] => {
      const wanted = options.mask?.dtype === "float64" ? [...inputs, options.mask] : inputs;
      let scalar = attention
        .mul(drawn(7, 2, queries, 2))
        .square()
        .sum();
      for (;;) {
        const found = gradients(scalar, wanted);
        if (--order === 0) return found;
        scalar = found.reduce((total, each) => total.add(each.square().sum()), tensor(0).cast("float64"));
      }
    };
    const [query, key, value] = inputs;
    const direct = scaledDotProductAttention(query, key, value, options);
    const expected = [direct, ...[1, 2].flatMap((order) => derivatives(direct, order))];
    // Of 7 blocks the last is cut short, or the last two are empty.
    const found = [2, 7].map((count) => {
      const blocks = inBlocks(count, inputs, options);
      return [blocks, ...[1, 2].flatMap((order) => derivatives(blocks, order))];
    });
    // The number of keys decides which graph is made, whichever backend computes it; on the cpu, which compiles a
    // program for each, there is one of each mask.
    onBackend(keys === 11 ? "cpu" : "reference", () => evaluate(...expected, ...found.flat()));
    for (const results of found) {
      expect(results.length).toBe(expected.length);
      for (const [index, actual] of results.entries()) {
        expect(actual.shape).toEqual(expected[index].shape);
        expect(difference(actual.dataSync(), expected[index].dataSync())).toBeLessThan(1e-10);
      }
    }
  });

  it("does not compute with the keys after those that the queries of its loop may look at", () => {
    const [q, k, v] = draw3("float32", [
      [16, 2],
      [24, 2],
      [24, 2],
    ]);
    const row = arange(24).expandDims(1);
    const isFinite = (begin: number): boolean[] => {
      const [key, value] = [k, v].map((each) => where(row.less(begin), each, Number.NaN));
      const result = inBlocks(8, [q, key, value], { causal: true });
      return Array.from(result.sum(-1).dataSync(), Number.isFinite);
    };
    const before = (end: number): boolean[] => Array.from({ length: 16 }, (_, index) => index < end);
    for (const end of [4, 8, 12, 16]) expect(isFinite(end)).toEqual(before(end));
  });

  it.each([
    ["cpu", {}],
    ["reference", {}],
    ["cpu", { causal: true }],
    ["reference", { causal: true }],
  ] as const)("goes with vmap, jit and scan on %s: %o", (backend, options) => {
    const run = (attend: (inputs: readonly Tensor[]) => Tensor): ArrayLike<number>[] => {
      const inputs = draw3("float64", [
        [3, 2, 7, 2],
        [3, 2, 5, 2],
        [3, 2, 5, 2],
      ]);
      const step = (q: Tensor, k: Tensor, v: Tensor): Tensor[] =>
        gradients(attend([q, k, v]).square().sum(), [q, k, v]);
      const looped = (q: Tensor, k: Tensor, v: Tensor): Tensor[] => {
        const [last] = scan<Tensor, null, null>((x) => [attend([x, k, v]), null], q, null, { length: 2 });
        return gradients(last.square().sum(), [q, k, v]);
      };
      const [q, k, v] = inputs;
      const ofAll = gradients(
        vmap((x: Tensor, y: Tensor, z: Tensor) => attend([x, y, z]))(q, k, v)
          .square()
          .sum(),
        inputs,
      );
      return [...vmap(step)(q, k, v), ...jit(step)(q, k, v), ...jit(looped)(q, k, v), ...ofAll].map((each) =>
        each.dataSync(),
      );
    };
    const expected = onBackend("reference", () =>
      run(([q, k, v]) => scaledDotProductAttention(q, k, v, options)),
    );
    const actual = onBackend(backend, () => run((inputs) => inBlocks(3, inputs, options)));
    actual.forEach((each, index) => {
      expect(difference(each, expected[index])).toBeLessThan(1e-10);
    });
  });

  it.each([false, true])(
    "adds up the gradients of values in float32 where they are float16, causal: %s",
    (causal) => {
      const [q, k, v] = draw3("float32", [
        [64, 2],
        [16, 2],
        [16, 2],
      ]).map((each) => each.cast("float16"));
      const towardsValue = (attention: Tensor) =>
        gradients(attention.cast("float32").sum(), [v])[0].dataSync();
      const exact = inBlocks(
        1,
        [q, k, v].map((each) => each.cast("float64")),
        { causal },
      );
      const [expected] = gradients(exact.sum(), [v]);
      const actual = towardsValue(inBlocks(64, [q, k, v], { causal }));
      expect(difference(actual, expected.cast("float16").dataSync())).toBe(0);
    },
  );
});

describe("scaledDotProductAttention of long sequences", () => {
  const depth = 8;

  /** Bytes of scratch space of a step of training: what it keeps, and what it needs for a moment. */
  function stepBytes(shape: readonly number[], options: Options = {}): number {
    const step = jit((query: Tensor, key: Tensor, value: Tensor) => {
      const loss = scaledDotProductAttention(query, key, value, options).square().sum();
      return [loss, ...gradients(loss, [query, key, value])];
    });
    const x = zeros([...shape, depth]);
    step(x, x, x)[0].item();
    return Number(/scratch space: (\d+)/.exec(describeProgram(step))?.[1]);
  }

  it.each([
    ["plain", [2, 2048], {}],
    ["without leading axes, where loops take products together", [3072], {}],
    ["causal", [2, 2048], { causal: true }],
    ["causal, with a mask of keys", [2, 2048], { causal: true, mask: zeros([2, 1, 1]) }],
    ["with a mask of keys", [2, 2048], { mask: zeros([2, 1, 1]) }],
  ] as const)("needs memory in proportion to their length: %s", (_name, shape, options) => {
    const longer = shape.map((length) => (length > 2 ? 2 * length : length));
    const [bytes, ofLonger] = [shape, longer].map((each) => stepBytes(each, options));
    expect(ofLonger / bytes).toBeLessThan(2.1);
    expect(ofLonger).toBeLessThan(4 * longer[longer.length - 1] ** 2);
  });

  // 16 MiB of scores on one side of the threshold, 64 MiB on the other; neither length is a multiple of a block's.
  it.each([2039, 4093])("is the formula with %s queries", (length) => {
    const inputs = draw3("float32", [
      [length, depth],
      [4099, depth],
      [4099, 3],
    ]);
    const [query, key, value] = inputs;
    const scores = matmul(query.mul(1 / Math.sqrt(depth)), transpose(key));
    const direct = matmul(softmax(scores), value);
    const actual = scaledDotProductAttention(query, key, value);
    const pairs = [[actual, direct]];
    const [found, expected] = [actual, direct].map((each) => gradients(each.square().sum(), inputs));
    found.forEach((each, index) => {
      pairs.push([each, expected[index]]);
    });
    evaluate(...pairs.flat());
    for (const [one, other] of pairs) expect(difference(one.dataSync(), other.dataSync())).toBeLessThan(2e-5);
  });
});
