import { abs, add, mul, square, type Tensor, type TensorLike } from "@strata/core";
import { named } from "../schema/configurable.ts";
import type { Given, Rest, Values } from "../schema/option.ts";
import { nonNegativeNumber } from "../schema/vocabulary.ts";
import { Regularizer } from "./regularizer.ts";

const options = {
  /** The factor of the sum of magnitudes. */
  l1: nonNegativeNumber(0),
  /** The factor of the sum of squares. */
  l2: nonNegativeNumber(0),
};

/** Options of {@link L1L2}. */
export interface L1L2Options extends Given<typeof options> {}

export interface L1L2 extends Values<typeof options> {}

/**
 * l1·Σ|x| + l2·Σx².
 *
 * @example
 * ```ts
 * import { regularizers } from "@strata/layers";
 *
 * console.log(new regularizers.L1L2({ l1: 1, l2: 2 }).apply([1, -2]).item()); // 13
 * ```
 */
export class L1L2 extends Regularizer {
  static override readonly className: string = "L1L2";
  static override readonly options = options;

  constructor(options: L1L2Options = {}) {
    super(options);
  }

  override apply(x: TensorLike): Tensor {
    return add(mul(abs(x).sum(), this.l1), mul(square(x).sum(), this.l2));
  }
}

const l1Options = {
  /** The factor of the sum of magnitudes. */
  l1: nonNegativeNumber(0.01),
};

/** Options of {@link L1}. */
export interface L1Options extends Given<typeof l1Options> {}

export interface L1 extends Values<typeof l1Options> {}

/**
 * l1·Σ|x|.
 *
 * @example
 * ```ts
 * import { regularizers } from "@strata/layers";
 *
 * console.log(new regularizers.L1(0.5).apply([1, -2]).item()); // 1.5
 * ```
 */
export class L1 extends Regularizer {
  static override readonly className: string = "L1";
  static override readonly options = l1Options;

  constructor(...given: [l1?: number, options?: Rest<L1Options, "l1">] | [options: L1Options]) {
    super(named(new.target, given, "l1"));
  }

  override apply(x: TensorLike): Tensor {
    return mul(abs(x).sum(), this.l1);
  }
}

const l2Options = {
  /** The factor of the sum of squares. */
  l2: nonNegativeNumber(0.01),
};

/** Options of {@link L2}. */
export interface L2Options extends Given<typeof l2Options> {}

export interface L2 extends Values<typeof l2Options> {}

/**
 * l2·Σx².
 *
 * @example
 * ```ts
 * import { regularizers } from "@strata/layers";
 *
 * console.log(new regularizers.L2(0.5).apply([1, -2]).item()); // 2.5
 * ```
 */
export class L2 extends Regularizer {
  static override readonly className: string = "L2";
  static override readonly options = l2Options;

  constructor(...given: [l2?: number, options?: Rest<L2Options, "l2">] | [options: L2Options]) {
    super(named(new.target, given, "l2"));
  }

  override apply(x: TensorLike): Tensor {
    return mul(square(x).sum(), this.l2);
  }
}
