export { Constant, type ConstantOptions, Identity, type IdentityOptions, Ones, Zeros } from "./constants.ts";
export { Initializer } from "./initializer.ts";
export { Orthogonal, type OrthogonalOptions } from "./orthogonal.ts";
export {
  RandomNormal,
  type RandomNormalOptions,
  RandomUniform,
  type RandomUniformOptions,
  TruncatedNormal,
} from "./random.ts";
export { STFT, type STFTOptions } from "./stft.ts";
export {
  type FanOptions,
  GlorotNormal,
  GlorotUniform,
  HeNormal,
  HeUniform,
  LecunNormal,
  LecunUniform,
  VarianceScaling,
  type VarianceScalingOptions,
} from "./variance-scaling.ts";
