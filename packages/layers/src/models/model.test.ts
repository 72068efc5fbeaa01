import { matmul, setSeed, type Tensor, tensor, type Variable, variable } from "@strata/core";
import { beforeEach, describe, expect, expectTypeOf, it, vi } from "vitest";
import type { CallContext } from "../layer/any-layer.ts";
import { Layer } from "../layer/layer.ts";
import { Dense } from "../layers/core/dense.ts";
import { Input } from "../layers/core/input-layer.ts";
import { Dropout } from "../layers/regularization/dropout.ts";
import { Mean } from "../metrics/mean.ts";
import { cloneModel } from "../saving/clone-model.ts";
import { toKerasConfig } from "../saving/to-keras-config.ts";
import type { Batch } from "../training/batch.ts";
import type { CompileOptions } from "../training/compile.ts";
import { clearSession } from "../utilities/names.ts";
import "../operations/methods.ts";
import { Model } from "./model.ts";
import { Sequential } from "./sequential.ts";
import type { SummaryOptions } from "./summary.ts";

const quiet = { verbose: 0 } as const;
const x = [
  [1, 2],
  [3, 4],
  [5, 6],
];
const y = [[1], [2], [3]];

beforeEach(() => {
  clearSession();
  setSeed(4);
});

function twoOutputs() {
  const inputs = Input({ shape: [2] });
  const hidden = new Dense(3, { activation: "relu", name: "hidden" }).apply(inputs);
  return new Model({
    inputs,
    outputs: [new Dense(1, { name: "a" }).apply(hidden), new Dense(2, { name: "b" }).apply(hidden)],
  });
}

