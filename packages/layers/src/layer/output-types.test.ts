import { arange, reshape, spaceToDepth, split, type Tensor, zeros } from "@strata/core";
import { describe, expect, it } from "vitest";
import { Conv1D, Conv2D } from "../layers/convolution/convolution.ts";
import { Dense } from "../layers/core/dense.ts";
import { Input } from "../layers/core/input-layer.ts";
import { Embedding } from "../layers/embedding/embedding.ts";
import { AveragePooling2D, MaxPooling1D } from "../layers/pooling/pooling.ts";
import { Reshape } from "../layers/reshaping/reshape.ts";
import { Model } from "../models/model.ts";
import { Sequential } from "../models/sequential.ts";
import { operate } from "../operations/operation.ts";
import { Layer } from "./layer.ts";

/** Joins neighbouring rows, by arithmetic of its own: [batch, rows, columns] → [batch, rows / 2, 2 · columns]. */
class JoinedRows extends Layer {
  override call(inputs: Tensor): Tensor {
    const [batch, rows, columns] = inputs.shape;
    return reshape(inputs, [batch, rows / 2, 2 * columns]);
  }
}

describe("sizes that are not known stay unknown, whatever they are", () => {
  it("max pooling of [null, null, 4] has any number of steps", () => {
    expect(new MaxPooling1D(2).computeOutputShape([null, null, 4])).toEqual([null, null, 4]);
    expect(new AveragePooling2D(3).computeOutputShape([null, null, null, 2])).toEqual([null, null, null, 2]);
  });

  it("a convolution may be wider than any size that would be guessed", () => {
    expect(new Conv1D(3, 5).computeOutputShape([null, null, 4])).toEqual([null, null, 3]);
    expect(new Conv2D(3, 7, { strides: 2 }).computeOutputShape([null, null, 32, 1])).toEqual([
      null,
      null,
      13,
      3,
    ]);
  });

  it("an embedding is asked with whole numbers", () => {
    const indices = Input({ shape: [null], dtype: "int32" });
    const vectors = new Embedding(10, 4).apply(indices);
    expect([vectors.shape, vectors.dtype]).toEqual([[null, null, 4], "float32"]);
    const model = new Sequential([new Embedding(10, 4), new Dense(1)]);
    expect(model.apply([[1, 2, 3]]).shape).toEqual([1, 3, 1]);
    expect(model.computeOutputShape([null, null])).toEqual([null, null, 1]);
  });
});

describe("a size that is not known may be divided", () => {
  it.each([
    [
      [-1, 2],
      [null, null],
      [null, null, 2],
    ],
    [
      [-1, 11],
      [null, null],
      [null, null, 11],
    ],
    [
      [13, -1],
      [null, null, 3],
      [null, 13, null],
    ],
    [
      [-1, 4096],
      [null, null, 3],
      [null, null, 4096],
    ],
    [
      [2, 3, -1],
      [null, null, null],
      [null, 2, 3, null],
    ],
    [
      [4, 2],
      [null, null],
      [null, 4, 2],
    ],
    [
      [4, 2],
      [null, 2, null],
      [null, 4, 2],
    ],
  ])("by Reshape(%j), of %j", (targetShape, inputShape, outputShape) => {
    expect(new Reshape(targetShape).computeOutputShape(inputShape)).toEqual(outputShape);
  });

  it("by Reshape within a model, whose data then have to fit", async () => {
    const inputs = Input({ shape: [null] });
    const pairs = new Reshape([-1, 2]).apply(inputs);
    const model = new Model({ inputs, outputs: new Dense(1, { kernelInitializer: "ones" }).apply(pairs) });
    expect(model.outputShape).toEqual([null, null, 1]);
    const sums = await model.predict([[1, 2, 3, 4]], { verbose: 0 });
    expect(sums.arraySync()).toEqual([[[3], [7]]]);
    await expect(model.predict([[1, 2, 3]], { verbose: 0 })).rejects.toThrow(
      "a sample of the shape [3] has 3 elements, which the shape [-1, 2] cannot hold",
    );
  });

  it("by Reshape to a known shape within a model", () => {
    const inputs = Input({ shape: [null] });
    const model = new Model({ inputs, outputs: new Reshape([2, 2]).apply(inputs) });
    expect(model.apply([[1, 2, 3, 4]]).arraySync()).toEqual([
      [
        [1, 2],
        [3, 4],
      ],
    ]);
    expect(() => model.apply([[1, 2, 3]])).toThrow("which the shape [2, 2] cannot hold");
  });

  it("by operations, and by layers of one's own", () => {
    const image = Input({ shape: [null, null, 3] });
    expect(operate(spaceToDepth, image, 2).shape).toEqual([null, null, null, 12]);
    expect(operate(split, image, 7, 1).map(({ shape }) => shape)).toEqual(
      Array.from({ length: 7 }, () => [null, null, null, 3]),
    );
    expect(operate(spaceToDepth, image, 11).shape).toEqual([null, null, null, 363]);
    expect(operate(reshape, image, [-1, 17]).shape).toEqual([null, 17]);
    const rows = Input({ shape: [null, 5] });
    const joined = new JoinedRows();
    expect(joined.apply(rows).shape).toEqual([null, null, 10]);
    expect(joined.apply(arange(20).reshape([1, 4, 5])).shape).toEqual([1, 2, 10]);
  });

  it("but what no size allows is refused, and the unknown ones are called so", () => {
    expect(() => new Reshape([5]).computeOutputShape([null, 4])).toThrow(
      "a sample of the shape [4] has 4 elements, which the shape [5] cannot hold",
    );
    const inputs = Input({ shape: [null, 3] });
    expect(() => operate(split, inputs, 2, -1)).toThrow("of [null, null, 3], of size 3");
    expect(() => new Dense(1).apply(zeros([2, 3]), { training: false }).reshape([-1, 4])).toThrow(
      "has 2 elements",
    );
  });
});
