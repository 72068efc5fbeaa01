import type { TensorFlow, TensorFlowLayer, TensorFlowModel } from "./tensorflow.ts";

/** A small model of TensorFlow.js around a layer, and the shapes of its inputs, without the batch. */
export interface LayerCase {
  /** The class of the layer. */
  readonly className: string;
  /** The variant, where there are several cases. */
  readonly variant: string;
  readonly inputs: readonly (readonly number[])[];
  /** The inputs are whole numbers from 0 up to it; undefined for any numbers. */
  readonly below?: number;
  build(tf: TensorFlow): TensorFlowModel;
}

type Options = object | ((tf: TensorFlow) => object);

const made = (tf: TensorFlow, factory: string, options: Options): TensorFlowLayer =>
  tf.layers[factory](typeof options === "function" ? options(tf) : options);

/** A layer that is the only one of a Sequential. */
function alone(
  className: string,
  factory: string,
  shape: readonly number[],
  options: Options = {},
  more: Partial<LayerCase> = {},
): LayerCase {
  const first = (tf: TensorFlow): object => ({
    inputShape: shape,
    ...(typeof options === "function" ? options(tf) : options),
  });
  const build = (tf: TensorFlow): TensorFlowModel => tf.sequential({ layers: [made(tf, factory, first)] });
  const variant = typeof options === "function" ? "" : JSON.stringify(options);
  return { className, variant, inputs: [shape], build, ...more };
}

/** A layer after another; some layers of TensorFlow.js change the shape of an input that is theirs alone. */
function after(
  className: string,
  factory: string,
  shape: readonly number[],
  options: object,
  more: Partial<LayerCase> = {},
): LayerCase {
  const build = (tf: TensorFlow): TensorFlowModel =>
    tf.sequential({
      layers: [tf.layers.reshape({ targetShape: shape, inputShape: shape }), tf.layers[factory](options)],
    });
  return { className, variant: JSON.stringify(options), inputs: [shape], build, ...more };
}

/** A layer of several inputs. */
function merging(className: string, factory: string, options: object, ...inputs: number[][]): LayerCase {
  const build = (tf: TensorFlow): TensorFlowModel => {
    const symbols = inputs.map((shape, index) => tf.input({ shape, name: `in${index}` }));
    return tf.model({ inputs: symbols, outputs: tf.layers[factory](options).apply(symbols) });
  };
  return { className, variant: JSON.stringify(options), inputs, build };
}

/** A layer that passes on a mask, before a recurrent one. */
function masking(
  className: string,
  factory: string,
  shape: readonly number[],
  options: object,
  below: number,
): LayerCase {
  const build = (tf: TensorFlow): TensorFlowModel =>
    tf.sequential({ layers: [tf.layers[factory](options), tf.layers.lstm({ units: 2 })] });
  return { className, variant: JSON.stringify(options), inputs: [shape], below, build };
}

const activations = [
  ...["elu", "selu", "relu", "relu6", "linear", "sigmoid", "hardSigmoid", "softplus", "softsign", "tanh"],
  ...["softmax", "logSoftmax", "gelu", "mish", "swish"],
];

