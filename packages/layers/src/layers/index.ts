/** The layers, one line each. */
export { Activation, type ActivationOptions } from "./core/activation.ts";
export { Dense, type DenseOptions } from "./core/dense.ts";
export { Input, InputLayer, type InputOptions } from "./core/input-layer.ts";
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
export { Normalization, type NormalizationOptions } from "./preprocessing/normalization.ts";
export { Dropout, type DropoutOptions } from "./regularization/dropout.ts";
export { Flatten, type FlattenOptions } from "./reshaping/flatten.ts";
