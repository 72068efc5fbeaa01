// What is measured, as plain data: the same message goes to every contestant, in JavaScript or in Python.

interface Training {
  /** Adam's. */
  readonly learningRate: number;
}

/** Dense layers with relu and dropout between them. */
export interface Perceptron extends Training {
  readonly kind: "perceptron";
  readonly batch: number;
  /** Of the input, of the hidden layers, and the number of classes. */
  readonly widths: readonly number[];
  readonly dropout: number;
}

/** 3×3 convolutions ("same") with bias and relu, each with a 2×2 max pooling behind it, and a dense layer. */
export interface Convnet extends Training {
  readonly kind: "convnet";
  readonly batch: number;
  readonly size: number;
  readonly channels: number;
  readonly filters: readonly number[];
  readonly classes: number;
}

/**
 * 3×3 convolutions ("same", no bias), each with batch normalisation (ε = 1e-5, moving averages with momentum 0.9) and
 * relu; 2×2 max pooling behind those that `pooled` names; the average over all places, and a dense layer.
 */
export interface NormalizedConvnet extends Training {
  readonly kind: "normalizedConvnet";
  readonly batch: number;
  readonly size: number;
  readonly channels: number;
  readonly filters: readonly number[];
  readonly pooled: readonly number[];
  readonly classes: number;
}

/** One LSTM layer over a sequence, one bias a gate, and a dense layer on its last state. */
export interface Lstm extends Training {
  readonly kind: "lstm";
  readonly batch: number;
  readonly length: number;
  readonly features: number;
  readonly units: number;
  readonly classes: number;
}

/**
 * Token and position embeddings; blocks of self-attention and a feed-forward part of four times the width with gelu,
 * each behind a layer normalisation (ε = 1e-5) and added to its input; one more normalisation, and a dense layer that
 * scores the vocabulary for every token. No mask, no dropout.
 */
export interface Transformer extends Training {
  readonly kind: "transformer";
  readonly batch: number;
  readonly tokens: number;
  readonly vocabulary: number;
  readonly width: number;
  readonly heads: number;
  readonly blocks: number;
}

/**
 * One GRU layer over a sequence, with biases of its own for the inputs and for the state, and a dense layer on its last
 * state.
 */
export interface Gru extends Training {
  readonly kind: "gru";
  readonly batch: number;
  readonly length: number;
  readonly features: number;
  readonly units: number;
  readonly classes: number;
}

/** Self-attention over a sequence, the average over all places, and a dense layer. No mask, no dropout. */
export interface Attention extends Training {
  readonly kind: "attention";
  readonly batch: number;
  readonly tokens: number;
  readonly width: number;
  readonly heads: number;
  readonly classes: number;
}

/**
 * Batch normalisation of images (ε = 1e-5, moving averages with momentum 0.9) and relu; the average over all places, and
 * a dense layer.
 */
export interface BatchNormalized extends Training {
  readonly kind: "batchNormalized";
  readonly batch: number;
  readonly size: number;
  readonly channels: number;
  readonly classes: number;
}

/** ResNet-50: K. He, X. Zhang, S. Ren, J. Sun (2015), as Keras has it, with a bias behind each convolution. */
export interface ResNet50 extends Training {
  readonly kind: "resnet50";
  readonly batch: number;
  readonly size: number;
  readonly classes: number;
}

/** One step of training: softmax cross-entropy, averaged over the batch, its gradients, and Adam (ε = 1e-7). */
export type TrainingModel =
  | Perceptron
  | Convnet
  | NormalizedConvnet
  | Lstm
  | Gru
  | Transformer
  | Attention
  | BatchNormalized
  | ResNet50;

/** A pass over so many batches in a drawn order, with a step of training for each. */
export interface Epoch {
  readonly kind: "epoch";
  readonly network: TrainingModel;
  readonly batches: number;
}

/** The outputs of a network for so many batches of samples, joined. */
export interface Prediction {
  readonly kind: "prediction";
  readonly network: TrainingModel;
  readonly batches: number;
}

export interface MatrixProduct {
  readonly kind: "matmul";
  readonly rows: number;
  readonly inner: number;
  readonly columns: number;
  /** The side that lies transposed in memory. */
  readonly transposed?: "left" | "right";
}

export interface Convolution {
  readonly kind: "conv2d";
  /** [batch, height, width, channels] */
  readonly image: readonly number[];
  readonly filters: number;
}

/** An op along the last axis of a matrix, which for a sum may be the first one. */
export interface RowOperation {
  readonly kind: "softmax" | "layerNorm" | "sumOfRows" | "sumOfColumns";
  readonly rows: number;
  readonly columns: number;
}

/** An op on vectors; "adam" is one update of a vector of weights. */
export interface VectorOperation {
  readonly kind: "exp" | "add" | "adam";
  readonly size: number;
}

/** A single op. */
export type Operation = MatrixProduct | Convolution | RowOperation | VectorOperation;

export type Model = TrainingModel | Epoch | Prediction | Operation;

/** How the values of a tensor are made: even between two bounds, or all the same where the bounds are. */
export interface DrawnTensor {
  readonly shape: readonly number[];
  readonly dtype: "float32" | "int32";
  readonly minimum: number;
  readonly maximum: number;
  /** Tells the tensors of a workload apart. */
  readonly stream: number;
}

export type DrawnTensors = Readonly<Record<string, DrawnTensor>>;

/** A model, and the tensors that it starts from. */
export interface Workload<M extends Model = Model> {
  readonly model: M;
  readonly tensors: DrawnTensors;
}
