export { L1L2, type L1L2Options, L2, type L2Options } from "./l1-l2.ts";
export { Regularizer } from "./regularizer.ts";
