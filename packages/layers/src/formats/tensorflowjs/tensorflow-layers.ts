/**
 * Everything that TensorFlow.js has: its layers and their options, initializers, regularizers, constraints and activations.
 */
import type { Json } from "../../schema/option.ts";

/** A layer that TensorFlow.js has, by Keras 3's names. */
export interface TensorFlowLayer {
  /** The options that it takes. */
  readonly options: readonly string[];
  /** Options that it does not have, with the values for which it computes the same; `"any"` where all are. */
  readonly neutral?: Readonly<Record<string, readonly Json[] | "any">>;
}

const around = (weight: string): readonly string[] => [
  `${weight}_initializer`,
  `${weight}_regularizer`,
  `${weight}_constraint`,
];

const biased = ["activation", "use_bias", ...around("bias")];
const window = ["kernel_size", "strides", "padding", "data_format"];

const noOptions: TensorFlowLayer = { options: [] };

const convolution: TensorFlowLayer = {
  options: ["filters", ...window, "dilation_rate", ...biased, ...around("kernel")],
  neutral: { groups: [1] },
};

const transposed = (...noDilation: number[]): TensorFlowLayer => ({
  options: ["filters", ...window, ...biased, ...around("kernel")],
  neutral: { groups: [1], output_padding: [null], dilation_rate: [1, noDilation] },
});

const depthwise = [...window, "dilation_rate", "depth_multiplier", ...biased, ...around("depthwise")];

const pooling1D: TensorFlowLayer = {
  options: ["pool_size", "strides", "padding"],
  neutral: { data_format: ["channels_last"] },
};

const pooling: TensorFlowLayer = { options: ["pool_size", "strides", "padding", "data_format"] };

const globalPooling1D: TensorFlowLayer = {
  options: [],
  neutral: { data_format: ["channels_last"], keepdims: [false] },
};

const globalPooling: TensorFlowLayer = { options: ["data_format"], neutral: { keepdims: [false] } };

const cell = [
  ...["activation", "use_bias", "dropout", "recurrent_dropout"],
  ...[...around("kernel"), ...around("recurrent"), ...around("bias")],
];

const steps = ["return_sequences", "return_state", "go_backwards", "stateful", "unroll"];

const recurrent = (options: readonly string[], further: TensorFlowLayer["neutral"] = {}) => ({
  cell: { options: [...cell, ...options], neutral: { seed: [null], ...further } },
  layer: {
    options: [...cell, ...options, ...steps],
    neutral: { seed: [null], zero_output_for_mask: [false], ...further },
  },
});

const simple = recurrent(["units"]);
const gru = recurrent(["units", "recurrent_activation", "reset_after"]);
const lstm = recurrent(["units", "recurrent_activation", "unit_forget_bias"]);
const convLstm = recurrent([
  ...["filters", ...window, "dilation_rate"],
  ...["recurrent_activation", "unit_forget_bias"],
]);

