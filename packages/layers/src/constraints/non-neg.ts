import { maximum, type Tensor, type TensorLike } from "@strata/core";
import { Constraint } from "./constraint.ts";

/**
 * Sets negative values to 0.
 *
 * @example
 * ```ts
 * import { constraints } from "@strata/layers";
 *
 * console.log(new constraints.NonNeg().apply([1, -2]).arraySync()); // [1, 0]
 * ```
 */
export class NonNeg extends Constraint {
  static override readonly className: string = "NonNeg";

  override apply(x: TensorLike): Tensor {
    return maximum(x, 0);
  }
}
