/**
 * The learning-rate schedules that there are. From these lines follow the exports of the package and the names by which
 * configurations know them.
 */
export {
  CosineDecay,
  type CosineDecayOptions,
  CosineDecayRestarts,
  type CosineDecayRestartsOptions,
} from "./cosine-schedules.ts";
export {
  type DecayArguments,
  type DecayOptions,
  ExponentialDecay,
  InverseTimeDecay,
  PiecewiseConstantDecay,
  type PiecewiseConstantDecayOptions,
  PolynomialDecay,
  type PolynomialDecayOptions,
} from "./schedules.ts";
