import {
  broadcastTo,
  gather,
  gradients,
  ones,
  setBackend,
  setSeed,
  type Tensor,
  tensor,
  uniform,
} from "@strata/core";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { maskOf, setMask } from "../../layer/masks.ts";
import { Model } from "../../models/model.ts";
import { expectClose } from "../../testing/close.ts";
import { input, runLayerTest } from "../../testing/run-layer-test.ts";
import { Input } from "../core/input-layer.ts";
import { Embedding } from "../embedding/embedding.ts";
import { AdditiveAttention, Attention } from "./attention.ts";
import { GroupQueryAttention } from "./group-query-attention.ts";
import { MultiHeadAttention } from "./multi-head-attention.ts";

beforeEach(() => setSeed(3));

const drawn = (...shape: number[]): Tensor => uniform(shape, { minimum: -1, maximum: 1 });

describe("attention layers hold to the common battery: shapes, gradients, config, a training step", () => {
  beforeAll(() => setBackend("reference"));
  afterAll(() => setBackend("cpu"));
  const pair = [input([null, 3, 4]), input([null, null, 4])];

  it.each([
    [{}, 0],
    [{ useScale: true }, 1],
    [{ scoreMode: "concat" }, 1],
  ] as const)("Attention %o", async (given, trainableWeights) => {
    await runLayerTest({
      make: (options) => new Attention({ ...given, ...options }),
      inputs: pair,
      trainableWeights,
    });
  });

  it("AdditiveAttention", async () => {
    await runLayerTest({
      make: (options) => new AdditiveAttention(options),
      inputs: pair,
      trainableWeights: 1,
    });
  });

  it.each([
    [{}, {}, 8],
    [{ useGate: true, useBias: false, valueDim: 3, outputShape: [2, 2] }, {}, 5],
    [{ slidingWindow: 2 }, { useCausalMask: true, returnAttentionScores: true }, 8],
  ])("MultiHeadAttention %o %o", async (given, callOptions, trainableWeights) => {
    await runLayerTest({
      make: (options) => new MultiHeadAttention(2, 3, { ...given, ...options }),
      inputs: { query: input([null, 3, 4]), value: input([null, null, 5]) },
      given: callOptions,
      trainableWeights,
    });
  });

  it("MultiHeadAttention over one of two axes", async () => {
    await runLayerTest({
      make: (options) => new MultiHeadAttention(2, 3, { attentionAxes: 2, ...options }),
      inputs: [input([null, 2, 3, 4]), input([null, 2, 3, 4])],
      trainableWeights: 8,
    });
  });

  it("GroupQueryAttention", async () => {
    await runLayerTest({
      make: (options) => new GroupQueryAttention(3, 4, 2, options),
      inputs: { query: input([null, 3, 4]), value: input([null, 3, 4]), key: input([null, 3, 5]) },
      trainableWeights: 8,
    });
  });
});

describe("Attention", () => {
  it("hides what a mask of the value hides, and sets outputs to 0 where the query is masked", () => {
    const query = tensor([[[1], [1]]]);
    const value = tensor([[[1], [2], [6]]]);
    const shown = new Attention().apply([query, value], {
      mask: [tensor([[true, false]]), tensor([[false, true, false]])],
    });
    expectClose(shown, [[[2], [0]]]);
  });

  it("gives the same with and without scores, where a query may look at nothing too", () => {
    const [query, value] = [drawn(2, 4, 3), drawn(2, 4, 3)];
    const options = {
      mask: [
        null,
        tensor([
          [false, true, true, true],
          [false, false, false, false],
        ]),
      ],
    } as const;
    const layer = new Attention({ useScale: true });
    for (const useCausalMask of [false, true]) {
      const direct = layer.apply({ query, value }, { ...options, useCausalMask });
      const [output, scores] = layer.apply(
        { query, value },
        { ...options, useCausalMask, returnAttentionScores: true },
      );
      expectClose(direct, output.arraySync(), { absolute: 1e-5 });
      expectClose(
        scores.sum(-1),
        [
          [1, 1, 1, 1],
          [1, 1, 1, 1],
        ],
        { absolute: 1e-5 },
      );
    }
  });

  it("drops scores in training, with a stream of its own if it has a seed", () => {
    const [query, value] = [drawn(1, 8, 3), drawn(1, 8, 3)];
    const draws = [5, 5, 6].map((seed) => {
      const layer = new Attention({ dropout: 0.5, seed });
      return layer.apply([query, value], { training: true, returnAttentionScores: true })[1].arraySync();
    });
    expect(draws[1]).toEqual(draws[0]);
    expect(draws[2]).not.toEqual(draws[0]);
    const kept = tensor(draws[0]).notEqual(0).cast("float32").mean().item();
    expect(kept).toBeGreaterThan(0.25);
    expect(kept).toBeLessThan(0.75);
  });

  it("names what it does not take", () => {
    expect(() => new Attention().apply([drawn(1, 2, 3)])).toThrow("the inputs must be [query, value]");
    expect(() => new Attention({ dropout: 1 })).toThrow("dropout is 1");
  });
});

