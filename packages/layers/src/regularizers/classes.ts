export { L1, L1L2, type L1L2Options, type L1Options, L2, type L2Options } from "./l1-l2.ts";
export { OrthogonalRegularizer, type OrthogonalRegularizerOptions } from "./orthogonal-regularizer.ts";
export { Regularizer } from "./regularizer.ts";
