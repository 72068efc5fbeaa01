import {
  Adadelta,
  Adagrad,
  Adam,
  abs,
  FileError,
  type FileTarget,
  type ReadableFile,
  RMSprop,
  SGD,
  type Tensor,
} from "@strata/core";
import { withSource } from "@strata/core/internal/files";
import { describe, expect, it, vi } from "vitest";
import { mutationsOf } from "../../../../core/src/testing/mutations.ts";
import type { AnyLayer } from "../../layer/any-layer.ts";
import {
  Bidirectional,
  Conv2D,
  Dense,
  Embedding,
  Flatten,
  GRU,
  GRUCell,
  Input,
  LSTM,
  LSTMCell,
  ReLU,
  RNN,
  StackedRNNCells,
  Subtract,
  UpSampling2D,
} from "../../layers/index.ts";
import { Model } from "../../models/model.ts";
import { Sequential } from "../../models/sequential.ts";
import { operate } from "../../operations/operation.ts";
import { registerKerasSerializable } from "../../saving/known-classes.ts";
import { toKerasConfig } from "../../saving/to-keras-config.ts";
import type { Json } from "../../schema/option.ts";
import type { LoadModelOptions } from "../formats.ts";
import type { ModelArtifacts } from "./artifacts.ts";
import { loadArtifacts, saveArtifacts } from "./handlers.ts";
import { loadModel, saveModel } from "./model-json.ts";

/** The files of a folder in memory, as a target and as a source. */
class Folder {
  readonly files = new Map<string, Uint8Array<ArrayBuffer>>();

  target(name = "model.json"): FileTarget {
    const parts: Uint8Array<ArrayBuffer>[] = [];
    return {
      name,
      write: (bytes) => void parts.push(bytes),
      close: async () => void this.files.set(name, new Uint8Array(await new Blob(parts).arrayBuffer())),
      sibling: (other) => this.target(other),
    };
  }

  source(name = "model.json"): ReadableFile {
    const bytes = this.files.get(name);
    if (bytes === undefined) throw new FileError(name, "", "there is none");
    return { name, read: () => bytes, sibling: (other) => this.source(other) };
  }

  load(options: LoadModelOptions = {}): Promise<AnyLayer> {
    return withSource(this.source(), {}, (file) => loadModel(file, options));
  }

  get json(): Record<string, Json> {
    return JSON.parse(new TextDecoder().decode(this.files.get("model.json")));
  }

  /** The same files, with other entries in model.json. */
  with(entries: Readonly<Record<string, Json>>): Folder {
    const changed = new Folder();
    for (const [name, bytes] of this.files) changed.files.set(name, bytes);
    changed.files.set("model.json", new TextEncoder().encode(JSON.stringify({ ...this.json, ...entries })));
    return changed;
  }

  static async of(model: AnyLayer): Promise<Folder> {
    const folder = new Folder();
    await saveModel(model, folder.target());
    return folder;
  }
}

const dense = (): Sequential =>
  new Sequential([Input({ shape: [3] }), new Dense(2, { name: "first" }), new Dense(1, { name: "second" })]);

const valuesOf = (model: AnyLayer): unknown => model.getWeights().map((each) => each.arraySync());

