/** Tensors and typed arrays that share memory, for those who keep the promise not to change it. */
import { allocateArray, type DType, type TypedArray } from "./dtype.ts";
import { valuesOf } from "./evaluate.ts";
import { dataNode } from "./graph/node.ts";
import type { Shape } from "./shape.ts";
import { Tensor } from "./tensor.ts";
import type { Variable } from "./variable.ts";

/** The values as `dataSync` gives them, but without a copy: they must not be changed. */
export function valuesInPlace({ node }: Tensor | Variable): TypedArray {
  return valuesOf(node);
}

/**
 * A tensor of values that `fill` writes into a new array, which is then the tensor's own and must not be changed.
 *
 * @param length The number of values, as the shape has it.
 */
export function filledTensor(
  shape: Shape,
  dtype: DType,
  length: number,
  fill: (values: TypedArray) => void,
): Tensor {
  const values = allocateArray(dtype, length);
  fill(values);
  return new Tensor(dataNode(values, { shape: [...shape], dtype }));
}
