export { Constant, type ConstantOptions, Identity, type IdentityOptions, Ones, Zeros } from "./constants.ts";
export { Initializer } from "./initializer.ts";
export {
  RandomNormal,
  type RandomNormalOptions,
  RandomUniform,
  type RandomUniformOptions,
  TruncatedNormal,
} from "./random.ts";
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
