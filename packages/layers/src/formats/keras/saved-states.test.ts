import {
  Adam,
  CosineDecay,
  LossScaleOptimizer,
  MultiOptimizer,
  OptimizerMap,
  SGD,
  type Tensor,
} from "@strata/core";
import { joinContent } from "@strata/core/internal/files";
import { describe, expect, it, vi } from "vitest";
import {
  type AnyLayer,
  Bidirectional,
  type CallContext,
  Dense,
  Dropout,
  Input,
  LSTM,
  LSTMCell,
  loadModel,
  Model,
  RNN,
  registerKerasSerializable,
  Sequential,
  StackedRNNCells,
  TextVectorization,
  TimeDistributed,
} from "../../index.ts";
import { decodeKerasArchive, encodeKerasArchive } from "./archive.ts";
import { savedStatesOf } from "./saved-states.ts";

const pathsOf = (model: AnyLayer): readonly string[] =>
  savedStatesOf(model).flatMap(({ path, variables }) => variables.map((_, index) => `${path}/vars/${index}`));

class Classifier extends Model {
  readonly zoom = new Dense(2);
  readonly encoder = new Dense(3);
  readonly blocks = [new Dense(3), new Dropout(0.5), new Dense(3)];

  override call(inputs: Tensor, context: CallContext): Tensor {
    const encoded = this.encoder.apply(inputs, context);
    const [one, dropout, other] = this.blocks;
    const hidden = other.apply(dropout.apply(one.apply(encoded, context), context), context);
    return this.zoom.apply(hidden, context);
  }
}

describe("weights stand where Keras looks for them", () => {
  it('in a model that holds layers: by attribute, before "layers" or in it', () => {
    const model = new Classifier();
    model.buildFor([null, 4]);
    // Keras visits attributes by name: what comes after "layers" is found in that list, with its number among all.
    expect(pathsOf(model)).toEqual([
      ...["blocks/dense/vars/0", "blocks/dense/vars/1", "blocks/dense_1/vars/0", "blocks/dense_1/vars/1"],
      ...["encoder/vars/0", "encoder/vars/1", "layers/dense/vars/0", "layers/dense/vars/1"],
    ]);
  });

  it("in wrappers and cells", () => {
    const model = new Sequential([
      Input({ shape: [5, 4] }),
      new Bidirectional(new LSTM(2, { returnSequences: true, useBias: false })),
      new TimeDistributed(new Dense(3, { useBias: false })),
      new RNN(
        new StackedRNNCells([new LSTMCell(2, { useBias: false }), new LSTMCell(3, { useBias: false })]),
      ),
    ]);
    expect(pathsOf(model)).toEqual([
      ...["backward_layer", "forward_layer"].flatMap((name) =>
        [0, 1].map((index) => `layers/bidirectional/${name}/cell/vars/${index}`),
      ),
      "layers/time_distributed/layer/vars/0",
      ...["lstm_cell", "lstm_cell_1"].flatMap((name) =>
        [0, 1].map((index) => `layers/rnn/cell/cells/${name}/vars/${index}`),
      ),
    ]);
  });

  it("and what is shared once, at its first place", () => {
    const inputs = Input({ shape: [3] });
    const shared = new Sequential([new Dense(3, { useBias: false })]);
    const model = new Model({ inputs, outputs: shared.apply(shared.apply(inputs)) });
    const outer = new Model({ inputs: model.inputs, outputs: [...model.outputs, shared.apply(inputs)] });
    expect(pathsOf(outer)).toEqual(["layers/sequential/layers/dense/vars/0"]);
  });
});

describe("training goes on with the same numbers, bit by bit, with", () => {
  const x = [
    [1, 2],
    [3, 4],
    [5, 6],
    [7, 8],
  ];
  const y = [1, 0, 1, 0];
  const options = { epochs: 2, batchSize: 2, shuffle: false, verbose: 0 } as const;

  it.each([
    [
      "a loss scale",
      () => new LossScaleOptimizer(new Adam(0.01), { initialScale: 8, dynamicGrowthSteps: 3 }),
    ],
    ["averages of weights", () => new SGD(0.01, { momentum: 0.9, useEma: true, emaOverwriteFrequency: 3 })],
    [
      "accumulated gradients",
      () => new Adam({ learningRate: 0.01, gradientAccumulationSteps: 3, amsgrad: true }),
    ],
    ["a schedule", () => new Adam({ learningRate: new CosineDecay(0.1, 10) })],
    [
      "two optimizers",
      () => new MultiOptimizer(new OptimizerMap(new SGD(0.01, { momentum: 0.5 }), { ".*bias": new Adam() })),
    ],
  ])("%s", async (_, optimizer) => {
    const model = new Sequential([Input({ shape: [2] }), new Dense(3, { activation: "tanh" }), new Dense(1)]);
    model.compile({ optimizer: optimizer(), loss: "mse", metrics: ["mae"] });
    await model.fit(x, y, options);
    const loaded = await loadModel(await joinContent(encodeKerasArchive(model)));
    const state = ({ optimizer: { variables } }: Model) => variables.map((each) => each.arraySync());
    expect(state(loaded)).toEqual(state(model));
    const [one, other] = [await model.fit(x, y, options), await loaded.fit(x, y, options)];
    expect(other.history).toEqual(one.history);
    expect(state(loaded)).toEqual(state(model));
  });
});

it("the state of another optimizer is left out, with a warning", async () => {
  const layers = () => [Input({ shape: [2] }), new Dense(1)];
  const model = new Sequential(layers());
  model.compile({ optimizer: "sgd", loss: "mse" });
  const other = new Sequential(layers());
  other.compile({ optimizer: new SGD({ learningRate: new CosineDecay(0.1, 10) }), loss: "mse" });
  const warn = vi.spyOn(console, "warn").mockImplementation(() => {});
  await other.loadWeights(await joinContent(encodeKerasArchive(model)));
  expect(String(warn.mock.calls[0])).toContain(
    'the state of "sgd" is left out; it has 1 Variables, and there are 2',
  );
  expect(other.getWeights()[0].arraySync()).toEqual(model.getWeights()[0].arraySync());
  warn.mockRestore();
});

it("a vocabulary that was found in texts is kept in the archive's assets", async () => {
  class Titles extends Model {
    readonly words = new TextVectorization({ outputMode: "tfIdf" });

    override call(inputs: Tensor): Tensor {
      return inputs;
    }
  }
  registerKerasSerializable(Titles);
  const model = new Titles();
  model.words.adapt(["the cat", "the dog"]);
  const loaded = await decodeKerasArchive(await joinContent(encodeKerasArchive(model)));
  if (!(loaded instanceof Titles)) throw new Error("it is another model");
  expect(loaded.words.getVocabulary()).toEqual(model.words.getVocabulary());
  expect(loaded.words.apply(["a cat"]).arraySync()).toEqual(model.words.apply(["a cat"]).arraySync());
});
