import { div, norm, type Tensor, type TensorLike, where } from "@strata/core";
import { toFloatTensor } from "./tensors.ts";

/**
 * Vectors of the length 1: each along an axis divided by its norm; those of the norm 0 stay. Keeps the shape.
 *
 * @param x Numbers in any shape.
 * @param axis The axis along which the vectors are. Default: the last.
 * @param order The order of the norm, as of core's `norm`. Default: 2.
 *
 * @example
 * ```ts
 * import { normalize } from "@strata/layers";
 *
 * console.log(normalize([[3, 4], [0, 0]]).arraySync()); // [[0.6, 0.8], [0, 0]]
 * console.log(normalize([[3, 1]], -1, 1).arraySync()); // [[0.75, 0.25]]
 * ```
 */
export function normalize(x: TensorLike, axis = -1, order = 2): Tensor {
  const values = toFloatTensor(x);
  const lengths = norm(values, order, axis, true);
  return div(values, where(lengths.equal(0), 1, lengths));
}
