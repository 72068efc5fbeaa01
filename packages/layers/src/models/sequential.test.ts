import { setSeed, type Tensor, uniform } from "@strata/core";
import { beforeEach, describe, expect, it } from "vitest";
import { Dense } from "../layers/core/dense.ts";
import { Input, InputLayer } from "../layers/core/input-layer.ts";
import { Dropout } from "../layers/regularization/dropout.ts";
import { Flatten } from "../layers/reshaping/flatten.ts";
import { clearSession } from "../utilities/names.ts";
import { Sequential } from "./sequential.ts";

beforeEach(() => {
  clearSession();
  setSeed(5);
});

function summaryOf(model: Sequential, lineLength?: number): string {
  let text = "";
  const printFn = (printed: string): void => {
    text += printed;
  };
  model.summary(lineLength === undefined ? { printFn } : { printFn, lineLength });
  return text;
}

describe("Sequential", () => {
  it.each([
    ["inputShape", () => new Sequential([new Dense(4, { inputShape: [3] }), new Dense(2)])],
    ["Input", () => new Sequential([Input({ shape: [3] }), new Dense(4), new Dense(2)])],
    ["InputLayer", () => new Sequential([new InputLayer({ shape: [3] }), new Dense(4), new Dense(2)])],
  ])("makes the weights at once when the shape is known from %s", (_, make) => {
    const model = make();
    expect(model.weights.map(({ shape }) => shape)).toEqual([[3, 4], [4], [4, 2], [2]]);
    expect([model.inputShape, model.outputShape]).toEqual([
      [null, 3],
      [null, 2],
    ]);
    expect(model.layers).toHaveLength(2);
  });

  it("makes the weights with the first data otherwise", async () => {
    const model = new Sequential([new Flatten(), new Dense(2)]);
    expect(model.outputShape).toBeNull();
    expect(
      (
        await model.predict(
          [
            [
              [1, 2],
              [3, 4],
            ],
          ],
          { verbose: 0 },
        )
      ).shape,
    ).toEqual([1, 2]);
    expect(model.weights[0].shape).toEqual([4, 2]);
  });

  it("draws kernels in the order of the layers, as a program by hand would", () => {
    const model = new Sequential([Input({ shape: [3] }), new Dense(4), new Dense(2)]);
    setSeed(5);
    const draw = (inputs: number, outputs: number): Tensor => {
      const limit = Math.sqrt(6 / (inputs + outputs));
      return uniform([inputs, outputs], { minimum: -limit, maximum: limit });
    };
    const kernels = [draw(3, 4), draw(4, 2)].map((kernel) => kernel.arraySync());
    expect([model.weights[0], model.weights[2]].map((kernel) => kernel.arraySync())).toEqual(kernels);
  });

  it("refuses a layer that does not fit, and stays as it was", () => {
    const model = new Sequential([Input({ shape: [3] }), new Dense(4)]);
    const wide = new Dense(2);
    wide.buildFor([null, 7]);
    expect(() => model.add(wide)).toThrow(
      "dense_1: the input has the shape [null, 4]; it must have the size 7 in axis -1",
    );
    expect(() => model.add(new Dense(1, { name: "dense" }))).toThrow('has a layer named "dense" already');
    expect(() => model.add(Input({ shape: [3] }))).toThrow("must come first, and only once");
    // @ts-expect-error a string is no layer
    expect(() => model.add("dense")).toThrow('add: "dense" is no layer');
    expect(model.layers).toHaveLength(1);
  });

  it("can lose its last layer", () => {
    const model = new Sequential([Input({ shape: [3] }), new Dense(4), new Dense(2)]);
    expect(model.pop()?.name).toBe("dense_1");
    expect(model.outputShape).toEqual([null, 4]);
  });

  it("can be a layer of another", async () => {
    const inner = new Sequential([new Dense(3, { activation: "relu" }), new Dense(2)]);
    const model = new Sequential([Input({ shape: [4] }), inner, new Dense(1)]);
    expect(model.weights).toHaveLength(6);
    model.compile({ loss: "mse" });
    await model.fit([[1, 2, 3, 4]], [[1]], { verbose: 0 });
    expect((await model.predictOnBatch([[1, 2, 3, 4]])).shape).toEqual([1, 1]);
  });

  it("gives the same predictions to a copy that has its weights", async () => {
    const make = (): Sequential => new Sequential([Input({ shape: [3] }), new Dense(4), new Dense(2)]);
    const [first, second] = [make(), make()];
    second.setWeights(first.getWeights());
    const x = [[1, 2, 3]];
    expect((await second.predictOnBatch(x)).arraySync()).toEqual((await first.predictOnBatch(x)).arraySync());
  });
});

describe("summary", () => {
  it("is Keras's table", () => {
    const model = new Sequential();
    model.add(new Dense(512, { activation: "relu", inputShape: [784] }));
    model.add(new Dropout(0.2));
    model.add(new Dense(10, { activation: "softmax" }));
    expect(summaryOf(model, 76)).toBe(`Model: "sequential"
┏━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━┳━━━━━━━━━━━━━━━━━━━━━━━━┳━━━━━━━━━━━━━━━┓
┃ Layer (type)                    ┃ Output Shape           ┃       Param # ┃
┡━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━╇━━━━━━━━━━━━━━━━━━━━━━━━╇━━━━━━━━━━━━━━━┩
│ dense (Dense)                   │ (None, 512)            │       401,920 │
├─────────────────────────────────┼────────────────────────┼───────────────┤
│ dropout (Dropout)               │ (None, 512)            │             0 │
├─────────────────────────────────┼────────────────────────┼───────────────┤
│ dense_1 (Dense)                 │ (None, 10)             │         5,130 │
└─────────────────────────────────┴────────────────────────┴───────────────┘
 Total params: 407,050 (1.55 MB)
 Trainable params: 407,050 (1.55 MB)
 Non-trainable params: 0 (0.00 B)
`);
  });

  it("counts the optimizer's state after training, and marks what is not built", async () => {
    const model = new Sequential([new Dense(1, { name: "a_very_long_name_for_a_layer_that_is_wrapped" })]);
    expect(summaryOf(model)).toContain("0 (unbuilt)");
    model.compile({ loss: "mse", optimizer: "adam" });
    await model.fit([[1, 2]], [1], { verbose: 0 });
    const text = summaryOf(model);
    expect(text).toContain(" Optimizer params: 8 (32.00 B)");
    const widths = new Set(
      text
        .split("\n")
        .filter((line) => /^[┏┃┡│├└]/.test(line))
        .map(({ length }) => length),
    );
    expect(widths).toEqual(new Set([76]));
  });
});