describe("MultiHeadAttention", () => {
  const make = (options: object = {}) => new MultiHeadAttention(2, 4, options);

  it.each(["cpu", "reference"] as const)(
    "gives the same with and without scores, for all masks and axes: %s",
    (backend) => {
      setBackend(backend);
      try {
        const value = drawn(2, 3, 5, 4);
        const cases = [
          [{ attentionAxes: [2] }, { useCausalMask: true }],
          [
            { attentionAxes: [2], slidingWindow: 2 },
            { valueMask: broadcastTo([true, false, true, true, true], [2, 3, 5]) },
          ],
          [{}, { attentionMask: drawn(2, 3, 5, 3, 5).greater(-0.5) }],
          [{ useGate: true }, { keyMask: drawn(2, 3, 5).greater(-0.5) }],
        ] as const;
        for (const [options, given] of cases) {
          const layer = make(options);
          const inputs = { query: value, value, key: value };
          const direct = layer.apply(inputs, given);
          const [output, scores] = layer.apply(inputs, { ...given, returnAttentionScores: true });
          expectClose(direct, output.arraySync(), { absolute: 1e-5 });
          expect(scores.shape).toEqual("attentionAxes" in options ? [2, 3, 2, 5, 5] : [2, 2, 3, 5, 3, 5]);
        }
      } finally {
        setBackend("cpu");
      }
    },
  );

  it("does not look at keys that the mask which a value carries hides", () => {
    const layer = make();
    const [query, value] = [drawn(1, 2, 3), drawn(1, 3, 3)];
    setMask(value, tensor([[true, false, true]]));
    const outputs = layer.apply({ query, value });
    const [slopes] = gradients(outputs.sum(), [value]);
    expect(slopes.abs().sum([0, 2]).greater(0).arraySync()).toEqual([true, false, true]);
  });

  it("takes masks from an Embedding in a model, passes them on, and trains with dropout", async () => {
    const ids = Input({ shape: [null], dtype: "int32" });
    const x = new Embedding(5, 3, { maskZero: true }).apply(ids);
    const mixed = new MultiHeadAttention(2, 4, { dropout: 0.5, seed: 1 }).apply([x, x]);
    const model = new Model({ inputs: ids, outputs: mixed });
    const padded = tensor([[1, 2, 0, 0]], undefined, "int32");
    const [short, long] = [padded.slice([null, [0, 2]]), padded].map((each) => model.apply(each));
    expectClose(long.slice([null, [0, 2]]), short.arraySync(), { absolute: 1e-5 });
    expect(maskOf(long)?.arraySync()).toEqual([[true, true, false, false]]);
    model.compile({ optimizer: "sgd", loss: "mse" });
    const { history } = await model.fit(padded, ones([1, 4, 3]), { epochs: 2, verbose: 0 });
    expect(history.loss[1]).not.toBe(history.loss[0]);
  });

  it("sees a window of keys", () => {
    const x = drawn(1, 4, 3);
    const [, scores] = make({ slidingWindow: 2 }).apply([x, x], {
      useCausalMask: true,
      returnAttentionScores: true,
    });
    expect(scores.slice([0, 0]).greater(0).arraySync()).toEqual([
      [true, false, false, false],
      [true, true, false, false],
      [false, true, true, false],
      [false, false, true, true],
    ]);
  });

  it("has its weights under Keras's paths, and penalties for each projection", () => {
    const layer = make({ activityRegularizer: "l2" });
    layer.apply([drawn(1, 2, 3), drawn(1, 2, 3)]);
    expect([...layer.weightPaths.keys()]).toEqual(
      ["query", "key", "value", "attention_output"].flatMap((name) => [`${name}/kernel`, `${name}/bias`]),
    );
    expect(layer.losses).toHaveLength(4);
  });

  it("names what does not fit", () => {
    const x = drawn(1, 2, 3, 4);
    expect(() => make().apply({ query: x, value: x }, { useCausalMask: true })).toThrow(
      "take one attention axis",
    );
    expect(() => make().apply({ query: x, value: x, key: drawn(1, 3, 3, 4) })).toThrow("the same steps");
    expect(() => make().apply([x, x], { attentionMask: tensor([true, false]) })).toThrow(
      "it must have the 4 axes of queries and keys, and at most 2 before them",
    );
    expect(() => make({ flashAttention: true, dropout: 0.1 })).toThrow(
      "flashAttention is true and dropout is 0.1",
    );
    expect(() => make({ flashAttention: true }).apply([x, x], { returnAttentionScores: true })).toThrow(
      "it does not give scores",
    );
    expect(() => new GroupQueryAttention(2, 3, 2)).toThrow("must be a multiple");
  });
});

describe("GroupQueryAttention", () => {
  it("is multi-head attention where each head has a key of its own, and else repeats keys", () => {
    const [query, value] = [drawn(2, 3, 4), drawn(2, 5, 4)];
    const multi = new MultiHeadAttention(4, 2);
    const grouped = new GroupQueryAttention(2, 4, 2);
    for (const layer of [multi, grouped]) layer.apply({ query, value });
    const repeated = grouped.getWeights().map((weight, index) => {
      const isShared = index >= 2 && index < 6;
      return isShared ? gather(weight, [0, 0, 1, 1], weight.rank - 2) : weight;
    });
    multi.setWeights(repeated);
    const attentionMask = drawn(2, 4, 3, 5).greater(-0.5);
    for (const mask of [null, attentionMask, drawn(2, 1, 3, 5).greater(-0.5)]) {
      const expected = multi.apply({ query, value }, { attentionMask: mask });
      expectClose(grouped.apply({ query, value }, { attentionMask: mask }), expected.arraySync(), {
        absolute: 1e-5,
      });
    }
  });
});
