import { Tensor, tensor } from "@strata/core";
import { describe, expect, it } from "vitest";
import { GRU, LeakyReLU, LSTM, ReLU, Reshape } from "../../layers/index.ts";
import { Model } from "../../models/model.ts";
import { Sequential } from "../../models/sequential.ts";
import type { Json } from "../../schema/option.ts";
import { expectClose } from "../../testing/close.ts";
import { fromKerasConfig } from "../from-keras-config.ts";
import { fromKeras2 } from "./from-keras-2.ts";

const restore = (json: Json): unknown => fromKerasConfig(fromKeras2(json));

const layer = (className: string, config: { readonly [name: string]: Json }) => ({
  class_name: className,
  config: { name: "layer", trainable: true, dtype: "float32", ...config },
});

const input = (name: string, shape: readonly (number | null)[]) => ({
  name,
  class_name: "InputLayer",
  config: { batch_input_shape: shape, dtype: "float32", sparse: false, ragged: false, name },
  inbound_nodes: [],
});

describe("a layer in the form of Keras 2 becomes that of Keras 3", () => {
  it("with options by their present names", () => {
    expect(restore(layer("LeakyReLU", { alpha: 0.25 }))).toMatchObject({ negativeSlope: 0.25 });
    expect(restore(layer("LeakyReLU", { alpha: { type: "ndarray", value: 0.5 } }))).toBeInstanceOf(LeakyReLU);
    expect(restore(layer("Reshape", { target_shape: [2, null] }))).toBeInstanceOf(Reshape);
  });

  it("with another class that computes the same", () => {
    const made = restore(layer("ThresholdedReLU", { theta: 0.5 }));
    expect(made).toBeInstanceOf(ReLU);
    if (made instanceof ReLU) expectClose(made.apply([-1, 0.5, 0.6]), [0, 0, 0.6]);
  });

  it("with the defaults of then", () => {
    const config = { units: 2, implementation: 1, time_major: false };
    expect(restore(layer("GRU", config))).toMatchObject({ resetAfter: false });
    expect(restore(layer("GRU", { ...config, reset_after: true }))).toBeInstanceOf(GRU);
    const made = restore(
      layer("LSTM", { ...config, recurrent_activation: "hard_sigmoid", unit_forget_bias: null }),
    );
    if (!(made instanceof LSTM)) throw new Error("no LSTM");
    expectClose(made.recurrentActivation(tensor([-3, -1, 0, 1, 3])), [0, 0.3, 0.5, 0.7, 1]);
  });

  it("where initializers are known by their option, as Identity, which is a layer too", () => {
    const kernel_initializer = { class_name: "Identity", config: { gain: 2 } };
    const made = restore(layer("Dense", { units: 2, kernel_initializer, bias_initializer: "zeros" }));
    expect(made).toMatchObject({ kernelInitializer: { gain: 2 } });
  });

  it("and an option that Keras 3 lost is an error, unless it changes nothing", () => {
    expect(() => restore(layer("LSTM", { units: 2, time_major: true }))).toThrow(
      "LSTM: time_major is true in a configuration of Keras 2; Keras 3 does not have that option, so that only false is supported",
    );
  });
});

describe("a model in the form of Keras 2", () => {
  it("has the input that its first layer states", () => {
    const dense = layer("Dense", { units: 3, batch_input_shape: [null, 2] });
    for (const config of [{ name: "model", layers: [dense] }, [dense]]) {
      const model = restore({ class_name: "Sequential", config });
      expect(model).toBeInstanceOf(Sequential);
      expect(model).toMatchObject({ built: true, inputShape: [null, 2] });
    }
    const inner = { class_name: "Sequential", config: { name: "inner", layers: [dense] } };
    expect(restore({ class_name: "Sequential", config: { name: "outer", layers: [inner] } })).toMatchObject({
      inputShape: [null, 2],
    });
  });

  it("has layers that are called more than once, in models within, whose calls are numbered from 1", () => {
    const inner = {
      name: "inner",
      class_name: "Model",
      config: {
        name: "inner",
        layers: [
          input("x", [null, 3]),
          { ...layer("ReLU", { name: "relu" }), name: "relu", inbound_nodes: [[["x", 0, 0, {}]]] },
        ],
        input_layers: [["x", 0, 0]],
        output_layers: [["relu", 0, 0]],
      },
      inbound_nodes: [[["a", 0, 0, {}]], [["b", 0, 0, {}]]],
    };
    const subtract = {
      ...layer("Subtract", { name: "subtract" }),
      name: "subtract",
      inbound_nodes: [
        [
          ["inner", 1, 0, {}],
          ["inner", 2, 0, {}],
        ],
      ],
    };
    const config = {
      name: "outer",
      layers: [input("a", [null, 3]), input("b", [null, 3]), inner, subtract],
      input_layers: [
        ["a", 0, 0],
        ["b", 0, 0],
      ],
      output_layers: [["subtract", 0, 0]],
    };
    const model = restore({ class_name: "Functional", config });
    if (!(model instanceof Model)) throw new Error("no model");
    const outputs: unknown = model.apply([tensor([[1, -2, 3]]), tensor([[-4, 5, 1]])]);
    if (!(outputs instanceof Tensor)) throw new Error("no tensor");
    expectClose(outputs, [[1, -5, 2]]);
  });

  it("calls recurrent layers with their initial states after the sequence", () => {
    const lstm = {
      ...layer("LSTM", { name: "lstm", units: 2, return_state: true }),
      name: "lstm",
      inbound_nodes: [
        [
          ["x", 0, 0, {}],
          ["h", 0, 0, {}],
          ["c", 0, 0, {}],
        ],
      ],
    };
    const config = {
      name: "model",
      layers: [input("x", [null, 4, 3]), input("h", [null, 2]), input("c", [null, 2]), lstm],
      input_layers: [
        ["x", 0, 0],
        ["h", 0, 0],
        ["c", 0, 0],
      ],
      output_layers: [
        ["lstm", 0, 0],
        ["lstm", 0, 2],
      ],
    };
    expect(restore({ class_name: "Model", config })).toMatchObject({
      outputShape: [
        [null, 2],
        [null, 2],
      ],
    });
  });

  it("that is none is an error in words", () => {
    expect(() => fromKeras2({ class_name: "Model", config: { layers: 3 } })).toThrow(
      "the layers of a model: 3 is no array",
    );
    expect(() => fromKeras2(null)).toThrow("Keras 2: a model or layer is null; it must be an object");
  });
});
