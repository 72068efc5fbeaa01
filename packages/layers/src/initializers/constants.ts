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
import { checkOptionNames } from "../utilities/options.ts";
import { formatShape } from "../utilities/shapes.ts";
import type { FloatDType } from "../utilities/tensors.ts";
import { Initializer, type InitializerConfig } from "./initializer.ts";

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
  /** The name of the class, which minifiers leave alone. */
  static readonly className = "Zeros";

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
  /** The name of the class, which minifiers leave alone. */
  static readonly className = "Ones";

  override apply(shape: Shape, dtype: FloatDType = "float32"): Tensor {
    return ones(shape, dtype);
  }
}

/** Options of {@link Constant}. */
export interface ConstantOptions {
  /** The value everywhere. Default: 0. */
  readonly value?: number;
}

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
  /** The name of the class, which minifiers leave alone. */
  static readonly className = "Constant";
  /** The value everywhere. */
  readonly value: number;

  /** @param value The value everywhere, also as `{ value }`. Default: 0. */
  constructor(value: number | ConstantOptions = 0) {
    super();
    if (typeof value === "object") checkOptionNames("Constant", value, ["value"]);
    this.value = typeof value === "object" ? (value.value ?? 0) : value;
  }

  override apply(shape: Shape, dtype: FloatDType = "float32"): Tensor {
    return full(shape, this.value, dtype);
  }

  override getConfig(): InitializerConfig {
    return { value: this.value };
  }
}

/** Options of {@link Identity}. */
export interface IdentityOptions {
  /** What stands on the diagonal. Default: 1. */
  readonly gain?: number;
}

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
  /** The name of the class, which minifiers leave alone. */
  static readonly className = "Identity";
  /** What stands on the diagonal. */
  readonly gain: number;

  /** @param options What stands on the diagonal. */
  constructor(options: IdentityOptions = {}) {
    super();
    checkOptionNames("Identity", options, ["gain"]);
    this.gain = options.gain ?? 1;
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

  override getConfig(): InitializerConfig {
    return { gain: this.gain };
  }
}
