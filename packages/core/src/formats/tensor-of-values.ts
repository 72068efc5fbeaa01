import type { DType, TypedArray } from "../dtype.ts";
import { dataNode } from "../graph/node.ts";
import type { Shape } from "../shape.ts";
import { Tensor } from "../tensor.ts";

/** A tensor of values that were read, which nobody else changes. */
export function tensorOfValues(values: TypedArray, dtype: DType, shape: Shape): Tensor {
  return new Tensor(dataNode(values, { dtype, shape: [...shape] }));
}
