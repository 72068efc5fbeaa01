import type {
  Epoch,
  MatrixProduct,
  Operation,
  Perceptron,
  Prediction,
  ResNet50,
  TrainingModel,
} from "./workload.ts";

const learningRate = 1e-3;

/** Steps of training, by the names that the command line takes. */
export const steps = {
  mlp: { kind: "perceptron", batch: 128, widths: [784, 512, 512, 10], dropout: 0.2, learningRate },
  convnet: {
    kind: "convnet",
    batch: 128,
    size: 28,
    channels: 1,
    filters: [32, 64],
    classes: 10,
    learningRate,
  },
  lstm: { kind: "lstm", batch: 128, length: 28, features: 28, units: 128, classes: 10, learningRate },
  transformer: {
    kind: "transformer",
    batch: 32,
    tokens: 64,
    vocabulary: 1000,
    width: 128,
    heads: 4,
    blocks: 2,
    learningRate,
  },
  "5 convolutions": {
    kind: "normalizedConvnet",
    batch: 64,
    size: 32,
    channels: 3,
    filters: [32, 32, 64, 64, 128],
    pooled: [1, 3],
    classes: 10,
    learningRate,
  },
  tiny: { kind: "perceptron", batch: 1, widths: [32, 32, 10], dropout: 0, learningRate },
} satisfies Record<string, TrainingModel>;

/** Steps whose time is mostly one layer's; those of the high level against the same formulas on core. */
export const layerSteps = {
  LSTM: steps.lstm,
  GRU: { ...steps.lstm, kind: "gru" },
  MultiHeadAttention: {
    kind: "attention",
    batch: 32,
    tokens: 128,
    width: 128,
    heads: 4,
    classes: 10,
    learningRate,
  },
  BatchNormalization: {
    kind: "batchNormalized",
    batch: 64,
    size: 32,
    channels: 64,
    classes: 10,
    learningRate,
  },
} satisfies Record<string, TrainingModel>;

/** `fit` against the same loop written by hand. */
export const epochs: Readonly<Record<string, Epoch>> = {
  mlp: { kind: "epoch", network: steps.mlp, batches: 100 },
  convnet: { kind: "epoch", network: steps.convnet, batches: 20 },
  lstm: { kind: "epoch", network: steps.lstm, batches: 30 },
  transformer: { kind: "epoch", network: steps.transformer, batches: 10 },
  "5 convolutions": { kind: "epoch", network: steps["5 convolutions"], batches: 6 },
};

/** `predict` of large arrays. */
export const predictions: Readonly<Record<string, Prediction>> = {
  mlp: { kind: "prediction", network: { ...steps.mlp, dropout: 0 }, batches: 160 },
  convnet: { kind: "prediction", network: steps.convnet, batches: 40 },
};

/** A large functional model. Its learning rate is so low that rounding does not grow from step to step. */
export const resnet50: ResNet50 = {
  kind: "resnet50",
  batch: 8,
  size: 64,
  classes: 1000,
  learningRate: 1e-6,
};

function product(
  rows: number,
  inner: number,
  columns: number,
  transposed?: MatrixProduct["transposed"],
): [string, MatrixProduct] {
  const side = (name: string, isTransposed: boolean) => (isTransposed ? `${name}ᵀ` : name);
  const left = side(`${rows}×${inner}`, transposed === "left");
  const right = side(`${inner}×${columns}`, transposed === "right");
  return [`matmul ${left} · ${right}`, { kind: "matmul", rows, inner, columns, transposed }];
}

function square(size: number): [string, MatrixProduct] {
  return [`matmul ${size}`, { kind: "matmul", rows: size, inner: size, columns: size }];
}

/** Single ops; the oblong products are those of the MLP step, forward and in the gradients, and its prediction. */
export const operations: Readonly<Record<string, Operation>> = {
  ...Object.fromEntries([64, 128, 256, 512, 1024, 2048].map(square)),
  ...Object.fromEntries([
    product(128, 784, 512),
    product(784, 128, 512, "left"),
    product(128, 512, 512, "right"),
    product(128, 512, 10),
    product(512, 128, 10, "left"),
    product(128, 10, 512, "right"),
    product(1, 784, 512),
    product(127, 383, 509),
  ]),
  softmax: { kind: "softmax", rows: 1024, columns: 1000 },
  layerNorm: { kind: "layerNorm", rows: 1024, columns: 512 },
  conv2d: { kind: "conv2d", image: [32, 28, 28, 32], filters: 64 },
  Adam: { kind: "adam", size: 2 ** 20 },
  exp: { kind: "exp", size: 2 ** 20 },
  add: { kind: "add", size: 2 ** 20 },
  "sum of rows": { kind: "sumOfRows", rows: 1024, columns: 1024 },
  "sum of columns": { kind: "sumOfColumns", rows: 1024, columns: 1024 },
};

/** How time grows with one size of the MLP step, all else being the same. */
export interface Curve {
  readonly name: string;
  readonly axis: string;
  readonly points: readonly { readonly x: number; readonly model: Perceptron }[];
}

/**
 * The wider a layer, the more a step of all its weights moves what comes out of it: beyond 512 units the learning rate
 * falls, for training that diverges enlarges rounding until no two libraries compute the same.
 */
function perceptron(batch: number, widths: readonly number[]): Perceptron {
  const widest = Math.max(...widths.slice(1));
  return {
    kind: "perceptron",
    batch,
    widths,
    dropout: 0,
    learningRate: (learningRate * 512) / Math.max(512, widest),
  };
}

export const curves: readonly Curve[] = [
  {
    name: "batch size",
    axis: "batch size (784-512-512-10)",
    points: [1, 4, 16, 64, 256, 1024, 4096].map((x) => ({ x, model: perceptron(x, [784, 512, 512, 10]) })),
  },
  {
    name: "width",
    axis: "width of two hidden layers (batch 128)",
    points: [64, 128, 256, 512, 1024, 2048, 4096].map((x) => ({
      x,
      model: perceptron(128, [784, x, x, 10]),
    })),
  },
  {
    name: "depth",
    axis: "hidden layers of 128 units (batch 128)",
    points: [1, 2, 5, 10, 20, 50, 100, 200].map((x) => ({
      x,
      model: perceptron(128, [784, ...Array.from({ length: x }, () => 128), 10]),
    })),
  },
];
