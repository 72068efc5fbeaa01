import { setBackend, setSeed } from "@strata/core";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { maskOf } from "../../layer/masks.ts";
import { input, runLayerTest } from "../../testing/run-layer-test.ts";
import { Embedding } from "./embedding.ts";
import { ReversibleEmbedding } from "./reversible-embedding.ts";

beforeEach(() => setSeed(3));

describe("embeddings hold to the common battery", () => {
  beforeAll(() => setBackend("reference"));
  afterAll(() => setBackend("cpu"));
  const indices = input([null, null], "int32");

  it("Embedding", async () => {
    await runLayerTest({
      make: (options) => new Embedding(5, 3, options),
      inputs: indices,
      trainableWeights: 1,
    });
  });

  it("ReversibleEmbedding", async () => {
    await runLayerTest({
      make: (options) => new ReversibleEmbedding(5, 3, options),
      inputs: indices,
      trainableWeights: 1,
    });
    await runLayerTest({
      make: (options) =>
        new ReversibleEmbedding(5, 3, {
          embeddingsInitializer: "glorotUniform",
          logitSoftCap: 2,
          ...options,
        }),
      inputs: input([null, null, 3]),
      given: { reverse: true },
      trainableWeights: 1,
    });
  });
});

describe("Embedding", () => {
  it("gives a mask of the indices other than 0, if 0 stands for nothing", () => {
    const vectors = new Embedding(5, 2, { maskZero: true }).apply([[3, 0]]);
    expect(maskOf(vectors)?.arraySync()).toEqual([[true, false]]);
    expect(maskOf(new Embedding(5, 2).apply([[3, 0]]))).toBeNull();
    const reversible = new ReversibleEmbedding(5, 2, { maskZero: true });
    expect(maskOf(reversible.apply([[3, 0]]))?.arraySync()).toEqual([[true, false]]);
    expect(maskOf(reversible.apply([[3, 0]], { reverse: true }))).toBeNull();
  });

  it("finds large indices when it computes in 16 bits", () => {
    const layer = new Embedding(1000, 1, { dtype: "mixed_bfloat16" });
    const rows = layer
      .apply([[257, 999]])
      .cast("float32")
      .reshape([2])
      .arraySync();
    const all = layer.embeddings.value.cast("bfloat16").cast("float32").reshape([1000]).arraySync();
    expect(rows).toEqual([257, 999].map((index) => (all as number[])[index]));
  });

  it("gives scores in a dtype of their own", () => {
    const layer = new ReversibleEmbedding(5, 2, { dtype: "mixed_bfloat16", reverseDType: "float32" });
    expect(layer.apply([[1]]).dtype).toBe("bfloat16");
    expect(layer.apply([[1, 2]], { reverse: true }).dtype).toBe("float32");
  });
});