/** The layers of TensorFlow.js, by the names that Keras 3 has for them. */
export const tensorFlowLayers: Readonly<Record<string, TensorFlowLayer>> = {
  InputLayer: {
    options: ["batch_shape", "dtype"],
    neutral: { sparse: [false], ragged: [false], optional: [false] },
  },
  Dense: { options: ["units", ...biased, ...around("kernel")], neutral: { quantization_config: [null] } },
  Activation: { options: ["activation"] },
  ReLU: { options: ["max_value"], neutral: { negative_slope: [0], threshold: [0] } },
  ThresholdedReLU: { options: ["theta"] },
  LeakyReLU: { options: ["negative_slope"] },
  ELU: { options: ["alpha"] },
  PReLU: { options: [...around("alpha"), "shared_axes"] },
  Softmax: { options: ["axis"] },
  Conv1D: convolution,
  Conv2D: convolution,
  Conv3D: convolution,
  Conv2DTranspose: transposed(1, 1),
  Conv3DTranspose: transposed(1, 1, 1),
  SeparableConv2D: { options: ["filters", ...depthwise, ...around("pointwise")] },
  DepthwiseConv2D: { options: depthwise },
  Cropping2D: { options: ["cropping", "data_format"] },
  ZeroPadding2D: { options: ["padding", "data_format"] },
  UpSampling2D: { options: ["size", "data_format", "interpolation"] },
  MaxPooling1D: pooling1D,
  AveragePooling1D: pooling1D,
  MaxPooling2D: pooling,
  AveragePooling2D: pooling,
  MaxPooling3D: pooling,
  AveragePooling3D: pooling,
  GlobalMaxPooling1D: globalPooling1D,
  GlobalAveragePooling1D: globalPooling1D,
  GlobalMaxPooling2D: globalPooling,
  GlobalAveragePooling2D: globalPooling,
  SimpleRNN: simple.layer,
  SimpleRNNCell: simple.cell,
  GRU: gru.layer,
  GRUCell: gru.cell,
  LSTM: lstm.layer,
  LSTMCell: lstm.cell,
  ConvLSTM2D: convLstm.layer,
  RNN: { options: ["cell", ...steps], neutral: { zero_output_for_mask: [false] } },
  StackedRNNCells: { options: ["cells"] },
  Bidirectional: { options: ["layer", "merge_mode"], neutral: { backward_layer: [null] } },
  TimeDistributed: { options: ["layer"] },
  Dropout: { options: ["rate", "seed"], neutral: { noise_shape: [null] } },
  SpatialDropout1D: { options: ["rate", "seed"] },
  AlphaDropout: { options: ["rate", "noise_shape"], neutral: { seed: [null] } },
  GaussianDropout: { options: ["rate"], neutral: { seed: [null] } },
  GaussianNoise: { options: ["stddev"], neutral: { seed: [null] } },
  Flatten: { options: ["data_format"] },
  Reshape: { options: ["target_shape"] },
  Permute: { options: ["dims"] },
  RepeatVector: { options: ["n"] },
  Masking: { options: ["mask_value"] },
  Embedding: {
    options: ["input_dim", "output_dim", ...around("embeddings"), "mask_zero"],
    neutral: { quantization_config: [null] },
  },
  BatchNormalization: {
    options: [
      ...["axis", "momentum", "epsilon", "center", "scale", ...around("beta"), ...around("gamma")],
      ...["moving_mean_initializer", "moving_variance_initializer"],
    ],
    neutral: { synchronized: [false], renorm: [false], renorm_clipping: "any", renorm_momentum: "any" },
  },
  LayerNormalization: {
    options: [
      ...["axis", "epsilon", "center", "scale"],
      ...["beta_initializer", "beta_regularizer", "gamma_initializer", "gamma_regularizer"],
    ],
    neutral: { beta_constraint: [null], gamma_constraint: [null], rms_scaling: [false] },
  },
  Add: noOptions,
  Average: noOptions,
  Maximum: noOptions,
  Minimum: noOptions,
  Multiply: noOptions,
  Concatenate: { options: ["axis"] },
  Dot: { options: ["axes", "normalize"] },
  Rescaling: { options: ["scale", "offset"] },
  CenterCrop: { options: ["height", "width"], neutral: { data_format: ["channels_last"] } },
  CategoryEncoding: { options: ["num_tokens", "output_mode"], neutral: { sparse: [false] } },
};

/** Options that TensorFlow.js has, for the values with which it computes what Keras does. */
export const acceptedValues: Readonly<Record<string, Readonly<Record<string, readonly Json[]>>>> = {
  GRU: { reset_after: [false] },
  GRUCell: { reset_after: [false] },
  ELU: { alpha: [1] },
  UpSampling2D: { interpolation: ["nearest"] },
};

/** The activations of TensorFlow.js by their names in Keras 3; its hard sigmoid is that of Keras 2. */
export const tensorFlowActivations: Readonly<Record<string, string>> = {
  ...{ elu: "elu", selu: "selu", relu: "relu", relu6: "relu6", linear: "linear", sigmoid: "sigmoid" },
  ...{ softplus: "softplus", softsign: "softsign", tanh: "tanh", softmax: "softmax", gelu: "gelu" },
  ...{ log_softmax: "log_softmax", mish: "mish", silu: "swish", legacy_hard_sigmoid: "hard_sigmoid" },
};

/** Initializers, regularizers and constraints of TensorFlow.js by their classes in Keras 3. */
export const tensorFlowObjects: Readonly<Record<string, string>> = {
  ...{ Zeros: "Zeros", Ones: "Ones", Constant: "Constant", Identity: "Identity", Orthogonal: "Orthogonal" },
  ...{ RandomUniform: "RandomUniform", RandomNormal: "RandomNormal", TruncatedNormal: "TruncatedNormal" },
  ...{
    GlorotUniform: "GlorotUniform",
    GlorotNormal: "GlorotNormal",
    HeUniform: "HeUniform",
    HeNormal: "HeNormal",
  },
  ...{ LecunUniform: "LeCunUniform", LecunNormal: "LeCunNormal", VarianceScaling: "VarianceScaling" },
  ...{ L1: "L1L2", L2: "L1L2", L1L2: "L1L2" },
  ...{ MaxNorm: "MaxNorm", MinMaxNorm: "MinMaxNorm", NonNeg: "NonNeg", UnitNorm: "UnitNorm" },
};
