/** The layers, one line each. */
export { ELU, type ELUOptions } from "./activations/elu.ts";
export { LeakyReLU, type LeakyReLUOptions } from "./activations/leaky-relu.ts";
export { PReLU, type PReLUOptions } from "./activations/prelu.ts";
export { ReLU, type ReLUOptions } from "./activations/relu.ts";
export { Softmax, type SoftmaxOptions } from "./activations/softmax.ts";
export {
  AdditiveAttention,
  type AdditiveAttentionOptions,
  Attention,
  type AttentionOptions,
} from "./attention/attention.ts";
export type {
  AttentionArguments,
  AttentionInputs,
  AttentionOutputs,
  AttentionParts,
} from "./attention/attention-layer.ts";
export {
  GroupQueryAttention,
  type GroupQueryAttentionOptions,
} from "./attention/group-query-attention.ts";
export { MultiHeadAttention, type MultiHeadAttentionOptions } from "./attention/multi-head-attention.ts";
export type { ProjectedAttentionArguments } from "./attention/projected-attention.ts";
export type { DataFormat } from "./channels.ts";
export {
  Conv1D,
  Conv1D as Convolution1D,
  type Conv1DOptions,
  Conv2D,
  Conv2D as Convolution2D,
  Conv3D,
  Conv3D as Convolution3D,
  type ConvolutionArguments,
  type ConvolutionOptions,
} from "./convolution/convolution.ts";
export {
  DepthwiseConv1D,
  DepthwiseConv2D,
  type DepthwiseConvolutionOptions,
} from "./convolution/depthwise-convolution.ts";
export {
  SeparableConv1D,
  SeparableConv1D as SeparableConvolution1D,
  SeparableConv2D,
  SeparableConv2D as SeparableConvolution2D,
  type SeparableConvolutionOptions,
} from "./convolution/separable-convolution.ts";
export {
  Conv1DTranspose,
  Conv1DTranspose as Convolution1DTranspose,
  Conv2DTranspose,
  Conv2DTranspose as Convolution2DTranspose,
  Conv3DTranspose,
  Conv3DTranspose as Convolution3DTranspose,
  type TransposedConvolutionOptions,
} from "./convolution/transposed-convolution.ts";
export { Activation, type ActivationOptions } from "./core/activation.ts";
export { Dense, type DenseOptions } from "./core/dense.ts";
export { EinsumDense, type EinsumDenseOptions } from "./core/einsum-dense.ts";
export { Identity } from "./core/identity.ts";
export { Input, InputLayer, type InputOptions } from "./core/input-layer.ts";
export {
  type AnyFunction,
  Lambda,
  type LambdaArguments,
  type LambdaFunction,
  type LambdaOptions,
} from "./core/lambda.ts";
export { Masking, type MaskingOptions } from "./core/masking.ts";
export { TernaryDense, type TernaryDenseOptions } from "./core/ternary-dense.ts";
export { Embedding, type EmbeddingOptions } from "./embedding/embedding.ts";
export {
  ReversibleEmbedding,
  type ReversibleEmbeddingArguments,
  type ReversibleEmbeddingOptions,
} from "./embedding/reversible-embedding.ts";
export { Concatenate, type ConcatenateOptions } from "./merging/concatenate.ts";
export { Dot, type DotOptions } from "./merging/dot.ts";
export { Add, Average, Maximum, Minimum, Multiply, Subtract } from "./merging/elementwise.ts";
export { BatchNormalization, type BatchNormalizationOptions } from "./normalization/batch-normalization.ts";
export type { RenormClipping } from "./normalization/batch-renormalization.ts";
export { GroupNormalization, type GroupNormalizationOptions } from "./normalization/group-normalization.ts";
export { LayerNormalization, type LayerNormalizationOptions } from "./normalization/layer-normalization.ts";
export { RMSNormalization, type RMSNormalizationOptions } from "./normalization/rms-normalization.ts";
export {
  SpectralNormalization,
  type SpectralNormalizationOptions,
} from "./normalization/spectral-normalization.ts";
export { UnitNormalization, type UnitNormalizationOptions } from "./normalization/unit-normalization.ts";
export {
  AdaptiveAveragePooling1D,
  AdaptiveAveragePooling2D,
  AdaptiveAveragePooling3D,
  AdaptiveMaxPooling1D,
  AdaptiveMaxPooling2D,
  AdaptiveMaxPooling3D,
  type AdaptivePoolingOptions,
} from "./pooling/adaptive-pooling.ts";
export {
  GlobalAveragePooling1D,
  GlobalAveragePooling1D as GlobalAvgPool1D,
  GlobalAveragePooling2D,
  GlobalAveragePooling2D as GlobalAvgPool2D,
  GlobalAveragePooling3D,
  GlobalAveragePooling3D as GlobalAvgPool3D,
  GlobalMaxPooling1D,
  GlobalMaxPooling1D as GlobalMaxPool1D,
  GlobalMaxPooling2D,
  GlobalMaxPooling2D as GlobalMaxPool2D,
  GlobalMaxPooling3D,
  GlobalMaxPooling3D as GlobalMaxPool3D,
  type GlobalPoolingOptions,
} from "./pooling/global-pooling.ts";
export {
  AveragePooling1D,
  AveragePooling1D as AvgPool1D,
  AveragePooling2D,
  AveragePooling2D as AvgPool2D,
  AveragePooling3D,
  AveragePooling3D as AvgPool3D,
  MaxPooling1D,
  MaxPooling1D as MaxPool1D,
  MaxPooling2D,
  MaxPooling2D as MaxPool2D,
  MaxPooling3D,
  MaxPooling3D as MaxPool3D,
  type PoolingOptions,
} from "./pooling/pooling.ts";
export { HashedCrossing, type HashedCrossingOptions } from "./preprocessing/hashing/hashed-crossing.ts";
export { Hashing, type HashingOptions } from "./preprocessing/hashing/hashing.ts";
export { AugMix, type AugMixOptions } from "./preprocessing/images/aug-mix.ts";
export { AutoContrast, type AutoContrastOptions } from "./preprocessing/images/auto-contrast.ts";
export { CenterCrop, type CenterCropOptions } from "./preprocessing/images/center-crop.ts";
export {
  ContrastLimitedAdaptiveHistogramEqualization,
  type ContrastLimitedAdaptiveHistogramEqualizationOptions,
} from "./preprocessing/images/contrast-limited-adaptive-histogram-equalization.ts";
export { CutMix, type CutMixOptions } from "./preprocessing/images/cut-mix.ts";
export { Equalization, type EqualizationOptions } from "./preprocessing/images/equalization.ts";
export {
  MaxNumBoundingBoxes,
  type MaxNumBoundingBoxesOptions,
} from "./preprocessing/images/max-num-bounding-boxes.ts";
export { MixUp, type MixUpOptions } from "./preprocessing/images/mix-up.ts";
export { RandAugment, type RandAugmentOptions } from "./preprocessing/images/rand-augment.ts";
export { RandomBrightness, type RandomBrightnessOptions } from "./preprocessing/images/random-brightness.ts";
export {
  RandomColorDegeneration,
  type RandomColorDegenerationOptions,
} from "./preprocessing/images/random-color-degeneration.ts";
export {
  RandomColorJitter,
  type RandomColorJitterOptions,
} from "./preprocessing/images/random-color-jitter.ts";
export { RandomContrast, type RandomContrastOptions } from "./preprocessing/images/random-contrast.ts";
export { RandomCrop, type RandomCropOptions } from "./preprocessing/images/random-crop.ts";
export {
  RandomElasticTransform,
  type RandomElasticTransformOptions,
} from "./preprocessing/images/random-elastic-transform.ts";
export { RandomErasing, type RandomErasingOptions } from "./preprocessing/images/random-erasing.ts";
export { RandomFlip, type RandomFlipOptions } from "./preprocessing/images/random-flip.ts";
export {
  RandomGaussianBlur,
  type RandomGaussianBlurOptions,
} from "./preprocessing/images/random-gaussian-blur.ts";
export { RandomGrayscale, type RandomGrayscaleOptions } from "./preprocessing/images/random-grayscale.ts";
export { RandomHue, type RandomHueOptions } from "./preprocessing/images/random-hue.ts";
export { RandomInvert, type RandomInvertOptions } from "./preprocessing/images/random-invert.ts";
export {
  RandomPerspective,
  type RandomPerspectiveOptions,
} from "./preprocessing/images/random-perspective.ts";
export {
  RandomPosterization,
  type RandomPosterizationOptions,
} from "./preprocessing/images/random-posterization.ts";
export { RandomRotation, type RandomRotationOptions } from "./preprocessing/images/random-rotation.ts";
export { RandomSaturation, type RandomSaturationOptions } from "./preprocessing/images/random-saturation.ts";
export { RandomSharpness, type RandomSharpnessOptions } from "./preprocessing/images/random-sharpness.ts";
export { RandomShear, type RandomShearOptions } from "./preprocessing/images/random-shear.ts";
export {
  RandomTranslation,
  type RandomTranslationOptions,
} from "./preprocessing/images/random-translation.ts";
export { RandomZoom, type RandomZoomOptions } from "./preprocessing/images/random-zoom.ts";
export { Resizing, type ResizingOptions } from "./preprocessing/images/resizing.ts";
export { Solarization, type SolarizationOptions } from "./preprocessing/images/solarization.ts";
export { IntegerLookup, type IntegerLookupOptions } from "./preprocessing/lookup/integer-lookup.ts";
export { StringLookup, type StringLookupOptions } from "./preprocessing/lookup/string-lookup.ts";
export { Normalization, type NormalizationOptions } from "./preprocessing/normalization.ts";
export { CategoryEncoding, type CategoryEncodingOptions } from "./preprocessing/numbers/category-encoding.ts";
export { Discretization, type DiscretizationOptions } from "./preprocessing/numbers/discretization.ts";
export { Rescaling, type RescalingOptions } from "./preprocessing/numbers/rescaling.ts";
export { Pipeline, type PipelineOptions } from "./preprocessing/pipeline.ts";
export { MelSpectrogram, type MelSpectrogramOptions } from "./preprocessing/spectrograms/mel-spectrogram.ts";
export {
  STFTSpectrogram,
  type STFTSpectrogramOptions,
} from "./preprocessing/spectrograms/stft-spectrogram.ts";
export { TextVectorization, type TextVectorizationOptions } from "./preprocessing/text/text-vectorization.ts";
export type { CellInputs, CellOutputs, RecurrentCell, StateSize } from "./recurrent/cell.ts";
export { ConvLSTM1D, ConvLSTM2D, ConvLSTM3D, type ConvLSTMOptions } from "./recurrent/conv-lstm.ts";
export { GRU, GRUCell, type GRUCellOptions, type GRUOptions } from "./recurrent/gru.ts";
export { LSTM, LSTMCell, type LSTMCellOptions, type LSTMOptions } from "./recurrent/lstm.ts";
export { RNN, type RNNOptions } from "./recurrent/rnn.ts";
export {
  SimpleRNN,
  SimpleRNNCell,
  type SimpleRNNCellOptions,
  type SimpleRNNOptions,
} from "./recurrent/simple-rnn.ts";
export { StackedRNNCells, type StackedRNNCellsOptions } from "./recurrent/stacked-cells.ts";
export {
  ActivityRegularization,
  type ActivityRegularizationOptions,
} from "./regularization/activity-regularization.ts";
export { AlphaDropout, type AlphaDropoutOptions } from "./regularization/alpha-dropout.ts";
export { Dropout, type DropoutOptions } from "./regularization/dropout.ts";
export { GaussianDropout, type GaussianDropoutOptions } from "./regularization/gaussian-dropout.ts";
export { GaussianNoise, type GaussianNoiseOptions } from "./regularization/gaussian-noise.ts";
export {
  SpatialDropout1D,
  type SpatialDropout1DOptions,
  SpatialDropout2D,
  SpatialDropout3D,
  type SpatialDropoutOptions,
} from "./regularization/spatial-dropout.ts";
export {
  Cropping1D,
  type Cropping1DOptions,
  Cropping2D,
  Cropping3D,
  type CroppingOptions,
} from "./reshaping/cropping.ts";
export { Flatten, type FlattenOptions } from "./reshaping/flatten.ts";
export { Permute, type PermuteOptions } from "./reshaping/permute.ts";
export { RepeatVector, type RepeatVectorOptions } from "./reshaping/repeat-vector.ts";
export { Reshape, type ReshapeOptions } from "./reshaping/reshape.ts";
export {
  UpSampling1D,
  type UpSampling1DOptions,
  UpSampling2D,
  type UpSampling2DOptions,
  UpSampling3D,
  type UpSampling3DOptions,
} from "./reshaping/up-sampling.ts";
export {
  ZeroPadding1D,
  ZeroPadding2D,
  ZeroPadding3D,
  type ZeroPaddingOptions,
} from "./reshaping/zero-padding.ts";
export {
  Bidirectional,
  type BidirectionalOptions,
  type BidirectionalOutputs,
  type DirectedLayer,
  type MergeMode,
  type SequenceDirection,
} from "./wrappers/bidirectional.ts";
export { TimeDistributed, type TimeDistributedOptions } from "./wrappers/time-distributed.ts";
export { Wrapper, type WrapperOptions } from "./wrappers/wrapper.ts";