describe("a model written for TensorFlow.js comes back", () => {
  it("with its weights to the bit", async () => {
    const cells = new RNN(new StackedRNNCells([new LSTMCell(3), new GRUCell(2, { resetAfter: false })]));
    const model = new Sequential([
      Input({ shape: [4, 4, 2] }),
      new Conv2D(3, 2),
      new Flatten(),
      new Dense(2),
    ]);
    const recurrent = new Sequential([
      Input({ shape: [4, 2] }),
      new Bidirectional(new LSTM(2, { returnSequences: true })),
      cells,
    ]);
    for (const each of [model, recurrent]) {
      const back = await (await Folder.of(each)).load();
      expect(valuesOf(back)).toEqual(valuesOf(each));
      expect(back.weights.map(({ name }) => name.split("/").at(-1))).toEqual(
        each.weights.map(({ name }) => name.split("/").at(-1)),
      );
    }
  });

  it("with what it was compiled with", async () => {
    const model = dense();
    model.compile({ optimizer: "rmsprop", loss: "binaryCrossentropy", metrics: ["accuracy"] });
    const folder = await Folder.of(model);
    expect(folder.json.trainingConfig).toEqual({
      loss: "binary_crossentropy",
      metrics: ["accuracy"],
      optimizer_config: {
        class_name: "RMSProp",
        config: { learningRate: 0.001, decay: 0.9, momentum: 0, epsilon: 1e-7, centered: false },
      },
    });
    const back = await folder.load();
    expect(toKerasConfig(back)).toMatchObject({
      compile_config: {
        optimizer: { class_name: "RMSprop", config: { rho: 0.9 } },
        loss: "binary_crossentropy",
      },
    });
    expect(await folder.load({ compile: false })).toMatchObject({ compiled: false });
  });

  it("without what TensorFlow.js cannot be told of that, which is said", async () => {
    const warn = vi.spyOn(console, "warn").mockImplementation(() => undefined);
    const model = dense();
    model.compile({ optimizer: "lion", loss: "mse" });
    expect((await Folder.of(model)).json.trainingConfig).toBeUndefined();
    expect(warn.mock.calls).toEqual([
      [
        "TensorFlow.js: how the model was compiled is left out, since TensorFlow.js does not have the optimizer Lion",
      ],
    ]);
    warn.mockRestore();
  });

  it.each([
    new SGD(),
    new SGD({ learningRate: 0.0078125, momentum: 0.5, nesterov: true }),
    ...[new Adam(), new Adagrad(), new Adadelta()],
    ...[new RMSprop(), new RMSprop({ momentum: 0.5, centered: true })],
  ])(
    "with the state of its optimizer, so that training goes on with the same numbers: $name",
    async (optimizer) => {
      const model = dense();
      model.compile({ optimizer, loss: "meanSquaredError" });
      const [x, y] = [
        [
          [1, 2, 3],
          [4, 5, 6],
        ],
        [[1], [2]],
      ];
      for (let step = 0; step < 3; step++) await model.trainOnBatch(x, y);
      const folder = await Folder.of(model);
      const back = await folder.load();
      if (!(back instanceof Sequential)) throw new Error("it is of another class");
      expect(back.optimizer.variables.map((each) => each.value.arraySync())).toEqual(
        model.optimizer.variables.map((each) => each.value.arraySync()),
      );
      for (const each of [model, back]) await each.trainOnBatch(x, y);
      expect(valuesOf(back)).toEqual(valuesOf(model));
    },
  );

  it("with an optimizer that begins anew, which is said, where the state in the file is not that of its weights", async () => {
    const warn = vi.spyOn(console, "warn").mockImplementation(() => undefined);
    const model = dense();
    model.compile({ optimizer: "adam", loss: "meanSquaredError" });
    await model.trainOnBatch([[1, 2, 3]], [[1]]);
    const folder = await Folder.of(model);
    const text = JSON.stringify(folder.json.modelTopology).replace('"trainable":true', '"trainable":false');
    const back = await folder.with({ modelTopology: JSON.parse(text) }).load();
    expect(String(warn.mock.calls)).toContain("8 values are not those of 2 weights");
    if (!(back instanceof Sequential)) throw new Error("it is of another class");
    expect(back.optimizer.iterations.item()).toBe(0);
    warn.mockRestore();
  });

  it("from memory too, as its IO handlers hold it", async () => {
    const kept: ModelArtifacts[] = [];
    const model = dense();
    await saveArtifacts(model, { save: async (artifacts) => void kept.push(artifacts) });
    const [artifacts] = kept;
    expect(artifacts).toMatchObject({ format: "layers-model", generatedBy: "Strata", convertedBy: null });
    expect(valuesOf(await loadArtifacts(artifacts, {}))).toEqual(valuesOf(model));
    expect(valuesOf(await loadArtifacts({ load: async () => artifacts }, {}))).toEqual(valuesOf(model));
  });

  it("with files of 4 MB", async () => {
    const model = new Sequential([
      Input({ shape: [1024] }),
      new Dense(1100, { useBias: false, kernelInitializer: "zeros" }),
    ]);
    const folder = await Folder.of(model);
    const sizes = [...folder.files].map(([name, bytes]) => [name, bytes.length]);
    expect(sizes.slice(0, 2)).toEqual([
      ["group1-shard1of2.bin", 4 * 1024 * 1024],
      ["group1-shard2of2.bin", 4 * 1024 * 1100 - 4 * 1024 * 1024],
    ]);
    expect((await folder.load()).countParams()).toBe(1024 * 1100);
  });
});

