import type { Tensor } from "@strata/core";
import {
  Activation,
  Add,
  Conv2D,
  Dropout,
  Embedding,
  Flatten,
  GlobalAveragePooling1D,
  GlobalAveragePooling2D,
  GRU,
  Input,
  Layer,
  LSTM,
  MaxPooling2D,
  Model,
  Sequential,
  type SymbolicShape,
  type Trainable,
} from "@strata/layers";
import { type ImageModel, ResNet50 as makeResNet50 } from "@strata/layers/applications";
import type {
  Attention,
  BatchNormalized,
  Convnet,
  Gru,
  Lstm,
  NormalizedConvnet,
  Perceptron,
  ResNet50,
  TrainingModel,
  Transformer,
  Workload,
} from "../../workloads/workload.ts";
import { Parts } from "./parts.ts";

/** One tensor to one tensor. */
export type Network = Trainable<Tensor, Tensor>;

/** The network, with the weights that all libraries start with. */
export function networkOf({ model, tensors }: Workload<TrainingModel>): Network {
  const parts = new Parts(tensors);
  const network = build(model, parts);
  parts.setWeights();
  return network;
}

function build(model: TrainingModel, parts: Parts): Network {
  switch (model.kind) {
    case "perceptron":
      return perceptron(model, parts);
    case "convnet":
      return convnet(model, parts);
    case "normalizedConvnet":
      return normalizedConvnet(model, parts);
    case "lstm":
    case "gru":
      return recurrent(model, parts);
    case "transformer":
      return transformer(model, parts);
    case "attention":
      return attention(model, parts);
    case "batchNormalized":
      return batchNormalized(model, parts);
    case "resnet50":
      return parts.withNames(residualNetwork(model));
  }
}

/** Scores in place of probabilities, as all networks here have them. */
export function residualNetwork({ size, classes }: ResNet50): ImageModel {
  return makeResNet50({ inputShape: [size, size, 3], classes, classifierActivation: "linear" });
}

function perceptron({ widths, dropout }: Perceptron, parts: Parts): Network {
  const [inputs, ...hidden] = widths;
  const last = hidden.length - 1;
  return new Sequential([
    Input({ shape: [inputs] }),
    ...hidden.flatMap((units, index) => {
      const name = `layer${index}`;
      if (index === last) return [parts.dense(name, units)];
      return [parts.dense(name, units, { activation: "relu" }), new Dropout(dropout)];
    }),
  ]);
}

function convnet({ size, channels, filters, classes }: Convnet, parts: Parts): Network {
  return new Sequential([
    Input({ shape: [size, size, channels] }),
    ...filters.flatMap((count, index) => [
      parts.with(
        new Conv2D(count, 3, { padding: "same", activation: "relu" }),
        `convolution${index}.kernel`,
        `convolution${index}.bias`,
      ),
      new MaxPooling2D(2),
    ]),
    new Flatten(),
    parts.dense("dense", classes),
  ]);
}

function normalizedConvnet(model: NormalizedConvnet, parts: Parts): Network {
  const { size, channels, filters, pooled, classes } = model;
  return new Sequential([
    Input({ shape: [size, size, channels] }),
    ...filters.flatMap((count, index) => [
      parts.with(new Conv2D(count, 3, { padding: "same", useBias: false }), `convolution${index}.kernel`),
      parts.batchNormalization(`norm${index}`),
      new Activation("relu"),
      ...(pooled.includes(index) ? [new MaxPooling2D(2)] : []),
    ]),
    new GlobalAveragePooling2D(),
    parts.dense("dense", classes),
  ]);
}

function recurrent({ kind, length, features, units, classes }: Lstm | Gru, parts: Parts): Network {
  const weights = [`${kind}.kernel`, `${kind}.recurrent`, `${kind}.bias`];
  return new Sequential([
    Input({ shape: [length, features] }),
    kind === "lstm" ? parts.with(new LSTM(units), ...weights) : parts.with(new GRU(units), ...weights),
    parts.dense("dense", classes),
  ]);
}

/** Adds a vector of its own to each place. */
class Positions extends Layer {
  override build(inputShape: SymbolicShape): void {
    this.addWeight(
      "positions",
      inputShape.slice(1).map((size) => size ?? 1),
    );
  }

  override call(inputs: Tensor): Tensor {
    return inputs.add(this.weights[0]);
  }
}

function transformer(model: Transformer, parts: Parts): Network {
  const { tokens, vocabulary, width, heads, blocks } = model;
  const inputs = Input({ shape: [tokens], dtype: "int32" });
  const embedded = parts.with(new Embedding(vocabulary, width), "embedding").apply(inputs);
  let x = parts.with(new Positions(), "positions").apply(embedded);
  for (let index = 0; index < blocks; index++) {
    const name = (part: string) => `block${index}.${part}`;
    const attended = parts.selfAttention(
      name("attention"),
      heads,
      width,
    )(parts.layerNormalization(name("attention.norm")).apply(x));
    x = new Add().apply([x, attended]);
    const widened = parts
      .dense(name("feedForward.in"), 4 * width, { activation: "gelu" })
      .apply(parts.layerNormalization(name("feedForward.norm")).apply(x));
    x = new Add().apply([x, parts.dense(name("feedForward.out"), width).apply(widened)]);
  }
  const outputs = parts.dense("dense", vocabulary).apply(parts.layerNormalization("norm").apply(x));
  return new Model({ inputs, outputs });
}

function attention({ tokens, width, heads, classes }: Attention, parts: Parts): Network {
  const inputs = Input({ shape: [tokens, width] });
  const attended = parts.selfAttention("attention", heads, width)(inputs);
  const outputs = parts.dense("dense", classes).apply(new GlobalAveragePooling1D().apply(attended));
  return new Model({ inputs, outputs });
}

function batchNormalized({ size, channels, classes }: BatchNormalized, parts: Parts): Network {
  return new Sequential([
    Input({ shape: [size, size, channels] }),
    parts.batchNormalization("norm"),
    new Activation("relu"),
    new GlobalAveragePooling2D(),
    parts.dense("dense", classes),
  ]);
}
