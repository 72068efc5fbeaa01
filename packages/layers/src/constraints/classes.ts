export { Constraint } from "./constraint.ts";
export { NonNeg } from "./non-neg.ts";
export {
  MaxNorm,
  type MaxNormOptions,
  MinMaxNorm,
  type MinMaxNormOptions,
  UnitNorm,
  type UnitNormOptions,
} from "./norms.ts";
