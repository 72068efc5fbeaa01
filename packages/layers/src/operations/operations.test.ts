import { concat, einsum, pad, Tensor, tensor, topK } from "@strata/core";
import { beforeEach, describe, expect, it } from "vitest";
import { AnyLayer } from "../layer/any-layer.ts";
import { SymbolicTensor } from "../layer/symbolic-tensor.ts";
import { Attention } from "../layers/attention/attention.ts";
import { Dense } from "../layers/core/dense.ts";
import { Input } from "../layers/core/input-layer.ts";
import { Model } from "../models/model.ts";
import { fromKerasConfig } from "../saving/from-keras-config.ts";
import { toKerasConfig } from "../saving/to-keras-config.ts";
import type { Json } from "../schema/option.ts";
import { clearSession } from "../utilities/names.ts";
import "./methods.ts";
import { operate } from "./operation.ts";

const x = tensor([
  [1, 2, 3],
  [4, 5, 6],
]);

beforeEach(clearSession);

/** The configuration gives a model that computes the same, and has the same configuration. */
function expectSameModel(config: Json, model: Model): void {
  const copy = fromKerasConfig(config);
  if (!(copy instanceof AnyLayer)) throw new Error("the copy is no layer");
  expect(toKerasConfig(copy)).toEqual(config);
  const results = copy.apply(x);
  expect(results instanceof Tensor && results.arraySync()).toEqual(model.apply(x).arraySync());
}

describe("functions on symbolic tensors", () => {
  it("are methods, as those of tensors", () => {
    const input = Input({ shape: [3] });
    const outputs = input
      .mul(2)
      .add(input)
      .slice([null, [1, 3]])
      .sum(-1, true);
    expect(outputs.shape).toEqual([null, 1]);
    expect(new Model({ inputs: input, outputs }).apply(x).arraySync()).toEqual([[15], [33]]);
    expect(() => input.matmul(tensor([[1, 2]]))).toThrow("matmul: the inner dimensions differ");
  });

  it("have all names that types promise", () => {
    const names = Object.getOwnPropertyNames(SymbolicTensor.prototype);
    for (const name of ["add", "sub", "mean", "reshape", "softmax", "transpose", "cast", "where"]) {
      expect(names.includes(name), name).toBe(name in Tensor.prototype);
    }
  });

  it("may be any function, of arrays and with several results", () => {
    const input = Input({ shape: [3] });
    const joined = operate(concat, [input, input.neg()], -1);
    const { values } = operate(topK, joined, 2);
    const model = new Model({ inputs: input, outputs: [joined, values] });
    const [all, largest] = model.apply(x);
    expect(all.shape).toEqual([2, 6]);
    expect(largest.arraySync()).toEqual([
      [3, 2],
      [6, 5],
    ]);
  });

  it("are written in Keras's form, and restored", () => {
    const input = Input({ shape: [3] });
    const hidden = new Dense(3).apply(input);
    const part = hidden
      .slice([null, [0, 2]])
      .add(1)
      .pow(2)
      .mean(1, true);
    const outputs = operate(concat, [part, hidden.relu(), hidden.reshape([-1, 3]).softmax()], -1);
    const model = new Model({ inputs: input, outputs });
    const config = toKerasConfig(model);
    const copy = fromKerasConfig(JSON.parse(JSON.stringify(config)));
    if (!(copy instanceof AnyLayer)) throw new Error("the copy is no layer");
    copy.setWeights(model.getWeights());
    expect(toKerasConfig(copy)).toEqual(config);
    const results = copy.apply(x);
    expect(results instanceof Tensor && results.arraySync()).toEqual(model.apply(x).arraySync());
  });

  it.each([
    ["constant", 2, 2],
    ["constant", undefined, null],
    ["reflect", undefined, null],
    ["symmetric", undefined, null],
    ["edge", undefined, null],
  ] as const)("pad (%s, %s) is written in Keras's form, and restored", (mode, value, constantValues) => {
    const input = Input({ shape: [3] });
    const options = { mode, ...(value === undefined ? {} : { value }) };
    const paddings = [
      [0, 0],
      [2, 1],
    ] as const;
    const model = new Model({ inputs: input, outputs: operate(pad, input, paddings, options) });
    const config = JSON.parse(JSON.stringify(toKerasConfig(model)));
    expect(config.config.layers[1]).toMatchObject({
      module: "keras.src.ops.numpy",
      class_name: "Pad",
      config: { pad_width: paddings, mode },
      inbound_nodes: [{ kwargs: { constant_values: constantValues } }],
    });
    expectSameModel(config, model);
  });

  it("Keras's shorter forms of pad_width stand for all axes", () => {
    const input = Input({ batchShape: [2, 3] });
    const padded = (width: number | readonly number[]): unknown => {
      const outputs = operate(
        pad,
        input,
        [
          [1, 1],
          [1, 1],
        ],
        {},
      );
      const config = JSON.parse(JSON.stringify(toKerasConfig(new Model({ inputs: input, outputs }))));
      config.config.layers[1].config.pad_width = width;
      const restored = fromKerasConfig(config);
      return restored instanceof AnyLayer ? restored.apply(x) : null;
    };
    const expected = pad(x, [
      [1, 1],
      [1, 1],
    ]);
    for (const width of [1, [1, 1]]) {
      const found = padded(width);
      expect(found instanceof Tensor && found.arraySync()).toEqual(expected.arraySync());
    }
  });

  it("einsum is written in Keras's form, and restored", () => {
    const input = Input({ shape: [3] });
    const outputs = operate(einsum, "bi,bj->bij", input, input.mul(2));
    const model = new Model({ inputs: input, outputs });
    expect(model.outputShape).toEqual([null, 3, 3]);
    const config = JSON.parse(JSON.stringify(toKerasConfig(model)));
    expect(config.config.layers[2]).toMatchObject({
      module: "keras.src.ops.numpy",
      class_name: "Einsum",
      config: { subscripts: "bi,bj->bij" },
    });
    expect(config.config.layers[2].inbound_nodes[0].args).toHaveLength(2);
    expectSameModel(config, model);
  });

  it("stand beside layers of named inputs, which are arguments of their own in Keras", () => {
    const input = Input({ shape: [4, 3], name: "steps" });
    const outputs = new Attention().apply({ query: input, value: input.mul(2) });
    const config = toKerasConfig(new Model({ inputs: input, outputs }));
    expect(JSON.stringify(config)).toContain('"args":[],"kwargs":{"query":{"class_name":"__keras_tensor__"');
    expect(toKerasConfig(fromKerasConfig(JSON.parse(JSON.stringify(config))))).toEqual(config);
  });

  it("that Keras does not have are refused by name in a configuration", () => {
    const input = Input({ shape: [3] });
    const twice = (values: Tensor): Tensor => values.mul(2);
    const model = new Model({ inputs: input, outputs: operate(twice, input) });
    expect(model.apply(x).arraySync()).toEqual(x.mul(2).arraySync());
    expect(() => toKerasConfig(model)).toThrow(
      'toKerasConfig: the function twice of the operation "twice" is none that Keras has; make it a layer',
    );
  });
});
