import { jit, ones, setBackend, setSeed, type Tensor, tensor, zeros } from "@strata/core";
import { afterAll, beforeAll, beforeEach, describe, expect, expectTypeOf, it } from "vitest";
import type { AnyLayer, LayerOptions } from "../../layer/any-layer.ts";
import { Layer } from "../../layer/layer.ts";
import { maskOf, setMask } from "../../layer/masks.ts";
import { Model } from "../../models/model.ts";
import { fromKerasConfig } from "../../saving/from-keras-config.ts";
import { registerKerasSerializable } from "../../saving/known-classes.ts";
import { toKerasConfig } from "../../saving/to-keras-config.ts";
import { expectClose } from "../../testing/close.ts";
import { input, runLayerTest } from "../../testing/run-layer-test.ts";
import { Input } from "../core/input-layer.ts";
import type { CellInputs, CellOutputs } from "./cell.ts";
import { ConvLSTM1D, ConvLSTM2D, ConvLSTM3D } from "./conv-lstm.ts";
import { GRU, GRUCell } from "./gru.ts";
import { LSTM, LSTMCell } from "./lstm.ts";
import { RNN } from "./rnn.ts";
import { SimpleRNN, SimpleRNNCell } from "./simple-rnn.ts";
import { StackedRNNCells } from "./stacked-cells.ts";

class Total extends Layer<CellInputs, CellOutputs> {
  readonly stateSize = 2;

  override call([inputs, [total]]: CellInputs): CellOutputs {
    const sum = total.add(inputs);
    return [sum.mul(10), [sum]];
  }
}
registerKerasSerializable(Total);

beforeEach(() => setSeed(5));

/** Stacked cells that compute in the dtype of a layer. */
function cellsIn({ dtype }: LayerOptions): StackedRNNCells {
  return new StackedRNNCells([new LSTMCell(3, { dtype }), new GRUCell(2, { dtype })], { dtype });
}

const batteries: Record<string, (options: LayerOptions) => AnyLayer> = {
  SimpleRNN: (options) => new SimpleRNN(2, options),
  "SimpleRNN backwards": (options) =>
    new SimpleRNN(2, { goBackwards: true, returnSequences: true, ...options }),
  LSTM: (options) => new LSTM(2, options),
  "LSTM with states": (options) => new LSTM(2, { returnSequences: true, returnState: true, ...options }),
  GRU: (options) => new GRU(2, options),
  "GRU of the first form": (options) => new GRU(2, { resetAfter: false, unroll: true, ...options }),
  "RNN of stacked cells": (options) => new RNN(cellsIn(options), { returnState: true, ...options }),
};

const weightsOf: Record<string, number> = { "RNN of stacked cells": 6 };

describe("recurrent layers hold to the common battery", () => {
  beforeAll(() => setBackend("reference"));
  afterAll(() => setBackend("cpu"));

  it.each(Object.entries(batteries))("%s", async (name, make) => {
    const inputs = input([null, name.includes("unroll") ? 4 : null, 3]);
    await runLayerTest({ make, inputs, trainableWeights: weightsOf[name] ?? 3 });
  });

  it("in training, with dropout of inputs and state", async () => {
    const make = (options: LayerOptions) =>
      new LSTM(2, { dropout: 0.4, recurrentDropout: 0.4, seed: 1, ...options });
    await runLayerTest({ make, inputs: input([null, null, 3]), trainableWeights: 3, isRandom: true });
  });

  it("RNN of a cell of one's own", async () => {
    const make = (options: LayerOptions) => new RNN(new Total({ dtype: options.dtype }), options);
    await runLayerTest({ make, inputs: input([null, null, 2]) });
  });

  it("ConvLSTM1D, ConvLSTM2D and ConvLSTM3D", async () => {
    await runLayerTest({
      make: (options) => new ConvLSTM1D(2, 2, { padding: "same", returnState: true, ...options }),
      inputs: input([null, null, null, 2]),
      trainableWeights: 3,
    });
    await runLayerTest({
      make: (options) => new ConvLSTM2D(1, 2, { strides: 2, returnSequences: true, ...options }),
      inputs: input([null, null, null, null, 1]),
      sizes: [
        [2, 3, 4, 4],
        [1, 2, 5, 3],
      ],
      trainableWeights: 3,
    });
    await runLayerTest({
      make: (options) => new ConvLSTM3D(1, [1, 2, 2], { dataFormat: "channelsFirst", ...options }),
      inputs: input([null, null, 1, null, null, null]),
      sizes: [
        [1, 2, 1, 2, 3, 3],
        [2, 1, 1, 2, 2, 4],
      ],
      trainableWeights: 3,
    });
  });

  it("cells", async () => {
    const state = input([null, 2]);
    const inputs = input([null, 3]);
    await runLayerTest({
      make: (options) => new SimpleRNNCell(2, options),
      inputs: [inputs, [state]],
      trainableWeights: 3,
    });
    await runLayerTest({
      make: (options) => new LSTMCell(2, options),
      inputs: [inputs, [state, state]],
      trainableWeights: 3,
    });
    await runLayerTest({
      make: (options) => new GRUCell(2, options),
      inputs: [inputs, [state]],
      trainableWeights: 3,
    });
    await runLayerTest({
      make: (options) => new StackedRNNCells(cellsIn(options).cells, options),
      inputs: [inputs, [[input([null, 3]), input([null, 3])], [state]]],
      trainableWeights: 6,
    });
  });
});

