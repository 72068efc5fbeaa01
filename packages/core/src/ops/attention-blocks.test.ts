import { describe, expect, it } from "vitest";
import { gradients } from "../autodiff/gradients.ts";
import { scan } from "../control/scan.ts";
import { vmap } from "../control/vmap.ts";
import { describeProgram } from "../debug.ts";
import { jit } from "../jit.ts";
import { evaluate, type Tensor, tensor } from "../tensor.ts";
import "./methods.ts";
import { softmax } from "./activations.ts";
import { scaledDotProductAttention } from "./attention.ts";
import { attendInBlocks } from "./attention-blocks.ts";
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
  const numbers = options.causal ? arange(query.shape[query.rank - 2]) : null;
  const scale = 1 / Math.sqrt(query.shape[query.rank - 1]);
  return attendInBlocks({ query, key, value, mask: options.mask ?? null, numbers, scale }, count);
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
  const shapes = [
    [2, 13, 3],
    [2, 11, 3],
    [2, 11, 2],
  ];
  const masks: Readonly<Record<string, Options>> = {
    nothing: {},
    "the future": { causal: true },
    "some keys": { mask: drawnBools(1, 11) },
    "some pairs": { mask: drawnBools(13, 11), causal: true },
    "some keys of each example": { mask: drawnBools(2, 1, 11) },
    "a bias": { mask: drawn(5, 13, 11) },
  };

  it.each(Object.entries(masks))("is the formula, and has its derivatives, hidden: %s", (_name, options) => {
    const inputs = draw3("float64", shapes);
    const derivatives = (attention: Tensor, order: number): Tensor[] => {
      const wanted = options.mask?.dtype === "float64" ? [...inputs, options.mask] : inputs;
      let scalar = attention
        .mul(drawn(7, 2, 13, 2))
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
    for (const count of [2, 5]) {
      const blocks = inBlocks(count, inputs, options);
      const pairs = [
        [blocks, direct],
        ...[1, 2].flatMap((order) => {
          const expected = derivatives(direct, order);
          return derivatives(blocks, order).map((each, index) => [each, expected[index]]);
        }),
      ];
      evaluate(...pairs.flat());
      for (const [actual, expected] of pairs) {
        expect(actual.shape).toEqual(expected.shape);
        expect(difference(actual.dataSync(), expected.dataSync())).toBeLessThan(1e-10);
      }
    }
  });

  it.each(["cpu", "reference"] as const)("goes with vmap, jit and scan on %s", (backend) => {
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
    const expected = onBackend("reference", () => run(([q, k, v]) => scaledDotProductAttention(q, k, v)));
    const actual = onBackend(backend, () => run((inputs) => inBlocks(3, inputs)));
    actual.forEach((each, index) => {
      expect(difference(each, expected[index])).toBeLessThan(1e-10);
    });
  });

  it("adds up the gradients of keys in float32 where they are float16", () => {
    const [q, k, v] = draw3("float32", [
      [64, 2],
      [3, 2],
      [3, 2],
    ]).map((each) => each.cast("float16"));
    const towardsKey = (attention: Tensor) => gradients(attention.cast("float32").sum(), [v])[0].dataSync();
    const exact = inBlocks(
      1,
      [q, k, v].map((each) => each.cast("float64")),
    );
    const [expected] = gradients(exact.sum(), [v]);
    expect(difference(towardsKey(inBlocks(64, [q, k, v])), expected.cast("float16").dataSync())).toBe(0);
  });
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
