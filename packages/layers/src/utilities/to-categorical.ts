import { oneHot, type Tensor, type TensorLike } from "@strata/core";
import { checkInteger } from "./options.ts";
import { toTensor } from "./tensors.ts";

/**
 * Labels as vectors with a one at the label's index: [n] → [n, numClasses], as float32.
 *
 * @param labels Integers from 0 on, [n] or [n, 1].
 * @param numClasses The length of the vectors. Default: the largest label + 1.
 * @throws RangeError for a label that is no integer of 0 … numClasses − 1.
 *
 * @example
 * ```ts
 * import { toCategorical } from "@strata/layers";
 *
 * console.log(toCategorical([0, 2], 3).arraySync()); // [[1, 0, 0], [0, 0, 1]]
 * ```
 */
export function toCategorical(labels: TensorLike, numClasses?: number): Tensor {
  const given = toTensor(labels);
  const values = given.dataSync();
  let largest = -1;
  for (const value of values) largest = Math.max(largest, value);
  const count = numClasses ?? largest + 1;
  checkInteger("toCategorical", "numClasses", count, 1);
  values.forEach((value, index) => {
    if (Number.isInteger(value) && value >= 0 && value < count) return;
    throw new RangeError(
      `toCategorical: the label at position ${index} is ${value}; accepted are the integers 0 to ${count - 1}`,
    );
  });
  const { shape } = given;
  const isColumn = shape.length > 1 && shape[shape.length - 1] === 1;
  return oneHot(isColumn ? given.reshape(shape.slice(0, -1)) : given, count);
}