describe.each(["cpu", "reference"] as const)("recurrent layers on %s", (backend) => {
  beforeAll(() => setBackend(backend));
  afterAll(() => setBackend("cpu"));

  const sequence = tensor([
    [
      [1, 2],
      [3, 4],
      [5, 6],
    ],
  ]);

  it("run a cell of one's own over the steps, in either direction", () => {
    expect(new RNN(new Total()).apply(sequence).arraySync()).toEqual([[90, 120]]);
    const backwards = new RNN(new Total(), { goBackwards: true, returnSequences: true, returnState: true });
    const [outputs, state] = backwards.apply(sequence);
    expect(outputs.arraySync()).toEqual([
      [
        [50, 60],
        [80, 100],
        [90, 120],
      ],
    ]);
    expect((state as Tensor).arraySync()).toEqual([[9, 12]]);
  });

  it("begin with the states that they are given, also as symbolic tensors", () => {
    const layer = new RNN(new Total());
    expect(layer.apply(sequence, { initialState: [tensor([[100, 200]])] }).arraySync()).toEqual([
      [1090, 2120],
    ]);
    expect(layer.apply(sequence, { initialState: tensor([[100, 200]]) }).arraySync()).toEqual([[1090, 2120]]);
    const x = Input({ shape: [3, 2] });
    const state = Input({ shape: [2] });
    const model = new Model({ inputs: [x, state], outputs: layer.apply(x, { initialState: [state] }) });
    const result = model.apply([sequence, tensor([[100, 200]])]);
    expect((result as Tensor).arraySync()).toEqual([[1090, 2120]]);
  });

  it("keep the states and repeat the output where a step is masked", () => {
    const mask = tensor([[false, true, false]]);
    const steps = (options: object) =>
      new RNN(new Total(), { returnSequences: true, ...options }).apply(sequence, { mask }).arraySync();
    const repeated = [
      [
        [0, 0],
        [30, 40],
        [30, 40],
      ],
    ];
    for (const unroll of [false, true]) {
      expect(steps({ unroll })).toEqual(repeated);
      expect(steps({ unroll, zeroOutputForMask: true })).toEqual([
        [
          [0, 0],
          [30, 40],
          [0, 0],
        ],
      ]);
      expect(steps({ unroll, goBackwards: true })).toEqual(repeated);
      expect(new RNN(new Total(), { unroll }).apply(sequence, { mask }).arraySync()).toEqual([[30, 40]]);
      const zeroed = new RNN(new Total(), { unroll, zeroOutputForMask: true });
      expect(zeroed.apply(sequence, { mask }).arraySync()).toEqual([[0, 0]]);
    }
  });

  it("give zeros before the first step that counts, also where they begin with another state", () => {
    const cell = new SimpleRNN(2, {
      activation: "linear",
      returnSequences: true,
      kernelInitializer: "identity",
      recurrentInitializer: "identity",
    });
    const result = cell.apply(sequence, { mask: tensor([[false, true, true]]), initialState: ones([1, 2]) });
    expect(result.arraySync()).toEqual([
      [
        [0, 0],
        [4, 5],
        [9, 11],
      ],
    ]);
  });

  it("end the mask of inputs that carry one, as in Keras", () => {
    const masked = tensor(sequence.arraySync() as number[][][]);
    setMask(masked, tensor([[true, true, false]]));
    const sums = new RNN(new Total(), { returnSequences: true, returnState: true });
    const [outputs, state] = sums.apply(masked);
    expect((state as Tensor).arraySync()).toEqual([[4, 6]]);
    expect(maskOf(outputs)).toBeNull();
  });

  it("compute the same step by step and as a loop", () => {
    const looped = new LSTM(3, { returnSequences: true });
    looped.buildFor([null, 3, 2]);
    const unrolled = new LSTM(3, { returnSequences: true, unroll: true });
    unrolled.buildFor([null, 3, 2]);
    unrolled.setWeights(looped.getWeights());
    expectClose([...unrolled.apply(sequence).dataSync()], [...looped.apply(sequence).dataSync()]);
  });

  it("go on where the batch before ended, if they are stateful, until the states are reset", () => {
    const layer = new RNN(new Total(), { stateful: true });
    const run = jit((x: Tensor) => layer.apply(x));
    expect(layer.computeOutputShape([null, 3, 2])).toEqual([null, 2]);
    expect(run(sequence).arraySync()).toEqual([[90, 120]]);
    expect(run(sequence).arraySync()).toEqual([[180, 240]]);
    expect(layer.apply(sequence).arraySync()).toEqual([[270, 360]]);
    expect(layer.weights).toEqual([]);
    layer.resetStates();
    expect(run(sequence).arraySync()).toEqual([[90, 120]]);
    expect(() => layer.apply(zeros([2, 3, 2]))).toThrow(/stateful, and its state has the shape \[1, 2\]/);
  });

  it("drop the same inputs in all steps of a call in training, and others in the next", () => {
    const layer = new RNN(
      new SimpleRNNCell(64, {
        activation: "linear",
        kernelInitializer: "identity",
        recurrentInitializer: "zeros",
        dropout: 0.5,
        seed: 3,
      }),
      { returnSequences: true },
    );
    const x = ones([1, 3, 64]);
    const draw = () => layer.apply(x, { training: true }).arraySync() as number[][][];
    const [[first, second, third]] = draw();
    expect(new Set(first)).toEqual(new Set([0, 2]));
    expect(second).toEqual(first);
    expect(third).toEqual(first);
    expect(draw()[0][0]).not.toEqual(first);
    expect(new Set((layer.apply(x).arraySync() as number[][][]).flat(2))).toEqual(new Set([1]));
  });

  it("drop in each of several stacked cells, whatever their sizes", () => {
    const cells = [
      new LSTMCell(5, { dropout: 0.5 }),
      new GRUCell(3, { dropout: 0.5, recurrentDropout: 0.5 }),
    ];
    expect(new RNN(cells).apply(ones([2, 4, 3]), { training: true }).shape).toEqual([2, 3]);
  });

  it("add to the loss what their cell adds in each step, here for its output and state", () => {
    const layer = new RNN(new Total({ activityRegularizer: "l1" }));
    layer.apply(sequence);
    expect(layer.losses.map((loss) => loss.item())).toEqual([expect.closeTo(0.01 * (33 + 110 + 231), 4)]);
  });
});

