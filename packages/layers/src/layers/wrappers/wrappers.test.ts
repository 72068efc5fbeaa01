import { ones, setBackend, setSeed, tensor, zeros } from "@strata/core";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { LayerOptions } from "../../layer/any-layer.ts";
import { maskOf, setMask } from "../../layer/masks.ts";
import { toKerasConfig } from "../../saving/to-keras-config.ts";
import { expectClose } from "../../testing/close.ts";
import { input, runLayerTest } from "../../testing/run-layer-test.ts";
import { Dense } from "../core/dense.ts";
import { BatchNormalization } from "../normalization/batch-normalization.ts";
import { GRU } from "../recurrent/gru.ts";
import { LSTM } from "../recurrent/lstm.ts";
import { SimpleRNN } from "../recurrent/simple-rnn.ts";
import { Dropout } from "../regularization/dropout.ts";
import { Bidirectional } from "./bidirectional.ts";
import { TimeDistributed } from "./time-distributed.ts";

beforeEach(() => setSeed(5));

const sequence = tensor([
  [[1], [2], [3]],
  [[4], [5], [6]],
]);

const totalOptions = {
  activation: "linear",
  kernelInitializer: "ones",
  recurrentInitializer: "ones",
  returnSequences: true,
} as const;

/** A layer whose output is the sum of the inputs so far. */
const total = (options: object = {}) => new SimpleRNN(1, { ...totalOptions, ...options });

describe("wrappers hold to the common battery", () => {
  beforeAll(() => setBackend("reference"));
  afterAll(() => setBackend("cpu"));

  it("TimeDistributed", async () => {
    const of = (options: LayerOptions) => ({ dtype: options.dtype });
    await runLayerTest({
      make: (options) => new TimeDistributed(new Dense(2, of(options)), options),
      inputs: input([null, null, 3]),
      trainableWeights: 2,
    });
    await runLayerTest({
      make: (options) => new TimeDistributed(new Dropout(0.5, of(options)), options),
      inputs: input([null, null, 3]),
      isRandom: true,
    });
  });

  it("Bidirectional", async () => {
    const of = ({ dtype }: LayerOptions) => ({ dtype, returnSequences: true });
    await runLayerTest({
      make: (options) => new Bidirectional(new LSTM(2, of(options)), options),
      inputs: input([null, null, 3]),
      trainableWeights: 6,
    });
    await runLayerTest({
      make: (options) =>
        new Bidirectional(new GRU(2, { ...of(options), returnState: true }), { mergeMode: null, ...options }),
      inputs: input([null, null, 3]),
      trainableWeights: 6,
    });
  });
});

