export {
  Constant,
  type ConstantOptions,
  Identity,
  type IdentityOptions,
  Ones,
  Zeros,
} from "./constants.ts";
export {
  getInitializer,
  type InitializerLike,
  type InitializerName,
  type KnownInitializer,
} from "./get-initializer.ts";
export {
  Initializer,
  type InitializerConfig,
  type SeedOptions,
  type SerializedInitializer,
} from "./initializer.ts";
export {
  RandomNormal,
  type RandomNormalOptions,
  RandomUniform,
  type RandomUniformOptions,
  TruncatedNormal,
} from "./random.ts";
export {
  type FanMode,
  GlorotNormal,
  GlorotUniform,
  HeNormal,
  HeUniform,
  LecunNormal,
  LecunUniform,
  type ScalingDistribution,
  VarianceScaling,
  type VarianceScalingOptions,
} from "./variance-scaling.ts";