describe("recurrent layers", () => {
  it("have Keras's names of weights, and a configuration with the cell", () => {
    const layer = new LSTM(2);
    layer.buildFor([null, 3, 4]);
    expect([...layer.weightPaths.keys()]).toEqual(["cell/kernel", "cell/recurrent_kernel", "cell/bias"]);
    const config = toKerasConfig(new RNN(new Total()));
    expect(toKerasConfig(fromKerasConfig(config))).toEqual(config);
  });

  it("begin with a forget gate that is open", () => {
    const bias = (options: object) => {
      const cell = new LSTMCell(1, options);
      cell.buildFor([
        [null, 2],
        [
          [null, 1],
          [null, 1],
        ],
      ]);
      return cell.weights[2].arraySync();
    };
    expect(bias({})).toEqual([0, 1, 0, 0]);
    expect(bias({ unitForgetBias: false })).toEqual([0, 0, 0, 0]);
  });

  it("have results of the type that they are asked for", () => {
    expectTypeOf(new LSTM(2).apply(zeros([1, 2, 3]))).toEqualTypeOf<Tensor>();
    const [output, hidden, memory] = new LSTM(2, { returnState: true }).apply(zeros([1, 2, 3]));
    expectTypeOf(memory).toEqualTypeOf<Tensor>();
    expect([output, hidden, memory].map(({ shape }) => shape)).toEqual([
      [1, 2],
      [1, 2],
      [1, 2],
    ]);
  });

  it("say what is wrong with the input, the cell, or the states", () => {
    expect(() => new LSTM(2, { name: "memory" }).apply(zeros([2, 3]))).toThrow(
      "memory: the input has the shape [2, 3]; it must have 3 dimensions",
    );
    expect(() => new RNN(new GRU(2))).toThrow(/RNN: cell is .*; it must be a cell/);
    const states = { initialState: [zeros([1, 2])] };
    expect(() => new LSTM(2, { name: "memory" }).apply(zeros([1, 2, 3]), states)).toThrow(
      "memory: initialState holds 1 tensors; the cell's states are [•, •]",
    );
    expect(() =>
      new GRU(2, { name: "gate" }).apply(zeros([1, 2, 3]), { initialState: [zeros([1, 3])] }),
    ).toThrow("gate: initialState has the shape [1, 3] in place 0; it must be [1, 2]");
  });
});
