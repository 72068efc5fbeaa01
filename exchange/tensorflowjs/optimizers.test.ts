/** The state of optimizers: training that began in one library goes on in the other. */
import { type Tensor, tensor } from "@strata/core";
import { loadModel, type Model } from "@strata/layers";
import { beforeAll, expect, it } from "vitest";
import { describeWith } from "../peers.ts";
import { Folder } from "./folder.ts";
import { modelsOfTensorFlow } from "./models-of-tensorflow.ts";
import { drawn, drawWeights, expectSame } from "./numbers.ts";
import { importTensorFlow, type TensorFlow, type TensorFlowModel } from "./tensorflow.ts";

type Optimizers = Readonly<Record<string, (tf: TensorFlow) => object>>;

/** Optimizers that take the same steps in both libraries. */
const optimizers: Optimizers = {
  SGD: ({ train }) => train.sgd(0.01),
  Momentum: ({ train }) => train.momentum(0.01, 0.9),
  Adam: ({ train }) => train.adam(0.01),
  Adagrad: ({ train }) => train.adagrad(0.01),
  RMSProp: ({ train }) => train.rmsprop(0.01, 0.9, 0.5),
};

/** Those whose formulas differ, but which keep the same. */
const others: Optimizers = {
  Adadelta: ({ train }) => train.adadelta(0.01),
};

interface Data {
  readonly x: readonly (readonly [numbers: Float32Array, shape: number[]])[];
  readonly y: readonly (readonly [numbers: Float32Array, shape: number[]])[];
}

const valuesIn = (shape: number[], seed: number, below?: number): readonly [Float32Array, number[]] => {
  const size = shape.reduce((product, each) => product * each, 1);
  const numbers = drawn(size, below === undefined ? -1 : 0, below ?? 1, seed);
  return [below === undefined ? numbers : numbers.map(Math.floor), shape];
};

const single = <Each>(list: readonly Each[]): Each | readonly Each[] => (list.length === 1 ? list[0] : list);

function dataFor(name: string, theirs: TensorFlowModel, tf: TensorFlow): Data {
  const { inputs, below } = modelsOfTensorFlow[name];
  const x = inputs.map((shape, index) => valuesIn([4, ...shape], index + 3, below));
  const outputs = [theirs.predict(single(x.map(([numbers, shape]) => tf.tensor(numbers, shape))))].flat();
  return { x, y: outputs.map(({ shape }, index) => valuesIn([...shape], index + 13)) };
}

async function trainTheirs(tf: TensorFlow, model: TensorFlowModel, { x, y }: Data): Promise<void> {
  const [inputs, targets] = [x, y].map((list) => single(list.map(([n, shape]) => tf.tensor(n, shape))));
  await model.fit(inputs, targets, { epochs: 3, batchSize: 4, shuffle: false, verbose: 0 });
}

async function trainOurs(model: Model<unknown, Tensor>, { x, y }: Data): Promise<void> {
  const [inputs, targets] = [x, y].map((list) => single(list.map(([n, shape]) => tensor(n, shape))));
  await model.fit(inputs, targets, { epochs: 3, batchSize: 4, shuffle: false, verbose: 0 });
}

/** Weights in the order of the names that both libraries have for them. */
async function weightsOf(ours: Model<unknown, Tensor>): Promise<Folder["weights"]> {
  const folder = new Folder();
  await ours.save(folder.target(), { format: "tensorflowjs" });
  return folder.weights;
}

describeWith(["@tensorflow/tfjs"], "training goes on in the other library,", () => {
  let tf: TensorFlow;
  beforeAll(async () => {
    tf = await importTensorFlow();
  });

  async function begun(name: string, optimizer: object): Promise<readonly [TensorFlowModel, Data]> {
    const theirs = modelsOfTensorFlow[name].build(tf);
    drawWeights(tf, theirs);
    const data = dataFor(name, theirs, tf);
    theirs.compile({ optimizer, loss: "meanSquaredError" });
    await trainTheirs(tf, theirs, data);
    return [theirs, data];
  }

  /** What is left out is dropout, which draws. */
  const cases = [
    ...Object.keys(optimizers).map(
      (kind) => [kind, "several inputs and outputs, with merging layers"] as const,
    ),
    ["Momentum", "a convolutional network with batch normalization"],
    ["Momentum", "a bidirectional network over embeddings, with a mask"],
    ["Momentum", "a model within a model, and a layer, both used twice"],
    ["Momentum", "an encoder whose states begin a decoder"],
  ] as const;

  it.each(cases)(
    "which was begun in TensorFlow.js and is in Strata, and back: %s, %s",
    async (kind, name) => {
      const [theirs, data] = await begun(name, optimizers[kind](tf));
      const saved = new Folder();
      await theirs.save(saved.handler(tf), { includeOptimizer: true });
      const ours = await loadModel<unknown, Tensor>(saved.source());
      const written = new Folder();
      await ours.save(written.target(), { format: "tensorflowjs" });
      const back = await tf.loadLayersModel(written.handler(tf));
      for (const each of [theirs, back]) await trainTheirs(tf, each, data);
      await trainOurs(ours, data);
      const given = data.x.map(([numbers, shape]) => tf.tensor(numbers, shape));
      const expected = theirs.predict(single(given));
      const inputs = single(data.x.map(([numbers, shape]) => tensor(numbers, shape)));
      expectSame(await ours.predict(inputs, { verbose: 0 }), expected);
      expectSame([back.predict(single(given))].flat(), [expected].flat());
    },
  );

  it.each(Object.keys(others))("or its state at least: %s", async (kind) => {
    const [theirs] = await begun("a perceptron", others[kind](tf));
    const saved = new Folder();
    await theirs.save(saved.handler(tf), { includeOptimizer: true });
    const ours = await loadModel<unknown, Tensor>(saved.source());
    const values = (weights: Folder["weights"]): string[] => weights.map(([, bytes]) => bytes).sort();
    expect(values(await weightsOf(ours))).toEqual(values(saved.weights));
  });
});