describe("a functional model", () => {
  it("gives what its outputs are: a tensor, a pair, or an object", async () => {
    const inputs = Input({ shape: [2] });
    const outputs = new Dense(1).apply(inputs);
    const one = new Model({ inputs, outputs });
    const named = new Model({ inputs, outputs: { first: outputs, second: outputs.mul(2) } });
    const single = await one.predict(x, quiet);
    expectTypeOf(single).toEqualTypeOf<Tensor>();
    const pair = await twoOutputs().predict(x, quiet);
    expectTypeOf(pair).toEqualTypeOf<readonly [Tensor, Tensor]>();
    const { first, second } = await named.predict(x, { batchSize: 2, ...quiet });
    expectTypeOf(first).toEqualTypeOf<Tensor>();
    expect([single.shape, pair[0].shape, pair[1].shape]).toEqual([
      [3, 1],
      [3, 1],
      [3, 2],
    ]);
    expect(second.arraySync()).toEqual(first.mul(2).arraySync());
  });

  it("trains several outputs, with losses, weights and metrics by order or by name", async () => {
    const train = async ({ loss, lossWeights }: CompileOptions, isByName: boolean): Promise<object> => {
      setSeed(4);
      clearSession();
      const model = twoOutputs();
      model.compile({
        optimizer: "sgd",
        loss: loss ?? null,
        lossWeights: lossWeights ?? null,
        metrics: { b: ["mse"] },
      });
      const [first, second] = [y, y.map(([value]) => [value, -value])];
      const data = isByName ? { b: second, a: first } : [first, second];
      const { history } = await model.fit(x, data, { epochs: 2, shuffle: false, ...quiet });
      expect(model.metricsNames).toEqual(["loss", "a_loss", "b_loss", "b_mse"]);
      return history;
    };
    const byOrder = await train({ loss: ["mse", "mse"], lossWeights: [1, 0.5] }, false);
    const byName = { loss: { a: "mse", b: "mse" }, lossWeights: { b: 0.5 } } as const;
    expect(await train(byName, true)).toEqual(byOrder);
  });

  it("says which outputs there are when one is misnamed or missing", async () => {
    const model = twoOutputs();
    model.compile({ loss: { a: "mse", c: "mse" } });
    await expect(model.fit(x, [y, y], quiet)).rejects.toThrow(
      'compile: loss names the output "c"; the outputs are "a" or "b"',
    );
    model.compile({ loss: "mse" });
    await expect(model.fit(x, y, quiet)).rejects.toThrow("fit: y is [[1], [2], [3]]; the model has 2");
    await expect(model.fit(x, { a: y }, quiet)).rejects.toThrow('fit: y has "a"; the model needs "b"');
  });

  it("takes named inputs in any order, and several in order", async () => {
    const [a, b] = [Input({ shape: [2], name: "a" }), Input({ shape: [2], name: "b" })];
    const named = new Model({ inputs: { a, b }, outputs: a.sub(b) });
    expect(named.apply({ b: tensor([[1, 1]]), a: tensor([[3, 5]]) }).arraySync()).toEqual([[2, 4]]);
    const listed = new Model({ inputs: [a, b], outputs: a.sub(b) });
    expect((await listed.predict({ b: [[1, 1]], a: [[3, 5]] }, quiet)).arraySync()).toEqual([[2, 4]]);
    expect((await listed.predict([[[3, 5]], [[1, 1]]], quiet)).arraySync()).toEqual([[2, 4]]);
    await expect(listed.predict([[3, 5]], quiet)).rejects.toThrow('the model has 2 ("a" or "b")');
  });

  it("counts a layer once that is used in two branches, and trains it", async () => {
    const shared = new Dense(2, { name: "shared" });
    const [a, b] = [Input({ shape: [2] }), Input({ shape: [2] })];
    const outputs = shared.apply(a).sub(shared.apply(b)).sum(-1, true);
    const model = new Model({ inputs: [a, b], outputs });
    expect(model.weights).toHaveLength(2);
    expect(model.countParams()).toBe(6);
    model.compile({ loss: "mse", optimizer: "sgd" });
    const before = model.getWeights()[0].arraySync();
    await model.fit([x, x.map(([p, q]) => [q, p])], y, quiet);
    expect(model.getWeights()[0].arraySync()).not.toEqual(before);
  });

  it("gives the results of its inner layers to another model", () => {
    const model = twoOutputs();
    const inner = new Model({ inputs: model.input, outputs: model.getLayer("hidden").output });
    expect(inner.apply(x).shape).toEqual([3, 3]);
    expect(inner.weights).toEqual(model.getLayer(1).weights);
    expect(() => model.getLayer("other")).toThrow('"other" is none of the 4 layers: "input_layer", "hidden"');
  });

  it("keeps a part in inference when it was applied so, also when it is trained", async () => {
    const base = new Sequential([Input({ shape: [2] }), new Dropout(0.9)]);
    const inputs = Input({ shape: [2] });
    const model = new Model({ inputs, outputs: base.apply(inputs, { training: false }) });
    expect(model.apply(x, { training: true }).arraySync()).toEqual(x);
  });

  it("takes constants among its inputs", () => {
    const inputs = Input({ shape: [2] });
    const model = new Model({ inputs, outputs: inputs.add(tensor([10, 20])) });
    expect(model.apply(x).arraySync()).toEqual(x.map(([a, b]) => [a + 10, b + 20]));
  });

  it("is printed with connections, nested layers and marks, as Keras does", () => {
    const [a, b] = [Input({ shape: [4], name: "a" }), Input({ shape: [4], name: "b" })];
    const shared = new Dense(3, { name: "shared" });
    const difference = shared.apply(a).sub(shared.apply(b));
    const model = new Model({
      inputs: [a, b],
      outputs: new Dense(1, { name: "o" }).apply(difference),
      name: "siamese",
    });
    expect(textOf(model, { lineLength: 90 })).toBe(`Model: "siamese"
┏━━━━━━━━━━━━━━━━━━━━━━━━━━┳━━━━━━━━━━━━━━━━━━━━━━┳━━━━━━━━━━━━━━┳━━━━━━━━━━━━━━━━━━━━━━━┓
┃ Layer (type)             ┃ Output Shape         ┃      Param # ┃ Connected to          ┃
┡━━━━━━━━━━━━━━━━━━━━━━━━━━╇━━━━━━━━━━━━━━━━━━━━━━╇━━━━━━━━━━━━━━╇━━━━━━━━━━━━━━━━━━━━━━━┩
│ a (InputLayer)           │ (None, 4)            │            0 │ -                     │
├──────────────────────────┼──────────────────────┼──────────────┼───────────────────────┤
│ b (InputLayer)           │ (None, 4)            │            0 │ -                     │
├──────────────────────────┼──────────────────────┼──────────────┼───────────────────────┤
│ shared (Dense)           │ (None, 3)            │           15 │ a[0][0], b[0][0]      │
├──────────────────────────┼──────────────────────┼──────────────┼───────────────────────┤
│ subtract (Subtract)      │ (None, 3)            │            0 │ shared[0][0],         │
│                          │                      │              │ shared[1][0]          │
├──────────────────────────┼──────────────────────┼──────────────┼───────────────────────┤
│ o (Dense)                │ (None, 1)            │            4 │ subtract[0][0]        │
└──────────────────────────┴──────────────────────┴──────────────┴───────────────────────┘
 Total params: 19 (76.00 B)
 Trainable params: 19 (76.00 B)
 Non-trainable params: 0 (0.00 B)
`);
    shared.trainable = false;
    const outer = new Sequential([
      Input({ shape: [4] }),
      new Dense(4),
      cloneModel(new Sequential([new Dense(2, { name: "inner" })])),
    ]);
    const text = textOf(outer, { expandNested: true, showTrainable: true });
    expect(text).toMatch(/│ {4}└ inner \(Dense\) +│ \(None, 2\) +│ +10 │ +Y +│/);
  });

  it("has a copy with weights of its own", () => {
    const model = twoOutputs();
    model.compile({ loss: "mse" });
    const copy = cloneModel(model);
    expectTypeOf(copy).toEqualTypeOf(model);
    expect(copy.compiled).toBe(false);
    expect(copy.weights.map(({ shape }) => shape)).toEqual(model.weights.map(({ shape }) => shape));
    expect(copy.weights.some((weight) => model.weights.includes(weight))).toBe(false);
  });

  it("is frozen and thawed at any depth", () => {
    const inner = new Sequential([new Dense(2), new Dense(2)]);
    const model = new Sequential([Input({ shape: [2] }), inner, new Dense(1)]);
    inner.layers[0].trainable = false;
    expect(model.trainableWeights).toHaveLength(4);
    model.trainable = false;
    expect(model.trainableWeights).toHaveLength(0);
    model.trainable = true;
    expect(model.trainableWeights).toHaveLength(6);
  });
});

