import { jit, setBackend, tensor } from "@strata/core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { fromKerasConfig } from "../../saving/from-keras-config.ts";
import { registerKerasSerializable } from "../../saving/known-classes.ts";
import { toKerasConfig } from "../../saving/to-keras-config.ts";
import { input, runLayerTest } from "../../testing/run-layer-test.ts";
import * as layers from "../index.ts";

describe("layers of numbers and sounds hold to the common battery", () => {
  beforeAll(() => setBackend("reference"));
  afterAll(() => setBackend("cpu"));

  it("Rescaling", async () => {
    const make = (options: object) => new layers.Rescaling([0.5, 2, 1], { offset: -1, ...options });
    await runLayerTest({ make, inputs: input([null, null, 3]) });
  });

  it.each(["multiHot", "oneHot", "count"] as const)("CategoryEncoding %s", async (outputMode) => {
    const make = (options: object) => new layers.CategoryEncoding(4, { outputMode, ...options });
    await runLayerTest({ make, inputs: input([null, 5], "int32"), isDifferentiable: false });
  });

  it.each(["int", "multiHot", "oneHot", "count"] as const)("Discretization %s", async (outputMode) => {
    const make = (options: object) => new layers.Discretization([0, 0.5], { outputMode, ...options });
    await runLayerTest({ make, inputs: input([null, 5]), isDifferentiable: false });
  });

  it.each(["int", "multiHot", "count"] as const)("IntegerLookup %s", async (outputMode) => {
    const make = (options: object) =>
      new layers.IntegerLookup(null, { vocabulary: [3, 1], outputMode, ...options });
    await runLayerTest({ make, inputs: input([null, 5], "int32"), isDifferentiable: false });
  });

  it("MelSpectrogram", async () => {
    const make = (options: object) =>
      new layers.MelSpectrogram(16, {
        sequenceStride: 8,
        samplingRate: 200,
        numMelBins: 3,
        minFreq: 1,
        ...options,
      });
    await runLayerTest({ make, inputs: input([null, 40]) });
  });

  it.each(["log", "magnitude", "psd", "real", "imag", "angle", "stft"] as const)(
    "STFTSpectrogram %s",
    async (mode) => {
      const make = (options: object) => new layers.STFTSpectrogram(mode, { frameLength: 8, ...options });
      const trainableWeights = mode === "real" || mode === "imag" ? 1 : 2;
      await runLayerTest({
        make,
        inputs: input([null, 24, 2]),
        trainableWeights,
        isDifferentiable: mode !== "angle",
      });
    },
  );

  it("Pipeline", async () => {
    const make = () =>
      new layers.Pipeline([new layers.Rescaling(2, { name: "a" }), new layers.Flatten({ name: "b" })]);
    const layer = make();
    expect(layer.apply(tensor([[[1, 2]]])).arraySync()).toEqual([[2, 4]]);
    const config = toKerasConfig(layer);
    expect(toKerasConfig(fromKerasConfig(config))).toEqual(config);
  });
});

describe("layers of texts", () => {
  it.each([
    () => new layers.StringLookup({ vocabulary: ["a", "b"] }),
    () => new layers.StringLookup({ vocabulary: ["a", "b"], numOovIndices: 3, salt: 7, outputMode: "count" }),
    () => new layers.TextVectorization({ vocabulary: ["a", "b"], ngrams: 2, outputMode: "multiHot" }),
    () => new layers.Hashing(5, { maskValue: "", salt: [1, 2] }),
  ])("come back from their configuration %#", (make) => {
    const layer = make();
    const inputs = ["b", "c", "a", ""];
    const expected = layer.apply(inputs).arraySync();
    const config = toKerasConfig(layer);
    const copy = fromKerasConfig(JSON.parse(JSON.stringify(config)));
    expect(toKerasConfig(copy)).toEqual(config);
    if (
      !(
        copy instanceof layers.StringLookup ||
        copy instanceof layers.Hashing ||
        copy instanceof layers.TextVectorization
      )
    ) {
      throw new Error("another class came back");
    }
    expect(copy.apply(inputs).arraySync()).toEqual(expected);
  });

  it("say which texts they do not know", () => {
    const layer = new layers.StringLookup({ vocabulary: ["a"], numOovIndices: 0, name: "words" });
    expect(() => layer.apply(["b"])).toThrow(
      'words: "b" is not in the vocabulary; with numOovIndices 0 all inputs must be',
    );
  });

  it("say what nested arrays must be", () => {
    const layer = new layers.StringLookup({ vocabulary: ["a"], name: "words" });
    expect(() => layer.apply([["a"], ["a", "b"]])).toThrow(
      "words: the nested arrays of strings have different lengths",
    );
    expect(() => layer.setVocabulary(["a", "a"])).toThrow('words: "a" is twice in the vocabulary');
  });

  it("take batches of any iterable to adapt to", () => {
    const layer = new layers.TextVectorization({ outputMode: "count" });
    layer.adapt(new Set([["b a", "a"], ["a"]]));
    expect(layer.getVocabulary()).toEqual(["[UNK]", "a", "b"]);
    expect(layer.apply([["a a b c"]]).arraySync()).toEqual([[1, 2, 1]]);
  });

  it("take functions of one text, which configurations name", () => {
    const shout = (text: string): string => text.toUpperCase();
    registerKerasSerializable(shout, { name: "shout" });
    const layer = new layers.TextVectorization({ standardize: shout, vocabulary: ["A"], split: "character" });
    expect(layer.apply(["ab"]).arraySync()).toEqual([[2, 1]]);
    const copy = fromKerasConfig(toKerasConfig(layer));
    expect(copy instanceof layers.TextVectorization && copy.apply(["ab"]).arraySync()).toEqual([[2, 1]]);
  });

  it("count runs of words", () => {
    const layer = new layers.TextVectorization({
      ngrams: [2],
      vocabulary: ["a b", "b c"],
      outputMode: "count",
    });
    expect(layer.apply(["a b c", "b"]).arraySync()).toEqual([
      [0, 1, 1],
      [0, 0, 0],
    ]);
  });
});

describe("IntegerLookup", () => {
  it("is part of compiled functions", () => {
    const layer = new layers.IntegerLookup({ vocabulary: [5, 3], maskToken: 0, numOovIndices: 2 });
    const run = jit((x: ReturnType<typeof tensor>) => layer.apply(x));
    const inputs = tensor([5, 3, 0, 8, 9], [5], "int32");
    expect(run(inputs).arraySync()).toEqual([3, 4, 0, 1, 2]);
    expect(layer.apply(inputs).arraySync()).toEqual([3, 4, 0, 1, 2]);
  });
});

describe("what Keras refuses is refused", () => {
  it("a category encoding without a number of tokens, and a discretization without bins", () => {
    const nothing: object = { numTokens: null };
    expect(() => Reflect.construct(layers.CategoryEncoding, [nothing])).toThrow(
      "CategoryEncoding: numTokens is null; it must be a positive integer",
    );
    expect(() => new layers.Discretization()).toThrow(
      "Discretization: of binBoundaries and numBins neither is given; one of them must be",
    );
  });
});