describe("a model of TensorFlow.js is read", () => {
  it("with weights that were made smaller: uint8, uint16 and float16", async () => {
    const folder = await Folder.of(
      new Sequential([Input({ shape: [1] }), new Dense(2, { useBias: false, name: "dense" })]),
    );
    const of = (quantization: Json, ...bytes: number[]): Folder => {
      const weights = [{ name: "dense/kernel", shape: [1, 2], dtype: "float32", quantization }];
      const changed = folder.with({ weightsManifest: [{ paths: ["w.bin"], weights }] });
      changed.files.set("w.bin", new Uint8Array(bytes));
      return changed;
    };
    const whole = { scale: 0.5, min: -1 };
    expect(valuesOf(await of({ dtype: "uint8", ...whole }, 0, 255).load())).toEqual([[[-1, 126.5]]]);
    expect(valuesOf(await of({ dtype: "uint16", ...whole }, 2, 0, 0, 1).load())).toEqual([[[0, 127]]]);
    expect(valuesOf(await of({ dtype: "float16" }, 0, 0x3c, 0, 0xc0).load())).toEqual([[[1, -2]]]);
    await expect(of({ dtype: "uint8" }, 0, 255).load()).rejects.toThrow(
      'model.json, weight "dense/kernel": the quantization is {"dtype":"uint8"} for float32; it must be',
    );
  });

  it("where Python's Keras wrote the names of cells, and of models around layers", async () => {
    const model = new Sequential([
      Input({ shape: [4, 2] }),
      new LSTM(3, { name: "lstm" }),
      new Dense(1, { name: "dense" }),
    ]);
    const folder = await Folder.of(model);
    const text = JSON.stringify(folder.json.weightsManifest)
      .replaceAll("lstm/", "lstm/lstm_cell_1/")
      .replaceAll("dense/", "sequential/dense/");
    const renamed = folder.with({ weightsManifest: JSON.parse(text) });
    expect(valuesOf(await renamed.load())).toEqual(valuesOf(model));
  });

  it("where the converter kept the configuration of Keras 3, which TensorFlow.js itself refuses", async () => {
    const model = new Sequential([
      Input({ shape: [4, 2] }),
      new GRU(3, { name: "gru" }),
      new Dense(1, { name: "dense" }),
    ]);
    const plain = new Sequential([
      Input({ shape: [4, 2] }),
      new LSTM(3, { name: "gru" }),
      new Dense(1, { name: "dense" }),
    ]);
    const [topology, folder] = [toKerasConfig(model), await Folder.of(plain)];
    const weights = [
      { name: "gru/gru_cell/kernel", shape: [2, 9], dtype: "float32" },
      { name: "gru/gru_cell/recurrent_kernel", shape: [3, 9], dtype: "float32" },
      { name: "gru/gru_cell/bias", shape: [2, 9], dtype: "float32" },
      { name: "dense/kernel", shape: [3, 1], dtype: "float32" },
      { name: "dense/bias", shape: [1], dtype: "float32" },
    ];
    const changed = folder.with({
      modelTopology: { keras_version: "3.8.0", backend: "tensorflow", model_config: topology },
      weightsManifest: [{ paths: ["w.bin"], weights }],
    });
    changed.files.set(
      "w.bin",
      new Uint8Array(Float32Array.from({ length: 67 }, (_, index) => index / 67).buffer),
    );
    const back = await changed.load();
    expect(back.countParams()).toBe(67);
    expect(back.getWeights()[2].arraySync()).toMatchObject([
      { 0: Math.fround(45 / 67) },
      { 8: Math.fround(62 / 67) },
    ]);
  });
});