describe.each(["cpu", "reference"] as const)("wrappers on %s", (backend) => {
  beforeAll(() => setBackend(backend));
  afterAll(() => setBackend("cpu"));

  it("merge the outputs of both directions, step by step", () => {
    const merged = (mergeMode: "sum" | "mul" | "ave" | "concat") =>
      new Bidirectional(total(), { mergeMode }).apply(sequence).arraySync() as number[][][];
    expect(merged("concat")[0]).toEqual([
      [1, 6],
      [3, 5],
      [6, 3],
    ]);
    expect(merged("sum")[0]).toEqual([[7], [8], [9]]);
    expect(merged("mul")[0]).toEqual([[6], [15], [18]]);
    expect(merged("ave")[0]).toEqual([[3.5], [4], [4.5]]);
  });

  it("begin in each direction with half of the states that are given, and return them in that order", () => {
    const layer = new Bidirectional(
      new SimpleRNN(1, { ...totalOptions, returnSequences: false, returnState: true as const }),
    );
    const initialState = [tensor([[10], [10]]), tensor([[100], [100]])];
    const [output, forward, backward] = layer.apply(sequence, { initialState });
    expect(output.arraySync()).toEqual([
      [16, 106],
      [25, 115],
    ]);
    expect(forward.arraySync()).toEqual([[16], [25]]);
    expect(backward.arraySync()).toEqual([[106], [115]]);
  });

  it("give zeros where a step is masked, and pass the mask on", () => {
    const masked = tensor(sequence.arraySync() as number[][][]);
    setMask(
      masked,
      tensor([
        [true, true, false],
        [true, true, true],
      ]),
    );
    const result = new Bidirectional(total()).apply(masked);
    expect((result.arraySync() as number[][][])[0]).toEqual([
      [1, 3],
      [3, 2],
      [0, 0],
    ]);
    expect(maskOf(result)?.shape).toEqual([2, 3]);
    expect(maskOf(new TimeDistributed(new Dense(2)).apply(masked))?.shape).toEqual([2, 3]);
  });

  it("keep the states of both directions, until they are reset", () => {
    const layer = new Bidirectional(total({ returnSequences: false, stateful: true }));
    const apply = () => layer.apply(sequence).arraySync();
    expect(apply()).toEqual([
      [6, 6],
      [15, 15],
    ]);
    expect(apply()).toEqual([
      [12, 12],
      [30, 30],
    ]);
    layer.resetStates();
    expect(apply()).toEqual([
      [6, 6],
      [15, 15],
    ]);
  });

  it("let a layer that counts in training see one step after the other", () => {
    const inner = new BatchNormalization({ momentum: 0.5, epsilon: 0 });
    const layer = new TimeDistributed(inner);
    const result = layer.apply(sequence, { training: true });
    expectClose(result.arraySync(), [
      [[-1], [-1], [-1]],
      [[1], [1], [1]],
    ]);
    // ((0 + 2.5) / 2 + 3.5) / 2 … of the means of the steps.
    expectClose(inner.nonTrainableWeights[0].arraySync(), [0.5 * (0.5 * (0.5 * 2.5 + 3.5) + 4.5)]);
  });
});

describe("Bidirectional", () => {
  it("makes copies of the layer, and leaves the layer as it is", () => {
    const given = new LSTM(2, { name: "memory", returnSequences: true });
    const layer = new Bidirectional(given);
    layer.buildFor([null, 3, 4]);
    expect(given.built).toBe(false);
    expect(layer.forwardLayer.name).toBe("forward_memory");
    expect(layer.backwardLayer.name).toBe("backward_memory");
    expect([...layer.weightPaths.keys()]).toEqual(
      ["forward_layer", "backward_layer"].flatMap((part) =>
        ["kernel", "recurrent_kernel", "bias"].map((name) => `${part}/cell/${name}`),
      ),
    );
    expect(JSON.stringify(toKerasConfig(layer))).toContain('"zero_output_for_mask":true');
  });

  it("says which layers and merge modes it takes", () => {
    // @ts-expect-error a Dense goes in no direction
    expect(() => new Bidirectional(new Dense(2))).toThrow(
      /Bidirectional: layer is .*; it must be a recurrent layer/,
    );
    // @ts-expect-error the name is not in the union
    expect(() => new Bidirectional(new GRU(2), { mergeMode: "x" })).toThrow(
      'Bidirectional: mergeMode is "x"; it must be "concat", "sum", "mul", "ave" or null',
    );
    expect(() => new Bidirectional(new GRU(2), { name: "both", backwardLayer: new GRU(2) })).toThrow(
      "both: layer and backwardLayer both have goBackwards: false; they must differ in it",
    );
    expect(
      () => new Bidirectional(new GRU(2), { name: "both", backwardLayer: total({ goBackwards: true }) }),
    ).toThrow("both: returnSequences is false of layer and true of backwardLayer; both must be equal");
  });
});

describe("TimeDistributed", () => {
  it("says which inputs and masks it takes", () => {
    const layer = new TimeDistributed(new Dense(2), { name: "each" });
    expect(() => layer.apply(ones([2, 3]))).toThrow(
      "each: the input has the shape [2, 3]; it must have at least 3",
    );
    expect(() => layer.apply(zeros([2, 3, 4]), { mask: ones([3, 2]) })).toThrow(
      "each: the mask has the shape [3, 2]; it must begin with [2, 3]",
    );
  });
});
