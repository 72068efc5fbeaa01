import { setBackend, setSeed, tensor, zeros } from "@strata/core";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { maskOf, setMask } from "../../layer/masks.ts";
import { input, runLayerTest } from "../../testing/run-layer-test.ts";
import { Concatenate } from "./concatenate.ts";
import { Dot } from "./dot.ts";
import { Add, Average, Maximum, Minimum, Multiply, Subtract } from "./elementwise.ts";

beforeEach(() => setSeed(3));

describe("merging layers hold to the common battery", () => {
  beforeAll(() => setBackend("reference"));
  afterAll(() => setBackend("cpu"));
  const pair = [input([null, null, 3]), input([null, 1, 3])];

  it.each([Add, Average, Maximum, Minimum, Multiply])("$className", async (Class) => {
    await runLayerTest({ make: (options) => new Class(options), inputs: [...pair, input([null, 3])] });
  });

  it("Subtract", async () => {
    await runLayerTest({ make: (options) => new Subtract(options), inputs: pair });
  });

  it("Concatenate", async () => {
    const inputs = [input([null, null, 3]), input([null, null, 2])];
    await runLayerTest({ make: (options) => new Concatenate(options), inputs });
    await runLayerTest({
      make: (options) => new Concatenate(1, options),
      inputs: [input([null, 2, null]), input([null, 1, null])],
    });
  });

  it("Dot", async () => {
    await runLayerTest({
      make: (options) => new Dot(1, options),
      inputs: [input([null, 3]), input([null, 3])],
    });
    await runLayerTest({
      make: (options) => new Dot([2, 1], { normalize: true, ...options }),
      inputs: [input([null, null, 3]), input([null, 3, 2, 2])],
    });
  });
});

describe("masks of merged inputs", () => {
  const inputs = () => {
    const given = [zeros([1, 3, 2, 2]), zeros([1, 3, 2, 2])];
    setMask(given[0], tensor([[true, false, false]]));
    setMask(given[1], tensor([[true, true, false]]));
    return given;
  };

  it("are those of steps that count in any of them, whatever the rank", () => {
    for (const Class of [Add, Maximum, Multiply]) {
      expect(maskOf(new Class().apply(inputs()))?.arraySync()).toEqual([[true, true, false]]);
    }
    expect(maskOf(new Concatenate().apply(inputs()))?.arraySync()).toEqual([[true, true, false]]);
    expect(maskOf(new Concatenate(1).apply(inputs()))?.shape).toEqual([1, 6]);
  });

  it("are gone where one input counts as a whole, but of joined features all of it counts", () => {
    const [masked] = inputs();
    expect(maskOf(new Add().apply([masked, zeros([1, 3, 2, 2])]))).toBeNull();
    const joined = new Concatenate().apply([masked, zeros([1, 3, 2, 2])]);
    expect(maskOf(joined)?.arraySync()).toEqual([[true, true, true]]);
  });
});

describe("merging layers say what they take", () => {
  it("an array of tensors", () => {
    expect(() => new Add({ name: "sum" }).apply([tensor([1])].slice(1))).toThrow(/sum: it was given/);
    // @ts-expect-error a tensor is no array of tensors
    expect(() => new Concatenate({ name: "joined" }).apply(tensor([[1, 2]]))).toThrow(
      "joined: it was given one tensor, outside of an array; it takes an array of one tensor or more",
    );
    expect(() => new Subtract({ name: "minus" }).apply([tensor([[1]])])).toThrow(
      "minus: it was given an array of 1; it takes an array of 2 tensors",
    );
  });

  it("shapes that broadcast, in one batch", () => {
    expect(() => new Add().apply([zeros([2, 3]), zeros([2, 4])])).toThrow(
      /\[2, 3\] and \[2, 4\] do not broadcast/,
    );
    expect(() => new Add({ name: "sum" }).apply([zeros([2, 3]), zeros([1, 3])])).toThrow(
      "sum: the inputs have the shapes [2, 3] and [1, 3]; they must have the same batch size",
    );
  });

  it("axes of equal sizes", () => {
    expect(() => new Dot(1, { name: "dot" }).apply([zeros([2, 3]), zeros([2, 4])])).toThrow(
      "dot: the inputs have the shapes [2, 3] and [2, 4]; they must have equal batches, and equal sizes in the axes " +
        "1 and 1 (3 and 4)",
    );
    expect(() => new Dot(0).apply([zeros([2, 3]), zeros([2, 3])])).toThrow(/other than that of the batch/);
    expect(() => new Dot([1, 2, 3])).toThrow("Dot: axes is [1,2,3]; it must be an integer, or one for each");
  });
});