/** The layers of TensorFlow.js. */
export const layerCases: readonly LayerCase[] = [
  alone("Dense", "dense", [4], { units: 3, activation: "relu", kernelInitializer: "leCunNormal" }),
  alone("Dense", "dense", [4], {
    units: 3,
    useBias: false,
    kernelRegularizer: "l1l2",
    kernelConstraint: "maxNorm",
  }),
  ...activations.map((activation) => alone("Activation", "activation", [4], { activation })),
  alone("ReLU", "reLU", [4]),
  alone("ReLU", "reLU", [4], { maxValue: 0.5 }),
  alone("LeakyReLU", "leakyReLU", [4], { alpha: 0.2 }),
  alone("PReLU", "prelu", [4, 3], { sharedAxes: [1] }),
  alone("ELU", "elu", [4]),
  alone("ThresholdedReLU", "thresholdedReLU", [4], { theta: 0.3 }),
  alone("Softmax", "softmax", [4]),
  alone("Softmax", "softmax", [4, 3], { axis: -1 }),
  alone("Conv1D", "conv1d", [8, 3], { filters: 2, kernelSize: 3, padding: "same", dilationRate: 2 }),
  alone("Conv1D", "conv1d", [8, 3], { filters: 2, kernelSize: 3, strides: 2 }),
  alone("Conv2D", "conv2d", [8, 7, 3], { filters: 2, kernelSize: 3, padding: "same", strides: 2 }),
  alone("Conv2D", "conv2d", [8, 8, 3], { filters: 2, kernelSize: [3, 2], dilationRate: 2, useBias: false }),
  alone("Conv2D", "conv2d", [3, 8, 7], { filters: 2, kernelSize: 3, dataFormat: "channelsFirst" }),
  alone("Conv3D", "conv3d", [5, 5, 5, 2], { filters: 2, kernelSize: 3, padding: "same" }),
  alone("Conv2DTranspose", "conv2dTranspose", [4, 4, 3], {
    filters: 2,
    kernelSize: 3,
    strides: 2,
    padding: "same",
  }),
  alone("Conv2DTranspose", "conv2dTranspose", [4, 4, 3], { filters: 2, kernelSize: 3, strides: 2 }),
  alone("Conv3DTranspose", "conv3dTranspose", [3, 4, 4, 2], { filters: 2, kernelSize: 2, strides: 2 }),
  alone("SeparableConv2D", "separableConv2d", [8, 8, 3], { filters: 4, kernelSize: 3, padding: "same" }),
  alone("DepthwiseConv2D", "depthwiseConv2d", [8, 8, 3], { kernelSize: 3, depthMultiplier: 2, strides: 2 }),
  alone("Cropping2D", "cropping2D", [8, 8, 3], {
    cropping: [
      [1, 1],
      [2, 1],
    ],
  }),
  alone("UpSampling2D", "upSampling2d", [4, 4, 2], { size: [2, 3] }),
  alone("ZeroPadding2D", "zeroPadding2d", [4, 4, 2], {
    padding: [
      [1, 2],
      [0, 1],
    ],
  }),
  alone("SimpleRNN", "simpleRNN", [5, 2], { units: 3, returnSequences: true }),
  alone("GRU", "gru", [5, 2], { units: 3, goBackwards: true }),
  alone("GRU", "gru", [5, 2], { units: 3, recurrentActivation: "sigmoid", useBias: false }),
  alone("LSTM", "lstm", [5, 2], { units: 3, returnSequences: true }),
  alone("LSTM", "lstm", [5, 2], { units: 3, recurrentActivation: "sigmoid", unitForgetBias: true }),
  alone("ConvLSTM2D", "convLstm2d", [3, 5, 5, 2], { filters: 2, kernelSize: 2 }),
  alone("RNN", "rnn", [5, 2], (tf) => ({ cell: tf.layers.simpleRNNCell({ units: 3 }) })),
  alone("SimpleRNNCell", "rnn", [5, 2], (tf) => ({
    cell: tf.layers.simpleRNNCell({ units: 3, useBias: false }),
  })),
  alone("LSTMCell", "rnn", [5, 2], (tf) => ({ cell: tf.layers.lstmCell({ units: 3 }) })),
  alone("GRUCell", "rnn", [5, 2], (tf) => ({ cell: tf.layers.gruCell({ units: 3 }) })),
  alone("StackedRNNCells", "rnn", [5, 2], (tf) => ({
    cell: [tf.layers.lstmCell({ units: 3 }), tf.layers.gruCell({ units: 2 })],
  })),
  alone("TimeDistributed", "timeDistributed", [5, 2], (tf) => ({ layer: tf.layers.dense({ units: 3 }) })),
  ...["concat", "sum", "mul", "ave"].map((mergeMode) =>
    alone("Bidirectional", "bidirectional", [5, 2], (tf) => ({
      layer: tf.layers.lstm({ units: 3, returnSequences: mergeMode === "sum" }),
      mergeMode,
    })),
  ),
  alone("Dropout", "dropout", [4], { rate: 0.5 }),
  alone("SpatialDropout1D", "spatialDropout1d", [5, 4], { rate: 0.5 }),
  alone("AlphaDropout", "alphaDropout", [4], { rate: 0.1 }),
  alone("GaussianDropout", "gaussianDropout", [4], { rate: 0.1 }),
  alone("GaussianNoise", "gaussianNoise", [4], { stddev: 0.1 }),
  alone("Flatten", "flatten", [2, 3]),
  alone("Reshape", "reshape", [4], { targetShape: [2, -1] }),
  alone("Permute", "permute", [2, 3], { dims: [2, 1] }),
  alone("RepeatVector", "repeatVector", [4], { n: 3 }),
  masking("Masking", "masking", [5, 2], { maskValue: 0, inputShape: [5, 2] }, 2),
  masking("Embedding", "embedding", [5], { inputDim: 7, outputDim: 3, maskZero: true, inputLength: 5 }, 7),
  alone("BatchNormalization", "batchNormalization", [4, 4, 3], { epsilon: 0.01 }),
  alone("BatchNormalization", "batchNormalization", [6], { center: false, scale: false }),
  alone("LayerNormalization", "layerNormalization", [4]),
  alone("LayerNormalization", "layerNormalization", [4, 3], { axis: [1, 2] }),
  alone("MaxPooling1D", "maxPooling1d", [6, 2], { poolSize: 2 }),
  alone("AveragePooling1D", "averagePooling1d", [6, 2], { poolSize: 3, strides: 2, padding: "same" }),
  alone("MaxPooling2D", "maxPooling2d", [6, 6, 2], { poolSize: 2 }),
  alone("AveragePooling2D", "averagePooling2d", [6, 6, 2], { poolSize: [2, 3], padding: "same" }),
  alone("MaxPooling3D", "maxPooling3d", [4, 4, 4, 2]),
  alone("AveragePooling3D", "averagePooling3d", [5, 4, 4, 2], { padding: "same" }),
  alone("GlobalAveragePooling1D", "globalAveragePooling1d", [4, 2]),
  alone("GlobalMaxPooling1D", "globalMaxPooling1d", [4, 2]),
  alone("GlobalAveragePooling2D", "globalAveragePooling2d", [4, 4, 2], { dataFormat: "channelsLast" }),
  alone("GlobalMaxPooling2D", "globalMaxPooling2d", [4, 4, 2], { dataFormat: "channelsFirst" }),
  alone("Rescaling", "rescaling", [4], { scale: 2, offset: 1 }),
  after("CenterCrop", "centerCrop", [5, 6, 2], { height: 2, width: 3 }),
  after("CategoryEncoding", "categoryEncoding", [3], { numTokens: 4, outputMode: "multiHot" }, { below: 4 }),
  after("CategoryEncoding", "categoryEncoding", [3], { numTokens: 4, outputMode: "count" }, { below: 4 }),
  after("CategoryEncoding", "categoryEncoding", [1], { numTokens: 4, outputMode: "oneHot" }, { below: 4 }),
  merging("Add", "add", {}, [4], [4], [4]),
  merging("Multiply", "multiply", {}, [4], [4]),
  merging("Average", "average", {}, [4], [4]),
  merging("Maximum", "maximum", {}, [4], [4]),
  merging("Minimum", "minimum", {}, [4], [4]),
  merging("Concatenate", "concatenate", { axis: 1 }, [2, 3], [4, 3]),
  merging("Dot", "dot", { axes: 1, normalize: true }, [4], [4]),
  merging("Dot", "dot", { axes: [2, 1] }, [2, 4], [4, 3]),
];

/** The layers of TensorFlow.js that are not exchanged, with the reason. */
export const notExchanged: Readonly<Record<string, string>> = {
  InputLayer: "it is in every case",
  ConvLSTM2DCell: "Keras 3 has it within ConvLSTM2D only",
  Resizing: "TensorFlow.js's own fails in a model: resizeBilinear: x must be rank 3 or 4, but got rank 1",
  RandomWidth: "Keras 3 has no such layer",
};
