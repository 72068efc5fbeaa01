import { add, digamma, matmul, mean, type Tensor, type Variable } from "@strata/core";
import type { OnnxGraph, OnnxModel } from "@strata/core/internal";
import { expect, it } from "vitest";
import { Layer } from "../../layer/layer.ts";
import { Conv2D } from "../../layers/convolution/convolution.ts";
import { Dense } from "../../layers/core/dense.ts";
import { Input } from "../../layers/core/input-layer.ts";
import { Embedding } from "../../layers/embedding/embedding.ts";
import { BatchNormalization } from "../../layers/normalization/batch-normalization.ts";
import { LayerNormalization } from "../../layers/normalization/layer-normalization.ts";
import { AveragePooling2D, MaxPooling2D } from "../../layers/pooling/pooling.ts";
import { LSTM } from "../../layers/recurrent/lstm.ts";
import { Dropout } from "../../layers/regularization/dropout.ts";
import { Flatten } from "../../layers/reshaping/flatten.ts";
import { Model } from "../../models/model.ts";
import { Sequential } from "../../models/sequential.ts";
import { operate } from "../../operations/operation.ts";
import { exportOnnx } from "./export-onnx.ts";
import { decodeOnnx, encodeOnnx } from "./onnx-file.ts";
import { checkedSize, describeAsOnnx } from "./write-onnx.ts";

function operatorsOf({ nodes }: OnnxGraph): string[] {
  return nodes.map(({ operator }) => operator);
}

/** Every name is given once, and is there before it is used. */
function checkNames(graph: OnnxGraph, outside: readonly string[] = []): void {
  const known = new Set(outside);
  const add = (name: string): void => {
    expect(known.has(name)).toBe(false);
    known.add(name);
  };
  for (const { name } of [...graph.inputs, ...graph.initializers]) add(name);
  for (const { inputs, outputs, attributes } of graph.nodes) {
    for (const name of inputs) expect(name === "" || known.has(name)).toBe(true);
    for (const attribute of Object.values(attributes)) {
      if (attribute.kind === "graph") checkNames(attribute.value, [...known]);
    }
    for (const name of outputs) add(name);
  }
  for (const { name } of graph.outputs) expect(known.has(name)).toBe(true);
}

async function written(model: Parameters<typeof describeAsOnnx>[0]): Promise<OnnxModel> {
  const described = await describeAsOnnx(model);
  checkNames(described.graph);
  return described;
}

const network = (): Sequential =>
  new Sequential([
    Input({ shape: [8, 8, 1], name: "image" }),
    new Conv2D(4, 3, { padding: "same", activation: "relu", name: "conv" }),
    new BatchNormalization(),
    new MaxPooling2D(2),
    new AveragePooling2D(3, { strides: 1, padding: "same" }),
    new Flatten(),
    new Dropout(0.5),
    new Dense(3, { activation: "softmax", name: "classes" }),
  ]);

it("a file says what it is, and what goes in and out under the model's names", async () => {
  const { irVersion, opset, producer, graph } = decodeOnnx(await exportOnnx(network()));
  expect({ irVersion, opset, producer }).toEqual({ irVersion: 10, opset: 21, producer: "Strata" });
  expect(graph.inputs).toEqual([{ name: "image", dtype: "float32", shape: ["batch", 8, 8, 1] }]);
  expect(graph.outputs).toEqual([{ name: "classes", dtype: "float32", shape: ["batch", 3] }]);
});

it("what is decoded is what was encoded", async () => {
  const model = await written(network());
  const graph = decodeOnnx(encodeOnnx(model)).graph;
  expect({ ...graph, initializers: graph.initializers.map(({ data }) => [...data]) }).toEqual({
    ...model.graph,
    initializers: model.graph.initializers.map(({ data }) => [...data]),
  });
});

it("weights are initializers with their paths as names, and their values", async () => {
  const model = network();
  const { graph } = await written(model);
  const weights = new Map(graph.initializers.map((tensor) => [tensor.name, tensor]));
  for (const [path, weight] of model.weightPaths) {
    const tensor = weights.get(path);
    expect(tensor?.shape).toEqual([...weight.shape]);
    expect(new Float32Array(tensor?.data.slice().buffer ?? [])).toEqual(weight.value.dataSync());
  }
});

it("convolution, normalization, pooling and softmax are an operator each; dropout is none", async () => {
  const operators = operatorsOf((await written(network())).graph);
  const moving = ["Reshape", "Transpose"];
  expect(operators.filter((each) => !moving.includes(each))).toEqual([
    "Conv",
    "Add",
    "Relu",
    "BatchNormalization",
    "MaxPool",
    "AveragePool",
    "MatMul",
    "Add",
    "Softmax",
  ]);
});

it("images are transposed once on the way in, and once on the way out", async () => {
  const { nodes } = (await written(network())).graph;
  const images = nodes.filter(
    ({ operator, inputs }) => operator === "Transpose" && !inputs[0].includes("kernel"),
  );
  expect(images.map(({ name }) => name)).toEqual(["conv/Transpose", expect.any(String)]);
});

it("layer normalization is an operator", async () => {
  const model = new Sequential([Input({ shape: [5, 4] }), new LayerNormalization()]);
  expect(operatorsOf((await written(model)).graph)).toContain("LayerNormalization");
});

