/** What users see in types: results that are no unions, and calls that are refused before they run. */
import { Optimizer, type Tensor, zeros } from "@strata/core";
import { describe, expect, expectTypeOf, it } from "vitest";
import {
  Attention,
  Bidirectional,
  type CallArguments,
  type CallContext,
  type CompileOptions,
  Dense,
  GRU,
  Input,
  Layer,
  LSTM,
  Model,
  MultiHeadAttention,
  Sequential,
} from "./index.ts";
import type { LossName } from "./losses/index.ts";

const data = zeros([2, 3]);

function pairModel() {
  const inputs = Input({ shape: [3] });
  return new Model({ inputs, outputs: [new Dense(1).apply(inputs), new Dense(2).apply(inputs)] });
}

describe("results", () => {
  it("of predict: a tensor of one output, a pair of two, an object of named ones", async () => {
    const inputs = Input({ shape: [3] });
    const single = new Model({ inputs, outputs: new Dense(1).apply(inputs) });
    expectTypeOf(await single.predict(data, { verbose: 0 })).toEqualTypeOf<Tensor>();
    expectTypeOf(await pairModel().predict(data, { verbose: 0 })).toEqualTypeOf<readonly [Tensor, Tensor]>();
    const outputs = { value: new Dense(1).apply(inputs), scores: new Dense(2).apply(inputs) };
    const named = await new Model({ inputs, outputs }).predict(data, { verbose: 0 });
    expectTypeOf(named).toEqualTypeOf<{ value: Tensor; scores: Tensor }>();
    expect(named.scores.shape).toEqual([2, 2]);
    const sequential = new Sequential([new Dense(1, { inputShape: [3] })]);
    expectTypeOf(await sequential.predict(data, { verbose: 0 })).toEqualTypeOf<Tensor>();
  });

  it("of models of symbolic tensors are those of tensors, to any depth, and fit the plain type", () => {
    const inputs = Input({ shape: [3] });
    const outputs = new Dense(1).apply(inputs);
    const models: Model[] = [new Model({ inputs, outputs }), new Sequential([new Dense(1)])];
    expect(models.map((model) => model.apply(data).shape)).toEqual([
      [2, 1],
      [2, 1],
    ]);
    const deep = new Model({ inputs: { left: inputs, pair: [inputs, outputs] }, outputs: [outputs] });
    expectTypeOf(deep).toEqualTypeOf<
      Model<{ readonly left: Tensor; readonly pair: readonly [Tensor, Tensor] }, readonly [Tensor]>
    >();
    // @ts-expect-error: it takes two tensors
    const plain: Model = new Model({ inputs: [inputs, outputs], outputs });
    expect(plain.inputs).toHaveLength(2);
  });

  it("of evaluate are numbers also where they are taken apart, however many metrics there are", async () => {
    const model = new Sequential([new Dense(1, { inputShape: [3] })]);
    model.compile({ loss: "mse", metrics: ["mae", "mse", "mape", "msle", "logcosh"] });
    const [loss, mae, mse, mape, msle, logCosh] = await model.evaluate(data, zeros([2, 1]), { verbose: 0 });
    expectTypeOf([loss, mae, mse, mape, msle, logCosh]).toEqualTypeOf<number[]>();
    expect(mse).toBe(loss);
    expect(logCosh).toBe(0);
    const byName = await model.evaluate(data, zeros([2, 1]), { verbose: 0, returnDict: true });
    expect(byName.loss).toBe(loss);
  });

  it("of compile: an optimizer that is not null", () => {
    const model = new Sequential([new Dense(1)]);
    model.compile({ loss: "mse" });
    expectTypeOf(model.optimizer).toEqualTypeOf<Optimizer>();
    expect(model.optimizer).toBeInstanceOf(Optimizer);
  });

  it("of Bidirectional follow from the layer and the merge mode", () => {
    const sequence = zeros([2, 5, 3]);
    expectTypeOf(new Bidirectional(new LSTM(2)).apply(sequence)).toEqualTypeOf<Tensor>();
    const apart = new Bidirectional(new GRU(2), { mergeMode: null }).apply(sequence);
    expectTypeOf(apart).toEqualTypeOf<readonly [forward: Tensor, backward: Tensor]>();
    const states = new Bidirectional(new LSTM(2, { returnState: true })).apply(sequence);
    expectTypeOf(states).toEqualTypeOf<
      readonly [output: Tensor, hidden: Tensor, memory: Tensor, hidden: Tensor, memory: Tensor]
    >();
    const both = new Bidirectional({ layer: new GRU(2, { returnState: true }), mergeMode: null });
    expect(both.apply(sequence).map(({ shape }) => shape)).toEqual(Array.from({ length: 4 }, () => [2, 2]));
    expectTypeOf(both.apply(sequence)).toEqualTypeOf<readonly [Tensor, Tensor, Tensor, Tensor]>();
  });
});