describe("what TensorFlow.js does not have is an error that names it:", () => {
  const refused: readonly (readonly [string, () => AnyLayer, string])[] = [
    [
      "a layer",
      () => {
        const [a, b] = [Input({ shape: [2] }), Input({ shape: [2] })];
        return new Model({ inputs: [a, b], outputs: new Subtract({ name: "difference" }).apply([a, b]) });
      },
      'TensorFlow.js: the Subtract "difference": TensorFlow.js has no such layer',
    ],
    [
      "an option",
      () => new Sequential([Input({ shape: [4, 2] }), new GRU(3, { name: "gru" })]),
      'TensorFlow.js: the GRU "gru": reset_after is true; TensorFlow.js computes this for false only',
    ],
    [
      "a way to compute it",
      () =>
        new Sequential([
          Input({ shape: [4, 4, 2] }),
          new UpSampling2D({ interpolation: "bilinear", name: "larger" }),
        ]),
      'the UpSampling2D "larger": interpolation is "bilinear"; TensorFlow.js computes this for "nearest" only',
    ],
    [
      "an activation",
      () =>
        new Sequential([Input({ shape: [4] }), new Dense(3, { activation: "hardSigmoid", name: "dense" })]),
      'the Dense "dense": activation is "hard_sigmoid"; TensorFlow.js does not have it, whose function of that name is that of Keras 2',
    ],
    [
      "a dtype",
      () => new Sequential([Input({ shape: [4] }), new Dense(3, { dtype: "float16", name: "dense" })]),
      'the Dense "dense": its dtype is "float16"; TensorFlow.js has "float32" here',
    ],
    [
      "a slope with a highest value",
      () =>
        new Sequential([Input({ shape: [4] }), new ReLU({ maxValue: 6, negativeSlope: 0.1, name: "relu" })]),
      'the ReLU "relu": negative_slope is 0.1; TensorFlow.js computes this for 0 only',
    ],
    [
      "a model with a call of its own",
      () => {
        class Own extends Model {
          override call(inputs: Tensor): Tensor {
            return inputs;
          }
        }
        registerKerasSerializable(Own);
        return new Own({ name: "own" });
      },
      'TensorFlow.js: the Own "own": it is a class of its own; TensorFlow.js has Sequential and functional models',
    ],
    [
      "a model without the shape of its input",
      () => new Sequential([new Dense(2)], { name: "late" }),
      'TensorFlow.js: the Sequential "late": the shape of its input is not known yet; begin it with an Input',
    ],
    [
      "the outputs of a masked sequence in both directions",
      () => {
        const steps = new Bidirectional(new LSTM(3, { returnSequences: true }), { name: "both" });
        return new Sequential([Input({ shape: [null] }), new Embedding(5, 2, { maskZero: true }), steps]);
      },
      'the Bidirectional "both": it gives the outputs of all steps of a masked sequence, which at masked steps are zero in Keras',
    ],
    [
      "an operation",
      () => {
        const inputs = Input({ shape: [2] });
        return new Model({ inputs, outputs: operate(abs, inputs) });
      },
      'TensorFlow.js: the Absolute "absolute": TensorFlow.js has no such layer',
    ],
  ];
  it.each(refused)("%s", async (_, build, sentence) => {
    await expect(Folder.of(build())).rejects.toThrow(sentence);
  });
});