it("a loop is a Scan, whose body sees the weights around it", async () => {
  const model = new Sequential([
    Input({ shape: [6], dtype: "int32" }),
    new Embedding(10, 4, { maskZero: true }),
    new LSTM(3, { name: "lstm" }),
  ]);
  const { graph } = await written(model);
  expect(operatorsOf(graph)).toContain("Scan");
  expect(graph.inputs[0].dtype).toBe("int32");
});

it("inputs and outputs of a structure have its names; unknown sizes are those of the inputs", async () => {
  const inputs = {
    left: Input({ shape: [null, 2], name: "left" }),
    right: Input({ shape: [null, 2], name: "right" }),
  };
  const shared = new Dense(4);
  const outputs = {
    sum: operate(add, shared.apply(inputs.left), shared.apply(inputs.right)),
    mean: operate(mean, inputs.left, -1),
  };
  const { graph } = await written(new Model({ inputs, outputs }));
  expect(graph.inputs.map(({ name, shape }) => [name, shape])).toEqual([
    ["left", ["batch", "size_1", 2]],
    ["right", ["batch", "size_1", 2]],
  ]);
  expect(graph.outputs.map(({ name, shape }) => [name, shape])).toEqual([
    ["sum", ["batch", "size_1", 4]],
    ["mean", ["batch", "size_1"]],
  ]);
});

class MeanSquare extends Layer {
  declare kernel: Variable;

  override build(): void {
    this.kernel = this.addWeight("kernel", [3, 3]);
  }

  override call(inputs: Tensor): Tensor {
    return matmul(inputs, this.kernel)
      .reshape([1, inputs.shape[0] * 3])
      .square()
      .mean(1)
      .reshape([1]);
  }
}

it("layers of one's own are written from what they compute; sizes that follow the batch are computed in the file", async () => {
  const inputs = Input({ shape: [3] });
  const { graph } = await written(
    new Model({ inputs, outputs: new MeanSquare({ name: "own" }).apply(inputs) }),
  );
  expect(operatorsOf(graph)).toContain("Shape");
  expect(graph.nodes.some(({ name }) => name.startsWith("own/"))).toBe(true);
});

it("a layer that keeps state is refused by name", async () => {
  const inputs = Input({ batchShape: [2, 3, 1] });
  const model = new Model({ inputs, outputs: new LSTM(2, { stateful: true, name: "memory" }).apply(inputs) });
  await expect(describeAsOnnx(model)).rejects.toThrow(/keeps state between calls, in "memory\//);
});

class Unwritten extends Layer {
  override call(inputs: Tensor): Tensor {
    return digamma(inputs);
  }
}

it("what ONNX has no operator for is an error that names the primitive and the layer", async () => {
  const inputs = Input({ shape: [3] });
  const model = new Model({ inputs, outputs: new Unwritten({ name: "odd" }).apply(inputs), name: "net" });
  await expect(describeAsOnnx(model)).rejects.toThrow(
    'exportOnnx: the layer "odd" of net cannot be written: it computes digamma, which ONNX has no operator for',
  );
});

it("a model of unknown inputs is refused, with what to do", async () => {
  await expect(describeAsOnnx(new Sequential([new Dense(2)]))).rejects.toThrow(
    "the shape of the input of sequential",
  );
});

it("models within models are written with their paths, and what is shared is there once", async () => {
  const inner = new Sequential(
    [
      Input({ shape: [3] }),
      new Dense(4, { activation: "relu", name: "wide" }),
      new Dense(2, { name: "narrow" }),
    ],
    { name: "inner" },
  );
  const around = Input({ shape: [3] });
  const middle = new Model({
    inputs: around,
    outputs: inner.apply(new Dense(3, { name: "first" }).apply(around)),
    name: "middle",
  });
  const [left, right] = [Input({ shape: [3], name: "left" }), Input({ shape: [3], name: "right" })];
  const outer = new Model({
    inputs: [left, right],
    outputs: operate(add, middle.apply(left), middle.apply(right)),
  });
  const { graph } = await written(outer);
  const paths = [...outer.weightPaths.keys()];
  expect(paths.length).toBe(6);
  const initializers = graph.initializers.map(({ name }) => name);
  expect(paths.filter((path) => !initializers.includes(path))).toEqual([]);
  expect(operatorsOf(graph).filter((each) => each === "Relu").length).toBe(2);
  expect(graph.nodes.some(({ name }) => name.startsWith("middle/inner/wide/"))).toBe(true);
});

it("weights of 2 GiB are refused, with what they take", async () => {
  const model = await written(network());
  const data = new Uint8Array(2 ** 20);
  const mebibytes = (count: number): OnnxModel => ({
    ...model,
    graph: {
      ...model.graph,
      initializers: Array.from({ length: count }, (_, index) => ({
        name: `w${index}`,
        dtype: "uint8",
        shape: [2 ** 20],
        data,
      })),
    },
  });
  expect(() => checkedSize(mebibytes(2048))).toThrow("take 2.0 GiB; an ONNX file holds less than 2 GiB");
  expect(checkedSize(mebibytes(2000)).graph.initializers.length).toBe(2000);
});