function textOf(model: Pick<Sequential, "summary">, options: SummaryOptions): string {
  let text = "";
  model.summary({ ...options, printFn: (part) => (text += part) });
  return text;
}

/** A model that holds its layers wherever one may keep them. */
class Scattered extends Model {
  readonly blocks = [[new Dense(2)], [new Dense(2)]];
  readonly byName = { first: new Dense(2) };
  readonly byKey = new Map([["second", new Dense(2)]]);
  readonly gain: Variable = variable(1);

  override call(inputs: Tensor, context: CallContext): Tensor {
    const layers = [...this.blocks.flat(), this.byName.first, ...this.byKey.values()];
    return layers.reduce((values, layer) => layer.apply(values, context), inputs).mul(this.gain);
  }
}

class Hidden extends Model {
  readonly #inner = new Dense(2);

  override call(inputs: Tensor, context: CallContext): Tensor {
    return this.#inner.apply(inputs, context);
  }
}

describe("a model of one's own class", () => {
  it("trains the layers in arrays, objects and Maps, and bare Variables", async () => {
    const model = new Scattered();
    model.compile({ loss: "mse", optimizer: "sgd" });
    await model.fit(x, x, quiet);
    expect(model.weights).toHaveLength(9);
    expect(model.weightPaths.has("blocks/1/0/kernel")).toBe(true);
    const before = model.getWeights().map((weight) => weight.arraySync());
    await model.fit(x, x, quiet);
    const after = model.getWeights().map((weight) => weight.arraySync());
    for (const [index, values] of after.entries()) expect(values).not.toEqual(before[index]);
  });

  it("refuses to leave a layer in a private field untrained in silence", () => {
    expect(() => new Hidden().apply(x)).toThrow("keep it in a property (not one with #)");
  });

  it("takes its own steps, which are compiled whole, and reports what they return", async () => {
    let traces = 0;
    class Doubling extends Model {
      readonly dense = new Dense(1);
      readonly largest = new Mean({ name: "largest" });

      override call(inputs: Tensor, context: CallContext): Tensor {
        return this.dense.apply(inputs, context);
      }
      override trainStep(batch: Batch<Tensor, Tensor>) {
        traces++;
        super.trainStep(batch);
        this.largest.updateState(batch.x.max());
      }
      override testStep({ x: inputs }: Batch<Tensor, Tensor>) {
        return { twice: inputs.sum().mul(2) };
      }
      override predictStep({ x: inputs }: Batch<Tensor, Tensor>): Tensor {
        return inputs.mul(2);
      }
    }
    const model = new Doubling();
    model.compile({ loss: "mse", optimizer: "sgd" });
    const { history } = await model.fit(x, y, { epochs: 3, validationData: [x, y], ...quiet });
    expect(Object.keys(history)).toEqual(["loss", "largest", "val_twice"]);
    expect(history.largest).toEqual([6, 6, 6]);
    expect(history.val_twice).toEqual([42, 42, 42]);
    expect(traces).toBe(1);
    expect((await model.predict(x, quiet)).arraySync()).toEqual(x.map(([a, b]) => [2 * a, 2 * b]));
  });

  it("adds losses and metrics of its own", async () => {
    class Penalized extends Layer {
      readonly mean = new Mean({ name: "mean_input" });

      override call(inputs: Tensor, context: CallContext): Tensor {
        context.addLoss(inputs.mean());
        if (context.training) this.mean.updateState(inputs);
        return inputs;
      }
    }
    const model = new Sequential([
      Input({ shape: [2] }),
      new Penalized(),
      new Dense(1, { kernelInitializer: "ones" }),
    ]);
    model.addLoss(() => tensor(100));
    model.compile({ loss: () => tensor([0]), optimizer: "sgd" });
    const { history } = await model.fit([[1, 3]], [[0]], quiet);
    expect(history).toEqual({ loss: [102], mean_input: [2] });
    const own = new Mean({ name: "own" });
    model.addMetric(own);
    own.updateState([5]);
    expect(await model.evaluate([[1, 3]], [[0]], { returnDict: true, ...quiet })).toEqual({
      loss: 102,
      own: 0,
      mean_input: 0,
    });
  });
});

