import {
  arange,
  cast,
  equal,
  full,
  mul,
  ones,
  type Shape,
  ShapeError,
  type Tensor,
  zeros,
} from "@strata/core";
import { formatShape } from "@strata/core/internal";
import { named } from "../schema/configurable.ts";
import type { Given, Rest, Values } from "../schema/option.ts";
import { number } from "../schema/vocabulary.ts";
import type { FloatDType } from "../utilities/tensors.ts";
import { Initializer } from "./initializer.ts";

/**
 * All zeros.
 *
 * @example
 * ```ts
 * import { initializers } from "@strata/layers";
 *
 * console.log(new initializers.Zeros().apply([2]).arraySync()); // [0, 0]
 * ```
 */
export class Zeros extends Initializer {
  static override readonly className: string = "Zeros";

  override apply(shape: Shape, dtype: FloatDType = "float32"): Tensor {
    return zeros(shape, dtype);
  }
}

/**
 * All ones.
 *
 * @example
 * ```ts
 * import { initializers } from "@strata/layers";
 *
 * console.log(new initializers.Ones().apply([2]).arraySync()); // [1, 1]
 * ```
 */
export class Ones extends Initializer {
  static override readonly className: string = "Ones";

  override apply(shape: Shape, dtype: FloatDType = "float32"): Tensor {
    return ones(shape, dtype);
  }
}

const constantOptions = {
  /** The value everywhere. */
  value: number(0),
};

/** Options of {@link Constant}. */
export interface ConstantOptions extends Given<typeof constantOptions> {}

export interface Constant extends Values<typeof constantOptions> {}

/**
 * One value everywhere.
 *
 * @example
 * ```ts
 * import { initializers } from "@strata/layers";
 *
 * console.log(new initializers.Constant(3).apply([2]).arraySync()); // [3, 3]
 * ```
 */
export class Constant extends Initializer {
  static override readonly className: string = "Constant";
  static override readonly options = constantOptions;

  constructor(
    ...given: [value?: number, options?: Rest<ConstantOptions, "value">] | [options: ConstantOptions]
  ) {
    super(named(new.target, given, "value"));
  }

  override apply(shape: Shape, dtype: FloatDType = "float32"): Tensor {
    return full(shape, this.value, dtype);
  }
}

const identityOptions = {
  /** The value on the diagonal. */
  gain: number(1).omitted("always"),
};

/** Options of {@link Identity}. */
export interface IdentityOptions extends Given<typeof identityOptions> {}

export interface Identity extends Values<typeof identityOptions> {}

/**
 * The identity matrix, times a factor.
 *
 * @example
 * ```ts
 * import { initializers } from "@strata/layers";
 *
 * console.log(new initializers.Identity({ gain: 2 }).apply([2, 2]).arraySync()); // [[2, 0], [0, 2]]
 * ```
 */
export class Identity extends Initializer {
  static override readonly className: string = "Identity";
  static override readonly options = identityOptions;

  constructor(
    ...given: [gain?: number, options?: Rest<IdentityOptions, "gain">] | [options: IdentityOptions]
  ) {
    super(named(new.target, given, "gain"));
  }

  /** @throws ShapeError unless the shape has two dimensions. */
  override apply(shape: Shape, dtype: FloatDType = "float32"): Tensor {
    if (shape.length !== 2) {
      throw new ShapeError(`Identity: the shape is ${formatShape(shape)}; it must have two dimensions`);
    }
    const [rows, columns] = shape;
    const isDiagonal = equal(arange(rows).reshape([rows, 1]), arange(columns));
    return mul(cast(isDiagonal, dtype), this.gain);
  }
}