describe("a damaged model is refused in words:", () => {
  const folder = Folder.of(dense());
  const weightsOf = (json: Record<string, Json>): Record<string, Json>[] =>
    JSON.parse(JSON.stringify(json.weightsManifest));
  const cases: readonly (readonly [string, (given: Folder) => Folder, string])[] = [
    [
      "a graph model",
      (given) => given.with({ format: "graph-model" }),
      "model.json, format: it is a graph model",
    ],
    ["no model", (given) => given.with({ modelTopology: null }), "model.json, modelTopology: there is none"],
    [
      "a file outside of its folder",
      (given) => given.with({ weightsManifest: [{ paths: ["../w.bin"], weights: [] }] }),
      'the name "../w.bin" leads out of it',
    ],
    [
      "an address",
      (given) => given.with({ weightsManifest: [{ paths: ["http://localhost/w.bin"], weights: [] }] }),
      'the name "http://localhost/w.bin" leads out of it',
    ],
    [
      "a size of 2⁶³",
      (given) => {
        const manifest = weightsOf(given.json);
        return given.with({
          weightsManifest: [{ ...manifest[0], weights: [{ name: "a", shape: [2 ** 63], dtype: "float32" }] }],
        });
      },
      "the shape is",
    ],
    [
      "a weight too many",
      (given) => {
        const [group] = weightsOf(given.json);
        const weights = [
          ...Object.values(group.weights ?? {}),
          { name: "third/kernel", shape: [0], dtype: "float32" },
        ];
        return given.with({ weightsManifest: [{ ...group, weights }] });
      },
      'weight "third/kernel": no layer of the model has such a weight',
    ],
    [
      "a file that is cut",
      (given) => {
        const changed = given.with({});
        const bytes = given.files.get("group1-shard1of1.bin") ?? new Uint8Array();
        changed.files.set("group1-shard1of1.bin", bytes.subarray(0, 20));
        return changed;
      },
      "weightsManifest: the files group1-shard1of1.bin lack 24 bytes of their weights",
    ],
    [
      "a layer of a trillion weights",
      (given) => {
        const text = JSON.stringify(given.json.modelTopology).replace('"units":2', '"units":1000000000000');
        return given.with({ modelTopology: JSON.parse(text) });
      },
      'addWeight of "first/kernel": it has the shape [3, 1000000000000], for which the file has too few values',
    ],
    [
      "a layer of 10⁸ units, and small weights",
      (given) => {
        const text = JSON.stringify(given.json.modelTopology).replace('"units":2', '"units":100000000');
        return given.with({ modelTopology: JSON.parse(text) });
      },
      "for which the file has too few values",
    ],
    [
      "a layer of 10⁹ units, and no weights",
      (given) => {
        const { weightsManifest: _, ...json } = given.json;
        const changed = new Folder();
        const text = JSON.stringify(json).replace('"units":2', '"units":1000000000');
        changed.files.set("model.json", new TextEncoder().encode(text));
        return changed;
      },
      "with which the model of a file without weights is too large",
    ],
    [
      "a Lambda",
      (given) => {
        const text = JSON.stringify(given.json.modelTopology).replace(
          '"class_name":"Dense"',
          '"class_name":"Lambda"',
        );
        return given.with({ modelTopology: JSON.parse(text) });
      },
      "there is a Lambda",
    ],
  ];
  it.each(cases)("%s", async (_, change, sentence) => {
    const changed = change(await folder);
    const loading = changed.load();
    await expect(loading).rejects.toThrow(FileError);
    await expect(loading).rejects.toThrow(sentence);
  });

  it("2,000 mutations of model.json and of the weights", async () => {
    const given = await folder;
    const counts = { refused: 0, loaded: 0 };
    for (const [name, count] of [
      ["model.json", 1900],
      ["group1-shard1of1.bin", 100],
    ] as const) {
      const bytes = given.files.get(name) ?? new Uint8Array();
      for (const mutated of mutationsOf(bytes, { count, seed: 11 })) {
        const changed = given.with({});
        changed.files.set(name, mutated);
        try {
          await changed.load();
          counts.loaded++;
        } catch (error) {
          if (!(error instanceof FileError)) throw error;
          counts.refused++;
        }
      }
    }
    expect(counts.refused).toBeGreaterThan(1000);
  });
});