describe("names", () => {
  it("of losses are completed, each once: Keras's snake_case is accepted beside them", () => {
    expectTypeOf<"meanSquaredError">().toExtend<LossName>();
    expectTypeOf<"mse">().toExtend<LossName>();
    expectTypeOf<"mean_squared_error">().toExtend<LossName>();
    expectTypeOf<"meanSquaredErrors">().not.toExtend<LossName>();
    expectTypeOf<"adam">().toExtend<CompileOptions["optimizer"]>();
    expectTypeOf<"adams">().not.toExtend<CompileOptions["optimizer"]>();
  });
});

/** Adds a number, if it is told so. */
class Shifted extends Layer<Tensor, Tensor, { readonly by?: number }> {
  static override readonly callArguments = ["by"];
  override call(
    inputs: Tensor,
    _: CallContext,
    { by = 0 }: CallArguments & { readonly by?: number },
  ): Tensor {
    return inputs.add(by);
  }
}

describe("options of calls that there are not are refused by types, and when they run", () => {
  const refused = (name: string) =>
    new RegExp(`"${name}" is an unknown option of a call.*; accepted are "training"`);

  it("of layers that take none of their own", () => {
    const layer = new Dense(1);
    // @ts-expect-error misspelt
    expect(() => layer.apply(data, { trainig: true })).toThrow(refused("trainig"));
    // @ts-expect-error misspelt, on symbolic tensors
    expect(() => layer.apply(Input({ shape: [3] }), { masks: data })).toThrow(refused("masks"));
    // @ts-expect-error misspelt
    expect(() => pairModel().apply(data, { trainin: true })).toThrow(refused("trainin"));
  });

  it("of recurrent layers and their wrappers", () => {
    const sequence = zeros([2, 5, 3]);
    const initialState = [zeros([2, 2]), zeros([2, 2])];
    const layer = new LSTM(2);
    expect(layer.apply(sequence, { initialState }).shape).toEqual([2, 2]);
    // @ts-expect-error misspelt
    expect(() => layer.apply(sequence, { initialStates: initialState })).toThrow(refused("initialStates"));
    // @ts-expect-error misspelt
    expect(() => new Bidirectional(layer).apply(sequence, { initial: [] })).toThrow(refused("initial"));
  });

  it("of attention", () => {
    const inputs = [zeros([1, 2, 4]), zeros([1, 2, 4])];
    // @ts-expect-error misspelt
    expect(() => new Attention().apply(inputs, { causalMask: true })).toThrow(refused("causalMask"));
    const layer = new MultiHeadAttention(2, 3);
    expect(layer.apply(inputs, { useCausalMask: true }).shape).toEqual([1, 2, 4]);
    // @ts-expect-error misspelt
    expect(() => layer.apply(inputs, { keysMask: null })).toThrow(refused("keysMask"));
  });

  it("of layers of one's own, which list theirs", () => {
    expect(new Shifted().apply([1], { by: 2 }).arraySync()).toEqual([3]);
    // @ts-expect-error misspelt
    expect(() => new Shifted().apply([1], { buy: 2 })).toThrow(refused("buy"));
  });
});
