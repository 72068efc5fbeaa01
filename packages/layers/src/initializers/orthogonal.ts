import {
  cast,
  diag,
  mul,
  normal,
  qr,
  reshape,
  type Shape,
  ShapeError,
  sign,
  type Tensor,
} from "@strata/core";
import { formatShape } from "@strata/core/internal";
import { named } from "../schema/configurable.ts";
import type { Given, Rest, Values } from "../schema/option.ts";
import { number } from "../schema/vocabulary.ts";
import type { FloatDType } from "../utilities/tensors.ts";
import { generatorOption, Initializer, seedOptions } from "./initializer.ts";

const options = {
  /** The factor of the matrix. */
  gain: number(1),
  ...seedOptions,
};

/** Options of {@link Orthogonal}. */
export interface OrthogonalOptions extends Given<typeof options> {}

export interface Orthogonal extends Values<typeof options> {}

/**
 * A random matrix whose columns are orthonormal, or its rows if there are fewer of them (Saxe et al. 2014). Dimensions
 * before the last are taken as one.
 *
 * @example
 * ```ts
 * import { initializers } from "@strata/layers";
 *
 * const values = new initializers.Orthogonal({ seed: 1 }).apply([3, 3]);
 * console.log(values.matmul(values.transpose()).sum().item().toFixed(4)); // 3.0000
 * ```
 */
export class Orthogonal extends Initializer {
  static override readonly className: string = "Orthogonal";
  static override readonly options = options;

  constructor(
    ...given: [gain?: number, options?: Rest<OrthogonalOptions, "gain">] | [options: OrthogonalOptions]
  ) {
    super(named(new.target, given, "gain"));
  }

  /** @throws ShapeError for fewer than two dimensions. */
  override apply(shape: Shape, dtype: FloatDType = "float32"): Tensor {
    if (shape.length < 2) {
      throw new ShapeError(
        `Orthogonal: the shape is ${formatShape(shape)}; it must have at least two dimensions`,
      );
    }
    const columns = shape[shape.length - 1];
    const rows = shape.slice(0, -1).reduce((product, size) => product * size, 1);
    const tall = normal([Math.max(rows, columns), Math.min(rows, columns)], generatorOption(this.seed));
    const { q, r } = qr(tall);
    // The signs of R's diagonal make the distribution uniform.
    const uniform = mul(q, sign(diag(r)));
    const oriented = rows < columns ? uniform.transpose() : uniform;
    return cast(mul(reshape(oriented, shape), this.gain), dtype);
  }
}
