import type { Json } from "../../schema/option.ts";

/** How the configuration of a layer differs between Keras 2, which TensorFlow.js has too, and Keras 3. */
export interface LayerRule {
  /** The name of the class in Keras 3, where it is another. */
  readonly className?: string;
  /** Options with another name in Keras 3, by their names in Keras 2. */
  readonly renamed?: Readonly<Record<string, string>>;
  /** Options that Keras 3 does not have, with the values that are without effect; `"any"` where all are. */
  readonly obsolete?: Readonly<Record<string, readonly Json[] | "any">>;
  /** The value of an option that the configuration leaves out, where Keras 3 has another default. */
  readonly defaults?: Readonly<Record<string, Json>>;
  /** Options whose value has another form in Keras 3. */
  readonly values?: Readonly<Record<string, (value: Json) => Json>>;
  /** The argument of the call that its first input is, where Keras 3 takes its inputs by name. */
  readonly firstArgument?: string;
}

/** Axes may be a list of one in Keras 2. */
const single = (value: Json): Json => (Array.isArray(value) && value.length === 1 ? value[0] : value);

const recurrent: LayerRule = {
  obsolete: { implementation: "any", time_major: [false], input_dim: "any", input_length: "any" },
};

const gated: LayerRule = { ...recurrent, defaults: { reset_after: false } };

const pooling1D: LayerRule = { values: { pool_size: single, strides: single } };

const depthwise: LayerRule = {
  obsolete: {
    groups: [1],
    kernel_initializer: "any",
    kernel_regularizer: "any",
    kernel_constraint: "any",
  },
};

/** The layers whose configuration differs, by their classes in Keras 2. */
export const layerRules: Readonly<Record<string, LayerRule>> = {
  InputLayer: {
    renamed: { batch_input_shape: "batch_shape" },
    obsolete: { sparse: [false, null], ragged: [false, null] },
  },
  BatchNormalization: {
    obsolete: { fused: "any", virtual_batch_size: [null], adjustment: [null], mode: [0] },
    values: { axis: single },
  },
  BatchNormalizationV1: {
    className: "BatchNormalization",
    obsolete: { fused: "any" },
    values: { axis: single },
  },
  BatchNormalizationV2: {
    className: "BatchNormalization",
    obsolete: { fused: "any" },
    values: { axis: single },
  },
  LeakyReLU: { renamed: { alpha: "negative_slope" } },
  ThresholdedReLU: { className: "ReLU", renamed: { theta: "threshold" } },
  Embedding: { obsolete: { input_length: "any", dropout: [0], sparse: "any" } },
  Dense: { obsolete: { input_dim: "any" } },
  SimpleRNN: recurrent,
  SimpleRNNCell: recurrent,
  LSTM: recurrent,
  LSTMCell: recurrent,
  GRU: gated,
  GRUCell: gated,
  GRUV1: { ...gated, className: "GRU" },
  LSTMV1: { ...recurrent, className: "LSTM" },
  ConvLSTM1D: recurrent,
  ConvLSTM2D: recurrent,
  ConvLSTM3D: recurrent,
  RNN: recurrent,
  MaxPooling1D: pooling1D,
  AveragePooling1D: pooling1D,
  DepthwiseConv1D: { obsolete: { ...depthwise.obsolete, filters: [null] } },
  DepthwiseConv2D: { obsolete: { ...depthwise.obsolete, filters: [null] } },
  SeparableConv1D: depthwise,
  SeparableConv2D: depthwise,
  Conv2DTranspose: { obsolete: { groups: [1] } },
  Conv3DTranspose: { obsolete: { groups: [1] } },
  Conv1DTranspose: { obsolete: { groups: [1] } },
  Attention: { obsolete: { causal: [false] } },
  AdditiveAttention: { obsolete: { causal: [false] } },
  MultiHeadAttention: {
    obsolete: { query_shape: "any", key_shape: "any", value_shape: "any" },
    firstArgument: "query",
  },
  SpatialDropout1D: { obsolete: { noise_shape: [null] } },
  SpatialDropout2D: { obsolete: { noise_shape: [null] } },
  SpatialDropout3D: { obsolete: { noise_shape: [null] } },
  Reshape: {
    // TensorFlow.js writes null for the size that follows from the others.
    values: { target_shape: (value) => (Array.isArray(value) ? value.map((size) => size ?? -1) : value) },
  },
  "Addons>GroupNormalization": { className: "GroupNormalization" },
};
