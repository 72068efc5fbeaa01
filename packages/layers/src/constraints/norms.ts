import { add, clip, div, mul, sqrt, square, type Tensor, type TensorLike } from "@strata/core";
import { named } from "../schema/configurable.ts";
import type { Given, Rest, Values } from "../schema/option.ts";
import { axes, fraction, nonNegativeNumber } from "../schema/vocabulary.ts";
import { Constraint } from "./constraint.ts";

/** Keeps the division by a norm of 0 finite: Keras's `epsilon`. */
const epsilon = 1e-7;

const axisOptions = {
  /** The axis or axes along which norms are taken: those of the inputs of a unit. */
  axis: axes(0),
};

const maxNormOptions = {
  /** The largest norm. */
  maxValue: nonNegativeNumber(2),
  ...axisOptions,
};

/** Options of {@link MaxNorm}. */
export interface MaxNormOptions extends Given<typeof maxNormOptions> {}

export interface MaxNorm extends Values<typeof maxNormOptions> {}

/**
 * Scales weights down whose norm exceeds a bound: w·min(‖w‖, maxValue) / ‖w‖.
 *
 * @example
 * ```ts
 * import { constraints } from "@strata/layers";
 *
 * console.log(new constraints.MaxNorm(1).apply([[3], [4]]).arraySync()); // [[0.6], [0.8]]
 * ```
 */
export class MaxNorm extends Constraint {
  static override readonly className: string = "MaxNorm";
  static override readonly options = maxNormOptions;

  constructor(
    ...given: [maxValue?: number, options?: Rest<MaxNormOptions, "maxValue">] | [options: MaxNormOptions]
  ) {
    super(named(new.target, given, "maxValue"));
  }

  override apply(x: TensorLike): Tensor {
    const norms = normsOf(x, this.axis);
    return rescaled(x, norms, clip(norms, 0, this.maxValue));
  }
}

const minMaxNormOptions = {
  /** The smallest norm. */
  minValue: nonNegativeNumber(0),
  /** The largest norm. */
  maxValue: nonNegativeNumber(1),
  /** The part of the way to the allowed norm that each step goes. */
  rate: fraction(1),
  ...axisOptions,
};

/** Options of {@link MinMaxNorm}. */
export interface MinMaxNormOptions extends Given<typeof minMaxNormOptions> {}

export interface MinMaxNorm extends Values<typeof minMaxNormOptions> {}

/**
 * Brings the norms of weights between two bounds: w·(rate·clip(‖w‖) + (1 − rate)·‖w‖) / ‖w‖.
 *
 * @example
 * ```ts
 * import { constraints } from "@strata/layers";
 *
 * const constraint = new constraints.MinMaxNorm({ minValue: 10, maxValue: 20 });
 * console.log(constraint.apply([[3], [4]]).arraySync()); // [[6], [8]]
 * ```
 */
export class MinMaxNorm extends Constraint {
  static override readonly className: string = "MinMaxNorm";
  static override readonly options = minMaxNormOptions;

  constructor(
    ...given:
      | [
          minValue?: number,
          maxValue?: number,
          rate?: number,
          options?: Rest<MinMaxNormOptions, "minValue" | "maxValue" | "rate">,
        ]
      | [options: MinMaxNormOptions]
  ) {
    super(named(new.target, given, "minValue", "maxValue", "rate"));
  }

  override apply(x: TensorLike): Tensor {
    const { minValue, maxValue, rate } = this;
    const norms = normsOf(x, this.axis);
    return rescaled(x, norms, add(mul(rate, clip(norms, minValue, maxValue)), mul(1 - rate, norms)));
  }
}

/** Options of {@link UnitNorm}. */
export interface UnitNormOptions extends Given<typeof axisOptions> {}

export interface UnitNorm extends Values<typeof axisOptions> {}

/**
 * Scales weights to the norm 1: w / ‖w‖.
 *
 * @example
 * ```ts
 * import { constraints } from "@strata/layers";
 *
 * console.log(new constraints.UnitNorm().apply([[3], [4]]).arraySync()); // [[0.6], [0.8]]
 * ```
 */
export class UnitNorm extends Constraint {
  static override readonly className: string = "UnitNorm";
  static override readonly options = axisOptions;

  constructor(
    ...given:
      | [axis?: number | readonly number[], options?: Rest<UnitNormOptions, "axis">]
      | [options: UnitNormOptions]
  ) {
    super(named(new.target, given, "axis"));
  }

  override apply(x: TensorLike): Tensor {
    return div(x, add(normsOf(x, this.axis), epsilon));
  }
}

function normsOf(x: TensorLike, axis: number | readonly number[]): Tensor {
  return sqrt(square(x).sum(axis, true));
}

function rescaled(x: TensorLike, norms: Tensor, wanted: Tensor): Tensor {
  return mul(x, div(wanted, add(norms, epsilon)));
}