describe("faults that were", () => {
  it("a custom loss of targets [n] and outputs [n, 1] compares them one by one", async () => {
    const model = new Sequential([Input({ shape: [1] }), new Dense(1, { kernelInitializer: "ones" })]);
    model.compile({ loss: (yTrue: Tensor, yPred: Tensor) => yTrue.sub(yPred).square(), optimizer: "sgd" });
    expect((await model.evaluate([1, 2, 3], [1, 2, 3], quiet))[0]).toBe(0);
  });

  it("samples of one number may be a plain list", async () => {
    const model = new Sequential([Input({ shape: [1] }), new Dense(1)]);
    model.compile({ loss: "mse", optimizer: "sgd" });
    const { history } = await model.fit([1, 2, 3], [2, 4, 6], quiet);
    expect(history.loss).toHaveLength(1);
    const [loss, metric] = await model.evaluate([1, 2, 3], [2, 4, 6], quiet);
    expectTypeOf([loss, metric]).toEqualTypeOf<number[]>();
  });

  it("predict and evaluate may be called in a callback, and leave what fit gathers as it is", async () => {
    const train = async (isAsking: boolean): Promise<object> => {
      setSeed(1);
      const model = new Sequential([Input({ shape: [1] }), new Dense(1)]);
      model.compile({ loss: "mse", optimizer: "sgd" });
      const onTrainBatchEnd = async (): Promise<void> => {
        if (!isAsking) return;
        await model.evaluate([7], [7], quiet);
        expect((await model.predict([1], quiet)).shape).toEqual([1, 1]);
      };
      return (
        await model.fit([1, 2, 3], [2, 4, 6], { batchSize: 1, callbacks: [{ onTrainBatchEnd }], ...quiet })
      ).history;
    };
    expect(await train(true)).toEqual(await train(false));
  });

  it("a model without trainable weights warns that nothing will change", async () => {
    const warn = vi.spyOn(console, "warn").mockImplementation(() => {});
    const model = new Sequential([Input({ shape: [1] }), new Dense(1)]);
    model.trainable = false;
    model.compile({ loss: "mse" });
    await model.fit([1], [1], quiet);
    expect(warn).toHaveBeenCalledWith('fit: "sequential" has no trainable weights; training changes nothing');
    warn.mockRestore();
  });

  it("an anonymous activation is refused in a configuration, not dropped", () => {
    const model = new Sequential([new Dense(1, { activation: (values) => matmul(values, [[1]]) })]);
    expect(() => toKerasConfig(model)).toThrow("has no name to restore it by");
  });

  it("the optimizer of a compiled model is there, and of another a sentence", () => {
    const model = twoOutputs();
    expect(() => model.optimizer).toThrow("optimizer: the model is not compiled; call model.compile(");
    model.compile({ optimizer: "adam", loss: "mse" });
    expectTypeOf(model.optimizer.learningRate).toEqualTypeOf<number>();
    expect(model.optimizer.learningRate).toBeCloseTo(0.001);
  });
});
