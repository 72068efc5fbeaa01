import { add, mul, type Tensor } from "@strata/core";
import { boolean, fraction, integer } from "../schema/vocabulary.ts";

/** Whether predictions are scores. */
export const scoreOptions = {
  /** Whether predictions are unscaled scores and not probabilities. */
  fromLogits: boolean(false),
};

/** The options that cross-entropies of probabilities share. */
export const crossentropyOptions = {
  ...scoreOptions,
  /** How far targets are moved towards equal probabilities, from 0 to 1. */
  labelSmoothing: fraction(0),
};

/** The axis of the classes or decisions. */
export const classAxis = {
  /** The axis of the classes. */
  axis: integer(-1),
};

/** Targets p as p · (1 − s) + s / K. */
export function smoothed(targets: Tensor, amount: number, classes: number): Tensor {
  return amount === 0 ? targets : add(mul(targets, 1 - amount), amount / classes);
}
